"""The office's list: who sees what, in any order, page by page, at the same cost, and as a file."""

import csv
import io
from datetime import timedelta

import pytest

from fundapp.accounts.models import RoleName
from fundapp.applications import listings, office_list, search_texts, tags
from fundapp.applications.models import ApplicationState, Capacity, Level
from fundapp.applications.service import let_in
from fundapp.reviews import listed  # noqa: F401  its orders are tried too
from fundapp.rounds.models import RoundState
from tests.applications.looking import look, make_three
from tests.factories import (
    NOW,
    give_role,
    make_application,
    make_cast,
    make_conflict,
    make_fund,
    make_round,
    make_user,
)

S = ApplicationState


@pytest.fixture
def cast(session):
    return make_cast()


@pytest.fixture
def call(cast):
    return make_round(cast.fund, state=RoundState.REVIEWING, closes_at=NOW - timedelta(days=1))


@pytest.fixture
def sol(client, cast):
    client.sign_in(cast.sol)
    return client


@pytest.fixture
def three(cast, call):
    return make_three(cast, call)


# --- who sees what -------------------------------------------------------------------


def test_list_leaves_out_drafts_and_other_rounds(cast, call):
    seen = make_application(call, cast.ana)
    make_application(call, cast.ana, state=S.DRAFT)
    other = make_application(make_round(cast.fund), cast.ana)

    assert look(cast.sol, "", call) == [seen.title]
    assert sorted(look(cast.sol, "")) == sorted([seen.title, other.title])


def test_trial_rounds_are_listed_only_by_themselves(cast):
    trial = make_round(cast.fund, is_trial=True)
    seen = make_application(trial, cast.ana)

    assert look(cast.sol, "") == []
    assert look(cast.sol, "", trial) == [seen.title]


def test_what_a_tie_bars_is_nowhere(sol, cast, call):
    own = make_application(call, cast.ana, title="Lighthouse")
    search_texts.keep(own, own.current)
    tag = tags.put(own, "urgent", actor=cast.max, at=NOW)
    make_conflict(own, cast.sol)

    for query in ("", "lighthouse", "title:light", "tag:urgent", "-tag:other", "state:submitted"):
        assert look(cast.sol, query) == []
        assert look(cast.max, query) == ["Lighthouse"]
    for path in ("/office/applications", f"/office/rounds/{call.id}/applications"):
        page = sol.get(f"{path}?q=lighthouse").text
        assert "0 applications" in page
        assert "without lighthouse" not in page
        assert "Lighthouse" not in sol.get(f"{path}?csv=1").text
    assert tag.name == "urgent"


def test_sealed_round_shows_nothing(cast):
    call = make_round(cast.fund, is_sealed=True)
    own = make_application(call, cast.ana)
    search_texts.keep(own, own.current)

    assert look(cast.sol, "", call) == look(cast.sol, "project") == []


def test_finance_finds_what_is_awarded_and_never_by_ties(cast, call):
    paid = make_application(call, cast.ana, state=S.AWARDED, title="Paid")
    make_application(call, cast.ben, title="Asked")
    make_conflict(paid, cast.rhea)

    assert look(cast.fin, "") == ["Paid"]
    assert look(cast.fin, "has:tie") == []
    assert look(cast.sol, "has:tie") == ["Paid"]


def test_reviewer_at_the_office_finds_nothing_by_reading(cast, call):
    own = make_application(call, cast.ana)
    give_role(cast.fin, cast.fund, RoleName.REVIEWER)
    let_in(own, cast.fin, Capacity.REVIEWER, Level.READ, actor=cast.sol, at=NOW)

    assert look(cast.fin, "") == []


def test_list_is_for_the_office_of_this_fund(client, cast, call):
    stranger = make_user("Max Maas", roles={make_fund(): [RoleName.MANAGER]})
    make_application(call, cast.ana, title="Lighthouse")

    for user, one, all_of_them in (
        (cast.ana, 404, 403),
        (cast.rhea, 404, 403),
        (stranger, 404, 200),
        (cast.aud, 200, 200),
    ):
        client.sign_in(user)
        assert client.get(f"/office/rounds/{call.id}/applications").status_code == one
        page = client.get("/office/applications")
        assert page.status_code == all_of_them
        assert ("Lighthouse" in page.text) == (user is cast.aud)


# --- pages, order, columns -----------------------------------------------------------------


