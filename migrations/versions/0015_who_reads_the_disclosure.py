"""Let a round decide whether reviewers see how generative AI was used."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    with op.batch_alter_table('round', schema=None) as batch_op:
        batch_op.add_column(sa.Column('shows_disclosure', sa.Boolean(), server_default=sa.true(), nullable=False))


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table('round', schema=None) as batch_op:
        batch_op.drop_column('shows_disclosure')
