"""Keep rules of reminders, how people wish to be told, and secret addresses of calendars."""

import sqlalchemy as sa
from alembic import op

from fundapp.core.db import UTCDateTime

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    _rules()
    _habits()
    op.create_table(
        "calendar_token",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("revoked_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_calendar_token_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_token")),
        sa.UniqueConstraint("digest", name=op.f("uq_calendar_token_digest")),
    )
    op.create_index(
        "uq_calendar_token_live", "calendar_token", ["user_id"], unique=True,
        sqlite_where=sa.text("revoked_at IS NULL"), postgresql_where=sa.text("revoked_at IS NULL"),
    )
    _notices()
    with op.batch_alter_table("outbox") as batch:
        batch.add_column(sa.Column("unsubscribe_url", sa.String(), nullable=True))


def _rules() -> None:
    op.create_table(
        "reminder_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("fund_id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("offsets", sa.JSON(), nullable=False),
        sa.Column("in_working_days", sa.Boolean(), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(24), nullable=False),
        sa.Column("is_urgent", sa.Boolean(), nullable=False),
        sa.Column("escalate_to", sa.String(), nullable=True),
        sa.Column("escalate_after_days", sa.Integer(), nullable=True),
        sa.Column("changed_by", sa.Integer(), nullable=True),
        sa.Column("changed_at", UTCDateTime(), nullable=False),
        sa.CheckConstraint("channel IN ('mail', 'list')", name=op.f("ck_reminder_rule_channel_known")),
        sa.CheckConstraint("hour BETWEEN 0 AND 23", name=op.f("ck_reminder_rule_hour_of_day")),
        sa.CheckConstraint(
            "(escalate_to IS NULL) = (escalate_after_days IS NULL)",
            name=op.f("ck_reminder_rule_escalation_whole"),
        ),
        sa.CheckConstraint(
            "escalate_after_days IS NULL OR escalate_after_days BETWEEN 0 AND 365",
            name=op.f("ck_reminder_rule_escalation_late"),
        ),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f("fk_reminder_rule_fund_id_fund")),
        sa.ForeignKeyConstraint(["changed_by"], ["user.id"], name=op.f("fk_reminder_rule_changed_by_user")),
        sa.ForeignKeyConstraint(
            ["round_id", "fund_id"], ["round.id", "round.fund_id"],
            name=op.f("fk_reminder_rule_round_id_fund_id_round"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder_rule")),
    )
    op.create_index(op.f("ix_reminder_rule_fund_id"), "reminder_rule", ["fund_id"])
    for name, column, where in (
        ("uq_reminder_rule_fund", "fund_id", "round_id IS NULL"),
        ("uq_reminder_rule_round", "round_id", "round_id IS NOT NULL"),
    ):
        op.create_index(
            name, "reminder_rule", [column, "kind"], unique=True,
            sqlite_where=sa.text(where), postgresql_where=sa.text(where),
        )


def _habits() -> None:
    op.create_table(
        "reminder_habit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("rhythm", sa.String(24), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=True),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("zone", sa.String(), nullable=True),
        sa.CheckConstraint(
            "rhythm IN ('at_once', 'daily', 'weekly')", name=op.f("ck_reminder_habit_rhythm_known")
        ),
        sa.CheckConstraint(
            "hour IS NULL OR hour BETWEEN 0 AND 23", name=op.f("ck_reminder_habit_hour_of_day")
        ),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name=op.f("ck_reminder_habit_weekday_known")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_reminder_habit_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder_habit")),
        sa.UniqueConstraint("user_id", name=op.f("uq_reminder_habit_user_id")),
    )
    op.create_table(
        "reminder_muted",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("muted_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_reminder_muted_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder_muted")),
        sa.UniqueConstraint("user_id", "kind", name=op.f("uq_reminder_muted_user_id_kind")),
    )
    op.create_table(
        "reminder_snooze",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("until_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_reminder_snooze_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder_snooze")),
        sa.UniqueConstraint(
            "user_id", "kind", "subject_id", name=op.f("uq_reminder_snooze_user_id_kind_subject_id")
        ),
    )


def _notices() -> None:
    """Notices of before were mailed when they were made."""
    with op.batch_alter_table("notice") as batch:
        batch.alter_column("subject_type", new_column_name="kind")
        batch.add_column(sa.Column("application_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("escalated_from", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("offset_days", sa.Integer(), nullable=False, server_default="0"))
        batch.add_column(sa.Column("is_urgent", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch.add_column(sa.Column("state", sa.String(24), nullable=False, server_default="told"))
        batch.add_column(sa.Column("ended_at", UTCDateTime(), nullable=True))
        batch.add_column(sa.Column("mail_key", sa.String(), nullable=True))
    op.execute("UPDATE notice SET ended_at = made_at, kind = 'review-due'")
    with op.batch_alter_table("notice") as batch:
        for name in ("offset_days", "is_urgent", "state"):
            batch.alter_column(name, server_default=None)
        batch.create_check_constraint(
            op.f("ck_notice_ended_when"), "(state = 'waiting') = (ended_at IS NULL)"
        )
        batch.create_check_constraint(
            op.f("ck_notice_state_known"), "state IN ('waiting', 'told', 'dropped')"
        )
        batch.create_foreign_key(
            op.f("fk_notice_application_id_application"), "application", ["application_id"], ["id"]
        )
        batch.create_foreign_key(op.f("fk_notice_escalated_from_user"), "user", ["escalated_from"], ["id"])
    op.create_index(op.f("ix_notice_application_id"), "notice", ["application_id"])
    op.create_index(
        "ix_notice_waiting", "notice", ["user_id"],
        sqlite_where=sa.text("state = 'waiting'"), postgresql_where=sa.text("state = 'waiting'"),
    )


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("outbox") as batch:
        batch.drop_column("unsubscribe_url")
    op.drop_index("ix_notice_waiting", "notice")
    op.drop_index(op.f("ix_notice_application_id"), "notice")
    with op.batch_alter_table("notice") as batch:
        for kind, name in (
            ("check", "ck_notice_ended_when"),
            ("check", "ck_notice_state_known"),
            ("foreignkey", "fk_notice_application_id_application"),
            ("foreignkey", "fk_notice_escalated_from_user"),
        ):
            batch.drop_constraint(op.f(name), type_=kind)
    with op.batch_alter_table("notice") as batch:
        for name in (
            "application_id", "escalated_from", "offset_days", "is_urgent", "state", "ended_at", "mail_key",
        ):
            batch.drop_column(name)
        batch.alter_column("kind", new_column_name="subject_type")
    for table in (
        "calendar_token", "reminder_snooze", "reminder_muted", "reminder_habit", "reminder_rule",
    ):
        op.drop_table(table)