@pytest.mark.parametrize("sort", [f"{way}{key}" for key in office_list.SORTS for way in ("", "-")])
def test_pages_follow_on_without_gap_or_repeat_both_ways(sol, cast, call, monkeypatch, sort):
    monkeypatch.setattr(office_list, "PAGE", 2)
    made = [
        make_application(call, cast.ana, title=title, requested_cents=cents, country=country).id
        for title, cents, country in (
            ("b", 100, None), ("A", None, "NL"), ("a", 100, "NL"), ("É", 300, "DE"), ("c", None, None),
        )
    ]  # fmt: skip
    wanted = office_list.scope(cast.sol, call.id)

    there, place = [], None
    while True:
        page = office_list.page(wanted, sort=sort, place=place)
        there.append([row.id for row in page.rows])
        if page.after is None:
            break
        place = office_list.read_place(page.after.write(), sort)
    back = [there[-1]]
    while page.before is not None:
        page = office_list.page(wanted, sort=sort, place=office_list.read_place(page.before.write(), sort))
        back.insert(0, [row.id for row in page.rows])

    assert sorted(id for ids in there for id in ids) == sorted(made)
    assert [len(ids) for ids in there] == [2, 2, 1]
    assert back == there


@pytest.mark.parametrize(
    "text", ["", "x", "W10", "WyJcdTAwMDAiLDEsMF0", "W251bGwsMSwwXQ", "WyJcdWQ4MDAiLDEsMF0", "é"]
)
@pytest.mark.parametrize("sort", ["title", "-amount", "submitted", "nonsense"])
def test_list_survives_a_strange_address(sol, cast, call, text, sort):
    make_application(call, cast.ana, title="Atlas")

    page = sol.get(
        f"/office/rounds/{call.id}/applications", query_string={"at": text, "sort": sort, "c": "x,,\x00"}
    )

    assert page.status_code == 200
    assert "Atlas" in page.text


def test_list_page_costs_the_same_for_one_and_fifty(sol, cast, call):
    every = "&".join(f"c={key}" for key in ("applicant", "reviews", "asked", "score", "tags", "lead"))
    counts = []
    for number in (1, 59):
        for _ in range(number):
            own = make_application(call, cast.ana)
            search_texts.keep(own, own.current)
        for path in (f"/office/rounds/{call.id}/applications", "/office/applications"):
            assert sol.get(f"{path}?q=project&{every}").status_code == 200
            counts.append(len(sol.statements))

    assert counts[0] + 1 >= counts[2]  # a long list is counted
    assert counts[1] + 1 >= counts[3]
    assert max(counts) <= 10


def test_list_draws_few_bytes_a_row(sol, cast, call):
    sizes = []
    for number in (1, 49):
        for _ in range(number):
            make_application(call, cast.ana)
        sizes.append(len(sol.get(f"/office/rounds/{call.id}/applications").text))

    assert (sizes[1] - sizes[0]) / 49 < 900


def test_columns_are_chosen_and_kept_in_the_links(sol, cast, call):
    make_application(call, cast.ana, country="NL")

    page = sol.get(f"/office/rounds/{call.id}/applications?c=country&c=days").text

    assert "Netherlands" in page
    assert "Days in this state" in page
    assert '<td data-l="Applicant">' not in page
    assert "c=country,days" in page.replace("%2C", ",")


def test_hit_is_shown_and_marked(sol, cast, call):
    own = make_application(call, cast.ana)
    own.current.answers["abstract"] = "We build a <b>café</b> for everybody."
    search_texts.keep(own, own.current)

    page = sol.get("/office/applications?q=cafe").text

    assert "We build a &lt;b&gt;<mark>café</mark>&lt;/b&gt; for everybody." in page


def test_empty_list_says_which_word_to_drop(sol, cast, call, three):
    page = sol.get(f"/office/rounds/{call.id}/applications", query_string={"q": "cafe state:in_review"}).text

    assert "Nothing fits." in page
    assert "without cafe" in page
    assert "without state:in_review" in page


def test_empty_round_says_what_will_be_here(sol, cast, call):
    assert "No applications yet." in sol.get(f"/office/rounds/{call.id}/applications").text


def test_file_holds_the_present_list_and_nothing_that_runs(sol, cast, call):
    make_application(call, cast.ana, title="=cmd()", requested_cents=123_45)
    make_application(call, cast.ben, title="Other", state=S.IN_REVIEW)

    answer = sol.get(f"/office/rounds/{call.id}/applications?csv=1&q=state:submitted&c=applicant&c=amount")

    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert rows[0] == ["code", "title", "applicant", "amount", "currency"]
    assert [row[1:] for row in rows[1:]] == [["'=cmd()", "Ana Alders", "123.45", "EUR"]]


def test_counts_by_state_follow_what_is_seen(cast, call, three):
    make_conflict(three[0], cast.sol)

    assert listings.office_counts(cast.sol, call.id) == {S.SUBMITTED: 1, S.IN_REVIEW: 1}
