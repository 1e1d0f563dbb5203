"""Keep within how many days a fund means to confirm, to sign and to pay."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    with op.batch_alter_table("fund") as batch_op:
        batch_op.add_column(sa.Column("receipt_days", sa.Integer(), server_default="1", nullable=False))
        batch_op.add_column(sa.Column("agreement_days", sa.Integer(), server_default="60", nullable=False))
        batch_op.add_column(sa.Column("payment_days", sa.Integer(), server_default="30", nullable=False))
        batch_op.create_check_constraint(
            op.f("ck_fund_service_terms"),
            "receipt_days BETWEEN 0 AND 60 AND agreement_days BETWEEN 1 AND 365"
            " AND payment_days BETWEEN 1 AND 365",
        )


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("fund") as batch_op:
        batch_op.drop_constraint(op.f("ck_fund_service_terms"), type_="check")
        batch_op.drop_column("payment_days")
        batch_op.drop_column("agreement_days")
        batch_op.drop_column("receipt_days")
