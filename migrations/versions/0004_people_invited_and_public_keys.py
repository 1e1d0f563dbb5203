"""People invited to a proposal, the organisations they apply with, and public keys for mail."""

import sqlalchemy as sa
from alembic import op

from fundapp.core.db import UTCDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table('partner',
    sa.Column('application_id', sa.Integer(), nullable=False),
    sa.Column('fund_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('role', sa.String(), nullable=False),
    sa.Column('country', sa.String(), nullable=True),
    sa.Column('registration', sa.String(), nullable=False),
    sa.Column('party_id', sa.Integer(), nullable=True),
    sa.Column('added_at', UTCDateTime(), nullable=False),
    sa.Column('ended_at', UTCDateTime(), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.CheckConstraint("name <> ''", name=op.f('ck_partner_named')),
    sa.ForeignKeyConstraint(['application_id', 'fund_id'], ['application.id', 'application.fund_id'], name=op.f('fk_partner_application_id_fund_id_application')),
    sa.ForeignKeyConstraint(['party_id'], ['party.id'], name=op.f('fk_partner_party_id_party')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_partner')),
    sa.UniqueConstraint('id', 'application_id', name=op.f('uq_partner_id_application_id')),
    )
    with op.batch_alter_table('partner', schema=None) as batch_op:
        batch_op.create_index('ix_partner_application', ['application_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_partner_party_id'), ['party_id'], unique=False)
    op.create_table('invitation',
    sa.Column('application_id', sa.Integer(), nullable=False),
    sa.Column('fund_id', sa.Integer(), nullable=False),
    sa.Column('email', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('language', sa.String(), nullable=False),
    sa.Column('capacity', sa.Enum('owner', 'co_applicant', 'partner', 'reviewer', 'expert', 'guide', name='capacity_known', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('level', sa.Enum('card', 'read', 'write', name='level_known', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('partner_id', sa.Integer(), nullable=True),
    sa.Column('digest', sa.String(), nullable=False),
    sa.Column('invited_by', sa.Integer(), nullable=False),
    sa.Column('invited_at', UTCDateTime(), nullable=False),
    sa.Column('expires_at', UTCDateTime(), nullable=False),
    sa.Column('accepted_by', sa.Integer(), nullable=True),
    sa.Column('accepted_at', UTCDateTime(), nullable=True),
    sa.Column('ended_at', UTCDateTime(), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.CheckConstraint("capacity IN ('co_applicant', 'partner')", name=op.f('ck_invitation_applies')),
    sa.CheckConstraint("level IN ('read', 'write')", name=op.f('ck_invitation_reads')),
    sa.CheckConstraint("email = lower(email)", name=op.f('ck_invitation_email_lower')),
    sa.CheckConstraint("(accepted_by IS NULL) = (accepted_at IS NULL)", name=op.f('ck_invitation_accepted_by_whom')),
    sa.CheckConstraint("accepted_at IS NULL OR ended_at IS NULL", name=op.f('ck_invitation_one_end')),
    sa.ForeignKeyConstraint(['accepted_by'], ['user.id'], name=op.f('fk_invitation_accepted_by_user')),
    sa.ForeignKeyConstraint(['application_id', 'fund_id'], ['application.id', 'application.fund_id'], name=op.f('fk_invitation_application_id_fund_id_application')),
    sa.ForeignKeyConstraint(['invited_by'], ['user.id'], name=op.f('fk_invitation_invited_by_user')),
    sa.ForeignKeyConstraint(['partner_id', 'application_id'], ['partner.id', 'partner.application_id'], name=op.f('fk_invitation_partner_id_application_id_partner')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_invitation')),
    sa.UniqueConstraint('digest', name=op.f('uq_invitation_digest')),
    )
    with op.batch_alter_table('invitation', schema=None) as batch_op:
        batch_op.create_index('ix_invitation_application', ['application_id'], unique=False)
        batch_op.create_index('uq_invitation_open', ['application_id', 'email'], unique=True, sqlite_where=sa.text('accepted_at IS NULL AND ended_at IS NULL'), postgresql_where=sa.text('accepted_at IS NULL AND ended_at IS NULL'))
    op.create_table('public_key',
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('armored', sa.String(), nullable=False),
    sa.Column('fingerprint', sa.String(), nullable=False),
    sa.Column('holder', sa.String(), nullable=False),
    sa.Column('expires_at', UTCDateTime(), nullable=True),
    sa.Column('added_at', UTCDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_public_key_user_id_user')),
    sa.PrimaryKeyConstraint('user_id', name=op.f('pk_public_key')),
    )


def downgrade() -> None:
    """Go back."""
    op.drop_table('public_key')
    op.drop_table('invitation')
    op.drop_table('partner')
