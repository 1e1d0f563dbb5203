"""Keep long work, printed files and reports people build themselves."""

import sqlalchemy as sa
from alembic import op

from fundapp.core.db import UTCDateTime

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table('built_report',
    sa.Column('fund_id', sa.Integer(), nullable=False),
    sa.Column('owner_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('subject', sa.String(), nullable=False),
    sa.Column('plan', sa.JSON(), nullable=False),
    sa.Column('shared_role', sa.String(24), nullable=True),
    sa.Column('every', sa.String(24), nullable=True),
    sa.Column('mail_role', sa.String(24), nullable=True),
    sa.Column('next_at', UTCDateTime(), nullable=True),
    sa.Column('made_at', UTCDateTime(), nullable=False),
    sa.Column('changed_at', UTCDateTime(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('row_version', sa.Integer(), nullable=False),
    sa.CheckConstraint('(every IS NULL) = (mail_role IS NULL) AND (every IS NULL) = (next_at IS NULL)', name=op.f('ck_built_report_mailed_when')),
    sa.ForeignKeyConstraint(['fund_id'], ['fund.id'], name=op.f('fk_built_report_fund_id_fund')),
    sa.ForeignKeyConstraint(['owner_id'], ['user.id'], name=op.f('fk_built_report_owner_id_user')),
    sa.CheckConstraint("shared_role IN ('reviewer', 'manager', 'finance', 'auditor', 'panel')", name=op.f('ck_built_report_shared_role_known')),
    sa.CheckConstraint("every IN ('day', 'week', 'month')", name=op.f('ck_built_report_every_known')),
    sa.CheckConstraint("mail_role IN ('reviewer', 'manager', 'finance', 'auditor', 'panel')", name=op.f('ck_built_report_mail_role_known')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_built_report')),
    sa.UniqueConstraint('owner_id', 'fund_id', 'name', name=op.f('uq_built_report_owner_id_fund_id_name'))
    )
    with op.batch_alter_table('built_report') as batch_op:
        batch_op.create_index('ix_built_report_fund', ['fund_id', 'id'], unique=False)
        batch_op.create_index('ix_built_report_next', ['next_at'], unique=False)
    op.create_table('task',
    sa.Column('key', sa.String(), nullable=True),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('title', sa.JSON(), nullable=False),
    sa.Column('payload', sa.JSON(), nullable=False),
    sa.Column('result', sa.JSON(), nullable=False),
    sa.Column('state', sa.String(24), nullable=False),
    sa.Column('fund_id', sa.Integer(), nullable=True),
    sa.Column('asked_by', sa.Integer(), nullable=True),
    sa.Column('asked_at', UTCDateTime(), nullable=False),
    sa.Column('run_at', UTCDateTime(), nullable=False),
    sa.Column('lease_until_at', UTCDateTime(), nullable=True),
    sa.Column('lease_token', sa.String(), nullable=True),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('done', sa.Integer(), nullable=False),
    sa.Column('total', sa.Integer(), nullable=False),
    sa.Column('started_at', UTCDateTime(), nullable=True),
    sa.Column('ended_at', UTCDateTime(), nullable=True),
    sa.Column('expires_at', UTCDateTime(), nullable=True),
    sa.Column('file_id', sa.Integer(), nullable=True),
    sa.Column('fault', sa.String(), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.CheckConstraint("(state = 'running') = (lease_token IS NOT NULL)", name=op.f('ck_task_leased_when')),
    sa.CheckConstraint("(state IN ('done', 'failed', 'cancelled')) = (ended_at IS NOT NULL)", name=op.f('ck_task_ended_when')),
    sa.CheckConstraint("file_id IS NULL OR state = 'done'", name=op.f('ck_task_file_when')),
    sa.ForeignKeyConstraint(['asked_by'], ['user.id'], name=op.f('fk_task_asked_by_user')),
    sa.ForeignKeyConstraint(['file_id'], ['file.id'], name=op.f('fk_task_file_id_file')),
    sa.ForeignKeyConstraint(['fund_id'], ['fund.id'], name=op.f('fk_task_fund_id_fund')),
    sa.CheckConstraint("state IN ('queued', 'running', 'done', 'failed', 'cancelled')", name=op.f('ck_task_state_known')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_task')),
    sa.UniqueConstraint('file_id', name=op.f('uq_task_file_id')),
    sa.UniqueConstraint('key', name=op.f('uq_task_key'))
    )
    with op.batch_alter_table('task') as batch_op:
        batch_op.create_index('ix_task_asked_by', ['asked_by', 'id'], unique=False)
        batch_op.create_index('ix_task_due', ['run_at'], unique=False, sqlite_where=sa.text("state IN ('queued', 'running')"), postgresql_where=sa.text("state IN ('queued', 'running')"))
        batch_op.create_index(batch_op.f('ix_task_fund_id'), ['fund_id'], unique=False)
    op.create_table('report_share',
    sa.Column('report_id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['report_id'], ['built_report.id'], name=op.f('fk_report_share_report_id_built_report')),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_report_share_user_id_user')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_report_share')),
    sa.UniqueConstraint('report_id', 'user_id', name=op.f('uq_report_share_report_id_user_id'))
    )
    with op.batch_alter_table('report_share') as batch_op:
        batch_op.create_index(batch_op.f('ix_report_share_user_id'), ['user_id'], unique=False)
    op.create_table('issued_file',
    sa.Column('snapshot_id', sa.Integer(), nullable=False),
    sa.Column('format', sa.String(), nullable=False),
    sa.Column('lang', sa.String(), nullable=False),
    sa.Column('sha256', sa.String(), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('code_version', sa.String(), nullable=False),
    sa.Column('file_id', sa.Integer(), nullable=True),
    sa.Column('issued_at', UTCDateTime(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['file_id'], ['file.id'], name=op.f('fk_issued_file_file_id_file')),
    sa.ForeignKeyConstraint(['snapshot_id'], ['snapshot.id'], name=op.f('fk_issued_file_snapshot_id_snapshot')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_issued_file')),
    sa.UniqueConstraint('snapshot_id', 'format', 'lang', 'sha256', name=op.f('uq_issued_file_snapshot_id_format_lang_sha256'))
    )
    with op.batch_alter_table('issued_file') as batch_op:
        batch_op.create_index(batch_op.f('ix_issued_file_file_id'), ['file_id'], unique=False)
        batch_op.create_index('ix_issued_file_sha256', ['sha256'], unique=False)
    with op.batch_alter_table('snapshot') as batch_op:
        batch_op.add_column(sa.Column('award_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('basis', sa.JSON(), server_default='{}', nullable=False))
        batch_op.create_index('ix_snapshot_award', ['award_id', 'kind', 'id'], unique=False)
        batch_op.create_index('ix_snapshot_fund', ['fund_id', 'kind', 'id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_snapshot_award_id_award'), 'award', ['award_id'], ['id'])


def downgrade() -> None:
    """Go back."""
    if op.get_bind().dialect.name == "postgresql":  # the trigger names the columns that go
        op.execute("DROP TRIGGER IF EXISTS keep_snapshot_update ON snapshot")
    with op.batch_alter_table('snapshot') as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_snapshot_award_id_award'), type_='foreignkey')
        batch_op.drop_index('ix_snapshot_fund')
        batch_op.drop_index('ix_snapshot_award')
        batch_op.drop_column('basis')
        batch_op.drop_column('award_id')
    with op.batch_alter_table('issued_file') as batch_op:
        batch_op.drop_index('ix_issued_file_sha256')
        batch_op.drop_index(batch_op.f('ix_issued_file_file_id'))
    op.drop_table('issued_file')
    with op.batch_alter_table('report_share') as batch_op:
        batch_op.drop_index(batch_op.f('ix_report_share_user_id'))
    op.drop_table('report_share')
    with op.batch_alter_table('task') as batch_op:
        batch_op.drop_index(batch_op.f('ix_task_fund_id'))
        batch_op.drop_index('ix_task_due', sqlite_where=sa.text("state IN ('queued', 'running')"), postgresql_where=sa.text("state IN ('queued', 'running')"))
        batch_op.drop_index('ix_task_asked_by')
    op.drop_table('task')
    with op.batch_alter_table('built_report') as batch_op:
        batch_op.drop_index('ix_built_report_next')
        batch_op.drop_index('ix_built_report_fund')
    op.drop_table('built_report')
