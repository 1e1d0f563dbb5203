"""Keep tags, flags, views, steps, and words to search in."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from fundapp.core.db import UTCDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward; the words are filled by `fundapp search rebuild`, or by the next run of the clock."""
    op.create_table('step',
    sa.Column('kind', sa.Enum('admit', 'lead', 'tag', 'untag', 'flag', 'unflag', name='kind_known', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('value', sa.JSON(), nullable=False),
    sa.Column('actor_id', sa.Integer(), nullable=False),
    sa.Column('at', UTCDateTime(), nullable=False),
    sa.Column('undo_until_at', UTCDateTime(), nullable=False),
    sa.Column('undone_at', UTCDateTime(), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('row_version', sa.Integer(), nullable=False),
    sa.CheckConstraint('undo_until_at >= at', name=op.f('ck_step_undo_later')),
    sa.ForeignKeyConstraint(['actor_id'], ['user.id'], name=op.f('fk_step_actor_id_user')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_step'))
    )
    with op.batch_alter_table('step') as batch_op:
        batch_op.create_index(batch_op.f('ix_step_actor_id'), ['actor_id'], unique=False)

    op.create_table('saved_view',
    sa.Column('owner_id', sa.Integer(), nullable=False),
    sa.Column('fund_id', sa.Integer(), nullable=True),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('query', sa.String(), nullable=False),
    sa.Column('columns', sa.JSON(), nullable=False),
    sa.Column('sort', sa.String(), nullable=False),
    sa.Column('made_at', UTCDateTime(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.CheckConstraint('length(name) > 0', name=op.f('ck_saved_view_name_some')),
    sa.ForeignKeyConstraint(['fund_id'], ['fund.id'], name=op.f('fk_saved_view_fund_id_fund')),
    sa.ForeignKeyConstraint(['owner_id'], ['user.id'], name=op.f('fk_saved_view_owner_id_user')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_saved_view')),
    sa.UniqueConstraint('owner_id', 'name', name=op.f('uq_saved_view_owner_id_name'))
    )
    with op.batch_alter_table('saved_view') as batch_op:
        batch_op.create_index(batch_op.f('ix_saved_view_fund_id'), ['fund_id'], unique=False)

    op.create_table('tag',
    sa.Column('fund_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('folded', sa.String(), nullable=False),
    sa.Column('made_at', UTCDateTime(), nullable=False),
    sa.Column('made_by', sa.Integer(), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.CheckConstraint('length(folded) > 0', name=op.f('ck_tag_folded_some')),
    sa.ForeignKeyConstraint(['fund_id'], ['fund.id'], name=op.f('fk_tag_fund_id_fund')),
    sa.ForeignKeyConstraint(['made_by'], ['user.id'], name=op.f('fk_tag_made_by_user')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_tag')),
    sa.UniqueConstraint('fund_id', 'folded', name=op.f('uq_tag_fund_id_folded')),
    sa.UniqueConstraint('id', 'fund_id', name=op.f('uq_tag_id_fund_id'))
    )
    op.create_table('application_tag',
    sa.Column('application_id', sa.Integer(), nullable=False),
    sa.Column('tag_id', sa.Integer(), nullable=False),
    sa.Column('fund_id', sa.Integer(), nullable=False),
    sa.Column('added_at', UTCDateTime(), nullable=False),
    sa.Column('added_by', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['added_by'], ['user.id'], name=op.f('fk_application_tag_added_by_user')),
    sa.ForeignKeyConstraint(['application_id', 'fund_id'], ['application.id', 'application.fund_id'], name=op.f('fk_application_tag_application_id_fund_id_application')),
    sa.ForeignKeyConstraint(['tag_id', 'fund_id'], ['tag.id', 'tag.fund_id'], name=op.f('fk_application_tag_tag_id_fund_id_tag')),
    sa.PrimaryKeyConstraint('application_id', 'tag_id', name=op.f('pk_application_tag'))
    )
    with op.batch_alter_table('application_tag') as batch_op:
        batch_op.create_index(batch_op.f('ix_application_tag_tag_id'), ['tag_id'], unique=False)

    op.create_table('flag',
    sa.Column('application_id', sa.Integer(), nullable=False),
    sa.Column('fund_id', sa.Integer(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('raised_at', UTCDateTime(), nullable=False),
    sa.Column('raised_by', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['application_id', 'fund_id'], ['application.id', 'application.fund_id'], name=op.f('fk_flag_application_id_fund_id_application')),
    sa.ForeignKeyConstraint(['raised_by'], ['user.id'], name=op.f('fk_flag_raised_by_user')),
    sa.PrimaryKeyConstraint('application_id', name=op.f('pk_flag'))
    )
    with op.batch_alter_table('flag') as batch_op:
        batch_op.create_index(batch_op.f('ix_flag_raised_by'), ['raised_by'], unique=False)

    op.create_table('search_text',
    sa.Column('application_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('version_number', sa.Integer(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('words', sa.Text().with_variant(postgresql.TSVECTOR(), 'postgresql'), nullable=True),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], name=op.f('fk_search_text_application_id_application')),
    sa.PrimaryKeyConstraint('application_id', name=op.f('pk_search_text'))
    )
    with op.batch_alter_table('search_text') as batch_op:
        batch_op.create_index('ix_search_text_words', ['words'], unique=False, postgresql_using='gin')

    op.create_table('step_row',
    sa.Column('step_id', sa.Integer(), nullable=False),
    sa.Column('application_id', sa.Integer(), nullable=False),
    sa.Column('fund_id', sa.Integer(), nullable=False),
    sa.Column('before', sa.JSON(), nullable=False),
    sa.Column('is_undone', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['application_id', 'fund_id'], ['application.id', 'application.fund_id'], name=op.f('fk_step_row_application_id_fund_id_application')),
    sa.ForeignKeyConstraint(['step_id'], ['step.id'], name=op.f('fk_step_row_step_id_step')),
    sa.PrimaryKeyConstraint('step_id', 'application_id', name=op.f('pk_step_row'))
    )
    with op.batch_alter_table('step_row') as batch_op:
        batch_op.create_index(batch_op.f('ix_step_row_application_id'), ['application_id'], unique=False)
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE search_words USING fts5(body, content='', "
            "tokenize='unicode61 remove_diacritics 2')"
        )


def downgrade() -> None:
    """Go back."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE search_words")
    with op.batch_alter_table('step_row') as batch_op:
        batch_op.drop_index(batch_op.f('ix_step_row_application_id'))

    op.drop_table('step_row')
    with op.batch_alter_table('search_text') as batch_op:
        batch_op.drop_index('ix_search_text_words', postgresql_using='gin')

    op.drop_table('search_text')
    with op.batch_alter_table('flag') as batch_op:
        batch_op.drop_index(batch_op.f('ix_flag_raised_by'))

    op.drop_table('flag')
    with op.batch_alter_table('application_tag') as batch_op:
        batch_op.drop_index(batch_op.f('ix_application_tag_tag_id'))

    op.drop_table('application_tag')
    op.drop_table('tag')
    with op.batch_alter_table('saved_view') as batch_op:
        batch_op.drop_index(batch_op.f('ix_saved_view_fund_id'))

    op.drop_table('saved_view')
    with op.batch_alter_table('step') as batch_op:
        batch_op.drop_index(batch_op.f('ix_step_actor_id'))

    op.drop_table('step')
