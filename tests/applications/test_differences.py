"""What changed between two sets of answers: nothing lost, quick, and seen by nobody who may not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fundapp.applications import differences
from fundapp.applications.models import ApplicationVersion, VersionReason
from fundapp.applications.word_changes import Piece, folded, pieces
from fundapp.core.db import db
from fundapp.rounds import definitions
from tests.factories import NOW, make_application, make_cast, make_round

FORM = {
    "slug": "small", "number": 1, "name": {"en": "Small", "nl": "Klein"},
    "sections": [{
        "key": "all", "title": {"en": "All", "nl": "Alles"},
        "fields": [
            {"key": "title", "type": "short", "label": {"en": "Title", "nl": "Titel"}, "required": True},
            {"key": "text", "type": "long", "label": {"en": "Text", "nl": "Tekst"}},
            {"key": "amount", "type": "amount", "label": {"en": "Amount", "nl": "Bedrag"}},
            {"key": "who", "type": "short", "label": {"en": "Who", "nl": "Wie"}, "identifying": True},
            {"key": "plan", "type": "table", "label": {"en": "Plan", "nl": "Plan"}, "columns": [
                {"key": "title", "type": "short", "label": {"en": "Result", "nl": "Resultaat"}},
                {"key": "cents", "type": "amount", "label": {"en": "Sum", "nl": "Som"}},
            ]},
        ],
    }],
}  # fmt: skip


def read(found):
    """Write changes out: -removed-, +added+."""
    marks = {"kept": "{}", "removed": "-{}-", "added": "+{}+"}
    return "".join(marks[piece.state].format(piece.text) for piece in found)


def changes(old, new, **more):
    found = differences.between(definitions.read_form(FORM), old, new, "en", **more)
    return {one.key: one for section in found for one in section.fields}


@given(st.text(st.sampled_from("ab .\n"), max_size=80), st.text(st.sampled_from("ab .\n"), max_size=80))
def test_pieces_give_both_texts_back(old, new):
    found = pieces(old, new)

    assert "".join(piece.text for piece in found if piece.state != "removed") == new
    assert "".join(piece.text for piece in found if piece.state != "added") == old


def test_pieces_compare_words_inside_sentences():
    found = pieces("The cat sat down. It was red.", "The dog sat down. It was red. Really so.")

    assert read(found) == "The -cat-+dog+ sat down. It was red.+ Really so.+"


def test_pieces_join_words_that_changed_beside_each_other():
    assert read(pieces("one two three", "one four five")) == "one -two three-+four five+"


@pytest.mark.parametrize("old", ["a\n" * 50_000, "!" * 100_000, "word. " * 20_000, "b" * 100_000])
def test_pieces_of_100000_characters_come_at_once(old):
    found = pieces(old, old[:40_000] + "zz" + old[40_000:])

    assert "".join(piece.text for piece in found if piece.state != "added") == old


def test_long_unchanged_text_is_folded_in_the_middle():
    found = folded(pieces("word " * 500, "word " * 500 + "more"))

    assert [(piece.state, piece.is_folded) for piece in found] == [
        ("kept", True), ("kept", False), ("added", False),
    ]  # fmt: skip
    assert "".join(piece.text for piece in found) == "word " * 500 + "more"


def test_only_what_changed_is_listed():
    found = changes({"title": "A", "amount": 100_000, "who": ""}, {"title": "A", "amount": 200_000})

    assert list(found) == ["amount"]
    assert read(found["amount"].pieces) == "-€1,000-+€2,000+"


def test_labels_and_amounts_follow_the_language():
    section = differences.between(definitions.read_form(FORM), {}, {"amount": 150_000}, "nl")[0]

    assert (section.title, section.fields[0].label) == ("Alles", "Bedrag")
    assert read(section.fields[0].pieces) == "+€\xa01.500+"


def test_rows_are_paired_by_their_name():
    old = [{"title": "A", "cents": 100}, {"title": "B", "cents": 200}]
    new = [{"title": "New", "cents": 50}, {"title": "A", "cents": 100}, {"title": "B", "cents": 300}]

    rows = changes({"plan": old}, {"plan": new})["plan"].rows

    assert [row.state for row in rows] == ["added", "kept", "changed"]
    assert read(rows[2].cells[1]) == "-€2-+€3+"


def test_what_the_form_does_not_ask_stands_apart():
    found = differences.between(definitions.read_form(FORM), {"old_note": "a"}, {"old_note": "b"}, "en")

    assert [(section.title, section.fields[0].label) for section in found] == [("More", "Old note")]


def test_piece_is_a_plain_value():
    assert Piece("kept", "a") == Piece("kept", "a")


# --- pages ------------------------------------------------------------------------


@pytest.fixture
def cast(session):
    return make_cast()


@pytest.fixture
def twice(cast):
    """An application of Ana's with two versions."""
    made = make_application(make_round(cast.fund), cast.ana, title="Sluis")
    first = made.versions[0]
    db.session.add(
        ApplicationVersion(
            application_id=made.id, number=2, stage_id=first.stage_id, form_id=first.form_id,
            answers={**first.answers, "abstract": "Something else."}, title="Sluis",
            requested_cents=1_000_000, reason=VersionReason.SUBMITTED, digest="b" * 64,
            made_at=NOW, made_by=cast.ana.id,
        )
    )  # fmt: skip
    made.version_number = 2
    db.session.flush()
    return made


def test_applicant_compares_two_versions(client, cast, twice):
    client.sign_in(cast.ana)

    page = client.get(f"/proposals/{twice.id}/compare?from=1&to=2").text

    assert "Abstract" in page
    assert "<ins>" in page
    assert "<del>" in page


def test_applicant_sees_what_is_not_sent_yet(client, cast, twice):
    client.sign_in(cast.ana)

    assert "not sent yet" in client.get(f"/proposals/{twice.id}/compare").text


def test_manager_compares_two_versions(client, cast, twice):
    client.sign_in(cast.sol)

    assert "Abstract" in client.get(f"/office/applications/{twice.id}/compare?from=1&to=2").text


def test_strangers_and_wrong_numbers_find_nothing(client, cast, twice):
    for user, path in (
        (cast.ben, f"/proposals/{twice.id}/compare?from=1&to=2"),
        (cast.rhea, f"/office/applications/{twice.id}/compare?from=1&to=2"),
        (cast.ana, f"/office/applications/{twice.id}/compare?from=1&to=2"),
        (cast.ana, f"/proposals/{twice.id}/compare?from=1&to=9"),
        (cast.sol, f"/office/applications/{twice.id}/compare"),
    ):
        client.sign_in(user)
        assert client.get(path).status_code == 404
