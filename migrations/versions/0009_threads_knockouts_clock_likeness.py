"""Keep what threads are about, mentions, knock-outs, stopped clocks, joined and alike applications."""

import sqlalchemy as sa
from alembic import op

from fundapp.core.db import UTCDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


KINDS = "kind IN ('question', 'completion', 'note', 'discussion')"
STATES = "state IN ('open', 'answered', 'closed')"
MORE_STATES = "state IN ('open', 'answered', 'closed', 'expired')"


def upgrade() -> None:
    """Go forward."""
    _applications()
    _threads()
    _knockouts()
    _likeness()


def _applications() -> None:
    with op.batch_alter_table("application") as batch_op:
        batch_op.add_column(sa.Column("clock_stopped_at", UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column("clock_stopped_s", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("merged_into_id", sa.Integer(), nullable=True))
    op.execute(sa.text("UPDATE application SET clock_stopped_s = 0"))
    op.execute(sa.text("UPDATE application SET clock_stopped_at = state_at WHERE state = 'incomplete'"))
    with op.batch_alter_table("application") as batch_op:
        batch_op.alter_column("clock_stopped_s", existing_type=sa.Integer(), nullable=False)
        batch_op.create_foreign_key(
            op.f("fk_application_merged_into_id_fund_id_application"), "application",
            ["merged_into_id", "fund_id"], ["id", "fund_id"],
        )  # fmt: skip
        batch_op.create_check_constraint(
            op.f("ck_application_clock_when"), "(state = 'incomplete') = (clock_stopped_at IS NOT NULL)"
        )
        batch_op.create_check_constraint(op.f("ck_application_clock_some"), "clock_stopped_s >= 0")
        batch_op.create_check_constraint(
            op.f("ck_application_merged_when"),
            "(state = 'merged') = (merged_into_id IS NOT NULL)",
        )
        batch_op.create_check_constraint(op.f("ck_application_merged_other"), "merged_into_id <> id")


def _threads() -> None:
    with op.batch_alter_table("thread") as batch_op:
        batch_op.add_column(sa.Column("kind", sa.String(24), nullable=True))
        batch_op.add_column(sa.Column("about", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("unlocks", sa.JSON(), nullable=True))
    op.execute(sa.text("UPDATE thread SET kind = 'question', unlocks = '[]'"))
    with op.batch_alter_table("thread") as batch_op:
        batch_op.alter_column("kind", existing_type=sa.String(24), nullable=False)
        batch_op.alter_column("unlocks", existing_type=sa.JSON(), nullable=False)
        batch_op.drop_constraint(op.f("ck_thread_state_known"), type_="check")
        batch_op.create_check_constraint(op.f("ck_thread_state_known"), MORE_STATES)
        batch_op.create_check_constraint(op.f("ck_thread_kind_known"), KINDS)
        batch_op.create_check_constraint(
            op.f("ck_thread_completion_asked"),
            "kind <> 'completion' OR (due_at IS NOT NULL AND audience = 'applicant')",
        )
        batch_op.create_check_constraint(
            op.f("ck_thread_inside"), "kind NOT IN ('note', 'discussion') OR audience <> 'applicant'"
        )
        batch_op.create_index(
            "uq_thread_completion", ["application_id"], unique=True,
            sqlite_where=sa.text("kind = 'completion' AND state = 'open'"),
            postgresql_where=sa.text("kind = 'completion' AND state = 'open'"),
        )  # fmt: skip
        batch_op.create_index(
            "ix_thread_due", ["due_at"],
            sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"),
        )  # fmt: skip
    with op.batch_alter_table("message") as batch_op:
        batch_op.add_column(sa.Column("version_number", sa.Integer(), nullable=True))
    op.create_table(
        "mention",
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("seen_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_mention_message_id_message")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_mention_user_id_user")),
        sa.PrimaryKeyConstraint("message_id", "user_id", name=op.f("pk_mention")),
    )
    op.create_index(op.f("ix_mention_user_id"), "mention", ["user_id"])
    op.create_table(
        "reply_draft",
        sa.Column("thread_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("saved_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["thread_id"], ["thread.id"], name=op.f("fk_reply_draft_thread_id_thread")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_reply_draft_user_id_user")),
        sa.PrimaryKeyConstraint("thread_id", "user_id", name=op.f("pk_reply_draft")),
    )


def _knockouts() -> None:
    op.create_table(
        "checklist",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("fund_id", sa.Integer(), nullable=False),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column("second_look_percent", sa.Integer(), nullable=False),
        sa.Column("seed", sa.String(), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "second_look_percent >= 0 AND second_look_percent <= 100", name=op.f("ck_checklist_share")
        ),
        sa.ForeignKeyConstraint(
            ["round_id", "fund_id"], ["round.id", "round.fund_id"],
            name=op.f("fk_checklist_round_id_fund_id_round"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checklist")),
        sa.UniqueConstraint("round_id", name=op.f("uq_checklist_round_id")),
    )  # fmt: skip
    op.create_table(
        "knockout",
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("fund_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("look", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint("look IN (1, 2)", name=op.f("ck_knockout_looks")),
        sa.CheckConstraint("passed OR reason <> ''", name=op.f("ck_knockout_refused_why")),
        sa.ForeignKeyConstraint(
            ["application_id", "fund_id"], ["application.id", "application.fund_id"],
            name=op.f("fk_knockout_application_id_fund_id_application"),
        ),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_knockout_by_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_knockout")),
        sa.UniqueConstraint("application_id", "key", "by_id", name="uq_knockout_person"),
        sa.UniqueConstraint("application_id", "key", "look", name="uq_knockout_look"),
    )  # fmt: skip
    op.create_table(
        "knockout_ruling",
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("fund_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_knockout_ruling_said_why")),
        sa.ForeignKeyConstraint(
            ["application_id", "fund_id"], ["application.id", "application.fund_id"],
            name=op.f("fk_knockout_ruling_application_id_fund_id_application"),
        ),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_knockout_ruling_by_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_knockout_ruling")),
        sa.UniqueConstraint("application_id", "key", name=op.f("uq_knockout_ruling_application_id_key")),
    )  # fmt: skip


def _likeness() -> None:
    op.create_table(
        "fingerprint",
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("fund_id", sa.Integer(), nullable=False),
        sa.Column("version_number", sa.Integer(), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id", "fund_id"], ["application.id", "application.fund_id"],
            name=op.f("fk_fingerprint_application_id_fund_id_application"),
        ),
        sa.PrimaryKeyConstraint("application_id", name=op.f("pk_fingerprint")),
    )  # fmt: skip
    op.create_table(
        "trait",
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("fund_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id", "fund_id"], ["application.id", "application.fund_id"],
            name=op.f("fk_trait_application_id_fund_id_application"),
        ),
        sa.PrimaryKeyConstraint("application_id", "kind", "value", name=op.f("pk_trait")),
    )  # fmt: skip
    op.create_index("ix_trait_value", "trait", ["fund_id", "kind", "value"])
    op.create_table(
        "likeness",
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column("fund_id", sa.Integer(), nullable=False),
        sa.Column("text_ppm", sa.Integer(), nullable=False),
        sa.Column("hints", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("state_at", UTCDateTime(), nullable=False),
        sa.Column("settled_by", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('open', 'different', 'joined')", name=op.f("ck_likeness_state_known")),
        sa.CheckConstraint("application_id < other_id", name=op.f("ck_likeness_in_order")),
        sa.CheckConstraint("(state = 'open') = (settled_by IS NULL)", name=op.f("ck_likeness_settled_when")),
        sa.ForeignKeyConstraint(
            ["application_id", "fund_id"], ["application.id", "application.fund_id"],
            name=op.f("fk_likeness_application_id_fund_id_application"),
        ),
        sa.ForeignKeyConstraint(
            ["other_id", "fund_id"], ["application.id", "application.fund_id"],
            name=op.f("fk_likeness_other_id_fund_id_application"),
        ),
        sa.ForeignKeyConstraint(["settled_by"], ["user.id"], name=op.f("fk_likeness_settled_by_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_likeness")),
        sa.UniqueConstraint("application_id", "other_id", name=op.f("uq_likeness_application_id_other_id")),
    )  # fmt: skip
    op.create_index("ix_likeness_other", "likeness", ["other_id"])


def downgrade() -> None:
    """Go back."""
    for table in ("likeness", "trait", "fingerprint", "knockout_ruling", "knockout", "checklist"):
        op.drop_table(table)
    op.drop_table("reply_draft")
    op.drop_table("mention")
    if op.get_bind().dialect.name == "postgresql":  # it names the column; put back after each migration
        op.execute(sa.text("DROP TRIGGER IF EXISTS keep_message_update ON message"))
    with op.batch_alter_table("message") as batch_op:
        batch_op.drop_column("version_number")
    op.execute(sa.text("UPDATE thread SET state = 'closed' WHERE state = 'expired'"))
    with op.batch_alter_table("thread") as batch_op:
        batch_op.drop_index("uq_thread_completion")
        batch_op.drop_index("ix_thread_due")
        for name in ("kind_known", "completion_asked", "inside", "state_known"):
            batch_op.drop_constraint(op.f(f"ck_thread_{name}"), type_="check")
        batch_op.create_check_constraint(op.f("ck_thread_state_known"), STATES)
        for column in ("kind", "about", "unlocks"):
            batch_op.drop_column(column)
    with op.batch_alter_table("application") as batch_op:
        for name in ("clock_when", "clock_some", "merged_when", "merged_other"):
            batch_op.drop_constraint(op.f(f"ck_application_{name}"), type_="check")
        batch_op.drop_constraint(
            op.f("fk_application_merged_into_id_fund_id_application"), type_="foreignkey"
        )
        for column in ("clock_stopped_at", "clock_stopped_s", "merged_into_id"):
            batch_op.drop_column(column)
