"""What tells who somebody is in running text is found in all its shapes, and what doesn't is left."""

import pytest

from fundapp.reports import covering
from fundapp.reports.covering import Term

AOIFE = (Term("Aoife Brennan-Öztürk", "5.1.2.e", True), Term("aoife@post.example", "5.1.2.e"))


def left(text: str, terms=AOIFE, **options) -> str:
    settled = covering.settled(text)
    return covering.plain(covering.pieces(settled, covering.spans(settled, terms, **options)))


@pytest.mark.parametrize(
    "name",
    [
        "Aoife Brennan-Öztürk", "AOIFE BRENNAN-ÖZTÜRK", "Aoife\nBrennan-Ozturk", "Brennan-Öztürk, Aoife",
        "A. Brennan-Öztürk", "aoife.brennan-öztürk", "Aoife", "Brennan", "Öztürk", "Ozturk",
        "Aoi\u200bfe Brennan\u00ad-Öztürk",
        "O\u0308ztu\u0308rk", "aoife@post.example", "Aoife Brennan-Öztürk’s",
    ],
)  # fmt: skip
def test_a_name_is_found_however_it_is_written(name):
    assert "5.1.2.e" in left(f"It was {name} who said so.")
    for part in ("aoife", "brennan", "öztürk", "ozturk"):
        assert part not in left(f"It was {name} who said so.").lower()


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Sofie Hoffmann", "So\ufb01e Ho\ufb00mann"), ("Sofie Hoffmann", "Sofie Hoff-\nmann"),
        ("Sofie Hoffmann", "SO-\n   FIE HOFF\u2010\nMANN"), ("Sofie Hoffmann", "Sofie\n\nHoffmann"),
        ("Jörg Großmann", "Joerg Grossmann"), ("Jörg Großmann", "JÖRG GROSSMANN"),
        ("Joerg Grossmann", "Jörg Großmann"), ("Søren Bjørnsæter", "Soren Bjornsaeter"),
        ("Łukasz Żak", "Lukasz Zak"), ("Siobhán O'Brien", "Siobhan O’Brien"),
        ("Anne-Marie Duif", "Anne\u2011Marie Duif"), ("Anne-Marie Duif", "Anne-\nMarie Duif"),
        ("Mijke van Dijk", "Myke van Dyk"), ("Sofie Hoffmann", "\uff33\uff4f\uff46\uff49\uff45 Hoffmann"),
        ("Sofie Hoffmann", "Hoff\u00admann, S."), ("Zoë İnan", "ZOË INAN"),
    ],
)  # fmt: skip
def test_a_name_is_found_in_every_spelling(name, written):
    shown = left(f"It was {written} who said so.", (Term(name, "5.1.2.e", True),))

    assert shown.startswith("It was [5.1.2.e]")
    kept = covering.settled(shown).replace("[5.1.2.e]", "").split("It was")[1].split("who said")[0]
    assert not [letter for letter in kept if letter.isalpha() and letter != "S"], kept


def test_a_passage_marked_by_hand_is_found_over_broken_lines():
    text = covering.settled("our coo-\nling paste, our cooling paste")

    assert [text[start:stop] for start, stop in covering.places(text, "cooling paste")] == [
        "coo-\nling paste", "cooling paste",
    ]  # fmt: skip


def test_short_names_do_not_cover_other_words():
    assert left("Do not go, Doe", (Term("Jo Doe", "5.1.2.e", True),)) == "Do not go, [5.1.2.e]"


def test_a_name_in_an_address_is_found():
    assert "brennan" not in left("See https://code.example/aoifebrennan-ozturk/ferry").lower()


@pytest.mark.parametrize(
    "told",
    [
        "mail mij op j.jansen+x@sub.voorbeeld.nl", "bel +31 6 1234 5678", "bel 06-12345678",
        "tel. (020) 624 11 11",
        "0031612345678", "NL91ABNA0417164300", "NL91 ABNA 0417 1643 00", "NL91-ABNA-0417-1643-00",
        "1012 AB Amsterdam", "Lange Nieuwstraat 12a", "@aoife@commons.example", "0000-0002-1825-0097",
        "BSN 111222333",
    ],
)  # fmt: skip
def test_addresses_and_numbers_are_found_by_their_shape(told):
    assert "[5.1." in left(told, ())


@pytest.mark.parametrize(
    "told",
    [
        "Payment 2026-11-001-C1-1 of € 2.400 on 2025-01-29", "EU27 member states and their people",
        "RF34202611001C1", "version 1.2.3, 12.400,00 euro", "2025-01-29\n2023-11-001",
        "ISO 20022", "GPL-3.0-or-later",
        "https://example.org/a/b?c=1", "123456789 lines",
    ],
)  # fmt: skip
def test_what_tells_nobody_is_left(told):
    assert left(told, ()) == told


def test_parts_of_words_are_left():
    terms = (Term("Ann Bos", "5.1.2.e", True),)

    assert left("De bossen en de Annalen blijven; Ann en Bos niet.", terms) == (
        "De bossen en de Annalen blijven; [5.1.2.e] en [5.1.2.e] niet."
    )


def test_what_a_person_left_open_stays_readable():
    assert left("post@fonds.example", (), opens=("post@fonds.example",)) == "post@fonds.example"


def test_passages_that_overlap_become_one():
    spans = covering.joined(
        [covering.Span(4, 9, "5.2"), covering.Span(0, 5, "5.1.2.e"), covering.Span(12, 14, "5.2")]
    )

    assert spans == [covering.Span(0, 9, "5.1.2.e"), covering.Span(12, 14, "5.2")]


def test_places_count_in_the_settled_text():
    text = covering.settled("Ünïcöde Zoë\u200b Ångström here")

    [(start, stop)] = covering.places(text, "zoe angstrom")

    assert text[start:stop] == "Zoë Ångström"
