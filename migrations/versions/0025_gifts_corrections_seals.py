"""Follow a gift from promise to refund; take postings back by two; seal the ledger."""

import sqlalchemy as sa
from alembic import op

from fundapp.core.db import UTCDateTime

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


GIVERS = "giver_kind IN ('public', 'private', 'person')"
STATES = "state IN ('pledged', 'received', 'cancelled', 'refunded')"
KNOWN = "state IN ('pledged', 'received', 'cancelled')"


def upgrade() -> None:
    """Go forward."""
    with op.batch_alter_table("contribution") as batch_op:
        batch_op.drop_constraint(op.f("ck_contribution_state_known"), type_="check")
        batch_op.drop_constraint(op.f("ck_contribution_received_when"), type_="check")
        batch_op.add_column(sa.Column("email", sa.String(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("language", sa.String(), server_default="en", nullable=False))
        batch_op.add_column(sa.Column("pledged_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("expected_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("split_from_id", sa.Integer(), nullable=True))
        batch_op.alter_column(
            "giver_kind", existing_type=sa.String(), type_=sa.String(24), existing_nullable=False
        )
        batch_op.create_check_constraint(op.f("ck_contribution_state_known"), STATES)
        batch_op.create_check_constraint(op.f("ck_contribution_giver_kind_known"), GIVERS)
        batch_op.create_check_constraint(
            op.f("ck_contribution_received_when"),
            "(state IN ('received', 'refunded')) = (received_on IS NOT NULL)",
        )
        batch_op.create_check_constraint(
            op.f("ck_contribution_pledged_when"), "state <> 'pledged' OR pledged_on IS NOT NULL"
        )
        batch_op.create_foreign_key(
            "fk_contribution_split", "contribution", ["split_from_id", "fund_id"], ["id", "fund_id"]
        )
        batch_op.create_index(
            "ix_contribution_expected",
            ["expected_on"],
            unique=False,
            sqlite_where=sa.text("state = 'pledged'"),
            postgresql_where=sa.text("state = 'pledged'"),
        )
    with op.batch_alter_table("posting") as batch_op:
        batch_op.add_column(sa.Column("statement_line_id", sa.Integer(), nullable=True))
        batch_op.create_unique_constraint(op.f("uq_posting_id_fund_id"), ["id", "fund_id"])
        batch_op.create_foreign_key(
            op.f("fk_posting_statement_line_id_statement_line"), "statement_line", ["statement_line_id"], ["id"]
        )
    op.create_table(
        "refund",
        sa.Column("fund_id", sa.Integer(), nullable=False),
        sa.Column("contribution_id", sa.Integer(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("state_at", UTCDateTime(), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.Column("agreed_by", sa.Integer(), nullable=True),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('asked', 'agreed', 'paid', 'withdrawn')", name=op.f("ck_refund_state_known")),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_refund_amount_positive")),
        sa.CheckConstraint("agreed_by IS NULL OR agreed_by <> asked_by", name=op.f("ck_refund_two_people")),
        sa.CheckConstraint(
            "state IN ('asked', 'withdrawn') OR agreed_by IS NOT NULL", name=op.f("ck_refund_agreed_who")
        ),
        sa.CheckConstraint("(state = 'paid') = (paid_on IS NOT NULL)", name=op.f("ck_refund_paid_when")),
        sa.ForeignKeyConstraint(["asked_by"], ["user.id"], name=op.f("fk_refund_asked_by_user")),
        sa.ForeignKeyConstraint(["agreed_by"], ["user.id"], name=op.f("fk_refund_agreed_by_user")),
        sa.ForeignKeyConstraint(
            ["contribution_id", "fund_id"],
            ["contribution.id", "contribution.fund_id"],
            name=op.f("fk_refund_contribution_id_fund_id_contribution"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refund")),
    )
    op.create_index("ix_refund_contribution", "refund", ["contribution_id"], unique=False)
    op.create_index("ix_refund_fund", "refund", ["fund_id", "state"], unique=False)
    op.create_table(
        "correction",
        sa.Column("fund_id", sa.Integer(), nullable=False),
        sa.Column("posting_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("state_at", UTCDateTime(), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.Column("settled_by", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('asked', 'carried_out', 'declined')", name=op.f("ck_correction_state_known")
        ),
        sa.CheckConstraint(
            "state <> 'carried_out' OR (settled_by IS NOT NULL AND settled_by <> asked_by)",
            name=op.f("ck_correction_two_people"),
        ),
        sa.ForeignKeyConstraint(["asked_by"], ["user.id"], name=op.f("fk_correction_asked_by_user")),
        sa.ForeignKeyConstraint(["settled_by"], ["user.id"], name=op.f("fk_correction_settled_by_user")),
        sa.ForeignKeyConstraint(
            ["posting_id", "fund_id"],
            ["posting.id", "posting.fund_id"],
            name=op.f("fk_correction_posting_id_fund_id_posting"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction")),
    )
    op.create_index(
        "uq_correction_live",
        "correction",
        ["posting_id"],
        unique=True,
        sqlite_where=sa.text("state <> 'declined'"),
        postgresql_where=sa.text("state <> 'declined'"),
    )
    op.create_index("ix_correction_fund", "correction", ["fund_id", "state"], unique=False)
    op.create_table(
        "posting_seal",
        sa.Column("fund_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("posting_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("sealed_at", UTCDateTime(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck_posting_seal_number_from_one")),
        sa.ForeignKeyConstraint(
            ["posting_id", "fund_id"],
            ["posting.id", "posting.fund_id"],
            name=op.f("fk_posting_seal_posting_id_fund_id_posting"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posting_seal")),
        sa.UniqueConstraint("fund_id", "number", name=op.f("uq_posting_seal_fund_id_number")),
        sa.UniqueConstraint("posting_id", name=op.f("uq_posting_seal_posting_id")),
    )
    op.create_table(
        "audit_seal",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["audit_event.id"], name=op.f("fk_audit_seal_event_id_audit_event")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_seal")),
        sa.UniqueConstraint("number", name=op.f("uq_audit_seal_number")),
        sa.UniqueConstraint("event_id", name=op.f("uq_audit_seal_event_id")),
    )


def downgrade() -> None:
    """Go back."""
    for table in ("audit_seal", "posting_seal", "correction", "refund"):
        op.drop_table(table)
    with op.batch_alter_table("posting") as batch_op:
        batch_op.drop_constraint(op.f("fk_posting_statement_line_id_statement_line"), type_="foreignkey")
        batch_op.drop_constraint(op.f("uq_posting_id_fund_id"), type_="unique")
        batch_op.drop_column("statement_line_id")
    with op.batch_alter_table("contribution") as batch_op:
        batch_op.drop_index("ix_contribution_expected")
        batch_op.drop_constraint("fk_contribution_split", type_="foreignkey")
        for name in ("pledged_when", "received_when", "giver_kind_known", "state_known"):
            batch_op.drop_constraint(op.f(f"ck_contribution_{name}"), type_="check")
        for column in ("split_from_id", "expected_on", "pledged_on", "language", "email"):
            batch_op.drop_column(column)
        batch_op.alter_column(
            "giver_kind", existing_type=sa.String(24), type_=sa.String(), existing_nullable=False
        )
        batch_op.create_check_constraint(op.f("ck_contribution_state_known"), KNOWN)
        batch_op.create_check_constraint(
            op.f("ck_contribution_received_when"), "(state = 'received') = (received_on IS NOT NULL)"
        )
