"""Keep who approved a decision: never the person who proposed it."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    with op.batch_alter_table("decision") as batch_op:
        batch_op.add_column(sa.Column("approved_by", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(op.f("fk_decision_approved_by_user"), "user", ["approved_by"], ["id"])
        batch_op.create_check_constraint(
            op.f("ck_decision_two_minds"), "approved_by IS NULL OR approved_by <> proposed_by"
        )


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("decision") as batch_op:
        batch_op.drop_constraint(op.f("ck_decision_two_minds"), type_="check")
        batch_op.drop_constraint(op.f("fk_decision_approved_by_user"), type_="foreignkey")
        batch_op.drop_column("approved_by")
