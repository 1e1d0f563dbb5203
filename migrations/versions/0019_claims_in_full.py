"""Claims as they are written, sent, doubted: drafts, versions, files, licences, second opinions; windows."""

from hashlib import sha256

import sqlalchemy as sa
from alembic import op

from fundapp.core.db import UTCDateTime

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


FUND = ("claim_window_months", "idle_days", "move_days", "licence_exceptions", "claim_checklist")


def upgrade() -> None:
    """Go forward."""
    _widen()
    _add_tables()
    _mark_links()


def _text(name: str) -> sa.Column:
    return sa.Column(name, sa.String(), nullable=False, server_default="")


def _list(name: str) -> sa.Column:
    return sa.Column(name, sa.JSON(), nullable=False, server_default="[]")


def _number(name: str, value: int) -> sa.Column:
    return sa.Column(name, sa.Integer(), nullable=False, server_default=str(value))


def _widen() -> None:
    """Give funds their terms, milestones an owner and a last day, lines and sign-offs what they show."""
    with op.batch_alter_table("fund") as batch_op:
        batch_op.add_column(_number("claim_window_months", 6))
        batch_op.add_column(_number("idle_days", 90))
        batch_op.add_column(_number("move_days", 60))
        batch_op.add_column(_list("licence_exceptions"))
        batch_op.add_column(_list("claim_checklist"))
        batch_op.create_check_constraint(
            op.f("ck_fund_claim_terms"),
            "claim_window_months BETWEEN 0 AND 60 AND idle_days BETWEEN 7 AND 1000"
            " AND move_days BETWEEN 0 AND 1000",
        )
    with op.batch_alter_table("milestone") as batch_op:
        batch_op.add_column(sa.Column("responsible_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("claim_until", sa.Date(), nullable=True))
        batch_op.add_column(_text("unpublished"))
        batch_op.create_foreign_key(
            op.f("fk_milestone_responsible_id_user"), "user", ["responsible_id"], ["id"]
        )
    with op.batch_alter_table("claim_line") as batch_op:
        for name in ("licence", "place", "unpublished"):
            batch_op.add_column(_text(name))
        batch_op.add_column(_list("files"))
    with op.batch_alter_table("signoff") as batch_op:
        batch_op.add_column(_list("checks"))


def _add_tables() -> None:
    op.create_table("claim_draft",
    sa.Column("award_id", sa.Integer(), nullable=False),
    sa.Column("fund_id", sa.Integer(), nullable=False),
    sa.Column("claim_id", sa.Integer(), nullable=True),
    sa.Column("data", sa.JSON(), nullable=False),
    sa.Column("saved_by", sa.Integer(), nullable=True),
    sa.Column("saved_at", UTCDateTime(), nullable=False),
    sa.Column("id", sa.Integer(), nullable=False),
    sa.Column("row_version", sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(["award_id", "fund_id"], ["award.id", "award.fund_id"], name=op.f("fk_claim_draft_award_id_fund_id_award")),
    sa.ForeignKeyConstraint(["claim_id", "award_id"], ["claim.id", "claim.award_id"], name=op.f("fk_claim_draft_claim_id_award_id_claim")),
    sa.ForeignKeyConstraint(["saved_by"], ["user.id"], name=op.f("fk_claim_draft_saved_by_user")),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_draft")),
    sa.UniqueConstraint("claim_id", name=op.f("uq_claim_draft_claim_id")),
    )
    new = sa.text("claim_id IS NULL")
    op.create_index("uq_claim_draft_new", "claim_draft", ["award_id"], unique=True, sqlite_where=new, postgresql_where=new)
    op.create_table("claim_version",
    sa.Column("claim_id", sa.Integer(), nullable=False),
    sa.Column("number", sa.Integer(), nullable=False),
    sa.Column("data", sa.JSON(), nullable=False),
    sa.Column("digest", sa.String(), nullable=False),
    sa.Column("made_by", sa.Integer(), nullable=True),
    sa.Column("made_at", UTCDateTime(), nullable=False),
    sa.Column("id", sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_claim_version_claim_id_claim")),
    sa.ForeignKeyConstraint(["made_by"], ["user.id"], name=op.f("fk_claim_version_made_by_user")),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_version")),
    sa.UniqueConstraint("claim_id", "number", name=op.f("uq_claim_version_claim_id_number")),
    )
    op.create_table("evidence_mark",
    sa.Column("claim_id", sa.Integer(), nullable=False),
    sa.Column("mark", sa.String(), nullable=False),
    sa.Column("what", sa.String(), nullable=False),
    sa.Column("is_file", sa.Boolean(), nullable=False),
    sa.Column("id", sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_evidence_mark_claim_id_claim")),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_mark")),
    sa.UniqueConstraint("claim_id", "mark", name=op.f("uq_evidence_mark_claim_id_mark")),
    )
    op.create_index(op.f("ix_evidence_mark_mark"), "evidence_mark", ["mark"])
    op.create_table("second_opinion",
    sa.Column("claim_id", sa.Integer(), nullable=False),
    sa.Column("fund_id", sa.Integer(), nullable=False),
    sa.Column("email", sa.String(), nullable=False),
    sa.Column("name", sa.String(), nullable=False),
    sa.Column("language", sa.String(), nullable=False),
    sa.Column("question", sa.String(), nullable=False),
    sa.Column("digest", sa.String(), nullable=False),
    sa.Column("state", sa.String(24), nullable=False),
    sa.Column("state_at", UTCDateTime(), nullable=False),
    sa.Column("due_on", sa.Date(), nullable=False),
    sa.Column("asked_by", sa.Integer(), nullable=False),
    sa.Column("asked_at", UTCDateTime(), nullable=False),
    sa.Column("user_id", sa.Integer(), nullable=True),
    sa.Column("verdict", sa.String(24), nullable=True),
    sa.Column("advice", sa.String(), nullable=False),
    sa.Column("claim_digest", sa.String(), nullable=False),
    sa.Column("id", sa.Integer(), nullable=False),
    sa.Column("row_version", sa.Integer(), nullable=False),
    sa.CheckConstraint("email = lower(email)", name=op.f("ck_second_opinion_email_lower")),
    sa.CheckConstraint("state NOT IN ('accepted', 'given') OR user_id IS NOT NULL", name=op.f("ck_second_opinion_accepted_who")),
    sa.CheckConstraint("(state = 'given') = (verdict IS NOT NULL)", name=op.f("ck_second_opinion_given_what")),
    sa.CheckConstraint("state IN ('asked', 'accepted', 'given', 'declined', 'taken_back')", name=op.f("ck_second_opinion_state_known")),
    sa.CheckConstraint("verdict IN ('approve', 'doubt', 'refuse')", name=op.f("ck_second_opinion_verdict_known")),
    sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_second_opinion_claim_id_claim")),
    sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f("fk_second_opinion_fund_id_fund")),
    sa.ForeignKeyConstraint(["asked_by"], ["user.id"], name=op.f("fk_second_opinion_asked_by_user")),
    sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_second_opinion_user_id_user")),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_second_opinion")),
    sa.UniqueConstraint("digest", name=op.f("uq_second_opinion_digest")),
    )
    live = sa.text("state IN ('asked', 'accepted', 'given')")
    op.create_index("uq_second_opinion_live", "second_opinion", ["claim_id", "email"], unique=True, sqlite_where=live, postgresql_where=live)
    op.create_index("ix_second_opinion_person", "second_opinion", ["user_id", "state"])


