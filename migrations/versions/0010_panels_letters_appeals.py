"""Meetings of a panel, letters that are read over, appeals; reasons, reserve list and embargo of decisions."""

import sqlalchemy as sa
from alembic import op

from fundapp.core.db import UTCDateTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


OUTCOMES = "'awarded', 'reserve', 'declined', 'ineligible'"
ROLES = "'reviewer', 'manager', 'finance', 'auditor'"
PLACED = sa.text("state <> 'superseded' AND reserve_place IS NOT NULL")
HANDS = ["id", "proposed_by", "approved_by", "released_by"]


def upgrade() -> None:
    """Go forward."""
    _seat_panels()
    _widen_decisions()
    _add_tables()


def _seat_panels() -> None:
    """Let a role be one in the panel of a round."""
    live = sa.text("ended_at IS NULL")
    in_fund, in_panel = (sa.text(f"ended_at IS NULL AND round_id IS {kind}") for kind in ("NULL", "NOT NULL"))
    with op.batch_alter_table("role") as batch_op:
        batch_op.drop_index("uq_role_live", sqlite_where=live, postgresql_where=live)
        batch_op.drop_constraint(op.f("ck_role_name_known"), type_="check")
        batch_op.create_check_constraint(op.f("ck_role_name_known"), f"name IN ({ROLES}, 'panel')")
        batch_op.add_column(sa.Column("round_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            op.f("fk_role_round_id_fund_id_round"), "round", ["round_id", "fund_id"], ["id", "fund_id"]
        )
        batch_op.create_check_constraint(
            op.f("ck_role_panel_has_round"), "(name = 'panel') = (round_id IS NOT NULL)"
        )
        batch_op.create_index(op.f("ix_role_round_id"), ["round_id"])
        batch_op.create_index(
            "uq_role_live", ["user_id", "fund_id", "name"],
            unique=True, sqlite_where=in_fund, postgresql_where=in_fund,
        )  # fmt: skip
        batch_op.create_index(
            "uq_role_live_panel", ["user_id", "round_id"],
            unique=True, sqlite_where=in_panel, postgresql_where=in_panel,
        )  # fmt: skip


def _widen_decisions() -> None:
    """Give decisions standing reasons, a place on the reserve list, an embargo, and one more outcome."""
    with op.batch_alter_table("decision") as batch_op:
        batch_op.drop_constraint(op.f("ck_decision_outcome_known"), type_="check")
        batch_op.create_check_constraint(
            op.f("ck_decision_outcome_known"), f"outcome IN ({OUTCOMES}, 'invited')"
        )
        batch_op.add_column(sa.Column("reasons", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("reserve_place", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("embargo_until_at", UTCDateTime(), nullable=True))
        batch_op.create_check_constraint(
            op.f("ck_decision_place_when"),
            "reserve_place IS NULL OR (outcome = 'reserve' AND reserve_place > 0)",
        )
        batch_op.create_unique_constraint(op.f("uq_decision_id_proposed_by_approved_by_released_by"), HANDS)
        batch_op.create_index(
            "uq_decision_place", ["round_id", "reserve_place"],
            unique=True, sqlite_where=PLACED, postgresql_where=PLACED,
        )  # fmt: skip
    with op.batch_alter_table("decision") as batch_op:
        batch_op.alter_column("reasons", server_default=None)


def _add_tables() -> None:
    op.create_table(
        "decision_reason",
        sa.Column("fund_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.JSON(), nullable=False),
        sa.Column("text", sa.JSON(), nullable=False),
        sa.Column("outcomes", sa.JSON(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f("fk_decision_reason_fund_id_fund")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision_reason")),
        sa.UniqueConstraint("fund_id", "code", name=op.f("uq_decision_reason_fund_id_code")),
    )

    op.create_table(
        "letter_text",
        sa.Column("fund_id", sa.Integer(), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "awarded",
                "reserve",
                "declined",
                "ineligible",
                "invited",
                name="outcome_known",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("opening", sa.JSON(), nullable=False),
        sa.Column("closing", sa.JSON(), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f("fk_letter_text_fund_id_fund")),
        sa.ForeignKeyConstraint(["made_by"], ["user.id"], name=op.f("fk_letter_text_made_by_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_text")),
        sa.UniqueConstraint(
            "fund_id", "outcome", "number", name=op.f("uq_letter_text_fund_id_outcome_number")
        ),
    )

    op.create_table(
        "letter",
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("fund_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "held",
                "sent",
                name="state_known",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("state_at", UTCDateTime(), nullable=False),
        sa.Column("edited_by", sa.Integer(), nullable=True),
        sa.Column("edited_at", UTCDateTime(), nullable=True),
        sa.Column("read_by", sa.Integer(), nullable=True),
        sa.Column("read_at", UTCDateTime(), nullable=True),
        sa.Column("sent_at", UTCDateTime(), nullable=True),
        sa.Column("object_by_on", sa.Date(), nullable=True),
        sa.Column("file_id", sa.Integer(), nullable=True),
        sa.Column("sha256", sa.String(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name=op.f("ck_letter_sent_when")),
        sa.CheckConstraint(
            "state = 'draft' OR (read_by IS NOT NULL AND read_at IS NOT NULL)",
            name=op.f("ck_letter_read_when"),
        ),
        sa.CheckConstraint("(file_id IS NULL) = (sha256 IS NULL)", name=op.f("ck_letter_printed_when")),
        sa.CheckConstraint(
            "read_by IS NULL OR edited_by IS NULL OR read_by <> edited_by", name=op.f("ck_letter_other_eyes")
        ),
        sa.ForeignKeyConstraint(
            ["application_id", "fund_id"],
            ["application.id", "application.fund_id"],
            name=op.f("fk_letter_application_id_fund_id_application"),
        ),
        sa.ForeignKeyConstraint(
            ["decision_id", "application_id"],
            ["decision.id", "decision.application_id"],
            name=op.f("fk_letter_decision_id_application_id_decision"),
        ),
        sa.ForeignKeyConstraint(["edited_by"], ["user.id"], name=op.f("fk_letter_edited_by_user")),
        sa.ForeignKeyConstraint(["file_id"], ["file.id"], name=op.f("fk_letter_file_id_file")),
        sa.ForeignKeyConstraint(["read_by"], ["user.id"], name=op.f("fk_letter_read_by_user")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_letter_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter")),
        sa.UniqueConstraint("decision_id", "user_id", name=op.f("uq_letter_decision_id_user_id")),
    )
    with op.batch_alter_table("letter", schema=None) as batch_op:
        batch_op.create_index("ix_letter_application", ["application_id"], unique=False)
        batch_op.create_index("ix_letter_fund", ["fund_id", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_letter_user_id"), ["user_id"], unique=False)

    op.create_table(
        "appeal",
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("fund_id", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("proposed_by", sa.Integer(), nullable=False),
        sa.Column("approved_by", sa.Integer(), nullable=False),
        sa.Column("released_by", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "explanation",
                "objection",
                name="kind_known",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "received",
                "in_hand",
                "upheld",
                "changed",
                "withdrawn",
                name="state_known",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("state_at", UTCDateTime(), nullable=False),
        sa.Column("term_ends_on", sa.Date(), nullable=False),
        sa.Column("grounds", sa.String(), nullable=False),
        sa.Column("late_reason", sa.String(), nullable=False),
        sa.Column("is_late", sa.Boolean(), nullable=False),
        sa.Column("written_by", sa.Integer(), nullable=False),
        sa.Column("saved_at", UTCDateTime(), nullable=False),
        sa.Column("received_at", UTCDateTime(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("extended_at", UTCDateTime(), nullable=True),
        sa.Column("handler_id", sa.Integer(), nullable=True),
        sa.Column("hearing_on", sa.Date(), nullable=True),
        sa.Column("hearing_summary", sa.String(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("internal", sa.String(), nullable=False),
        sa.Column("answered_by", sa.Integer(), nullable=True),
        sa.Column("answered_at", UTCDateTime(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint("NOT is_late OR late_reason <> ''", name=op.f("ck_appeal_late_why")),
        sa.CheckConstraint(
            "state IN ('draft', 'withdrawn') OR (received_at IS NOT NULL AND due_on IS NOT NULL AND grounds <> '')",
            name=op.f("ck_appeal_sent_when"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('in_hand', 'upheld', 'changed') OR handler_id IS NOT NULL",
            name=op.f("ck_appeal_in_hand_who"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('upheld', 'changed') OR (answered_by IS NOT NULL AND answered_at IS NOT NULL AND answer <> '')",
            name=op.f("ck_appeal_answered_when"),
        ),
        sa.CheckConstraint(
            "answered_by IS NULL OR answered_by NOT IN (proposed_by, approved_by, released_by)",
            name=op.f("ck_appeal_second_eyes"),
        ),
        sa.CheckConstraint(
            "handler_id IS NULL OR handler_id NOT IN (proposed_by, approved_by, released_by)",
            name=op.f("ck_appeal_second_hands"),
        ),
        sa.ForeignKeyConstraint(["answered_by"], ["user.id"], name=op.f("fk_appeal_answered_by_user")),
        sa.ForeignKeyConstraint(
            ["application_id", "round_id", "fund_id"],
            ["application.id", "application.round_id", "application.fund_id"],
            name=op.f("fk_appeal_application_id_round_id_fund_id_application"),
        ),
        sa.ForeignKeyConstraint(
            ["decision_id", "application_id"],
            ["decision.id", "decision.application_id"],
            name=op.f("fk_appeal_decision_id_application_id_decision"),
        ),
        sa.ForeignKeyConstraint(
            ["decision_id", "proposed_by", "approved_by", "released_by"],
            ["decision.id", "decision.proposed_by", "decision.approved_by", "decision.released_by"],
            name="fk_appeal_hands",
        ),
        sa.ForeignKeyConstraint(["handler_id"], ["user.id"], name=op.f("fk_appeal_handler_id_user")),
        sa.ForeignKeyConstraint(["written_by"], ["user.id"], name=op.f("fk_appeal_written_by_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeal")),
    )
    with op.batch_alter_table("appeal", schema=None) as batch_op:
        batch_op.create_index("ix_appeal_application", ["application_id"], unique=False)
        batch_op.create_index("ix_appeal_due", ["state", "due_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_appeal_handler_id"), ["handler_id"], unique=False)
        batch_op.create_index("ix_appeal_round", ["round_id", "state"], unique=False)
        batch_op.create_index(
            "uq_appeal_live",
            ["decision_id"],
            unique=True,
            sqlite_where=sa.text("state <> 'withdrawn'"),
            postgresql_where=sa.text("state <> 'withdrawn'"),
        )

    op.create_table(
        "meeting",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("fund_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("starts_at", UTCDateTime(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "planned",
                "running",
                "closed",
                "cancelled",
                name="state_known",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("state_at", UTCDateTime(), nullable=False),
        sa.Column("is_secret", sa.Boolean(), nullable=False),
        sa.Column("quorum", sa.Integer(), nullable=False),
        sa.Column("remarks", sa.String(), nullable=False),
        sa.Column("opened_at", UTCDateTime(), nullable=True),
        sa.Column("closed_at", UTCDateTime(), nullable=True),
        sa.Column("file_id", sa.Integer(), nullable=True),
        sa.Column("sha256", sa.String(), nullable=True),
        sa.Column("created_by", sa.Integer(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'closed') = (closed_at IS NOT NULL)", name=op.f("ck_meeting_closed_when")
        ),
        sa.CheckConstraint(
            "state NOT IN ('running', 'closed') OR opened_at IS NOT NULL", name=op.f("ck_meeting_opened_when")
        ),
        sa.CheckConstraint("quorum >= 1", name=op.f("ck_meeting_quorum_some")),
        sa.ForeignKeyConstraint(["created_by"], ["user.id"], name=op.f("fk_meeting_created_by_user")),
        sa.ForeignKeyConstraint(["file_id"], ["file.id"], name=op.f("fk_meeting_file_id_file")),
        sa.ForeignKeyConstraint(
            ["round_id", "fund_id"],
            ["round.id", "round.fund_id"],
            name=op.f("fk_meeting_round_id_fund_id_round"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting")),
        sa.UniqueConstraint("id", "round_id", name=op.f("uq_meeting_id_round_id")),
        sa.UniqueConstraint("round_id", "number", name=op.f("uq_meeting_round_id_number")),
    )

    op.create_table(
        "meeting_seat",
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "chair",
                "secretary",
                "member",
                name="kind_known",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("has_vote", sa.Boolean(), nullable=False),
        sa.Column("present_at", UTCDateTime(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind <> 'secretary' OR NOT has_vote", name=op.f("ck_meeting_seat_secretary_writes")
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_meeting_seat_meeting_id_meeting")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_meeting_seat_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_seat")),
        sa.UniqueConstraint(
            "meeting_id", "user_id", "has_vote", name=op.f("uq_meeting_seat_meeting_id_user_id_has_vote")
        ),
        sa.UniqueConstraint("meeting_id", "user_id", name=op.f("uq_meeting_seat_meeting_id_user_id")),
    )
    with op.batch_alter_table("meeting_seat", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_meeting_seat_user_id"), ["user_id"], unique=False)
        batch_op.create_index(
            "uq_meeting_seat_chair",
            ["meeting_id"],
            unique=True,
            sqlite_where=sa.text("kind = 'chair'"),
            postgresql_where=sa.text("kind = 'chair'"),
        )

    op.create_table(
        "agenda_item",
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("fund_id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "live",
                "done",
                name="state_known",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("state_at", UTCDateTime(), nullable=False),
        sa.Column(
            "voting",
            sa.Enum(
                "none",
                "open",
                "closed",
                name="voting_known",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("opened_at", UTCDateTime(), nullable=True),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "awarded",
                "reserve",
                "declined",
                "ineligible",
                "invited",
                name="outcome_known",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
        ),
        sa.Column("amount_cents", sa.BigInteger(), nullable=True),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("to_applicant", sa.String(), nullable=False),
        sa.Column("internal", sa.String(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(coalesce(outcome, '') = 'awarded') = (amount_cents IS NOT NULL)",
            name=op.f("ck_agenda_item_amount_when"),
        ),
        sa.CheckConstraint(
            "(state = 'live') = (opened_at IS NOT NULL)", name=op.f("ck_agenda_item_opened_when")
        ),
        sa.CheckConstraint("voting <> 'open' OR state = 'live'", name=op.f("ck_agenda_item_votes_on_live")),
        sa.CheckConstraint(
            "amount_cents IS NULL OR amount_cents > 0", name=op.f("ck_agenda_item_amount_positive")
        ),
        sa.ForeignKeyConstraint(
            ["application_id", "round_id", "fund_id"],
            ["application.id", "application.round_id", "application.fund_id"],
            name=op.f("fk_agenda_item_application_id_round_id_fund_id_application"),
        ),
        sa.ForeignKeyConstraint(
            ["decision_id", "application_id"],
            ["decision.id", "decision.application_id"],
            name=op.f("fk_agenda_item_decision_id_application_id_decision"),
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id", "round_id"],
            ["meeting.id", "meeting.round_id"],
            name=op.f("fk_agenda_item_meeting_id_round_id_meeting"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agenda_item")),
        sa.UniqueConstraint("id", "meeting_id", name=op.f("uq_agenda_item_id_meeting_id")),
        sa.UniqueConstraint(
            "meeting_id", "application_id", name=op.f("uq_agenda_item_meeting_id_application_id")
        ),
    )
    with op.batch_alter_table("agenda_item", schema=None) as batch_op:
        batch_op.create_index("ix_agenda_item_application", ["application_id"], unique=False)
        batch_op.create_index(
            "uq_agenda_item_live",
            ["meeting_id"],
            unique=True,
            sqlite_where=sa.text("state = 'live'"),
            postgresql_where=sa.text("state = 'live'"),
        )

    op.create_table(
        "agenda_walk",
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("left_at", UTCDateTime(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id", "meeting_id"],
            ["agenda_item.id", "agenda_item.meeting_id"],
            name=op.f("fk_agenda_walk_item_id_meeting_id_agenda_item"),
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id", "user_id"],
            ["meeting_seat.meeting_id", "meeting_seat.user_id"],
            name=op.f("fk_agenda_walk_meeting_id_user_id_meeting_seat"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agenda_walk")),
        sa.UniqueConstraint("item_id", "user_id", name=op.f("uq_agenda_walk_item_id_user_id")),
    )

    op.create_table(
        "vote",
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("has_vote", sa.Boolean(), nullable=False),
        sa.Column(
            "choice",
            sa.Enum(
                "yes",
                "no",
                "abstain",
                name="choice_known",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("amount_cents", sa.BigInteger(), nullable=True),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "amount_cents IS NULL OR (choice = 'yes' AND amount_cents > 0)",
            name=op.f("ck_vote_amount_with_yes"),
        ),
        sa.CheckConstraint("has_vote", name=op.f("ck_vote_who_has_one")),
        sa.ForeignKeyConstraint(
            ["item_id", "meeting_id"],
            ["agenda_item.id", "agenda_item.meeting_id"],
            name=op.f("fk_vote_item_id_meeting_id_agenda_item"),
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id", "user_id", "has_vote"],
            ["meeting_seat.meeting_id", "meeting_seat.user_id", "meeting_seat.has_vote"],
            name=op.f("fk_vote_meeting_id_user_id_has_vote_meeting_seat"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vote")),
        sa.UniqueConstraint("item_id", "user_id", name=op.f("uq_vote_item_id_user_id")),
    )


def downgrade() -> None:
    """Go back."""
    for table in (
        "vote",
        "agenda_walk",
        "agenda_item",
        "meeting_seat",
        "meeting",
        "appeal",
        "letter",
        "letter_text",
        "decision_reason",
    ):
        op.drop_table(table)
    with op.batch_alter_table("decision") as batch_op:
        batch_op.drop_index("uq_decision_place", sqlite_where=PLACED, postgresql_where=PLACED)
        batch_op.drop_constraint(op.f("uq_decision_id_proposed_by_approved_by_released_by"), type_="unique")
        batch_op.drop_constraint(op.f("ck_decision_place_when"), type_="check")
        batch_op.drop_constraint(op.f("ck_decision_outcome_known"), type_="check")
        batch_op.create_check_constraint(op.f("ck_decision_outcome_known"), f"outcome IN ({OUTCOMES})")
        for column in ("embargo_until_at", "reserve_place", "reasons"):
            batch_op.drop_column(column)
    _unseat_panels()


def _unseat_panels() -> None:
    op.execute("DELETE FROM role WHERE name = 'panel'")
    live = sa.text("ended_at IS NULL")
    in_fund, in_panel = (sa.text(f"ended_at IS NULL AND round_id IS {kind}") for kind in ("NULL", "NOT NULL"))
    with op.batch_alter_table("role") as batch_op:
        batch_op.drop_index("uq_role_live_panel", sqlite_where=in_panel, postgresql_where=in_panel)
        batch_op.drop_index("uq_role_live", sqlite_where=in_fund, postgresql_where=in_fund)
        batch_op.drop_index(op.f("ix_role_round_id"))
        batch_op.drop_constraint(op.f("ck_role_panel_has_round"), type_="check")
        batch_op.drop_constraint(op.f("fk_role_round_id_fund_id_round"), type_="foreignkey")
        batch_op.drop_constraint(op.f("ck_role_name_known"), type_="check")
        batch_op.create_check_constraint(op.f("ck_role_name_known"), f"name IN ({ROLES})")
        batch_op.drop_column("round_id")
        batch_op.create_index(
            "uq_role_live", ["user_id", "fund_id", "name"],
            unique=True, sqlite_where=live, postgresql_where=live,
        )  # fmt: skip
