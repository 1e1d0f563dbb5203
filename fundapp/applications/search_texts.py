"""The words of what was sent in: kept in step with the version that counts, asked on both engines alike."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from markupsafe import Markup, escape
from sqlalchemy import ColumnElement, Select, column, delete, func, or_, select, table, text
from sqlalchemy.dialects import postgresql, sqlite

from fundapp.applications.models import Application, ApplicationVersion, SearchText
from fundapp.applications.models.search_texts import INDEX
from fundapp.core.db import db

MOST_BYTES = 300_000
"""A longer text is searched up to here; PostgreSQL keeps at most a megabyte of words for one row."""
AT_ONCE = 200
AROUND = 70
"""So many characters stand on each side of a found word."""
NOT_WORDS = frozenset({"id", "sha256", "size"})
"""Keys of a file answer that hold no words."""


def fold(written: str) -> str:
    """Give a text without accents and capitals: what search compares."""
    bare = "".join(c for c in unicodedata.normalize("NFD", written) if unicodedata.category(c) != "Mn")
    return bare.lower()


def tokens(written: str) -> list[str]:
    """Give the words of a text as search knows them: letters and digits, folded."""
    return re.findall(r"[^\W_]+", fold(written))


# --- keeping ---------------------------------------------------------------------


def keep(application: Application, version: ApplicationVersion) -> None:
    """Keep the words of the version that counts, in the transaction that makes it."""
    head = (application.code or "", application.title, application.applicant_name)
    _put(application.id, version.number, "\n".join((*head, *_texts(version.answers))))


def rebuild(*, everything: bool = False) -> int:
    """Bring the words in step with the versions, two hundred at a time; give how many were written.

    everything: also where they seem to be in step already.
    """
    done, last = 0, 0
    while True:
        rows = db.session.execute(_behind(last, everything)).all()
        for row in rows:
            head = (row.code or "", row.title, row.applicant_name)
            _put(row.id, row.version_number, "\n".join((*head, *_texts(row.answers))))
        done += len(rows)
        if len(rows) < AT_ONCE:
            return done
        last = rows[-1].id


def _behind(last: int, everything: bool) -> Select[Any]:
    known = SearchText.version_number
    wanted = (
        select(
            Application.id, Application.code, Application.title, Application.applicant_name,
            Application.version_number, ApplicationVersion.answers,
        )
        .join(
            ApplicationVersion,
            (ApplicationVersion.application_id == Application.id)
            & (ApplicationVersion.number == Application.version_number),
        )
        .outerjoin(SearchText, SearchText.application_id == Application.id)
        .where(Application.id > last)
        .order_by(Application.id)
        .limit(AT_ONCE)
    )  # fmt: skip
    return wanted if everything else wanted.where(or_(known.is_(None), known != Application.version_number))


def forget(application_id: int) -> None:
    """Take the words of one application away."""
    _unindex(application_id)
    db.session.execute(delete(SearchText).where(SearchText.application_id == application_id))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            if key not in NOT_WORDS:
                yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)


def _put(application_id: int, number: int, whole: str) -> None:
    body = whole.replace("\x00", " ").encode("utf-8", "ignore")[:MOST_BYTES].decode("utf-8", "ignore")
    words = " ".join(tokens(body))
    is_sqlite = db.engine.dialect.name == "sqlite"
    row = {"application_id": application_id, "version_number": number, "body": body}
    if is_sqlite:
        _unindex(application_id)
    else:
        row["words"] = func.to_tsvector("simple", words)
    insert = (sqlite if is_sqlite else postgresql).insert(SearchText).values(**row)
    fresh = {name: insert.excluded[name] for name in row if name != "application_id"}
    db.session.execute(insert.on_conflict_do_update(index_elements=["application_id"], set_=fresh))
    if is_sqlite:
        db.session.execute(ADD, {"id": application_id, "words": words})


ADD = text(f"INSERT INTO {INDEX} (rowid, body) VALUES (:id, :words)")  # noqa: S608 a constant of ours
REMOVE = text(f"INSERT INTO {INDEX} ({INDEX}, rowid, body) VALUES ('delete', :id, :words)")  # noqa: S608 the same


def _unindex(application_id: int) -> None:
    """Take a text out of FTS5, which keeps no copy and wants to hear what it was."""
    if db.engine.dialect.name != "sqlite":
        return
    old = db.session.scalar(select(SearchText.body).where(SearchText.application_id == application_id))
    if old is not None:
        db.session.execute(REMOVE, {"id": application_id, "words": " ".join(tokens(old))})


# --- asking ----------------------------------------------------------------------


def holds(words: list[str], *, is_start: bool = False) -> ColumnElement[bool]:
    """Give the condition that these words stand after each other in an application's text.

    words: as `tokens` gives them, at least one. is_start: the last is the beginning of a word. The
    condition says nothing of permission: it is joined with `seen`.
    """
    if db.engine.dialect.name == "sqlite":
        index = table(INDEX, column("rowid"), column(INDEX))
        phrase = f'"{" ".join(words)}"{"*" if is_start else ""}'
        return Application.id.in_(select(index.c.rowid).where(index.c[INDEX].op("MATCH")(phrase)))
    parts = [f"'{word}'" for word in words]
    phrase = " <-> ".join(parts) + (":*" if is_start else "")
    found = SearchText.words.op("@@")(func.to_tsquery("simple", phrase))
    return Application.id.in_(select(SearchText.application_id).where(found))


def snippets(application_ids: list[int], wanted: list[tuple[list[str], bool]]) -> dict[int, Markup]:
    """Give, by application, the place where the first of the wanted words stands, marked and escaped.

    application_ids: of rows the person may see. wanted: (words, is_start) as given to `holds`.
    """
    if not application_ids or not wanted:
        return {}
    look = _pattern(wanted)
    rows = db.session.execute(
        select(SearchText.application_id, SearchText.body).where(
            SearchText.application_id.in_(application_ids)
        )
    )
    found = ((row.application_id, _snippet(row.body, look)) for row in rows)
    return {id: snippet for id, snippet in found if snippet}


def _pattern(wanted: list[tuple[list[str], bool]]) -> re.Pattern[str]:
    """Look for folded words in decomposed text: each letter may carry accents, words may be apart."""
    kinds = []
    for words, is_start in wanted:
        spelled = ("".join(rf"{re.escape(c)}[\u0300-\u036f]*+" for c in word) for word in words)
        kinds.append(r"[\W_]+".join(spelled) + (r"\w*" if is_start else r"(?![^\W_])"))
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(kinds)})", re.IGNORECASE)


def _snippet(body: str, look: re.Pattern[str]) -> Markup | None:
    rest = unicodedata.normalize("NFD", body).split("\n", 3)[
        -1
    ]  # after code, title and name: the row has those
    hit = look.search(rest)
    if hit is None:
        return None
    before, after = rest[max(0, hit.start() - AROUND) : hit.start()], rest[hit.end() : hit.end() + AROUND]
    if hit.start() > AROUND:
        before = "… " + before.partition(" ")[2]
    if hit.end() + AROUND < len(rest):
        after = after.rpartition(" ")[0] + " …"
    return Markup("{}<mark>{}</mark>{}").format(_tidy(before), _tidy(hit.group()), _tidy(after))


def _tidy(piece: str) -> Markup:
    return escape(re.sub(r"\s+", " ", unicodedata.normalize("NFC", piece)))
