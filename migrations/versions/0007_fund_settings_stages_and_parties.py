"""Give funds caps, a payment scheme and a logo; rounds their model; stages a name; join parties."""

import sqlalchemy as sa
from alembic import op

from fundapp.core.db import UTCDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


OUTCOMES = "'awarded', 'reserve', 'declined', 'ineligible'"


def _outcomes(known: str) -> None:
    with op.batch_alter_table("decision") as batch_op:
        batch_op.drop_constraint(op.f("ck_decision_outcome_known"), type_="check")
        batch_op.create_check_constraint(op.f("ck_decision_outcome_known"), f"outcome IN ({known})")


def upgrade() -> None:
    """Go forward."""
    _outcomes(f"{OUTCOMES}, 'invited'")
    with op.batch_alter_table("fund") as batch_op:
        batch_op.add_column(sa.Column("cap_proposal_cents", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("cap_party_cents", sa.BigInteger(), nullable=True))
        batch_op.add_column(
            sa.Column("payment_scheme", sa.String(24), server_default="milestones", nullable=False)
        )
        batch_op.add_column(sa.Column("advance_percent", sa.Integer(), server_default="80", nullable=False))
        batch_op.add_column(sa.Column("logo_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(op.f("fk_fund_logo_id_file"), "file", ["logo_id"], ["id"])
        batch_op.create_check_constraint(
            op.f("ck_fund_payment_scheme_known"), "payment_scheme IN ('milestones', 'advance')"
        )
        batch_op.create_check_constraint(
            op.f("ck_fund_caps_positive"),
            "(cap_proposal_cents IS NULL OR cap_proposal_cents > 0)"
            " AND (cap_party_cents IS NULL OR cap_party_cents > 0)",
        )
        batch_op.create_check_constraint(op.f("ck_fund_advance_share"), "advance_percent BETWEEN 1 AND 100")
    with op.batch_alter_table("party") as batch_op:
        batch_op.add_column(sa.Column("merged_into_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(op.f("fk_party_merged_into_id_party"), "party", ["merged_into_id"], ["id"])
        batch_op.create_index(op.f("ix_party_merged_into_id"), ["merged_into_id"])
        batch_op.create_check_constraint(op.f("ck_party_not_into_itself"), "merged_into_id <> id")
    with op.batch_alter_table("round") as batch_op:
        batch_op.add_column(sa.Column("cloned_from_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("unsealed_at", UTCDateTime(), nullable=True))
        batch_op.create_foreign_key(op.f("fk_round_cloned_from_id_round"), "round", ["cloned_from_id"], ["id"])
        batch_op.create_index(op.f("ix_round_cloned_from_id"), ["cloned_from_id"])
    with op.batch_alter_table("stage") as batch_op:
        batch_op.add_column(sa.Column("name", sa.JSON(), server_default="{}", nullable=False))
        batch_op.add_column(sa.Column("decide_by_on", sa.Date(), nullable=True))


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("stage") as batch_op:
        batch_op.drop_column("decide_by_on")
        batch_op.drop_column("name")
    with op.batch_alter_table("round") as batch_op:
        batch_op.drop_index(op.f("ix_round_cloned_from_id"))
        batch_op.drop_constraint(op.f("fk_round_cloned_from_id_round"), type_="foreignkey")
        batch_op.drop_column("unsealed_at")
        batch_op.drop_column("cloned_from_id")
    with op.batch_alter_table("party") as batch_op:
        batch_op.drop_constraint(op.f("ck_party_not_into_itself"), type_="check")
        batch_op.drop_index(op.f("ix_party_merged_into_id"))
        batch_op.drop_constraint(op.f("fk_party_merged_into_id_party"), type_="foreignkey")
        batch_op.drop_column("merged_into_id")
    with op.batch_alter_table("fund") as batch_op:
        for name in ("advance_share", "caps_positive", "payment_scheme_known"):
            batch_op.drop_constraint(op.f(f"ck_fund_{name}"), type_="check")
        batch_op.drop_constraint(op.f("fk_fund_logo_id_file"), type_="foreignkey")
        for name in ("logo_id", "advance_percent", "payment_scheme", "cap_party_cents", "cap_proposal_cents"):
            batch_op.drop_column(name)
    _outcomes(OUTCOMES)
