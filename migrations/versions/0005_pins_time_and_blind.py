"""Keep evidence pins, time on a review, and which stages are judged blind."""

import sqlalchemy as sa
from alembic import op

from fundapp.core.db import UTCDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    with op.batch_alter_table("stage") as batch_op:
        batch_op.add_column(sa.Column("is_blind", sa.Boolean(), server_default=sa.false(), nullable=False))
    with op.batch_alter_table("review") as batch_op:
        batch_op.add_column(sa.Column("seconds", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("active_at", UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column("skipped_at", UTCDateTime(), nullable=True))
        batch_op.create_unique_constraint(op.f("uq_review_id_rubric_id_application_id"), ["id", "rubric_id", "application_id"])
        batch_op.create_check_constraint(op.f("ck_review_seconds_some"), "seconds >= 0")
    op.create_table(
        "pin",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column("rubric_id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("criterion_id", sa.Integer(), nullable=False),
        sa.Column("version_number", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("stop", sa.Integer(), nullable=False),
        sa.Column("quote", sa.String(), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.CheckConstraint("start >= 0 AND start < stop", name=op.f("ck_pin_some_text")),
        sa.ForeignKeyConstraint(
            ["application_id", "version_number"],
            ["application_version.application_id", "application_version.number"],
            name=op.f("fk_pin_application_id_version_number_application_version"),
        ),
        sa.ForeignKeyConstraint(
            ["criterion_id", "rubric_id"],
            ["criterion.id", "criterion.rubric_id"],
            name=op.f("fk_pin_criterion_id_rubric_id_criterion"),
        ),
        sa.ForeignKeyConstraint(
            ["review_id", "rubric_id", "application_id"],
            ["review.id", "review.rubric_id", "review.application_id"],
            name=op.f("fk_pin_review_id_rubric_id_application_id_review"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pin")),
        sa.UniqueConstraint(
            "review_id", "criterion_id", "version_number", "field", "start", "stop",
            name=op.f("uq_pin_review_id_criterion_id_version_number_field_start_stop"),
        ),
    )  # fmt: skip
    op.create_index(op.f("ix_pin_application_id"), "pin", ["application_id"])


def downgrade() -> None:
    """Go back."""
    op.drop_table("pin")
    with op.batch_alter_table("review") as batch_op:
        batch_op.drop_constraint(op.f("ck_review_seconds_some"), type_="check")
        batch_op.drop_constraint(op.f("uq_review_id_rubric_id_application_id"), type_="unique")
        batch_op.drop_column("skipped_at")
        batch_op.drop_column("active_at")
        batch_op.drop_column("seconds")
    with op.batch_alter_table("stage") as batch_op:
        batch_op.drop_column("is_blind")
