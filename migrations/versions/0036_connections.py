"""Keep keys of programs, and addresses that hear of what happens."""

import sqlalchemy as sa
from alembic import op

from fundapp.core.db import UTCDateTime

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table('api_token',
    sa.Column('fund_id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('scopes', sa.JSON(), nullable=False),
    sa.Column('digest', sa.String(), nullable=False),
    sa.Column('hint', sa.String(), nullable=False),
    sa.Column('made_at', UTCDateTime(), nullable=False),
    sa.Column('expires_at', UTCDateTime(), nullable=False),
    sa.Column('revoked_at', UTCDateTime(), nullable=True),
    sa.Column('revoked_by', sa.Integer(), nullable=True),
    sa.Column('window_at', UTCDateTime(), nullable=True),
    sa.Column('window_count', sa.Integer(), server_default='0', nullable=False),
    sa.Column('used_on', sa.Date(), nullable=True),
    sa.Column('used_from', sa.String(), server_default='', nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.CheckConstraint('length(digest) = 64', name=op.f('ck_api_token_digest_whole')),
    sa.CheckConstraint('made_at < expires_at', name=op.f('ck_api_token_ends_later')),
    sa.CheckConstraint('revoked_by IS NULL OR revoked_at IS NOT NULL', name=op.f('ck_api_token_revoked_who')),
    sa.ForeignKeyConstraint(['fund_id'], ['fund.id'], name=op.f('fk_api_token_fund_id_fund')),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_api_token_user_id_user')),
    sa.ForeignKeyConstraint(['revoked_by'], ['user.id'], name=op.f('fk_api_token_revoked_by_user')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_api_token')),
    sa.UniqueConstraint('digest', name=op.f('uq_api_token_digest'))
    )
    with op.batch_alter_table('api_token') as batch_op:
        batch_op.create_index(batch_op.f('ix_api_token_fund_id'), ['fund_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_api_token_user_id'), ['user_id'], unique=False)
    op.create_table('webhook',
    sa.Column('fund_id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('url', sa.String(), nullable=False),
    sa.Column('events', sa.JSON(), nullable=False),
    sa.Column('state', sa.String(24), nullable=False),
    sa.Column('state_at', UTCDateTime(), nullable=False),
    sa.Column('pause_why', sa.String(), server_default='', nullable=False),
    sa.Column('secret_sealed', sa.String(), nullable=False),
    sa.Column('old_secret_sealed', sa.String(), nullable=True),
    sa.Column('old_until_at', UTCDateTime(), nullable=True),
    sa.Column('key_id', sa.String(), nullable=False),
    sa.Column('made_at', UTCDateTime(), nullable=False),
    sa.Column('failing_since_at', UTCDateTime(), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('row_version', sa.Integer(), nullable=False),
    sa.CheckConstraint("(state = 'paused') = (pause_why <> '')", name=op.f('ck_webhook_paused_why')),
    sa.CheckConstraint('(old_secret_sealed IS NULL) = (old_until_at IS NULL)', name=op.f('ck_webhook_old_whole')),
    sa.CheckConstraint("state IN ('live', 'paused', 'ended')", name=op.f('ck_webhook_state_known')),
    sa.ForeignKeyConstraint(['fund_id'], ['fund.id'], name=op.f('fk_webhook_fund_id_fund')),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_webhook_user_id_user')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_webhook')),
    sa.UniqueConstraint('id', 'fund_id', name=op.f('uq_webhook_id_fund_id'))
    )
    with op.batch_alter_table('webhook') as batch_op:
        batch_op.create_index(batch_op.f('ix_webhook_fund_id'), ['fund_id'], unique=False)
    op.create_table('webhook_event',
    sa.Column('fund_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('at', UTCDateTime(), nullable=False),
    sa.Column('subject_type', sa.String(), nullable=False),
    sa.Column('subject_id', sa.Integer(), nullable=False),
    sa.Column('application_id', sa.Integer(), nullable=True),
    sa.Column('audit_id', sa.Integer(), nullable=True),
    sa.Column('key', sa.String(), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.CheckConstraint('(audit_id IS NULL) <> (key IS NULL)', name=op.f('ck_webhook_event_named_once')),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], name=op.f('fk_webhook_event_application_id_application')),
    sa.ForeignKeyConstraint(['audit_id'], ['audit_event.id'], name=op.f('fk_webhook_event_audit_id_audit_event')),
    sa.ForeignKeyConstraint(['fund_id'], ['fund.id'], name=op.f('fk_webhook_event_fund_id_fund')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_webhook_event')),
    sa.UniqueConstraint('audit_id', name=op.f('uq_webhook_event_audit_id')),
    sa.UniqueConstraint('id', 'fund_id', name=op.f('uq_webhook_event_id_fund_id')),
    sa.UniqueConstraint('key', name=op.f('uq_webhook_event_key'))
    )
    with op.batch_alter_table('webhook_event') as batch_op:
        batch_op.create_index(batch_op.f('ix_webhook_event_application_id'), ['application_id'], unique=False)
        batch_op.create_index('ix_webhook_event_at', ['at'], unique=False)
    op.create_table('webhook_delivery',
    sa.Column('webhook_id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('fund_id', sa.Integer(), nullable=False),
    sa.Column('message_id', sa.String(), nullable=False),
    sa.Column('state', sa.String(24), nullable=False),
    sa.Column('not_before_at', UTCDateTime(), nullable=False),
    sa.Column('lease_until_at', UTCDateTime(), nullable=True),
    sa.Column('lease_token', sa.String(), nullable=True),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('tried_at', UTCDateTime(), nullable=True),
    sa.Column('status', sa.Integer(), nullable=True),
    sa.Column('fault', sa.String(), nullable=True),
    sa.Column('answer', sa.String(), server_default='', nullable=False),
    sa.Column('sent_at', UTCDateTime(), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.CheckConstraint("(state = 'sending') = (lease_token IS NOT NULL)", name=op.f('ck_webhook_delivery_leased_when')),
    sa.CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name=op.f('ck_webhook_delivery_sent_when')),
    sa.CheckConstraint("state IN ('queued', 'sending', 'sent', 'failed', 'withheld')", name=op.f('ck_webhook_delivery_state_known')),
    sa.ForeignKeyConstraint(['event_id', 'fund_id'], ['webhook_event.id', 'webhook_event.fund_id'], name=op.f('fk_webhook_delivery_event_id_fund_id_webhook_event')),
    sa.ForeignKeyConstraint(['webhook_id', 'fund_id'], ['webhook.id', 'webhook.fund_id'], name=op.f('fk_webhook_delivery_webhook_id_fund_id_webhook')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_webhook_delivery')),
    sa.UniqueConstraint('event_id', 'webhook_id', name=op.f('uq_webhook_delivery_event_id_webhook_id')),
    sa.UniqueConstraint('message_id', name=op.f('uq_webhook_delivery_message_id'))
    )
    with op.batch_alter_table('webhook_delivery') as batch_op:
        batch_op.create_index('ix_webhook_delivery_webhook', ['webhook_id', 'id'], unique=False)
        batch_op.create_index('ix_webhook_delivery_due', ['not_before_at'], unique=False, sqlite_where=sa.text("state IN ('queued', 'sending')"), postgresql_where=sa.text("state IN ('queued', 'sending')"))


def downgrade() -> None:
    """Go back."""
    op.drop_table('webhook_delivery')
    op.drop_table('webhook_event')
    op.drop_table('webhook')
    op.drop_table('api_token')
