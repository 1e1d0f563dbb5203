"""Know the reviewers: what they know, when they are away, who was invited; and why a tie was found."""

import sqlalchemy as sa
from alembic import op

from fundapp.core.db import UTCDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


KINDS = "'employer', 'collaborator', 'adviser', 'family', 'competitor', 'co_applicant', 'grantee'"
INVITED = sa.Enum(
    "sent", "accepted", "declined", "taken_back",
    name="state_known", native_enum=False, create_constraint=True, length=24,
)  # fmt: skip


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "absence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.CheckConstraint("from_on <= until_on", name=op.f("ck_absence_in_order")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_absence_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence")),
    )
    op.create_index(op.f("ix_absence_user_id"), "absence", ["user_id"])
    _reviewer()
    _invitation()
    with op.batch_alter_table("conflict") as batch_op:
        batch_op.add_column(sa.Column("reasons", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("settled_by", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(op.f("fk_conflict_settled_by_user"), "user", ["settled_by"], ["id"])
        batch_op.drop_constraint(op.f("ck_conflict_kind_known"), type_="check")
        batch_op.create_check_constraint(
            op.f("ck_conflict_kind_known"), f"kind IN ({KINDS}, 'administrative', 'other')"
        )


def _reviewer() -> None:
    op.create_table(
        "reviewer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("fund_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("themes", sa.JSON(), nullable=False),
        sa.Column("expertise", sa.JSON(), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("collaborators", sa.JSON(), nullable=False),
        sa.Column("capacity_hours", sa.Integer(), nullable=True),
        sa.Column("saved_at", UTCDateTime(), nullable=False),
        sa.CheckConstraint(
            "capacity_hours IS NULL OR capacity_hours BETWEEN 0 AND 500",
            name=op.f("ck_reviewer_capacity_sane"),
        ),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f("fk_reviewer_fund_id_fund")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_reviewer_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviewer")),
        sa.UniqueConstraint("fund_id", "user_id", name=op.f("uq_reviewer_fund_id_user_id")),
    )
    op.create_index(op.f("ix_reviewer_user_id"), "reviewer", ["user_id"])


def _invitation() -> None:
    op.create_table(
        "pool_invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("fund_id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("message", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("state", INVITED, nullable=False),
        sa.Column("state_at", UTCDateTime(), nullable=False),
        sa.Column("sent_at", UTCDateTime(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.Column("invited_by", sa.Integer(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_pool_invitation_email_lower")),
        sa.CheckConstraint(
            "state <> 'accepted' OR user_id IS NOT NULL", name=op.f("ck_pool_invitation_accepted_who")
        ),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f("fk_pool_invitation_fund_id_fund")),
        sa.ForeignKeyConstraint(
            ["invited_by"], ["user.id"], name=op.f("fk_pool_invitation_invited_by_user")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_pool_invitation_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pool_invitation")),
        sa.UniqueConstraint("digest", name=op.f("uq_pool_invitation_digest")),
    )
    op.create_index(op.f("ix_pool_invitation_fund_id"), "pool_invitation", ["fund_id"])
    op.create_index(
        "uq_pool_invitation_live", "pool_invitation", ["fund_id", "email"], unique=True,
        sqlite_where=sa.text("state = 'sent'"), postgresql_where=sa.text("state = 'sent'"),
    )  # fmt: skip


def downgrade() -> None:
    """Go back."""
    op.execute("UPDATE conflict SET kind = 'other' WHERE kind = 'administrative'")
    with op.batch_alter_table("conflict") as batch_op:
        batch_op.drop_constraint(op.f("ck_conflict_kind_known"), type_="check")
        batch_op.create_check_constraint(op.f("ck_conflict_kind_known"), f"kind IN ({KINDS}, 'other')")
        batch_op.drop_constraint(op.f("fk_conflict_settled_by_user"), type_="foreignkey")
        batch_op.drop_column("settled_by")
        batch_op.drop_column("reasons")
    op.drop_table("pool_invitation")
    op.drop_table("reviewer")
    op.drop_table("absence")
