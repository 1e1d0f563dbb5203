"""The words of the version that counts, to search in; derived, and rebuilt at any time."""

from typing import Any

from sqlalchemy import DDL, Index, Text, event
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from fundapp.core.db import Base, derived, fk

INDEX = "search_words"


class SearchText(Base):
    """All answers of one application as one text.

    words: the index on PostgreSQL. On SQLite it stays empty, and the table search_words (FTS5, without
    a copy of the text) stands beside; applications/search_texts.py keeps both in step.
    """

    __tablename__ = "search_text"

    application_id: Mapped[int] = fk("application.id", index=False, primary_key=True, autoincrement=False)
    version_number: Mapped[int]
    body: Mapped[str] = mapped_column(Text)
    words: Mapped[Any] = mapped_column(Text().with_variant(TSVECTOR(), "postgresql"), nullable=True)

    __table_args__ = (Index("ix_search_text_words", "words", postgresql_using="gin"),)


derived(INDEX)
CREATE = (
    f"CREATE VIRTUAL TABLE {INDEX} USING fts5(body, content='', tokenize='unicode61 remove_diacritics 2')"
)
DROP = f"DROP TABLE IF EXISTS {INDEX}"
for _when, _statement in (("after_create", CREATE), ("before_drop", DROP)):
    event.listen(
        SearchText.__table__,
        _when,
        DDL(_statement).execute_if(dialect="sqlite"),  # type: ignore[no-untyped-call]
    )
