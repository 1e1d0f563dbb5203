"""Let the proposals of a trial be wiped: the triggers that keep them know the exception."""

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward: the triggers are put in place after each migration."""


def downgrade() -> None:
    """Go back: the triggers stay as the code wants them."""
