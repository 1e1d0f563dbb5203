"""Words to search in: in step with the version that counts, without accents, on both engines alike."""

import pytest
from sqlalchemy import select

from fundapp.applications import search_texts, service
from fundapp.applications.models import Application, ApplicationState, SearchText
from fundapp.core.db import db
from tests.factories import NOW, make_application, make_cast, make_round


@pytest.fixture
def cast(session):
    return make_cast()


@pytest.fixture
def call(cast):
    return make_round(cast.fund)


def with_text(call, owner, words, **values):
    """Make an application whose version holds these words, known to search."""
    made = make_application(call, owner, **values)
    made.current.answers["abstract"] = words
    search_texts.keep(made, made.current)
    return made


def found(words, *, is_start=False):
    condition = search_texts.holds(search_texts.tokens(words), is_start=is_start)
    return list(db.session.scalars(select(Application.title).where(condition).order_by(Application.id)))


@pytest.mark.parametrize(
    ("asked", "is_start", "hits"),
    [
        ("cafe", False, ["One"]),
        ("CAFÉ", False, ["One"]),
        ("caf", False, []),
        ("caf", True, ["One"]),
        ("peer-to-peer", False, ["One"]),
        ("to peer café", False, ["One"]),
        ("café peer", False, []),
        ("Zürich", False, ["Two"]),
        ("zurich", False, ["Two"]),
        ("Ελλάδα", False, ["Two"]),
        ("water and", False, ["Two"]),
        ("ada", False, ["One", "Two"]),
    ],
)
def test_words_are_found_without_accents_and_capitals(cast, call, asked, is_start, hits):
    with_text(call, cast.ana, "A peer-to-peer Café.\nada", title="One")
    with_text(call, cast.ben, "Zürich, ΕΛΛΆΔΑ: water/and rows_of ada@example.org", title="Two")

    assert found(asked, is_start=is_start) == hits


def test_new_version_replaces_the_words_of_the_old(client, cast, call):
    own = make_application(call, cast.ana)
    kept = service.save(own, {"abstract": "First lighthouse"}, {"abstract": 1}, actor=cast.ana, at=NOW)
    service.submit(own, actor=cast.ana, at=NOW)
    first = found("lighthouse")

    service.save(own, {"abstract": "Second windmill"}, kept, actor=cast.ana, at=NOW)
    between = (found("lighthouse"), found("windmill"))
    service.submit(own, actor=cast.ana, at=NOW)

    assert first == [own.title]
    assert between == ([own.title], [])
    assert (found("lighthouse"), found("windmill")) == ([], [own.title])


def test_rebuild_finds_what_is_missing_and_only_that(cast, call):
    own = make_application(call, cast.ana, title="Getijdenboek")
    make_application(call, cast.ana, title="Draft", state=ApplicationState.DRAFT)

    assert (search_texts.rebuild(), search_texts.rebuild()) == (1, 0)
    assert found("getijdenboek") == [own.title]
    assert search_texts.rebuild(everything=True) == 1
    assert found("getijdenboek") == [own.title]


def test_forgotten_words_are_not_found(cast, call):
    own = with_text(call, cast.ana, "lighthouse")

    search_texts.forget(own.id)

    assert found("lighthouse") == []
    assert db.session.get(SearchText, own.id) is None


def test_a_text_of_any_length_is_taken_in(cast, call):
    words = " ".join(f"{number:x}" for number in range(200_000))

    own = with_text(call, cast.ana, f"first \x00 {words} {'y' * 5000}")

    assert found("first") == [own.title]


def test_snippet_is_marked_and_escaped(cast, call):
    own = with_text(call, cast.ana, f"{'word ' * 40}<b>the café</b> & <script>{' word' * 40}")

    shown = search_texts.snippets([own.id], [(["cafe"], False)])

    assert "&lt;b&gt;the <mark>café</mark>&lt;/b&gt; &amp; &lt;script&gt;" in shown[own.id]
    assert shown[own.id].startswith("… word")
    assert shown[own.id].endswith("word …")
    assert len(shown[own.id]) < 300


def test_snippets_are_given_only_where_the_word_stands(cast, call):
    own = with_text(call, cast.ana, "cafés everywhere")

    assert search_texts.snippets([own.id], [(["cafe"], False)]) == {}
    assert "<mark>cafés</mark>" in search_texts.snippets([own.id], [(["cafe"], True)])[own.id]
    assert search_texts.snippets([own.id], []) == {}
