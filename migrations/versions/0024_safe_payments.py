"""Keep what a safe payment needs: keys, cooling-off, a second releaser, answered warnings, lines by hand."""

import sqlalchemy as sa
from alembic import op

from fundapp.core.db import UTCDateTime

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


CHECKS = "('match', 'close', 'none', 'impossible')"
FORMATS = "('pain.001.001.03', 'pain.001.001.09')"


def upgrade() -> None:
    """Go forward."""
    _funds()
    _accounts()
    _batches()
    _answers()


def _funds() -> None:
    with op.batch_alter_table("fund") as batch_op:
        batch_op.add_column(sa.Column("second_release_from_cents", sa.BigInteger(), nullable=True))
        batch_op.add_column(
            sa.Column("cooling_off_days", sa.Integer(), server_default="3", nullable=False)
        )
        batch_op.add_column(
            sa.Column("watched_countries", sa.JSON(), server_default="[]", nullable=False)
        )
        batch_op.create_check_constraint(
            op.f("ck_fund_second_release_positive"),
            "second_release_from_cents IS NULL OR second_release_from_cents > 0",
        )
        batch_op.create_check_constraint(
            op.f("ck_fund_cooling_off_short"), "cooling_off_days BETWEEN 0 AND 60"
        )
    with op.batch_alter_table("fund_account") as batch_op:
        batch_op.add_column(
            sa.Column("file_format", sa.String(24), server_default="pain.001.001.09", nullable=False)
        )
        batch_op.create_check_constraint(
            op.f("ck_fund_account_file_format_known"), f"file_format IN {FORMATS}"
        )


