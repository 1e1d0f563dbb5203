"""The text of a fund's agreements: its own in versions, safe places, and back to the one that was shipped."""

import pytest
from flask import Flask

from fundapp.core.refusals import ChangedMeanwhile, Refusal
from fundapp.grants import deed, offering, texts
from fundapp.grants.texts import Article
from tests.factories import NOW, make_cast
from tests.grants.scene import opened, row, write


def article(text: str = "Be kind, {grantee}.", heading: str = "Kindness.") -> Article:
    return {"heading": {"en": heading, "nl": heading}, "text": {"en": text, "nl": text}}


def test_own_text_stands_in_the_next_offer_and_older_ones_keep_theirs(app: Flask) -> None:
    start = opened()
    write(start, row("Format", 500_000))
    offering.offer(start.draft, actor=start.cast.sol, at=NOW)
    before = deed.kept(start.draft)
    texts.rewrite(start.cast.fund, [article()], base=0, actor=start.cast.sol, at=NOW)
    kept = deed.kept(start.draft)
    offering.take_back(start.draft, actor=start.cast.sol, at=NOW)
    offering.offer(start.draft, actor=start.cast.sol, at=NOW)
    after = deed.kept(start.draft)

    assert before == kept
    assert after is not None
    assert [list(one) for one in after["articles"]] == [
        ["Kindness.", f"Be kind, {after['grantee']['name']}."]
    ]


@pytest.mark.parametrize(
    "text",
    ["{fund.__class__}", "{total:>999999999}", "{}", "{secret_key}", "{0}"],
)
def test_only_known_places_are_filled_in(app: Flask, text: str) -> None:
    cast = make_cast()

    with pytest.raises(Refusal):
        texts.rewrite(cast.fund, [article(text)], base=0, actor=cast.sol, at=NOW)

    assert texts.filled(text, {"fund": "F", "total": "1"}) == text


def test_what_a_grantee_is_called_is_no_template(app: Flask) -> None:
    filled = texts.filled("{grantee} and {total}", {"grantee": "{total} <b>", "total": "€1"})

    assert filled == "{total} <b> and €1"


@pytest.mark.parametrize(
    "articles",
    [
        [],
        [article(heading=" ")],
        [{"heading": {"en": "A", "nl": ""}, "text": {"en": "B", "nl": "B"}}],
        [article()] * 41,
    ],
)
def test_text_that_is_not_whole_is_refused(app: Flask, articles: list[Article]) -> None:
    cast = make_cast()

    with pytest.raises(Refusal):
        texts.rewrite(cast.fund, articles, base=0, actor=cast.sol, at=NOW)


def test_two_who_write_are_told_and_every_version_is_kept(app: Flask) -> None:
    cast = make_cast()
    texts.rewrite(cast.fund, [article()], base=0, actor=cast.sol, at=NOW)

    with pytest.raises(ChangedMeanwhile):
        texts.rewrite(cast.fund, [article("Other.")], base=0, actor=cast.max, at=NOW)
    again = texts.rewrite(cast.fund, [article()], base=1, actor=cast.max, at=NOW)
    texts.reset(cast.fund, actor=cast.max, at=NOW)

    assert again is None
    assert [(one.number, one.is_shipped) for one in texts.versions(cast.fund.id)] == [(2, True), (1, False)]
    assert texts.articles_of(texts.newest(cast.fund.id)) == texts.shipped()


def test_shipped_text_has_only_places_we_fill_in(app: Flask) -> None:
    assert texts.faults(texts.shipped()) == []
