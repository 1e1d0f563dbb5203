"""Keep schemes of payment, final accounts, recoveries, and reports of grantees."""

import sqlalchemy as sa
from alembic import op

from fundapp.core.db import UTCDateTime

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table('report_policy',
    sa.Column('fund_id', sa.Integer(), nullable=False),
    sa.Column('rule', sa.String(24), nullable=False),
    sa.Column('every_months', sa.Integer(), nullable=False),
    sa.Column('final_weeks', sa.Integer(), nullable=True),
    sa.Column('blocks', sa.String(24), nullable=False),
    sa.Column('row_version', sa.Integer(), nullable=False),
    sa.CheckConstraint('every_months BETWEEN 1 AND 24', name=op.f('ck_report_policy_months_some')),
    sa.CheckConstraint('final_weeks BETWEEN 0 AND 52', name=op.f('ck_report_policy_weeks_some')),
    sa.ForeignKeyConstraint(['fund_id'], ['fund.id'], name=op.f('fk_report_policy_fund_id_fund')),
    sa.CheckConstraint("rule IN ('none', 'months', 'milestones')", name=op.f('ck_report_policy_rule_known')),
    sa.CheckConstraint("blocks IN ('none', 'final', 'all')", name=op.f('ck_report_policy_blocks_known')),
    sa.PrimaryKeyConstraint('fund_id', name=op.f('pk_report_policy'))
    )
    op.create_table('final_account',
    sa.Column('award_id', sa.Integer(), nullable=False),
    sa.Column('fund_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(24), nullable=False),
    sa.Column('state_at', UTCDateTime(), nullable=False),
    sa.Column('reclaims_vat', sa.Boolean(), nullable=False),
    sa.Column('own_cents', sa.BigInteger(), nullable=False),
    sa.Column('other_cents', sa.BigInteger(), nullable=False),
    sa.Column('note', sa.String(), nullable=False),
    sa.Column('answer', sa.String(), nullable=False),
    sa.Column('costs_cents', sa.BigInteger(), nullable=False),
    sa.Column('digest', sa.String(), nullable=False),
    sa.Column('submitted_by', sa.Integer(), nullable=True),
    sa.Column('submitted_at', UTCDateTime(), nullable=True),
    sa.Column('approved_by', sa.Integer(), nullable=True),
    sa.Column('approved_at', UTCDateTime(), nullable=True),
    sa.Column('award_cents', sa.BigInteger(), nullable=True),
    sa.Column('advance_cents', sa.BigInteger(), nullable=True),
    sa.Column('settled_cents', sa.BigInteger(), nullable=True),
    sa.Column('claim_id', sa.Integer(), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('row_version', sa.Integer(), nullable=False),
    sa.CheckConstraint("state <> 'approved' OR (approved_by IS NOT NULL AND approved_at IS NOT NULL AND award_cents IS NOT NULL AND advance_cents IS NOT NULL AND settled_cents IS NOT NULL)", name=op.f('ck_final_account_approved_whole')),
    sa.CheckConstraint('approved_by IS NULL OR submitted_by IS NULL OR approved_by <> submitted_by', name=op.f('ck_final_account_two_people')),
    sa.CheckConstraint('own_cents >= 0 AND other_cents >= 0 AND costs_cents >= 0', name=op.f('ck_final_account_amounts_some')),
    sa.CheckConstraint('settled_cents BETWEEN 0 AND award_cents', name=op.f('ck_final_account_settled_within')),
    sa.ForeignKeyConstraint(['approved_by'], ['user.id'], name=op.f('fk_final_account_approved_by_user')),
    sa.ForeignKeyConstraint(['award_id', 'fund_id'], ['award.id', 'award.fund_id'], name=op.f('fk_final_account_award_id_fund_id_award')),
    sa.ForeignKeyConstraint(['claim_id', 'award_id'], ['claim.id', 'claim.award_id'], name=op.f('fk_final_account_claim_id_award_id_claim')),
    sa.ForeignKeyConstraint(['submitted_by'], ['user.id'], name=op.f('fk_final_account_submitted_by_user')),
    sa.CheckConstraint("state IN ('draft', 'submitted', 'returned', 'approved')", name=op.f('ck_final_account_state_known')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_final_account')),
    sa.UniqueConstraint('award_id', name=op.f('uq_final_account_award_id'))
    )
    op.create_table('progress_report',
    sa.Column('award_id', sa.Integer(), nullable=False),
    sa.Column('fund_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(24), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('is_fixed', sa.Boolean(), nullable=False),
    sa.Column('milestone_id', sa.Integer(), nullable=True),
    sa.Column('state', sa.String(24), nullable=False),
    sa.Column('state_at', UTCDateTime(), nullable=False),
    sa.Column('questions', sa.JSON(), nullable=True),
    sa.Column('version_number', sa.Integer(), nullable=False),
    sa.Column('saved_at', UTCDateTime(), nullable=True),
    sa.Column('submitted_by', sa.Integer(), nullable=True),
    sa.Column('submitted_at', UTCDateTime(), nullable=True),
    sa.Column('reviewed_by', sa.Integer(), nullable=True),
    sa.Column('note', sa.String(), nullable=False),
    sa.Column('internal', sa.String(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('row_version', sa.Integer(), nullable=False),
    sa.CheckConstraint("state <> 'accepted' OR (reviewed_by IS NOT NULL AND reviewed_by <> submitted_by)", name=op.f('ck_progress_report_two_people')),
    sa.CheckConstraint("state NOT IN ('submitted', 'accepted') OR (version_number > 0 AND submitted_by IS NOT NULL AND submitted_at IS NOT NULL AND questions IS NOT NULL)", name=op.f('ck_progress_report_sent_whole')),
    sa.ForeignKeyConstraint(['award_id', 'fund_id'], ['award.id', 'award.fund_id'], name=op.f('fk_progress_report_award_id_fund_id_award')),
    sa.ForeignKeyConstraint(['milestone_id', 'award_id'], ['milestone.id', 'milestone.award_id'], name=op.f('fk_progress_report_milestone_id_award_id_milestone')),
    sa.ForeignKeyConstraint(['reviewed_by'], ['user.id'], name=op.f('fk_progress_report_reviewed_by_user')),
    sa.ForeignKeyConstraint(['submitted_by'], ['user.id'], name=op.f('fk_progress_report_submitted_by_user')),
    sa.CheckConstraint("kind IN ('progress', 'final')", name=op.f('ck_progress_report_kind_known')),
    sa.CheckConstraint("state IN ('open', 'submitted', 'returned', 'accepted', 'waived')", name=op.f('ck_progress_report_state_known')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_progress_report')),
    sa.UniqueConstraint('award_id', 'number', name=op.f('uq_progress_report_award_id_number'))
    )
    with op.batch_alter_table('progress_report') as batch_op:
        batch_op.create_index('ix_progress_report_due', ['fund_id', 'state', 'due_on'], unique=False)
        batch_op.create_index('uq_progress_report_final', ['award_id'], unique=True, sqlite_where=sa.text("kind = 'final' AND state <> 'waived'"), postgresql_where=sa.text("kind = 'final' AND state <> 'waived'"))

    op.create_table('cost_line',
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(), nullable=False),
    sa.Column('budget_cents', sa.BigInteger(), nullable=False),
    sa.Column('net_cents', sa.BigInteger(), nullable=False),
    sa.Column('vat_cents', sa.BigInteger(), nullable=False),
    sa.Column('evidence', sa.JSON(), nullable=False),
    sa.Column('note', sa.String(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.CheckConstraint('budget_cents >= 0 AND net_cents >= 0 AND vat_cents >= 0', name=op.f('ck_cost_line_amounts_some')),
    sa.ForeignKeyConstraint(['account_id'], ['final_account.id'], name=op.f('fk_cost_line_account_id_final_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_cost_line'))
    )
    with op.batch_alter_table('cost_line') as batch_op:
        batch_op.create_index(batch_op.f('ix_cost_line_account_id'), ['account_id'], unique=False)

    op.create_table('recovery',
    sa.Column('award_id', sa.Integer(), nullable=False),
    sa.Column('fund_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('reference', sa.String(), nullable=False),
    sa.Column('reason', sa.String(24), nullable=False),
    sa.Column('why', sa.String(), nullable=False),
    sa.Column('amount_cents', sa.BigInteger(), nullable=False),
    sa.Column('state', sa.String(24), nullable=False),
    sa.Column('state_at', UTCDateTime(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=True),
    sa.Column('opened_by', sa.Integer(), nullable=False),
    sa.Column('opened_at', UTCDateTime(), nullable=False),
    sa.Column('write_off_why', sa.String(), nullable=False),
    sa.Column('write_off_by', sa.Integer(), nullable=True),
    sa.Column('written_off_by', sa.Integer(), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('row_version', sa.Integer(), nullable=False),
    sa.CheckConstraint("state <> 'written_off' OR (write_off_by IS NOT NULL AND written_off_by IS NOT NULL AND write_off_by <> written_off_by)", name=op.f('ck_recovery_written_off_by_two')),
    sa.CheckConstraint('amount_cents > 0', name=op.f('ck_recovery_amount_positive')),
    sa.ForeignKeyConstraint(['account_id'], ['final_account.id'], name=op.f('fk_recovery_account_id_final_account')),
    sa.ForeignKeyConstraint(['award_id', 'fund_id'], ['award.id', 'award.fund_id'], name=op.f('fk_recovery_award_id_fund_id_award')),
    sa.ForeignKeyConstraint(['opened_by'], ['user.id'], name=op.f('fk_recovery_opened_by_user')),
    sa.ForeignKeyConstraint(['write_off_by'], ['user.id'], name=op.f('fk_recovery_write_off_by_user')),
    sa.ForeignKeyConstraint(['written_off_by'], ['user.id'], name=op.f('fk_recovery_written_off_by_user')),
    sa.CheckConstraint("reason IN ('settlement', 'ended', 'wrong_payment', 'sent_back', 'other')", name=op.f('ck_recovery_reason_known')),
    sa.CheckConstraint("state IN ('open', 'settled', 'written_off', 'cancelled')", name=op.f('ck_recovery_state_known')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_recovery')),
    sa.UniqueConstraint('award_id', 'number', name=op.f('uq_recovery_award_id_number')),
    sa.UniqueConstraint('code', name=op.f('uq_recovery_code')),
    sa.UniqueConstraint('id', 'fund_id', name=op.f('uq_recovery_id_fund_id')),
    sa.UniqueConstraint('reference', name=op.f('uq_recovery_reference'))
    )
    with op.batch_alter_table('recovery') as batch_op:
        batch_op.create_index('ix_recovery_fund', ['fund_id', 'state'], unique=False)

    op.create_table('report_answer',
    sa.Column('report_id', sa.Integer(), nullable=False),
    sa.Column('field', sa.String(), nullable=False),
    sa.Column('value', sa.JSON(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('saved_at', UTCDateTime(), nullable=False),
    sa.Column('saved_by', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['report_id'], ['progress_report.id'], name=op.f('fk_report_answer_report_id_progress_report')),
    sa.ForeignKeyConstraint(['saved_by'], ['user.id'], name=op.f('fk_report_answer_saved_by_user')),
    sa.PrimaryKeyConstraint('report_id', 'field', name=op.f('pk_report_answer'))
    )
    op.create_table('report_version',
    sa.Column('report_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('answers', sa.JSON(), nullable=False),
    sa.Column('digest', sa.String(), nullable=False),
    sa.Column('sent_by', sa.Integer(), nullable=False),
    sa.Column('sent_at', UTCDateTime(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['report_id'], ['progress_report.id'], name=op.f('fk_report_version_report_id_progress_report')),
    sa.ForeignKeyConstraint(['sent_by'], ['user.id'], name=op.f('fk_report_version_sent_by_user')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_report_version')),
    sa.UniqueConstraint('report_id', 'number', name=op.f('uq_report_version_report_id_number'))
    )
    op.create_table('instalment',
    sa.Column('recovery_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('amount_cents', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.CheckConstraint('amount_cents > 0', name=op.f('ck_instalment_amount_positive')),
    sa.ForeignKeyConstraint(['recovery_id'], ['recovery.id'], name=op.f('fk_instalment_recovery_id_recovery')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_instalment')),
    sa.UniqueConstraint('recovery_id', 'number', name=op.f('uq_instalment_recovery_id_number'))
    )
    with op.batch_alter_table('instalment') as batch_op:
        batch_op.create_index('ix_instalment_due', ['due_on'], unique=False)

    op.create_table('report_remark',
    sa.Column('report_id', sa.Integer(), nullable=False),
    sa.Column('version_number', sa.Integer(), nullable=False),
    sa.Column('field', sa.String(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('asked_by', sa.Integer(), nullable=False),
    sa.Column('asked_at', UTCDateTime(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['asked_by'], ['user.id'], name=op.f('fk_report_remark_asked_by_user')),
    sa.ForeignKeyConstraint(['report_id', 'version_number'], ['report_version.report_id', 'report_version.number'], name=op.f('fk_report_remark_report_id_version_number_report_version')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_report_remark')),
    sa.UniqueConstraint('report_id', 'version_number', 'field', name=op.f('uq_report_remark_report_id_version_number_field'))
    )
    op.create_table('recovery_receipt',
    sa.Column('recovery_id', sa.Integer(), nullable=False),
    sa.Column('fund_id', sa.Integer(), nullable=False),
    sa.Column('amount_cents', sa.BigInteger(), nullable=False),
    sa.Column('received_on', sa.Date(), nullable=False),
    sa.Column('statement_line_id', sa.Integer(), nullable=True),
    sa.Column('entered_by', sa.Integer(), nullable=True),
    sa.Column('entered_at', UTCDateTime(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.CheckConstraint('amount_cents > 0', name=op.f('ck_recovery_receipt_amount_positive')),
    sa.ForeignKeyConstraint(['entered_by'], ['user.id'], name=op.f('fk_recovery_receipt_entered_by_user')),
    sa.ForeignKeyConstraint(['recovery_id', 'fund_id'], ['recovery.id', 'recovery.fund_id'], name=op.f('fk_recovery_receipt_recovery_id_fund_id_recovery')),
    sa.ForeignKeyConstraint(['statement_line_id'], ['statement_line.id'], name=op.f('fk_recovery_receipt_statement_line_id_statement_line')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_recovery_receipt')),
    sa.UniqueConstraint('statement_line_id', name=op.f('uq_recovery_receipt_statement_line_id'))
    )
    with op.batch_alter_table('recovery_receipt') as batch_op:
        batch_op.create_index('ix_recovery_receipt_recovery', ['recovery_id'], unique=False)

    with op.batch_alter_table('award') as batch_op:
        batch_op.add_column(sa.Column('scheme', sa.String(24), server_default='milestones', nullable=False))
        batch_op.create_check_constraint(op.f('ck_award_scheme_known'), "scheme IN ('milestones', 'advance')")
        batch_op.add_column(sa.Column('advance_percent', sa.Integer(), server_default='80', nullable=False))
        batch_op.create_check_constraint(op.f('ck_award_advance_share'), 'advance_percent BETWEEN 1 AND 100')

    with op.batch_alter_table('claim') as batch_op:
        batch_op.add_column(sa.Column('kind', sa.String(24), server_default='milestones', nullable=False))
        batch_op.create_check_constraint(op.f('ck_claim_kind_known'), "kind IN ('milestones', 'advance', 'settlement')")
        batch_op.create_index('uq_claim_advance', ['award_id'], unique=True, sqlite_where=sa.text("kind = 'advance' AND state NOT IN ('refused', 'withdrawn')"), postgresql_where=sa.text("kind = 'advance' AND state NOT IN ('refused', 'withdrawn')"))
        batch_op.create_index('uq_claim_settlement', ['award_id'], unique=True, sqlite_where=sa.text("kind = 'settlement' AND state NOT IN ('refused', 'withdrawn')"), postgresql_where=sa.text("kind = 'settlement' AND state NOT IN ('refused', 'withdrawn')"))


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table('claim') as batch_op:
        batch_op.drop_index('uq_claim_settlement')
        batch_op.drop_index('uq_claim_advance')
        batch_op.drop_constraint(op.f('ck_claim_kind_known'), type_='check')
        batch_op.drop_column('kind')

    with op.batch_alter_table('award') as batch_op:
        batch_op.drop_constraint(op.f('ck_award_advance_share'), type_='check')
        batch_op.drop_constraint(op.f('ck_award_scheme_known'), type_='check')
        batch_op.drop_column('advance_percent')
        batch_op.drop_column('scheme')

    with op.batch_alter_table('recovery_receipt') as batch_op:
        batch_op.drop_index('ix_recovery_receipt_recovery')

    op.drop_table('recovery_receipt')
    op.drop_table('report_remark')
    with op.batch_alter_table('instalment') as batch_op:
        batch_op.drop_index('ix_instalment_due')

    op.drop_table('instalment')
    op.drop_table('report_version')
    op.drop_table('report_answer')
    with op.batch_alter_table('recovery') as batch_op:
        batch_op.drop_index('ix_recovery_fund')

    op.drop_table('recovery')
    with op.batch_alter_table('cost_line') as batch_op:
        batch_op.drop_index(batch_op.f('ix_cost_line_account_id'))

    op.drop_table('cost_line')
    with op.batch_alter_table('progress_report') as batch_op:
        batch_op.drop_index('uq_progress_report_final')
        batch_op.drop_index('ix_progress_report_due')

    op.drop_table('progress_report')
    op.drop_table('final_account')
    op.drop_table('report_policy')
