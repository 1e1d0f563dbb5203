"""Filling in every kind of question: conditions, rows, checks that come first, forms that change."""

import re
from datetime import timedelta

import pytest

from fundapp.applications import drafts, service, versions
from fundapp.core import clock
from fundapp.rounds import building, drafting
from fundapp.rounds.definitions import load_library
from tests.factories import NOW, make_cast, make_round
from tests.rounds.every_kind import COMPLETE, EVERY_KIND


@pytest.fixture
def cast(session):
    return make_cast()


def call_with(cast, definition, slug="call"):
    form = building.make(cast.fund, name=definition["name"], start=definition, actor=cast.sol, at=NOW)
    now = clock.now()
    form.frozen_at = now
    return make_round(
        cast.fund, form=form, slug=slug, opens_at=now - timedelta(days=1), closes_at=now + timedelta(days=5)
    )


@pytest.fixture
def draft(cast):
    return service.start(call_with(cast, EVERY_KIND), actor=cast.ana, at=clock.now())


@pytest.fixture
def scan(cast):
    return service.start(
        call_with(cast, load_library("pioneers_form").definition), actor=cast.ana, at=clock.now()
    )


@pytest.fixture
def ana(client, cast):
    client.sign_in(cast.ana)
    return client


def kept(application):
    return versions.values(drafts.answers_of(application.id).values())


def page(client, draft, section):
    return client.get(f"/proposals/{draft.id}/edit/{section}").text


def send(client, draft, section, only=None, **fields):
    """Post a section as its page would, with the hidden fields that stand on it."""
    found = page(client, draft, section)
    hidden = dict(re.findall(r'name="(version|asked)"[^>]* value="([^"]*)"', found))
    if only:
        hidden["asked"] = only
    return client.post(f"/proposals/{draft.id}/edit/{section}", data=hidden | fields)


# --- every kind --------------------------------------------------------------------------


def test_every_kind_is_kept_as_it_was_meant(ana, draft):
    answer = send(
        ana, draft, "short_ones", a_title="Sluis", a_story="Locks.", a_number="6", a_weight="37,50",
        a_day="24-12-2026", a_country="NL", a_site="https://example.org", a_mail="ana@example.org",
        a_licence="EUPL-1.2", a_one="b", a_many=["c", "a"], a_agree="yes", a_promise="y",
    )  # fmt: skip

    assert answer.status_code == 302, re.findall(r'class="err".*?</p>', answer.text)
    assert kept(draft) == {
        "title": "Sluis", "story": "Locks.", "number": 6, "weight": "37.5", "day": "2026-12-24",
        "country": "NL", "site": "https://example.org", "mail": "ana@example.org", "licence": "EUPL-1.2",
        "one": "b",
        "many": ["a", "c"], "agree": True, "promise": True,
    }  # fmt: skip


def test_every_kind_that_cannot_be_read_is_kept_and_told(ana, draft):
    wrong = {"number": "six", "weight": "heavy", "day": "next week", "site": "example", "mail": "ana",
             "licence": "free", "title": "T"}  # fmt: skip

    answer = send(ana, draft, "short_ones", **{f"a_{key}": value for key, value in wrong.items()})

    assert answer.status_code == 422
    assert {key: kept(draft)[key] for key in wrong} == wrong
    for value in wrong.values():
        assert f'value="{value}"' in answer.text
    for said in (
        "Write a whole number",
        "Write a number",
        "Write a day that exists",
        "Write the name of a licence",
    ):
        assert said in answer.text


def test_rows_are_worked_out_by_the_server(ana, draft):
    rows = {"what": "Work", "hours": "37,5", "rate": "60", "cost": "1", "until": "", "page": "", "note": ""}

    send(ana, draft, "money", a_amount="2250", **{f"a_costs-0-{key}": value for key, value in rows.items()})

    assert kept(draft)["costs"][0] | {"cost": 225_000} == kept(draft)["costs"][0]
    assert kept(draft)["amount"] == 225_000
    shown = page(ana, draft, "money")
    assert "€2,250" in shown
    assert re.search(r'readonly[^>]*value="2250"', shown)


def test_budget_that_does_not_add_up_is_told_beside_the_table(ana, draft):
    row = {"what": "Work", "hours": "10", "rate": "60"}

    answer = send(
        ana, draft, "money", a_amount="5000", **{f"a_costs-0-{key}": one for key, one in row.items()}
    )

    assert answer.status_code == 422
    assert "“Costs” adds up to €600" in answer.text


def test_condition_of_the_same_page_is_left_to_the_page(ana, draft):
    assert 'data-shown-if="a_agree" data-how="is" data-is="no"' in page(ana, draft, "short_ones")


def test_answer_that_is_not_asked_stays_and_is_not_sent(ana, cast, draft):
    service.save(draft, COMPLETE | {"why_not": "Never mind."}, {}, actor=cast.ana, at=NOW)

    version = service.submit(draft, actor=cast.ana, at=clock.now())

    assert "why_not" in kept(draft)
    assert "why_not" not in version.answers


