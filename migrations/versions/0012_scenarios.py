"""Keep what was tried at the funding line, and which try a decision followed."""

import sqlalchemy as sa
from alembic import op

from fundapp.core.db import UTCDateTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "scenario",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("fund_id", sa.Integer(), nullable=False),
        sa.Column("stage_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.Column("seed", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("chosen_by", sa.Integer(), nullable=True),
        sa.Column("chosen_at", UTCDateTime(), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("(chosen_by IS NULL) = (chosen_at IS NULL)", name=op.f("ck_scenario_chosen_when")),
        sa.ForeignKeyConstraint(["chosen_by"], ["user.id"], name=op.f("fk_scenario_chosen_by_user")),
        sa.ForeignKeyConstraint(["made_by"], ["user.id"], name=op.f("fk_scenario_made_by_user")),
        sa.ForeignKeyConstraint(
            ["round_id", "fund_id"], ["round.id", "round.fund_id"], name=op.f("fk_scenario_round_id_fund_id_round")
        ),
        sa.ForeignKeyConstraint(
            ["stage_id", "round_id"], ["stage.id", "stage.round_id"], name=op.f("fk_scenario_stage_id_round_id_stage")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scenario")),
        sa.UniqueConstraint("round_id", "number", name=op.f("uq_scenario_round_id_number")),
    )
    op.create_index(
        "uq_scenario_chosen", "scenario", ["stage_id"], unique=True,
        sqlite_where=sa.text("chosen_at IS NOT NULL"), postgresql_where=sa.text("chosen_at IS NOT NULL"),
    )
    with op.batch_alter_table("decision") as batch_op:
        batch_op.add_column(sa.Column("scenario_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(op.f("fk_decision_scenario_id_scenario"), "scenario", ["scenario_id"], ["id"])
        batch_op.create_index(op.f("ix_decision_scenario_id"), ["scenario_id"])


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("decision") as batch_op:
        batch_op.drop_index(op.f("ix_decision_scenario_id"))
        batch_op.drop_constraint(op.f("fk_decision_scenario_id_scenario"), type_="foreignkey")
        batch_op.drop_column("scenario_id")
    op.drop_table("scenario")
