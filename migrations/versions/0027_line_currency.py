"""Keep the currency a bank told with a movement."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    with op.batch_alter_table("statement_line") as batch_op:
        batch_op.add_column(sa.Column("currency", sa.String(), server_default="", nullable=False))


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("statement_line") as batch_op:
        batch_op.drop_column("currency")
