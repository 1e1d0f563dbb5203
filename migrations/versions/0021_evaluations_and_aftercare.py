"""Keep evaluations of funds, whether projects live on, and counts of who applies."""

import sqlalchemy as sa
from alembic import op

from fundapp.core.db import UTCDateTime

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    _evaluations()
    _texts()
    _aftercare()


def _evaluations() -> None:
    op.create_table(
        "evaluation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("fund_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.JSON(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("state_at", UTCDateTime(), nullable=False),
        sa.Column("figures_id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=True),
        sa.Column("made_by", sa.Integer(), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("evaluator_id", sa.Integer(), nullable=True),
        sa.Column("evaluator_office", sa.String(), nullable=False),
        sa.Column("invited_by", sa.Integer(), nullable=True),
        sa.Column("invited_at", UTCDateTime(), nullable=True),
        sa.Column("recommendation", sa.String(24), nullable=True),
        sa.Column("signed_by", sa.Integer(), nullable=True),
        sa.Column("signed_name", sa.String(), nullable=False),
        sa.Column("signed_at", UTCDateTime(), nullable=True),
        sa.Column("signed_digest", sa.String(), nullable=True),
        sa.Column("decision", sa.String(24), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("decision_text", sa.JSON(), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("confirmed_by", sa.Integer(), nullable=True),
        sa.Column("confirmed_at", UTCDateTime(), nullable=True),
        sa.Column("published_at", UTCDateTime(), nullable=True),
        sa.Column("withdrawn_why", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation")),
        sa.UniqueConstraint("fund_id", "number", name=op.f("uq_evaluation_fund_id_number")),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_evaluation_{column}_{table}"))
            for column, table in (
                ("fund_id", "fund"), ("figures_id", "snapshot"), ("document_id", "snapshot"),
                ("made_by", "user"), ("evaluator_id", "user"), ("invited_by", "user"), ("signed_by", "user"),
                ("decided_by", "user"), ("confirmed_by", "user"),
            )
        ),
        *(
            sa.CheckConstraint(rule, name=op.f(f"ck_evaluation_{name}"))
            for name, rule in (
                ("state_known", "state IN ('draft', 'signed', 'published', 'withdrawn')"),
                ("recommendation_known", "recommendation IN ('continue', 'change', 'stop')"),
                ("decision_known", "decision IN ('continue', 'change', 'stop')"),
                ("in_order", "from_on <= until_on"),
                ("evaluator_outside", "evaluator_id IS NULL OR evaluator_id NOT IN (made_by, invited_by)"),
                ("invited_when", "(evaluator_id IS NULL) = (invited_at IS NULL)"),
                ("signed_who", "signed_by IS NULL OR signed_by = evaluator_id"),
                (
                    "signed_whole",
                    (
                        "state NOT IN ('signed', 'published') OR (signed_by IS NOT NULL AND signed_at IS NOT"
                        " NULL AND signed_digest IS NOT NULL AND document_id IS NOT NULL"
                        " AND recommendation IS NOT NULL)"
                    ),
                ),
                ("decided_whole", "(decision IS NULL) = (decided_by IS NULL)"),
                ("decided_when", "(decision IS NULL) = (decided_on IS NULL)"),
                (
                    "two_people",
                    "confirmed_by IS NULL OR (decision IS NOT NULL AND confirmed_by <> decided_by)",
                ),
                ("published_when", "state <> 'published' OR published_at IS NOT NULL"),
            )
        ),
    )  # fmt: skip
    op.create_index("ix_evaluation_evaluator_id", "evaluation", ["evaluator_id"])
    op.create_index("ix_evaluation_state", "evaluation", ["state", "published_at"])


def _texts() -> None:
    op.create_table(
        "evaluation_text",
        sa.Column("evaluation_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("saved_by", sa.Integer(), nullable=False),
        sa.Column("saved_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("evaluation_id", "key", "language", name=op.f("pk_evaluation_text")),
        sa.ForeignKeyConstraint(
            ["evaluation_id"], ["evaluation.id"], name=op.f("fk_evaluation_text_evaluation_id_evaluation")
        ),
        sa.ForeignKeyConstraint(["saved_by"], ["user.id"], name=op.f("fk_evaluation_text_saved_by_user")),
        sa.CheckConstraint("language IN ('en', 'nl')", name=op.f("ck_evaluation_text_language_known")),
    )
    op.create_table(
        "evaluation_section",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("evaluation_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("written_by", sa.Integer(), nullable=False),
        sa.Column("written_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation_section")),
        sa.UniqueConstraint(
            "evaluation_id", "key", "language", "number",
            name=op.f("uq_evaluation_section_evaluation_id_key_language_number"),
        ),
        sa.ForeignKeyConstraint(
            ["evaluation_id"], ["evaluation.id"], name=op.f("fk_evaluation_section_evaluation_id_evaluation")
        ),
        sa.ForeignKeyConstraint(["written_by"], ["user.id"], name=op.f("fk_evaluation_section_written_by_user")),
        sa.CheckConstraint("language IN ('en', 'nl')", name=op.f("ck_evaluation_section_language_known")),
    )  # fmt: skip
    op.create_table(
        "evaluation_remark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("evaluation_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("written_by", sa.Integer(), nullable=False),
        sa.Column("written_at", UTCDateTime(), nullable=False),
        sa.Column("settled_by", sa.Integer(), nullable=True),
        sa.Column("settled_at", UTCDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation_remark")),
        sa.ForeignKeyConstraint(
            ["evaluation_id"], ["evaluation.id"], name=op.f("fk_evaluation_remark_evaluation_id_evaluation")
        ),
        sa.ForeignKeyConstraint(["written_by"], ["user.id"], name=op.f("fk_evaluation_remark_written_by_user")),
        sa.ForeignKeyConstraint(["settled_by"], ["user.id"], name=op.f("fk_evaluation_remark_settled_by_user")),
        sa.CheckConstraint(
            "(settled_by IS NULL) = (settled_at IS NULL)", name=op.f("ck_evaluation_remark_settled_who")
        ),
    )
    op.create_index("ix_evaluation_remark_evaluation_id", "evaluation_remark", ["evaluation_id"])


def _aftercare() -> None:
    op.create_table(
        "alive_check",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("award_id", sa.Integer(), nullable=False),
        sa.Column("fund_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("is_alive", sa.Boolean(), nullable=True),
        sa.Column("released_on", sa.Date(), nullable=True),
        sa.Column("contributors", sa.Integer(), nullable=True),
        sa.Column("users", sa.String(), nullable=False),
        sa.Column("funding", sa.String(), nullable=False),
        sa.Column("link", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("answered_by", sa.Integer(), nullable=True),
        sa.Column("answered_at", UTCDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alive_check")),
        sa.UniqueConstraint("award_id", "year", name=op.f("uq_alive_check_award_id_year")),
        sa.ForeignKeyConstraint(
            ["award_id", "fund_id"], ["award.id", "award.fund_id"],
            name=op.f("fk_alive_check_award_id_fund_id_award"),
        ),
        sa.ForeignKeyConstraint(["answered_by"], ["user.id"], name=op.f("fk_alive_check_answered_by_user")),
        sa.CheckConstraint("year IN (1, 3)", name=op.f("ck_alive_check_year_known")),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (answered_by IS NULL)", name=op.f("ck_alive_check_answered_whole")
        ),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (is_alive IS NULL)", name=op.f("ck_alive_check_answered_what")
        ),
        sa.CheckConstraint(
            "contributors IS NULL OR contributors >= 0", name=op.f("ck_alive_check_contributors_some")
        ),
    )  # fmt: skip
    op.create_index("ix_alive_check_due", "alive_check", ["due_on", "fund_id"])
    op.create_table(
        "diversity_count",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("fund_id", sa.Integer(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("choice", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("round_id", "question", "choice", name=op.f("pk_diversity_count")),
        sa.ForeignKeyConstraint(
            ["round_id", "fund_id"], ["round.id", "round.fund_id"],
            name=op.f("fk_diversity_count_round_id_fund_id_round"),
        ),
        sa.CheckConstraint("number >= 0", name=op.f("ck_diversity_count_number_some")),
    )  # fmt: skip
    op.create_table(
        "diversity_given",
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("application_id", name=op.f("pk_diversity_given")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_diversity_given_application_id_application")
        ),
    )


def downgrade() -> None:
    """Go back."""
    for table in (
        "diversity_given", "diversity_count", "alive_check", "evaluation_remark", "evaluation_section",
        "evaluation_text", "evaluation",
    ):
        op.drop_table(table)  # fmt: skip
