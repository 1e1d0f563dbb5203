"""Keep what the bank sent back: statements and status reports, line by line."""

import sqlalchemy as sa
from alembic import op

from fundapp.core.db import UTCDateTime

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table('bank_statement',
    sa.Column('fund_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(24), nullable=False),
    sa.Column('sha256', sa.String(), nullable=False),
    sa.Column('part', sa.Integer(), nullable=False),
    sa.Column('bank_id', sa.String(), nullable=False),
    sa.Column('iban', sa.String(), nullable=False),
    sa.Column('opening_cents', sa.BigInteger(), nullable=True),
    sa.Column('closing_cents', sa.BigInteger(), nullable=True),
    sa.Column('file_id', sa.Integer(), nullable=True),
    sa.Column('taken_by', sa.Integer(), nullable=True),
    sa.Column('taken_at', UTCDateTime(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['file_id'], ['file.id'], name=op.f('fk_bank_statement_file_id_file')),
    sa.ForeignKeyConstraint(['fund_id'], ['fund.id'], name=op.f('fk_bank_statement_fund_id_fund')),
    sa.ForeignKeyConstraint(['taken_by'], ['user.id'], name=op.f('fk_bank_statement_taken_by_user')),
    sa.CheckConstraint("kind IN ('camt053', 'pain002')", name=op.f('ck_bank_statement_kind_known')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bank_statement')),
    sa.UniqueConstraint('fund_id', 'kind', 'iban', 'bank_id', name=op.f('uq_bank_statement_fund_id_kind_iban_bank_id')),
    sa.UniqueConstraint('id', 'fund_id', name=op.f('uq_bank_statement_id_fund_id')),
    sa.UniqueConstraint('sha256', 'part', name=op.f('uq_bank_statement_sha256_part'))
    )
    with op.batch_alter_table('bank_statement') as batch_op:
        batch_op.create_index(batch_op.f('ix_bank_statement_fund_id'), ['fund_id'], unique=False)
    op.create_table('statement_line',
    sa.Column('statement_id', sa.Integer(), nullable=False),
    sa.Column('fund_id', sa.Integer(), nullable=False),
    sa.Column('bank_key', sa.String(), nullable=False),
    sa.Column('state', sa.String(24), nullable=False),
    sa.Column('booked_on', sa.Date(), nullable=True),
    sa.Column('amount_cents', sa.BigInteger(), nullable=True),
    sa.Column('end_to_end_id', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('masked', sa.String(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('why', sa.String(), nullable=False),
    sa.Column('payment_id', sa.Integer(), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.CheckConstraint("state NOT IN ('matched', 'returned') OR payment_id IS NOT NULL", name=op.f('ck_statement_line_payment_when')),
    sa.ForeignKeyConstraint(['payment_id'], ['payment.id'], name=op.f('fk_statement_line_payment_id_payment')),
    sa.ForeignKeyConstraint(['statement_id', 'fund_id'], ['bank_statement.id', 'bank_statement.fund_id'], name=op.f('fk_statement_line_statement_id_fund_id_bank_statement')),
    sa.CheckConstraint("state IN ('matched', 'returned', 'known', 'noted', 'unmatched')", name=op.f('ck_statement_line_state_known')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_statement_line')),
    sa.UniqueConstraint('fund_id', 'bank_key', 'payment_id', name=op.f('uq_statement_line_fund_id_bank_key_payment_id'))
    )
    with op.batch_alter_table('statement_line') as batch_op:
        batch_op.create_index(batch_op.f('ix_statement_line_payment_id'), ['payment_id'], unique=False)
        batch_op.create_index('ix_statement_line_statement', ['statement_id'], unique=False)


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table('statement_line') as batch_op:
        batch_op.drop_index('ix_statement_line_statement')
        batch_op.drop_index(batch_op.f('ix_statement_line_payment_id'))
    op.drop_table('statement_line')
    with op.batch_alter_table('bank_statement') as batch_op:
        batch_op.drop_index(batch_op.f('ix_bank_statement_fund_id'))
    op.drop_table('bank_statement')
