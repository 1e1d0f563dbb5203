"""Keep how a fund publishes, its packs, and what is disclosed of an application."""

import sqlalchemy as sa
from alembic import op

from fundapp.core.db import UTCDateTime

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table('publishing',
    sa.Column('fund_id', sa.Integer(), nullable=False),
    sa.Column('org_id', sa.String(), nullable=True),
    sa.Column('org_name', sa.String(), nullable=False),
    sa.Column('prefix', sa.String(), nullable=True),
    sa.Column('licence', sa.String(), nullable=False),
    sa.Column('shows_cascade', sa.Boolean(), nullable=False),
    sa.Column('eu_grant', sa.String(), nullable=False),
    sa.Column('changed_at', UTCDateTime(), nullable=False),
    sa.Column('changed_by', sa.Integer(), nullable=True),
    sa.Column('row_version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['changed_by'], ['user.id'], name=op.f('fk_publishing_changed_by_user')),
    sa.ForeignKeyConstraint(['fund_id'], ['fund.id'], name=op.f('fk_publishing_fund_id_fund')),
    sa.PrimaryKeyConstraint('fund_id', name=op.f('pk_publishing'))
    )
    op.create_table('disclosure',
    sa.Column('application_id', sa.Integer(), nullable=False),
    sa.Column('fund_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(24), nullable=False),
    sa.Column('state_at', UTCDateTime(), nullable=False),
    sa.Column('language', sa.String(), nullable=False),
    sa.Column('reference', sa.String(), nullable=False),
    sa.Column('asked_on', sa.Date(), nullable=True),
    sa.Column('documents', sa.JSON(), nullable=False),
    sa.Column('terms', sa.JSON(), nullable=False),
    sa.Column('begun_by', sa.Integer(), nullable=True),
    sa.Column('begun_at', UTCDateTime(), nullable=False),
    sa.Column('offered_by', sa.Integer(), nullable=True),
    sa.Column('offered_at', UTCDateTime(), nullable=True),
    sa.Column('checked_by', sa.Integer(), nullable=True),
    sa.Column('checked_at', UTCDateTime(), nullable=True),
    sa.Column('digest', sa.String(), nullable=True),
    sa.Column('file_id', sa.Integer(), nullable=True),
    sa.Column('sha256', sa.String(), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('row_version', sa.Integer(), nullable=False),
    sa.CheckConstraint("file_id IS NULL OR state = 'approved'", name=op.f('ck_disclosure_file_checked')),
    sa.CheckConstraint("state <> 'approved' OR (checked_by IS NOT NULL AND checked_at IS NOT NULL AND digest IS NOT NULL)", name=op.f('ck_disclosure_approved_who')),
    sa.CheckConstraint("state NOT IN ('offered', 'approved') OR offered_by IS NOT NULL", name=op.f('ck_disclosure_offered_who')),
    sa.CheckConstraint('(file_id IS NULL) = (sha256 IS NULL)', name=op.f('ck_disclosure_file_when')),
    sa.CheckConstraint('checked_by IS NULL OR (offered_by IS NOT NULL AND checked_by <> offered_by)', name=op.f('ck_disclosure_two_people')),
    sa.ForeignKeyConstraint(['application_id', 'fund_id'], ['application.id', 'application.fund_id'], name=op.f('fk_disclosure_application_id_fund_id_application')),
    sa.ForeignKeyConstraint(['begun_by'], ['user.id'], name=op.f('fk_disclosure_begun_by_user')),
    sa.ForeignKeyConstraint(['checked_by'], ['user.id'], name=op.f('fk_disclosure_checked_by_user')),
    sa.ForeignKeyConstraint(['file_id'], ['file.id'], name=op.f('fk_disclosure_file_id_file')),
    sa.ForeignKeyConstraint(['offered_by'], ['user.id'], name=op.f('fk_disclosure_offered_by_user')),
    sa.CheckConstraint("state IN ('preparing', 'offered', 'approved', 'withdrawn')", name=op.f('ck_disclosure_state_known')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_disclosure')),
    sa.UniqueConstraint('application_id', 'number', name=op.f('uq_disclosure_application_id_number'))
    )
    with op.batch_alter_table('disclosure') as batch_op:
        batch_op.create_index('ix_disclosure_fund', ['fund_id', 'state'], unique=False)
        batch_op.create_index('uq_disclosure_open', ['application_id'], unique=True, sqlite_where=sa.text("state IN ('preparing', 'offered')"), postgresql_where=sa.text("state IN ('preparing', 'offered')"))
    op.create_table('disclosure_judgement',
    sa.Column('disclosure_id', sa.Integer(), nullable=False),
    sa.Column('document', sa.String(), nullable=False),
    sa.Column('judgement', sa.String(24), nullable=False),
    sa.Column('grounds', sa.JSON(), nullable=False),
    sa.Column('decided_by', sa.Integer(), nullable=True),
    sa.Column('decided_at', UTCDateTime(), nullable=False),
    sa.CheckConstraint("judgement <> 'partly'", name=op.f('ck_disclosure_judgement_partly_follows')),
    sa.ForeignKeyConstraint(['decided_by'], ['user.id'], name=op.f('fk_disclosure_judgement_decided_by_user')),
    sa.ForeignKeyConstraint(['disclosure_id'], ['disclosure.id'], name=op.f('fk_disclosure_judgement_disclosure_id_disclosure')),
    sa.CheckConstraint("judgement IN ('public', 'partly', 'refused')", name=op.f('ck_disclosure_judgement_judgement_known')),
    sa.PrimaryKeyConstraint('disclosure_id', 'document', name=op.f('pk_disclosure_judgement'))
    )
    op.create_table('disclosure_mark',
    sa.Column('disclosure_id', sa.Integer(), nullable=False),
    sa.Column('document', sa.String(), nullable=False),
    sa.Column('part', sa.Integer(), nullable=True),
    sa.Column('start', sa.Integer(), nullable=True),
    sa.Column('stop', sa.Integer(), nullable=True),
    sa.Column('term', sa.String(), nullable=False),
    sa.Column('opens', sa.Boolean(), nullable=False),
    sa.Column('ground', sa.String(24), nullable=True),
    sa.Column('made_by', sa.Integer(), nullable=True),
    sa.Column('made_at', UTCDateTime(), nullable=False),
    sa.Column('taken_off_by', sa.Integer(), nullable=True),
    sa.Column('taken_off_at', UTCDateTime(), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.CheckConstraint("(term <> '' AND start IS NULL AND stop IS NULL AND part IS NULL) OR (term = '' AND document <> '' AND part >= 0 AND start >= 0 AND start < stop)", name=op.f('ck_disclosure_mark_passage_or_term')),
    sa.CheckConstraint("NOT opens OR term <> ''", name=op.f('ck_disclosure_mark_open_terms')),
    sa.CheckConstraint('opens OR ground IS NOT NULL', name=op.f('ck_disclosure_mark_covered_why')),
    sa.ForeignKeyConstraint(['disclosure_id'], ['disclosure.id'], name=op.f('fk_disclosure_mark_disclosure_id_disclosure')),
    sa.ForeignKeyConstraint(['made_by'], ['user.id'], name=op.f('fk_disclosure_mark_made_by_user')),
    sa.ForeignKeyConstraint(['taken_off_by'], ['user.id'], name=op.f('fk_disclosure_mark_taken_off_by_user')),
    sa.CheckConstraint("ground IN ('5.1.1.c', '5.1.1.d', '5.1.1.e', '5.1.2.b', '5.1.2.d', '5.1.2.e', '5.1.2.f', '5.1.2.h', '5.1.2.i', '5.1.5', '5.2')", name=op.f('ck_disclosure_mark_ground_known')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_disclosure_mark'))
    )
    with op.batch_alter_table('disclosure_mark') as batch_op:
        batch_op.create_index(batch_op.f('ix_disclosure_mark_disclosure_id'), ['disclosure_id'], unique=False)
    op.create_table('transparency_pack',
    sa.Column('round_id', sa.Integer(), nullable=False),
    sa.Column('fund_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('snapshot_id', sa.Integer(), nullable=False),
    sa.Column('file_id', sa.Integer(), nullable=True),
    sa.Column('sha256', sa.String(), nullable=True),
    sa.Column('made_by', sa.Integer(), nullable=True),
    sa.Column('made_at', UTCDateTime(), nullable=False),
    sa.Column('published_by', sa.Integer(), nullable=True),
    sa.Column('published_at', UTCDateTime(), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('row_version', sa.Integer(), nullable=False),
    sa.CheckConstraint('(file_id IS NULL) = (sha256 IS NULL)', name=op.f('ck_transparency_pack_file_when')),
    sa.CheckConstraint('published_at IS NULL OR (file_id IS NOT NULL AND published_by IS NOT NULL)', name=op.f('ck_transparency_pack_published_what')),
    sa.ForeignKeyConstraint(['file_id'], ['file.id'], name=op.f('fk_transparency_pack_file_id_file')),
    sa.ForeignKeyConstraint(['made_by'], ['user.id'], name=op.f('fk_transparency_pack_made_by_user')),
    sa.ForeignKeyConstraint(['published_by'], ['user.id'], name=op.f('fk_transparency_pack_published_by_user')),
    sa.ForeignKeyConstraint(['round_id', 'fund_id'], ['round.id', 'round.fund_id'], name=op.f('fk_transparency_pack_round_id_fund_id_round')),
    sa.ForeignKeyConstraint(['snapshot_id'], ['snapshot.id'], name=op.f('fk_transparency_pack_snapshot_id_snapshot')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_transparency_pack')),
    sa.UniqueConstraint('round_id', 'number', name=op.f('uq_transparency_pack_round_id_number'))
    )
    with op.batch_alter_table('transparency_pack') as batch_op:
        batch_op.create_index('ix_transparency_pack_public', ['fund_id', 'published_at'], unique=False)


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table('transparency_pack') as batch_op:
        batch_op.drop_index('ix_transparency_pack_public')
    op.drop_table('transparency_pack')
    with op.batch_alter_table('disclosure_mark') as batch_op:
        batch_op.drop_index(batch_op.f('ix_disclosure_mark_disclosure_id'))
    op.drop_table('disclosure_mark')
    op.drop_table('disclosure_judgement')
    with op.batch_alter_table('disclosure') as batch_op:
        batch_op.drop_index('uq_disclosure_open')
        batch_op.drop_index('ix_disclosure_fund')
    op.drop_table('disclosure')
    op.drop_table('publishing')