def _mark_links() -> None:
    """Mark the links of the claims there are, as the service does: SHA-256 of the link without its end."""
    line = sa.table("claim_line", sa.column("claim_id"), sa.column("evidence", sa.JSON()))
    mark = sa.table(
        "evidence_mark", sa.column("claim_id"), sa.column("mark"), sa.column("what"), sa.column("is_file")
    )
    found = {}
    for claim_id, evidence in op.get_bind().execute(sa.select(line.c.claim_id, line.c.evidence)):
        for link in evidence or []:
            key = sha256(str(link).strip().rstrip("/").lower().encode()).hexdigest()
            found[claim_id, key] = {"claim_id": claim_id, "mark": key, "what": str(link), "is_file": False}
    if found:
        op.bulk_insert(mark, list(found.values()))


def downgrade() -> None:
    """Go back."""
    for table in ("second_opinion", "evidence_mark", "claim_version", "claim_draft"):
        op.drop_table(table)
    with op.batch_alter_table("signoff") as batch_op:
        batch_op.drop_column("checks")
    with op.batch_alter_table("claim_line") as batch_op:
        for name in ("files", "unpublished", "place", "licence"):
            batch_op.drop_column(name)
    with op.batch_alter_table("milestone") as batch_op:
        batch_op.drop_constraint(op.f("fk_milestone_responsible_id_user"), type_="foreignkey")
        for name in ("unpublished", "claim_until", "responsible_id"):
            batch_op.drop_column(name)
    with op.batch_alter_table("fund") as batch_op:
        batch_op.drop_constraint(op.f("ck_fund_claim_terms"), type_="check")
        for name in FUND:
            batch_op.drop_column(name)
