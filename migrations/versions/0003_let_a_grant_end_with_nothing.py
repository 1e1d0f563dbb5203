"""Let a grant that ends early give all of its money back."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    with op.batch_alter_table("award") as batch_op:
        batch_op.drop_constraint(op.f("ck_award_amount_positive"), type_="check")
        batch_op.create_check_constraint(op.f("ck_award_amount_some"), "amount_cents >= 0")


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("award") as batch_op:
        batch_op.drop_constraint(op.f("ck_award_amount_some"), type_="check")
        batch_op.create_check_constraint(op.f("ck_award_amount_positive"), "amount_cents > 0")
