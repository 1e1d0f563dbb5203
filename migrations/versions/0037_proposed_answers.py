"""Keep a proposed answer to an appeal apart from the answer itself."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


WITH_TEXT = (
    "state <> 'proposed' OR (finding IS NOT NULL AND proposed_at IS NOT NULL AND answered_by IS NOT NULL"
    " AND proposed_answer <> '')"
)
BEFORE = (
    "state <> 'proposed' OR (finding IS NOT NULL AND proposed_at IS NOT NULL"
    " AND answered_by IS NOT NULL AND answer <> '')"
)


def upgrade() -> None:
    """Go forward."""
    with op.batch_alter_table("appeal") as batch_op:
        batch_op.drop_constraint(op.f("ck_appeal_proposed_when"), type_="check")
        batch_op.add_column(sa.Column("proposed_answer", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("proposed_internal", sa.String(), nullable=False, server_default=""))
        batch_op.create_check_constraint(op.f("ck_appeal_proposed_when"), WITH_TEXT)


def downgrade() -> None:
    """Go back."""
    op.execute("UPDATE appeal SET answer = proposed_answer WHERE state = 'proposed'")
    with op.batch_alter_table("appeal") as batch_op:
        batch_op.drop_constraint(op.f("ck_appeal_proposed_when"), type_="check")
        batch_op.drop_column("proposed_internal")
        batch_op.drop_column("proposed_answer")
        batch_op.create_check_constraint(op.f("ck_appeal_proposed_when"), BEFORE)
