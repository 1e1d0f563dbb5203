"""Let invitations lapse, meetings change, completion be asked of many, and answers be agreed."""

import sqlalchemy as sa
from alembic import op

from fundapp.core.db import UTCDateTime

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


STATES = (
    "'draft', 'submitted', 'incomplete', 'in_review', 'invited', 'awarded', 'reserve', 'declined',"
    " 'ineligible', 'deferred', 'merged', 'withdrawn'"
)
STEPS = "'admit', 'lead', 'tag', 'untag', 'flag', 'unflag'"
APPEALS = "'draft', 'received', 'in_hand', 'upheld', 'changed', 'withdrawn'"


def _known(table: str, column: str, values: str) -> None:
    name = op.f(f"ck_{table}_{column}_known")
    with op.batch_alter_table(table) as batch_op:
        batch_op.drop_constraint(name, type_="check")
        batch_op.create_check_constraint(name, f"{column} IN ({values})")


def upgrade() -> None:
    """Go forward."""
    _known("application", "state", f"{STATES}, 'lapsed'")
    _known("step", "kind", f"{STEPS}, 'completion'")
    with op.batch_alter_table("meeting") as batch_op:
        batch_op.add_column(sa.Column("ends_at", UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column("link", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("sequence", sa.Integer(), nullable=False, server_default="0"))
        batch_op.create_check_constraint(
            op.f("ck_meeting_ends_later"), "ends_at IS NULL OR ends_at > starts_at"
        )
    with op.batch_alter_table("outbox") as batch_op:
        batch_op.add_column(sa.Column("calendar", sa.String(), nullable=True))
    _appeals()


def _appeals() -> None:
    with op.batch_alter_table("appeal") as batch_op:
        batch_op.drop_constraint(op.f("ck_appeal_state_known"), type_="check")
        batch_op.create_check_constraint(
            op.f("ck_appeal_state_known"), f"state IN ({APPEALS}, 'proposed')"
        )
        batch_op.add_column(sa.Column("finding", sa.String(24), nullable=True))
        batch_op.add_column(sa.Column("proposed_at", UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column("agreed_by", sa.Integer(), nullable=True))
        batch_op.create_check_constraint(
            op.f("ck_appeal_finding_known"), "finding IN ('uphold', 'change')"
        )
        batch_op.create_check_constraint(
            op.f("ck_appeal_other_eyes"), "agreed_by IS NULL OR agreed_by <> answered_by"
        )
        batch_op.create_check_constraint(
            op.f("ck_appeal_proposed_when"),
            "state <> 'proposed' OR (finding IS NOT NULL AND proposed_at IS NOT NULL"
            " AND answered_by IS NOT NULL AND answer <> '')",
        )
        batch_op.create_check_constraint(
            op.f("ck_appeal_agreed_when"),
            "finding IS NULL OR state NOT IN ('upheld', 'changed') OR agreed_by IS NOT NULL",
        )
        batch_op.create_foreign_key(
            op.f("fk_appeal_agreed_by_user"), "user", ["agreed_by"], ["id"]
        )


def downgrade() -> None:
    """Go back: what lapsed counts as withdrawn, answers that wait for a second pair of eyes go back."""
    op.execute("UPDATE appeal SET state = 'in_hand' WHERE state = 'proposed'")
    with op.batch_alter_table("appeal") as batch_op:
        batch_op.drop_constraint(op.f("fk_appeal_agreed_by_user"), type_="foreignkey")
        for name in ("agreed_when", "proposed_when", "other_eyes", "finding_known", "state_known"):
            batch_op.drop_constraint(op.f(f"ck_appeal_{name}"), type_="check")
        batch_op.create_check_constraint(op.f("ck_appeal_state_known"), f"state IN ({APPEALS})")
        for column in ("agreed_by", "proposed_at", "finding"):
            batch_op.drop_column(column)
    with op.batch_alter_table("outbox") as batch_op:
        batch_op.drop_column("calendar")
    with op.batch_alter_table("meeting") as batch_op:
        batch_op.drop_constraint(op.f("ck_meeting_ends_later"), type_="check")
        for column in ("sequence", "link", "ends_at"):
            batch_op.drop_column(column)
    op.execute("DELETE FROM step_row WHERE step_id IN (SELECT id FROM step WHERE kind = 'completion')")
    op.execute("DELETE FROM step WHERE kind = 'completion'")
    _known("step", "kind", STEPS)
    op.execute("UPDATE application SET state = 'withdrawn' WHERE state = 'lapsed'")
    _known("application", "state", STATES)
