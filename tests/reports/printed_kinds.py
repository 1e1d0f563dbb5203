"""Every kind of report in every format and language, printed once for all tests that look at them."""

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import lxml.html
import pypdf
import pytest
from flask_babel import force_locale

from fundapp.core.db import db
from fundapp.core.words import LANGUAGES
from fundapp.reports import documents, kinds, printing
from fundapp.reports.models import Snapshot
from fundapp.reports.tables import Table
from tests.demo.conftest import Played
from tests.reports.every_kind import record

KINDS = sorted(kinds.KINDS)
ONE_ENGINE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""Setting papers does not depend on the database, and takes long."""


@dataclass(frozen=True)
class Printed:
    """A record as plain values, its pages, and its files by (format, language)."""

    row: Mapping[str, Any]
    name: str
    pages: Mapping[str, str]
    screens: Mapping[str, str]
    tables: Mapping[str, list[Table]]
    files: Mapping[tuple[str, str], bytes]

    @property
    def data(self) -> Any:
        return self.row["data"]

    def snapshot(self) -> Snapshot:
        """Put the record back into the database."""
        made = Snapshot(**self.row)
        db.session.merge(made)
        db.session.flush()
        return db.session.get_one(Snapshot, self.row["id"])


def printed(kind: str) -> Printed:
    made = record(kind)
    tables = {}
    for lang in LANGUAGES:
        with force_locale(lang):
            tables[lang] = kinds.of(made).tables(made.data, lang)
    given = {"lang": lang, "made_at": made.made_at}
    return Printed(
        row={column.name: getattr(made, column.name) for column in Snapshot.__table__.columns},
        name=printing.file_name(made, "csv"),
        pages={lang: documents.page(made.data, **{**given, "lang": lang}) for lang in LANGUAGES},
        screens={lang: str(documents.screen(made.data, **{**given, "lang": lang})) for lang in LANGUAGES},
        tables=tables,
        files={one: printing.printed(made, *one) for one in printing.variants(made)},
    )


@pytest.fixture(scope="session")
def every(played: Played) -> Mapping[str, Printed]:
    """Print what is asked for, once; nothing of it stays in the database."""

    class OnDemand(dict[str, Printed]):
        def __missing__(self, kind: str) -> Printed:
            with played.app.app_context():
                self[kind] = printed(kind)
                db.session.rollback()
                db.session.remove()
            return self[kind]

    return OnDemand()


def squeezed(text: str) -> str:
    """Take out what layout puts in: blanks, and places where a word may break."""
    return re.sub("[\\s\u00ad\u200b]+", "", text)


def paper_text(content: bytes) -> str:
    return squeezed("".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages))


def tree(page: str) -> Any:
    return lxml.html.document_fromstring(page)


def rows(page: str) -> list[str]:
    """List the rows of all tables, and every key figure, as they are read."""
    whole = tree(page)
    figures = whole.xpath('//ul[contains(@class, "keys") or contains(@class, "facts")]/li')
    return [squeezed(one.text_content()) for one in [*whole.iter("tr"), *figures]]