def _accounts() -> None:
    with op.batch_alter_table("party") as batch_op:
        batch_op.add_column(sa.Column("vat_number", sa.String(), nullable=True))
    op.create_table(
        "party_detail",
        sa.Column("party_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("legal_name", sa.String(), nullable=False),
        sa.Column("registration", sa.String(), nullable=True),
        sa.Column("vat_number", sa.String(), nullable=True),
        sa.Column("country", sa.String(), nullable=True),
        sa.Column("address", sa.JSON(), nullable=False),
        sa.Column("written_by", sa.Integer(), nullable=True),
        sa.Column("written_at", UTCDateTime(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('person', 'organisation')", name=op.f("ck_party_detail_kind_known")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_party_detail_party_id_party")),
        sa.ForeignKeyConstraint(["written_by"], ["user.id"], name=op.f("fk_party_detail_written_by_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party_detail")),
        sa.UniqueConstraint("party_id", "number", name=op.f("uq_party_detail_party_id_number")),
    )
    with op.batch_alter_table("bank_account") as batch_op:
        batch_op.add_column(sa.Column("key_id", sa.String(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("usable_from_at", UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column("waived_by", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("waived_at", UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column("waived_why", sa.String(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("name_check", sa.String(24), nullable=True))
        batch_op.add_column(sa.Column("name_checked_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("name_checked_by", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("name_check_said", sa.String(), server_default="", nullable=False))
        batch_op.create_foreign_key(op.f("fk_bank_account_waived_by_user"), "user", ["waived_by"], ["id"])
        batch_op.create_foreign_key(
            op.f("fk_bank_account_name_checked_by_user"), "user", ["name_checked_by"], ["id"]
        )
        batch_op.create_check_constraint(
            op.f("ck_bank_account_name_check_known"), f"name_check IN {CHECKS}"
        )
        batch_op.create_check_constraint(
            op.f("ck_bank_account_name_check_when"),
            "(name_check IS NULL) = (name_checked_on IS NULL)"
            " AND (name_check IS NULL) = (name_checked_by IS NULL)",
        )
        batch_op.create_check_constraint(
            op.f("ck_bank_account_waived_whole"),
            "(waived_by IS NULL) = (waived_at IS NULL) AND (waived_by IS NULL OR waived_why <> '')",
        )
        batch_op.create_check_constraint(
            op.f("ck_bank_account_waived_apart"),
            "waived_by IS NULL OR (waived_by <> entered_by AND confirmed_by IS NOT NULL"
            " AND waived_by <> confirmed_by)",
        )


def _batches() -> None:
    with op.batch_alter_table("batch") as batch_op:
        batch_op.add_column(sa.Column("format", sa.String(24), server_default="pain.001.001.09", nullable=False))
        batch_op.add_column(sa.Column("signed_by", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("signed_at", UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column("signed_digest", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("second_from_cents", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("second_released_by", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("second_released_at", UTCDateTime(), nullable=True))
        batch_op.create_foreign_key(op.f("fk_batch_signed_by_user"), "user", ["signed_by"], ["id"])
        batch_op.create_foreign_key(
            op.f("fk_batch_second_released_by_user"), "user", ["second_released_by"], ["id"]
        )
        batch_op.create_unique_constraint(
            op.f("uq_batch_id_second_released_by"), ["id", "second_released_by"]
        )
        batch_op.create_check_constraint(op.f("ck_batch_format_known"), f"format IN {FORMATS}")
        batch_op.create_check_constraint(
            op.f("ck_batch_signed_whole"),
            "(signed_by IS NULL) = (signed_at IS NULL) AND (signed_by IS NULL) = (signed_digest IS NULL)",
        )
        batch_op.create_check_constraint(
            op.f("ck_batch_two_releasers"),
            "(second_released_by IS NULL) = (second_released_at IS NULL) AND (second_released_by IS NULL"
            " OR (released_by IS NOT NULL AND second_released_by <> released_by))",
        )
        batch_op.create_check_constraint(
            op.f("ck_batch_second_when"),
            "state NOT IN ('released', 'settled') OR second_from_cents IS NULL"
            " OR total_cents < second_from_cents OR second_released_by IS NOT NULL",
        )
    with op.batch_alter_table("payment") as batch_op:
        batch_op.add_column(sa.Column("second_released_by", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            op.f("fk_payment_batch_id_second_released_by_batch"),
            "batch",
            ["batch_id", "second_released_by"],
            ["id", "second_released_by"],
        )
        batch_op.create_check_constraint(
            op.f("ck_payment_four_people"),
            "second_released_by IS NULL OR (released_by IS NOT NULL AND second_released_by <> released_by"
            " AND second_released_by <> approved_by AND second_released_by <> claimed_by)",
        )


def _answers() -> None:
    op.create_table(
        "warning_answer",
        sa.Column("payment_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("fact", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("answered_by", sa.Integer(), nullable=False),
        sa.Column("answered_at", UTCDateTime(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("length(trim(reason)) >= 3", name=op.f("ck_warning_answer_reason_given")),
        sa.ForeignKeyConstraint(["answered_by"], ["user.id"], name=op.f("fk_warning_answer_answered_by_user")),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_warning_answer_payment_id_payment")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_warning_answer")),
        sa.UniqueConstraint("payment_id", "kind", "fact", name=op.f("uq_warning_answer_payment_id_kind_fact")),
    )
    op.create_table(
        "line_handling",
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("fund_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("payment_id", sa.Integer(), nullable=True),
        sa.Column("contribution_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("done_by", sa.Integer(), nullable=False),
        sa.Column("done_at", UTCDateTime(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('payment', 'gift', 'costs', 'suspense')", name=op.f("ck_line_handling_kind_known")
        ),
        sa.CheckConstraint(
            "(kind = 'payment') = (payment_id IS NOT NULL) AND (kind = 'gift') = (contribution_id IS NOT NULL)",
            name=op.f("ck_line_handling_about_what"),
        ),
        sa.CheckConstraint("kind <> 'suspense' OR note <> ''", name=op.f("ck_line_handling_suspense_why")),
        sa.ForeignKeyConstraint(["line_id"], ["statement_line.id"], name=op.f("fk_line_handling_line_id_statement_line")),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f("fk_line_handling_fund_id_fund")),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_line_handling_payment_id_payment")),
        sa.ForeignKeyConstraint(
            ["contribution_id", "fund_id"], ["contribution.id", "contribution.fund_id"],
            name=op.f("fk_line_handling_contribution_id_fund_id_contribution"),
        ),
        sa.ForeignKeyConstraint(["done_by"], ["user.id"], name=op.f("fk_line_handling_done_by_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_line_handling")),
        sa.UniqueConstraint("line_id", "kind", name=op.f("uq_line_handling_line_id_kind")),
    )
    with op.batch_alter_table("line_handling") as batch_op:
        batch_op.create_index(batch_op.f("ix_line_handling_fund_id"), ["fund_id"], unique=False)
        batch_op.create_index(
            "uq_line_handling_final", ["line_id"], unique=True,
            sqlite_where=sa.text("kind <> 'suspense'"), postgresql_where=sa.text("kind <> 'suspense'"),
        )
    with op.batch_alter_table("statement_line") as batch_op:
        batch_op.create_index(
            "ix_statement_line_unmatched", ["fund_id", "id"], unique=False,
            sqlite_where=sa.text("state = 'unmatched'"), postgresql_where=sa.text("state = 'unmatched'"),
        )


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("statement_line") as batch_op:
        batch_op.drop_index("ix_statement_line_unmatched")
    op.drop_table("line_handling")
    op.drop_table("warning_answer")
    with op.batch_alter_table("payment") as batch_op:
        batch_op.drop_constraint(op.f("ck_payment_four_people"), type_="check")
        batch_op.drop_constraint(op.f("fk_payment_batch_id_second_released_by_batch"), type_="foreignkey")
        batch_op.drop_column("second_released_by")
    with op.batch_alter_table("batch") as batch_op:
        for name in ("format_known", "signed_whole", "two_releasers", "second_when"):
            batch_op.drop_constraint(op.f(f"ck_batch_{name}"), type_="check")
        batch_op.drop_constraint(op.f("uq_batch_id_second_released_by"), type_="unique")
        batch_op.drop_constraint(op.f("fk_batch_signed_by_user"), type_="foreignkey")
        batch_op.drop_constraint(op.f("fk_batch_second_released_by_user"), type_="foreignkey")
        for name in (
            "format", "signed_by", "signed_at", "signed_digest", "second_from_cents", "second_released_by",
            "second_released_at",
        ):  # fmt: skip
            batch_op.drop_column(name)
    with op.batch_alter_table("bank_account") as batch_op:
        for name in ("name_check_known", "name_check_when", "waived_whole", "waived_apart"):
            batch_op.drop_constraint(op.f(f"ck_bank_account_{name}"), type_="check")
        batch_op.drop_constraint(op.f("fk_bank_account_waived_by_user"), type_="foreignkey")
        batch_op.drop_constraint(op.f("fk_bank_account_name_checked_by_user"), type_="foreignkey")
        for name in (
            "key_id", "usable_from_at", "waived_by", "waived_at", "waived_why", "name_check",
            "name_checked_on", "name_checked_by", "name_check_said",
        ):  # fmt: skip
            batch_op.drop_column(name)
    op.drop_table("party_detail")
    with op.batch_alter_table("party") as batch_op:
        batch_op.drop_column("vat_number")
    with op.batch_alter_table("fund_account") as batch_op:
        batch_op.drop_constraint(op.f("ck_fund_account_file_format_known"), type_="check")
        batch_op.drop_column("file_format")
    with op.batch_alter_table("fund") as batch_op:
        batch_op.drop_constraint(op.f("ck_fund_second_release_positive"), type_="check")
        batch_op.drop_constraint(op.f("ck_fund_cooling_off_short"), type_="check")
        batch_op.drop_column("watched_countries")
        batch_op.drop_column("cooling_off_days")
        batch_op.drop_column("second_release_from_cents")
