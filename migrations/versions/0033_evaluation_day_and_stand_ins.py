"""Keep the day of a fund's evaluation, who stands in, when a reminder was meant to go, and files handed in."""

import sqlalchemy as sa
from alembic import op

from fundapp.core.db import UTCDateTime

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    with op.batch_alter_table("fund") as batch_op:
        batch_op.add_column(sa.Column("evaluation_due_on", sa.Date(), nullable=True))
    with op.batch_alter_table("absence") as batch_op:
        batch_op.add_column(sa.Column("stand_in_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(op.f("fk_absence_stand_in_id_user"), "user", ["stand_in_id"], ["id"])
        batch_op.create_check_constraint(
            op.f("ck_absence_stand_in_other"), "stand_in_id IS NULL OR stand_in_id <> user_id"
        )
    with op.batch_alter_table("reminder_rule") as batch_op:
        batch_op.add_column(sa.Column("also_to", sa.String(), nullable=True))
    with op.batch_alter_table("notice") as batch_op:
        batch_op.add_column(sa.Column("moment_at", UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column("way", sa.String(), server_default="", nullable=False))
    op.create_index(op.f("ix_notice_ended_at"), "notice", ["ended_at"])
    with op.batch_alter_table("task") as batch_op:
        batch_op.add_column(sa.Column("given_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(op.f("fk_task_given_id_file"), "file", ["given_id"], ["id"])


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("task") as batch_op:
        batch_op.drop_constraint(op.f("fk_task_given_id_file"), type_="foreignkey")
        batch_op.drop_column("given_id")
    op.drop_index(op.f("ix_notice_ended_at"), "notice")
    with op.batch_alter_table("notice") as batch_op:
        batch_op.drop_column("way")
        batch_op.drop_column("moment_at")
    with op.batch_alter_table("reminder_rule") as batch_op:
        batch_op.drop_column("also_to")
    with op.batch_alter_table("absence") as batch_op:
        batch_op.drop_constraint(op.f("ck_absence_stand_in_other"), type_="check")
        batch_op.drop_constraint(op.f("fk_absence_stand_in_id_user"), type_="foreignkey")
        batch_op.drop_column("stand_in_id")
    with op.batch_alter_table("fund") as batch_op:
        batch_op.drop_column("evaluation_due_on")