def test_everything_is_shown_to_who_reads_it(ana, cast, draft):
    service.save(draft, COMPLETE, {}, actor=cast.ana, at=NOW)

    shown = ana.get(f"/proposals/{draft.id}/check").text

    for said in ("24 December 2026", "37.5", "EUPL-1.2", "<li>A</li><li>C</li>", "€4,800", "Ready to send"):
        assert said in shown, said


# --- checks that come first ----------------------------------------------------------------


CHECKS = ["internet", "public", "new", "netherlands", "started", "short", "excluded"]
PASSED = {"internet": "yes", "public": "yes", "new": "yes", "netherlands": "yes", "started": "no",
          "short": "yes", "excluded": "no"}  # fmt: skip


def scanned(**changes):
    return {f"a_scan_{key}": value for key, value in (PASSED | changes).items()}


def test_nothing_is_filled_in_before_the_checks(ana, scan):
    answer = ana.get(f"/proposals/{scan.id}/edit/plan")

    assert answer.location == f"/proposals/{scan.id}/edit/quickscan"


def test_seven_checks_that_fit_open_the_rest(ana, scan):
    answer = send(ana, scan, "quickscan", **scanned())

    assert answer.location == f"/proposals/{scan.id}/edit/who"
    assert ana.get(f"/proposals/{scan.id}/edit/plan").status_code == 200


def test_check_that_does_not_fit_tells_kindly_and_keeps(ana, scan):
    answer = send(ana, scan, "quickscan", **scanned(started="yes"))
    stopped = send(ana, scan, "quickscan", **scanned(started="yes"), stop="1")

    assert answer.status_code == 422
    assert "This call may not be the right one for you" in answer.text
    assert "We cannot pay for work from before the decision." in answer.text
    assert kept(scan)["scan_started"] is True
    assert stopped.location == "/proposals"
    assert ana.get(f"/proposals/{scan.id}/edit/plan").status_code == 302


def test_text_that_was_typed_before_a_check_changed_is_never_lost(ana, scan):
    answer = ana.post(
        f"/proposals/{scan.id}/autosave/plan", data={"asked": "abstract", "a_abstract": "Typed."}
    )

    assert (answer.status_code, kept(scan)) == (200, {"abstract": "Typed."})


def test_softer_checks_let_one_go_on_after_reading(ana, cast):
    round = call_with(cast, load_library("quickscan_form").definition, slug="soft")
    soft = service.start(round, actor=cast.ana, at=clock.now())

    told = send(ana, soft, "quickscan", **scanned(new="no"))
    onwards = send(ana, soft, "quickscan", **scanned(new="no"), anyway="1")

    assert (told.status_code, "Go on anyway" in told.text) == (422, True)
    assert onwards.location == f"/proposals/{soft.id}/edit/project"


# --- a form that changes while one writes -------------------------------------------------------


def changed(cast, draft, change, note="We forgot something."):
    second = building.new_version(draft.stage.form, actor=cast.sol, at=clock.now())
    building.amend(second, change, verb="change", actor=cast.sol, at=clock.now())
    building.put_to_use(second, draft.stage, actor=cast.sol, at=clock.now(), note=note)
    return second


def test_draft_goes_along_with_every_answer(ana, cast, draft):
    service.save(draft, COMPLETE, {}, actor=cast.ana, at=NOW)
    before = kept(draft)

    def edit(data):
        drafting.remove_field(data, "story", keep=True)
        drafting.place_field(data, "site", "money", "amount")

    changed(cast, draft, edit)

    shown = ana.get(f"/proposals/{draft.id}/check").text
    assert kept(draft) == before
    assert "The form was changed on" in shown
    assert "We forgot something." in shown
    assert "One answer to a question that is not asked any more" in shown
    assert "<p>Locks.</p>" in shown
    assert 'value="https://example.org"' in page(ana, draft, "money")


def test_sent_version_stays_under_the_form_it_answered(ana, cast, draft):
    service.save(draft, COMPLETE, {}, actor=cast.ana, at=NOW)
    service.submit(draft, actor=cast.ana, at=clock.now())

    changed(cast, draft, lambda data: drafting.remove_field(data, "story", keep=True))
    again = service.submit(draft, actor=cast.ana, at=clock.now())

    first = ana.get(f"/proposals/{draft.id}/versions/1").text
    assert "Locks." in first
    assert (again.number, "story" in again.answers, kept(draft)["story"]) == (2, False, "Locks.")


def test_office_sees_whom_a_change_meets(client, cast, draft):
    service.save(draft, {"story": "Locks."}, {}, actor=cast.ana, at=NOW)
    second = building.new_version(draft.stage.form, actor=cast.sol, at=NOW)
    building.amend(
        second, lambda data: drafting.remove_field(data, "story", keep=True), verb="x", actor=cast.sol, at=NOW
    )
    client.sign_in(cast.sol)

    shown = client.get(f"/office/forms/{second.id}/use/{draft.stage_id}").text

    assert "One draft goes along with its answers." in shown
    assert "One proposal answers a question that is not asked any more" in shown
