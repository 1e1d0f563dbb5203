"""Looking for ties: what is a hint, and what is not."""

import pytest

from fundapp.applications.hints import Applicant, Behind, Person, find, find_all, same_name, text_in
from fundapp.applications.mail_domains import same_house, workplace
from fundapp.applications.tie_words import WORDS, explain

ANA = Applicant(1, "Ana Alders", "ana@cs.uva.nl", party_id=7)
STORY = Behind(5, (ANA,), frozenset({9}), ("Stichting Open Kaart",), "We build with Rhea Rood's library.")


def person(**given: object) -> Person:
    return Person(**{"id": 2, "name": "Kim Kuiper", "email": "kim@elsewhere.nl", **given})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"party_id": 9}, "party"),
        ({"party_id": 7}, "party"),
        ({"organisation": "Open Kaart"}, "organisation"),
        ({"email": "kim@uva.nl"}, "domain"),
        ({"email": "kim@cs.uva.nl"}, "domain"),
        ({"collaborators": ["ana@cs.uva.nl"]}, "collaborator"),
        ({"collaborators": ["uva.nl"]}, "collaborator"),
        ({"collaborators": ["Ana Alders"]}, "collaborator"),
        ({"collaborators": ["open kaart"]}, "works_with"),
        ({"name": "Rhea Rood"}, "named"),
    ],
)
def test_hint_says_why(given: dict[str, object], why: str) -> None:
    assert [one["why"] for one in find(person(**given), STORY)] == [why]


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"email": "kim@law.vu.nl"},
        {"organisation": "Kaart"},
        {"organisation": "UvA"},
        {"name": "Rhea"},
        {"name": "Rhea Rooden"},
        {"collaborators": ["Ana", "uu.nl", "Aldersen"]},
    ],
)
def test_no_hint_without_a_reason(given: dict[str, object]) -> None:
    plain = Behind(5, (ANA,), frozenset({9}), ("Stichting Open Landkaart",), "We build with Rhea Rood.")

    assert find(person(**given), plain) == []


def test_free_mail_says_nothing() -> None:
    story = Behind(5, (Applicant(1, "Ana", "ana@gmail.com"),))

    assert find(person(email="kim@gmail.com"), story) == []


def test_earlier_work_together_is_a_hint() -> None:
    assert find(person(), STORY, together=[1]) == [{"why": "together", "who": "Ana Alders"}]


def test_applicant_is_not_hinted_at() -> None:
    assert find(person(id=1, party_id=9), STORY) == []


def test_invited_person_without_an_account_counts() -> None:
    story = Behind(5, (Applicant(None, "", "els@tudelft.nl"),))

    assert find(person(email="kim@tudelft.nl"), story) == [
        {"why": "domain", "what": "tudelft.nl", "who": "els@tudelft.nl"}
    ]


def test_several_hints_stand_once_each_most_telling_first() -> None:
    found = find(person(party_id=7, email="kim@uva.nl", collaborators=["ana@cs.uva.nl", "Ana Alders"]), STORY)

    assert [one["why"] for one in found] == ["party", "domain", "collaborator"]


def test_find_all_gives_only_pairs_with_something() -> None:
    pairs = find_all([person(), person(id=3, party_id=9)], [STORY], {2: frozenset({1})})

    assert {pair: [one["why"] for one in found] for pair, found in pairs.items()} == {
        (5, 2): ["together"],
        (5, 3): ["party"],
    }


@pytest.mark.parametrize(
    ("email", "place"),
    [
        ("a@TUDelft.nl", "tudelft.nl"),
        ("a@gmail.com", None),
        ("a@mail.gmail.com", None),
        ("a@example.org", None),
        ("a@site.test", None),
        ("a@co.uk", None),
        ("a", None),
        ("", None),
    ],
)
def test_workplace_is_no_free_mail(email: str, place: str | None) -> None:
    assert workplace(email) == place


def test_houses_are_the_same_below_one_another() -> None:
    assert same_house("cs.uva.nl", "uva.nl") == "uva.nl"
    assert same_house("uva.nl", "cs.uva.nl") == "uva.nl"
    assert same_house("cs.uva.nl", "law.uva.nl") is None
    assert same_house("nuva.nl", "uva.nl") is None
    assert same_house(None, "uva.nl") is None


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Stichting Open Kaart", "open kaart", True),
        ("Acme B.V.", "ACME bv", True),
        ("TU Delft", "TU Delft, EWI", True),
        ("TU", "TU Delft", False),
        ("", "", False),
        ("Delft", "Delftware", False),
    ],
)
def test_names_are_compared_without_legal_forms(one: str, other: str, same: bool) -> None:
    assert same_name(one, other) is same


def test_text_is_found_in_tables_and_lists() -> None:
    assert text_in({"a": "x", "b": [{"who": "Rhea"}, 3, None], "c": True}).split() == ["x", "Rhea"]


def test_every_reason_has_words_and_strange_ones_are_left_out(app: object) -> None:
    told = explain([{"why": why, "who": "Ana", "what": "uva.nl"} for why in WORDS])

    assert len(set(told)) == len(WORDS)
    assert explain([{"why": "moon"}]) == []
    assert explain(None) == []
