"""Keep how far the check of the conditions of an application has come."""

import sqlalchemy as sa
from alembic import op

from fundapp.core.db import UTCDateTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "screening",
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("fund_id", sa.Integer(), nullable=False),
        sa.Column("stand", sa.String(24), nullable=False),
        sa.Column("first_by", sa.Integer(), nullable=False),
        sa.Column("first_at", UTCDateTime(), nullable=False),
        sa.Column("is_drawn", sa.Boolean(), nullable=False),
        sa.Column("second_by", sa.Integer(), nullable=True),
        sa.Column("second_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint(
            "stand IN ('second', 'apart', 'passed', 'refused')", name=op.f("ck_screening_stand_known")
        ),
        sa.CheckConstraint("first_by <> second_by", name=op.f("ck_screening_two_people")),
        sa.CheckConstraint(
            "stand NOT IN ('apart', 'refused') OR second_by IS NOT NULL", name=op.f("ck_screening_twice")
        ),
        sa.CheckConstraint(
            "(second_by IS NULL) = (second_at IS NULL)", name=op.f("ck_screening_second_when")
        ),
        sa.ForeignKeyConstraint(
            ["application_id", "round_id", "fund_id"],
            ["application.id", "application.round_id", "application.fund_id"],
            name=op.f("fk_screening_application_id_round_id_fund_id_application"),
        ),
        sa.ForeignKeyConstraint(["first_by"], ["user.id"], name=op.f("fk_screening_first_by_user")),
        sa.ForeignKeyConstraint(["second_by"], ["user.id"], name=op.f("fk_screening_second_by_user")),
        sa.PrimaryKeyConstraint("application_id", name=op.f("pk_screening")),
    )
    op.create_index("ix_screening_round", "screening", ["round_id", "stand", "application_id"])


def downgrade() -> None:
    """Go back."""
    op.drop_table("screening")
