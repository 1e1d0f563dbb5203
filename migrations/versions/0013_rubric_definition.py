"""Keep the definition of a rubric, which may be unfinished while it is written."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    with op.batch_alter_table("rubric") as batch_op:
        batch_op.add_column(sa.Column("definition", sa.JSON(), nullable=True))


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("rubric") as batch_op:
        batch_op.drop_column("definition")
