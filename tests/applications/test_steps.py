"""One thing done to many applications: shown first, done as one, taken back for a while."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from fundapp.applications import steps, tags, undoing
from fundapp.applications.models import ApplicationState, Flag, StepKind
from fundapp.applications.steps import Doing
from fundapp.core.audit import AuditEvent
from fundapp.core.db import db
from fundapp.core.refusals import MoveRefused, Refusal
from fundapp.rounds.models import RoundState
from tests.factories import NOW, make_application, make_cast, make_conflict, make_round

S, K = ApplicationState, StepKind
LATER = NOW + timedelta(minutes=3)


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


def worn(row):
    return [tag.name for tag in tags.marks(row).tags]


def planned(plan):
    return [row.title for row in plan.done], {row.title: why for row, why in plan.skipped}


# --- what will happen ------------------------------------------------------------------


def test_plan_says_what_happens_to_each_and_why_not(cast, call):
    ready = make_application(call, cast.ana, title="Ready")
    done = make_application(call, cast.ana, title="Done", state=S.IN_REVIEW)
    open_call = make_application(make_round(cast.fund), cast.ana, title="Open")
    own = make_application(call, cast.sol, title="Own")
    barred = make_application(call, cast.ana, title="Barred")
    make_conflict(barred, cast.sol)
    ids = [row.id for row in (ready, done, open_call, own, barred)]

    plan = steps.plan(Doing(K.ADMIT), ids, actor=cast.sol, at=NOW)

    done_to, skipped = planned(plan)
    assert done_to == ["Ready"]
    assert skipped["Done"] == "It does not wait to be taken into review."
    assert skipped["Open"] == "The call is still open to its applicant."
    assert "Barred" not in skipped


def test_lead_must_be_free_of_ties(cast, call):
    free, tied = (
        make_application(call, cast.ana, title="Free"),
        make_application(call, cast.ben, title="Tied"),
    )
    make_conflict(tied, cast.max)

    plan = steps.plan(Doing(K.LEAD, lead=cast.max), [free.id, tied.id], actor=cast.sol, at=NOW)

    assert planned(plan) == (["Free"], {"Tied": f"{cast.max.name} can't look after this one."})


def test_plan_asks_the_same_for_one_and_many(cast, call, count_statements):
    counts = []
    for number in (1, 49):
        ids = [make_application(call, cast.ana).id for _ in range(number)]
        db.session.expire_all()
        with count_statements() as seen:
            steps.plan(Doing(K.ADMIT), ids, actor=cast.sol, at=NOW)
        counts.append(len(seen))

    assert counts[0] == counts[1]


# --- doing it and taking it back -----------------------------------------------------------


@pytest.mark.parametrize("kind", list(K))
def test_step_is_done_and_taken_back(cast, call, kind):
    rows = [make_application(call, owner) for owner in (cast.ana, cast.ben)]
    word = tags.named(cast.fund.id, "urgent", actor=cast.sol, at=NOW)
    if kind is K.UNTAG:
        for row in rows:
            tags.add(row, word, actor=cast.sol, at=NOW)
    if kind is K.UNFLAG:
        for row in rows:
            tags.raise_flag(row, "Look", actor=cast.max, at=NOW)

    def look():
        db.session.flush()
        db.session.expire_all()
        flags = list(db.session.scalars(select(Flag.raised_by)))
        return [(row.state, row.lead_id, worn(row)) for row in rows], flags

    before = look()
    doing = Doing(
        kind,
        lead=cast.max if kind is K.LEAD else None,
        tag=word if "tag" in kind else None,
        asked=steps.Asked("What?", (), (NOW + timedelta(days=9)).date()) if kind is K.COMPLETION else None,
    )

    step = steps.take(doing, [row.id for row in rows], actor=cast.sol, at=NOW)
    after = look()
    kept = undoing.undo(step, actor=cast.sol, at=LATER)

    assert before != after
    assert kept == []
    assert look() == before
    verbs = [event.verb for event in db.session.scalars(select(AuditEvent).order_by(AuditEvent.id))]
    assert len(verbs) >= 4


def test_new_tag_is_made_once_for_all(cast, call):
    rows = [make_application(call, cast.ana) for _ in range(3)]
    tags.put(rows[0], "Second try", actor=cast.sol, at=NOW)

    step = steps.take(Doing(K.TAG, name="second TRY"), [row.id for row in rows], actor=cast.sol, at=NOW)
    db.session.flush()

    assert [worn(row) for row in rows] == [["Second try"]] * 3
    assert len(step.rows) == 2


def test_undo_leaves_what_was_touched_since(cast, call):
    touched, free = make_application(call, cast.ana), make_application(call, cast.ben)
    step = steps.take(Doing(K.ADMIT), [touched.id, free.id], actor=cast.sol, at=NOW)
    tags.put(touched, "seen", actor=cast.max, at=NOW)
    db.session.flush()

    kept = undoing.undo(step, actor=cast.sol, at=LATER)

    assert kept == [touched]
    assert (touched.state, free.state) == (S.IN_REVIEW, S.SUBMITTED)


def test_undo_of_a_lead_leaves_who_took_over(cast, call):
    own = make_application(call, cast.ana)
    step = steps.take(Doing(K.LEAD, lead=cast.max), [own.id], actor=cast.sol, at=NOW)
    own.lead_id = cast.sol.id

    assert undoing.undo(step, actor=cast.sol, at=LATER) == [own]
    assert own.lead_id == cast.sol.id


@pytest.mark.parametrize("who", ["later", "other", "twice"])
def test_undo_is_for_the_one_who_did_it_and_for_a_while(cast, call, who):
    own = make_application(call, cast.ana)
    step = steps.take(Doing(K.FLAG), [own.id], actor=cast.sol, at=NOW)
    db.session.flush()
    if who == "twice":
        undoing.undo(step, actor=cast.sol, at=LATER)
    at = NOW + timedelta(minutes=11) if who == "later" else LATER

    with pytest.raises(MoveRefused):
        undoing.undo(step, actor=cast.max if who == "other" else cast.sol, at=at)


def test_step_with_nothing_to_do_is_refused(cast, call):
    own = make_application(call, cast.ana, state=S.IN_REVIEW)

    with pytest.raises(Refusal):
        steps.take(Doing(K.ADMIT), [own.id], actor=cast.sol, at=NOW)


# --- on the pages ------------------------------------------------------------------------


def test_ticked_rows_go_through_a_preview_to_an_undo(sol, cast, call):
    rows = [make_application(call, cast.ana, title=f"Row {number}") for number in range(3)]
    picked = [str(row.id) for row in rows[:2]]
    form = {"do": "admit", "pick": picked, "round": str(call.id), "q": "row"}

    asked = sol.post("/office/applications/steps", data=form).text
    done = sol.post("/office/applications/steps/take", data={**form, "once": "k1"})
    again = sol.post("/office/applications/steps/take", data={**form, "once": "k1"})
    page = sol.get(done.location).text

    assert "Take into review: 2 applications" in asked
    assert [row.state for row in rows] == [S.IN_REVIEW, S.IN_REVIEW, S.SUBMITTED]
    assert again.location == done.location
    assert "Take it back" in page
    assert f'href="/office/rounds/{call.id}/applications?q=row"' in page
    sol.post(f"{done.location}/undo")
    assert [row.state for row in rows] == [S.SUBMITTED] * 3
    assert "Taken back" in sol.get(done.location).text


def test_all_that_match_are_meant(sol, cast, call):
    for number in range(3):
        make_application(call, cast.ana, title=f"Row {number}")
    other = make_application(call, cast.ana, title="Other")

    asked = sol.post(
        "/office/applications/steps", data={"do": "flag", "all": "1", "round": call.id, "q": "title:row"}
    ).text

    assert "3 applications" in asked
    assert other.title not in asked


@pytest.mark.parametrize(
    "form",
    [
        {"do": "admit"}, {"do": "nonsense", "pick": "1"}, {"do": "lead:999999", "pick": "1"},
        {"do": "tag:x", "pick": "1"}, {"do": "tag:new", "new": "", "pick": "1"}, {"do": "flag", "pick": "٣"},
        {"do": "csv"}, {"pick": "1"},
    ],
)  # fmt: skip
def test_strange_forms_lead_back_to_the_list(sol, cast, call, form):
    answer = sol.post("/office/applications/steps", data=form)

    assert answer.status_code == 302
    assert answer.location.startswith("/office/applications")


def test_auditor_may_take_a_file_but_no_step(client, cast, call):
    own = make_application(call, cast.ana, title="Atlas")
    client.sign_in(cast.aud)

    file = client.post("/office/applications/steps", data={"do": "csv", "pick": own.id})
    step = client.post("/office/applications/steps", data={"do": "admit", "pick": own.id})
    taken = client.post("/office/applications/steps/take", data={"do": "admit", "pick": own.id})

    assert "Atlas" in file.text
    assert (step.status_code, taken.status_code) == (302, 403)
    assert "Take into review" not in client.get("/office/applications").text


def test_step_of_somebody_else_is_not_found(client, cast, call):
    own = make_application(call, cast.ana)
    step = steps.take(Doing(K.FLAG), [own.id], actor=cast.sol, at=NOW)
    db.session.flush()
    client.sign_in(cast.max)

    assert client.get(f"/office/steps/{step.id}").status_code == 404
    assert client.post(f"/office/steps/{step.id}/undo").status_code == 404


def test_what_a_tie_bars_later_is_gone_from_the_step(sol, cast, call):
    own = make_application(call, cast.ana, title="Atlas")
    step = steps.take(Doing(K.FLAG), [own.id], actor=cast.sol, at=NOW)
    db.session.flush()
    make_conflict(own, cast.sol)

    assert "Atlas" not in sol.get(f"/office/steps/{step.id}").text
