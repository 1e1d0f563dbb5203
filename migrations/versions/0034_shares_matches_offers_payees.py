"""Split advances by shares, match what comes back, hold offered money, invite payees by mail."""

import sqlalchemy as sa
from alembic import op

from fundapp.core.db import UTCDateTime

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


LIVE = "kind = '{kind}' AND state NOT IN ('refused', 'withdrawn')"
MATCHED = "state NOT IN ('matched', 'returned') OR payment_id IS NOT NULL"
WIDER = " OR (state = 'matched' AND (recovery_id IS NOT NULL OR contribution_id IS NOT NULL))"


def upgrade() -> None:
    """Go forward."""
    _one_live_request("award_id", "party_id")
    with op.batch_alter_table("recovery") as batch_op:
        batch_op.add_column(sa.Column("party_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(op.f("fk_recovery_party_id_party"), "party", ["party_id"], ["id"])
    with op.batch_alter_table("statement_line") as batch_op:
        batch_op.add_column(sa.Column("reference", sa.String(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("recovery_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("contribution_id", sa.Integer(), nullable=True))
        batch_op.drop_constraint(op.f("ck_statement_line_payment_when"), type_="check")
        batch_op.create_check_constraint(op.f("ck_statement_line_payment_when"), MATCHED + WIDER)
        for column, table in (("recovery_id", "recovery"), ("contribution_id", "contribution")):
            batch_op.create_foreign_key(
                op.f(f"fk_statement_line_{column}_fund_id_{table}"),
                table,
                [column, "fund_id"],
                ["id", "fund_id"],
            )
    op.create_index("ix_statement_line_recovery", "statement_line", ["recovery_id"])
    op.create_index("ix_statement_line_key", "statement_line", ["fund_id", "bank_key"])
    with op.batch_alter_table("agreement") as batch_op:
        batch_op.add_column(sa.Column("held_cents", sa.BigInteger(), server_default="0", nullable=False))
        batch_op.create_check_constraint(
            op.f("ck_agreement_held_while_offered"),
            "held_cents = 0 OR (held_cents > 0 AND state IN ('offered', 'accepted'))",
        )
    op.create_table(
        "payee_invitation",
        sa.Column("award_id", sa.Integer(), nullable=False),
        sa.Column("fund_id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("invited_by", sa.Integer(), nullable=False),
        sa.Column("invited_at", UTCDateTime(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("accepted_at", UTCDateTime(), nullable=True),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_payee_invitation_email_lower")),
        sa.CheckConstraint(
            "(user_id IS NULL) = (accepted_at IS NULL)", name=op.f("ck_payee_invitation_accepted_whole")
        ),
        sa.ForeignKeyConstraint(
            ["award_id", "fund_id"],
            ["award.id", "award.fund_id"],
            name=op.f("fk_payee_invitation_award_id_fund_id_award"),
        ),
        sa.ForeignKeyConstraint(
            ["invited_by"], ["user.id"], name=op.f("fk_payee_invitation_invited_by_user")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_payee_invitation_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payee_invitation")),
        sa.UniqueConstraint("digest", name=op.f("uq_payee_invitation_digest")),
    )
    for name, columns in (("live", ["award_id", "email"]), ("person", ["award_id", "user_id"])):
        op.create_index(
            f"uq_payee_invitation_{name}",
            "payee_invitation",
            columns,
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )
    op.create_index("ix_payee_invitation_user", "payee_invitation", ["user_id"])


def downgrade() -> None:
    """Go back."""
    op.drop_table("payee_invitation")
    with op.batch_alter_table("agreement") as batch_op:
        batch_op.drop_constraint(op.f("ck_agreement_held_while_offered"), type_="check")
        batch_op.drop_column("held_cents")
    for name in ("key", "recovery"):
        op.drop_index(f"ix_statement_line_{name}", "statement_line")
    with op.batch_alter_table("statement_line") as batch_op:
        for column, table in (("contribution_id", "contribution"), ("recovery_id", "recovery")):
            batch_op.drop_constraint(
                op.f(f"fk_statement_line_{column}_fund_id_{table}"), type_="foreignkey"
            )
        batch_op.drop_constraint(op.f("ck_statement_line_payment_when"), type_="check")
        for column in ("contribution_id", "recovery_id", "reference"):
            batch_op.drop_column(column)
        batch_op.create_check_constraint(op.f("ck_statement_line_payment_when"), MATCHED)
    with op.batch_alter_table("recovery") as batch_op:
        batch_op.drop_constraint(op.f("fk_recovery_party_id_party"), type_="foreignkey")
        batch_op.drop_column("party_id")
    _one_live_request("award_id")


def _one_live_request(*columns: str) -> None:
    """One live request of a kind for a grant becomes one for each of its payees: wider, nothing is refused."""
    for kind in ("advance", "settlement"):
        op.drop_index(f"uq_claim_{kind}", "claim")
        where = sa.text(LIVE.format(kind=kind))
        op.create_index(
            f"uq_claim_{kind}",
            "claim",
            list(columns),
            unique=True,
            sqlite_where=where,
            postgresql_where=where,
        )
