"""Freeze what a bank has: batches, payments, files. The triggers follow each migration."""

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward: nothing to change; the triggers are put in place after every migration."""


def downgrade() -> None:
    """Go back."""
