"""Let a line of a statement be money that was claimed back."""

from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


BEFORE = "('payment', 'gift', 'costs', 'suspense')"
AFTER = "('payment', 'gift', 'recovery', 'costs', 'suspense')"


def upgrade() -> None:
    """Go forward."""
    _kinds(AFTER)


def downgrade() -> None:
    """Go back."""
    _kinds(BEFORE)


def _kinds(known: str) -> None:
    with op.batch_alter_table("line_handling") as batch_op:
        batch_op.drop_constraint(op.f("ck_line_handling_kind_known"), type_="check")
        batch_op.create_check_constraint(op.f("ck_line_handling_kind_known"), f"kind IN {known}")
