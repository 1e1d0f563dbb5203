"""Negotiate plans, share grants between payees, watch conditions, amend by rule."""

import sqlalchemy as sa
from alembic import op

from fundapp.core.db import UTCDateTime

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


STATES = "'saved', 'open', 'taken', 'declined', 'withdrawn'"
OPEN_PLAN = sa.text("state = 'open'")


def upgrade() -> None:
    """Go forward."""
    _widen_agreements()
    _share_between_payees()
    _keep_plans()
    _add_conditions()
    _keep_texts()
    _keep_rulings()


def _widen_agreements() -> None:
    with op.batch_alter_table("agreement") as batch_op:
        batch_op.add_column(
            sa.Column("change_class", sa.String(24), nullable=False, server_default="initial")
        )
        batch_op.create_check_constraint(
            op.f("ck_agreement_change_class_known"), "change_class IN ('initial', 'staff', 'committee')"
        )
        for name, empty in (("payees", "[]"), ("wish", "{}"), ("consequences", "[]")):
            batch_op.add_column(sa.Column(name, sa.JSON(), nullable=False, server_default=empty))
        batch_op.add_column(sa.Column("change_cents", sa.BigInteger(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("ends_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("reason", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("opened_by", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("sealed_at", UTCDateTime(), nullable=True))
        batch_op.create_foreign_key(op.f("fk_agreement_opened_by_user"), "user", ["opened_by"], ["id"])
        batch_op.create_unique_constraint(op.f("uq_agreement_id_award_id"), ["id", "award_id"])
    op.execute("UPDATE agreement SET change_class = 'staff' WHERE number > 1")


def _share_between_payees() -> None:
    with op.batch_alter_table("payee") as batch_op:
        batch_op.add_column(sa.Column("user_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("share_cents", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("approved_cents", sa.BigInteger(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("left_at", UTCDateTime(), nullable=True))
        batch_op.create_foreign_key(op.f("fk_payee_user_id_user"), "user", ["user_id"], ["id"])
        batch_op.create_check_constraint(op.f("ck_payee_approved_some"), "approved_cents >= 0")
        batch_op.create_check_constraint(
            op.f("ck_payee_share_kept"), "share_cents IS NULL OR approved_cents <= share_cents"
        )
    op.execute(
        "UPDATE payee SET approved_cents = COALESCE((SELECT SUM(claim.amount_cents) FROM claim"
        " WHERE claim.award_id = payee.award_id AND claim.party_id = payee.party_id"
        " AND claim.state IN ('approved', 'paid')), 0)"
    )


def _keep_plans() -> None:
    op.create_table(
        "plan_version",
        sa.Column("award_id", sa.Integer(), nullable=False),
        sa.Column("fund_id", sa.Integer(), nullable=False),
        sa.Column("agreement_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("state_at", UTCDateTime(), nullable=False),
        sa.Column("plan", sa.JSON(), nullable=False),
        sa.Column("payees", sa.JSON(), nullable=False),
        sa.Column("total_cents", sa.BigInteger(), nullable=False),
        sa.Column("change_cents", sa.BigInteger(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint(f"state IN ({STATES})", name=op.f("ck_plan_version_state_known")),
        sa.ForeignKeyConstraint(
            ["agreement_id", "award_id"], ["agreement.id", "agreement.award_id"],
            name=op.f("fk_plan_version_agreement_id_award_id_agreement"),
        ),
        sa.ForeignKeyConstraint(
            ["award_id", "fund_id"], ["award.id", "award.fund_id"],
            name=op.f("fk_plan_version_award_id_fund_id_award"),
        ),
        sa.ForeignKeyConstraint(["made_by"], ["user.id"], name=op.f("fk_plan_version_made_by_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_version")),
        sa.UniqueConstraint("award_id", "number", name=op.f("uq_plan_version_award_id_number")),
    )  # fmt: skip
    with op.batch_alter_table("plan_version") as batch_op:
        batch_op.create_index(
            "uq_plan_version_open", ["award_id"],
            unique=True, sqlite_where=OPEN_PLAN, postgresql_where=OPEN_PLAN,
        )  # fmt: skip


def _add_conditions() -> None:
    op.create_table(
        "condition",
        sa.Column("award_id", sa.Integer(), nullable=False),
        sa.Column("fund_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("interest", sa.String(), nullable=False),
        sa.Column("public_value", sa.String(), nullable=False),
        sa.Column("watcher_id", sa.Integer(), nullable=True),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("state_at", UTCDateTime(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("judged_by", sa.Integer(), nullable=True),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind <> 'value' OR (interest <> '' AND public_value <> '' AND text <> '')",
            name=op.f("ck_condition_value_whole"),
        ),
        sa.CheckConstraint("state = 'open' OR judged_by IS NOT NULL", name=op.f("ck_condition_judged_who")),
        sa.CheckConstraint("kind IN ('open_source', 'value', 'other')", name=op.f("ck_condition_kind_known")),
        sa.CheckConstraint(
            "state IN ('open', 'met', 'broken', 'lifted')", name=op.f("ck_condition_state_known")
        ),
        sa.ForeignKeyConstraint(
            ["award_id", "fund_id"], ["award.id", "award.fund_id"],
            name=op.f("fk_condition_award_id_fund_id_award"),
        ),
        sa.ForeignKeyConstraint(["judged_by"], ["user.id"], name=op.f("fk_condition_judged_by_user")),
        sa.ForeignKeyConstraint(["made_by"], ["user.id"], name=op.f("fk_condition_made_by_user")),
        sa.ForeignKeyConstraint(["watcher_id"], ["user.id"], name=op.f("fk_condition_watcher_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_condition")),
        sa.UniqueConstraint("award_id", "number", name=op.f("uq_condition_award_id_number")),
    )  # fmt: skip
    with op.batch_alter_table("condition") as batch_op:
        batch_op.create_index(op.f("ix_condition_watcher_id"), ["watcher_id"], unique=False)


def _keep_texts() -> None:
    for name, column in (("agreement_text", "articles"), ("amendment_policy", "rules")):
        flags = [sa.Column("is_shipped", sa.Boolean(), nullable=False)] if column == "articles" else []
        op.create_table(
            name,
            sa.Column("fund_id", sa.Integer(), nullable=False),
            sa.Column("number", sa.Integer(), nullable=False),
            sa.Column(column, sa.JSON(), nullable=False),
            *flags,
            sa.Column("made_by", sa.Integer(), nullable=True),
            sa.Column("made_at", UTCDateTime(), nullable=False),
            sa.Column("id", sa.Integer(), nullable=False),
            sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f(f"fk_{name}_fund_id_fund")),
            sa.ForeignKeyConstraint(["made_by"], ["user.id"], name=op.f(f"fk_{name}_made_by_user")),
            sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
            sa.UniqueConstraint("fund_id", "number", name=op.f(f"uq_{name}_fund_id_number")),
        )


def _keep_rulings() -> None:
    op.create_table(
        "committee_ruling",
        sa.Column("agreement_id", sa.Integer(), nullable=False),
        sa.Column("award_id", sa.Integer(), nullable=False),
        sa.Column("fund_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("is_yes", sa.Boolean(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=False),
        sa.Column("recorded_at", UTCDateTime(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agreement_id", "award_id"], ["agreement.id", "agreement.award_id"],
            name=op.f("fk_committee_ruling_agreement_id_award_id_agreement"),
        ),
        sa.ForeignKeyConstraint(
            ["award_id", "fund_id"], ["award.id", "award.fund_id"],
            name=op.f("fk_committee_ruling_award_id_fund_id_award"),
        ),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_committee_ruling_meeting_id_meeting")),
        sa.ForeignKeyConstraint(["recorded_by"], ["user.id"], name=op.f("fk_committee_ruling_recorded_by_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_committee_ruling")),
    )  # fmt: skip
    with op.batch_alter_table("committee_ruling") as batch_op:
        batch_op.create_index("ix_committee_ruling_agreement", ["agreement_id", "digest"], unique=False)


def downgrade() -> None:
    """Go back."""
    for name in ("committee_ruling", "amendment_policy", "agreement_text", "condition", "plan_version"):
        op.drop_table(name)
    with op.batch_alter_table("payee") as batch_op:
        batch_op.drop_constraint(op.f("ck_payee_share_kept"), type_="check")
        batch_op.drop_constraint(op.f("ck_payee_approved_some"), type_="check")
        batch_op.drop_constraint(op.f("fk_payee_user_id_user"), type_="foreignkey")
        for name in ("left_at", "approved_cents", "share_cents", "user_id"):
            batch_op.drop_column(name)
    with op.batch_alter_table("agreement") as batch_op:
        batch_op.drop_constraint(op.f("uq_agreement_id_award_id"), type_="unique")
        batch_op.drop_constraint(op.f("fk_agreement_opened_by_user"), type_="foreignkey")
        batch_op.drop_constraint(op.f("ck_agreement_change_class_known"), type_="check")
        for name in (
            "sealed_at", "opened_by", "reason", "ends_on", "change_cents",
            "consequences", "wish", "payees", "change_class",
        ):  # fmt: skip
            batch_op.drop_column(name)
