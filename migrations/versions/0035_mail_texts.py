"""Keep a fund's own texts of mails, and with each mail what stood in its placeholders."""

import sqlalchemy as sa
from alembic import op

from fundapp.core.db import UTCDateTime

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table('mail_text',
    sa.Column('fund_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('language', sa.String(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('subject', sa.String(), nullable=True),
    sa.Column('body', sa.String(), nullable=True),
    sa.Column('shipped_digest', sa.String(), nullable=False),
    sa.Column('shipped_text', sa.String(), nullable=False),
    sa.Column('made_by', sa.Integer(), nullable=True),
    sa.Column('made_at', UTCDateTime(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.CheckConstraint("(subject IS NULL) = (body IS NULL)", name=op.f('ck_mail_text_whole')),
    sa.CheckConstraint("language IN ('en', 'nl')", name=op.f('ck_mail_text_language_known')),
    sa.CheckConstraint("number >= 1", name=op.f('ck_mail_text_number_counts')),
    sa.ForeignKeyConstraint(['fund_id'], ['fund.id'], name=op.f('fk_mail_text_fund_id_fund')),
    sa.ForeignKeyConstraint(['made_by'], ['user.id'], name=op.f('fk_mail_text_made_by_user')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mail_text')),
    sa.UniqueConstraint('fund_id', 'name', 'language', 'number', name=op.f('uq_mail_text_fund_id_name_language_number'))
    )
    op.add_column('outbox', sa.Column('facts', sa.JSON(), nullable=True))
    op.add_column('outbox', sa.Column('text_number', sa.Integer(), nullable=True))
    op.create_index('ix_outbox_fund_kind', 'outbox', ['fund_id', 'name', 'id'])


def downgrade() -> None:
    """Go back."""
    op.drop_index('ix_outbox_fund_kind', 'outbox')
    with op.batch_alter_table('outbox') as batch_op:
        batch_op.drop_column('text_number')
        batch_op.drop_column('facts')
    op.drop_table('mail_text')
