"""Writing in the browser: every answer kept, clashes shown side by side, sent in time."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from fundapp.applications import drafts, service, versions
from fundapp.applications.models import Application, ApplicationState
from fundapp.core import clock
from fundapp.core.db import db
from fundapp.rounds import service as rounds
from fundapp.rounds.models import RoundState
from tests.factories import NOW, make_application, make_cast, make_round

S = ApplicationState


@pytest.fixture
def cast(session):
    return make_cast()


@pytest.fixture
def call(cast):
    now = clock.now()
    form = rounds.install_form("proposal_form", at=NOW)
    return make_round(
        cast.fund, form=form, opens_at=now - timedelta(days=1), closes_at=now + timedelta(days=5), slug="call"
    )


@pytest.fixture
def draft(cast, call):
    return service.start(call, actor=cast.ana, at=clock.now())


@pytest.fixture
def ana(client, cast):
    client.sign_in(cast.ana)
    return client


def kept(application):
    return versions.values(drafts.answers_of(application.id).values())


def section(client, draft, key, **answers):
    """Post one section as its page would, with only these answers on it."""
    given = {f"a_{name}": value for name, value in answers.items()}
    page = {"asked": " ".join(answers), "version": version(client, draft, key)}
    return client.post(f"/proposals/{draft.id}/edit/{key}", data=page | given)


def version(client, draft, key):
    page = client.get(f"/proposals/{draft.id}/edit/{key}").text
    return re.search(r'name="version"[^>]* value="([^"]*)"', page)[1]


# --- beginning -------------------------------------------------------------------


def test_begin_makes_a_draft_and_opens_its_first_section(ana, cast, call):
    answer = ana.post(f"/apply/{cast.fund.slug}/call", data={"once": "one"})

    made = db.session.scalars(select(Application).where(Application.round_id == call.id)).one()
    assert answer.location == f"/proposals/{made.id}/edit/you"


def test_begin_pressed_twice_makes_one_draft(ana, cast, call):
    places = {ana.post(f"/apply/{cast.fund.slug}/call", data={"once": "one"}).location for _ in range(2)}
    places.add(ana.post(f"/apply/{cast.fund.slug}/call", data={"once": "two"}).location)

    assert len(places) == 1


def test_begin_asks_to_sign_in_first(client, cast, call):
    answer = client.post(f"/apply/{cast.fund.slug}/call")

    assert (answer.status_code, answer.location) == (302, f"/login?next=%2Fapply%2F{cast.fund.slug}%2Fcall")


def test_begin_in_a_closed_call_says_so(ana, cast):
    make_round(cast.fund, closes_at=NOW - timedelta(days=1), slug="over")

    assert "does not take proposals now" in ana.get(f"/apply/{cast.fund.slug}/over").text
    assert ana.post(f"/apply/{cast.fund.slug}/over").status_code == 422


# --- keeping ----------------------------------------------------------------------


def test_every_section_shows_its_questions(ana, draft):
    for key in ("you", "project", "work", "commons", "money", "closing"):
        assert ana.get(f"/proposals/{draft.id}/edit/{key}").status_code == 200
    assert ana.get(f"/proposals/{draft.id}/edit/nothing").status_code == 404


def test_section_is_kept_and_leads_to_the_next(ana, draft):
    answer = section(ana, draft, "project", title="Sluiswachter", website="", abstract="Locks.\r\nBridges.")

    assert answer.location == f"/proposals/{draft.id}/edit/work"
    assert kept(draft) == {"title": "Sluiswachter", "abstract": "Locks.\nBridges."}


def test_answer_that_was_not_on_the_page_is_left_alone(ana, draft):
    section(ana, draft, "project", title="Sluiswachter", abstract="Locks.")
    section(ana, draft, "project", abstract="Bridges.")

    assert kept(draft) == {"title": "Sluiswachter", "abstract": "Bridges."}


def test_what_cannot_be_read_is_kept_and_told(ana, draft):
    answer = section(ana, draft, "money", amount="about 5k")

    assert answer.status_code == 422
    assert "is a rough figure" in answer.text
    assert 'value="about 5k"' in answer.text
    assert kept(draft) == {"amount": "about 5k"}


@pytest.mark.parametrize(
    ("typed", "cents"), [("8.500", 850_000), ("€ 8.500,50", 850_050), ("8000eur", 800_000)]
)
def test_amount_is_read_as_people_write_it(ana, draft, typed, cents):
    section(ana, draft, "money", amount=typed)

    assert kept(draft) == {"amount": cents}


def test_too_long_text_is_kept_whole_and_told(ana, draft):
    answer = section(ana, draft, "project", abstract="é" * 1600)

    assert "100 characters over the limit of 1,500" in answer.text
    assert len(kept(draft)["abstract"]) == 1600


@pytest.mark.parametrize(
    "text", ["nul\x00byte", "\u202eright to left", "😀 emoji", "<script>alert(1)</script>", "a\n" * 50_000]
)
def test_awkward_text_is_kept_and_shown_safely(ana, draft, text):
    section(ana, draft, "work", experience=text)

    page = ana.get(f"/proposals/{draft.id}/check").text
    assert kept(draft) == {"experience": text.replace("\x00", "")}
    assert "<script>alert" not in page


def test_rows_of_a_table_are_kept_without_empty_ones(ana, draft):
    form = {
        "asked": "milestones",
        "version": "milestones:0",
        "a_milestones-0-title": "Format",
        "a_milestones-0-description": "",
        "a_milestones-0-amount_cents": "1.200",
        "a_milestones-1-title": "",
        "a_milestones-1-description": "",
        "a_milestones-1-amount_cents": "",
    }

    answer = ana.post(f"/proposals/{draft.id}/edit/money", data=form | {"row": "milestones"})

    assert answer.location.endswith("/edit/money?rows=1#a_milestones")
    assert kept(draft) == {"milestones": [{"title": "Format", "description": None, "amount_cents": 120_000}]}


def test_adding_a_row_is_no_moment_to_find_fault(ana, cast, draft):
    rows = [{"title": "Format", "description": None, "amount_cents": 120_000}]
    service.save(draft, {"milestones": rows, "amount": 1_000_000}, {}, actor=cast.ana, at=NOW)

    in_the_middle, afterwards = (
        ana.get(f"/proposals/{draft.id}/edit/money{asked}").text for asked in ("?rows=1", "")
    )

    assert ("errsum" in in_the_middle, "errsum" in afterwards) == (False, True)


def test_row_is_taken_out(ana, cast, draft):
    rows = [{"title": f"Step {n}", "description": None, "amount_cents": None} for n in range(3)]
    service.save(draft, {"milestones": rows}, {}, actor=cast.ana, at=NOW)
    form = {"asked": "milestones", "version": "milestones:1", "remove": "milestones:1"}
    cells = {f"a_milestones-{n}-title": f"Step {n}" for n in range(3)}

    ana.post(f"/proposals/{draft.id}/edit/money", data=form | cells)

    assert [row["title"] for row in kept(draft)["milestones"]] == ["Step 0", "Step 2"]


def test_yes_no_and_consent_are_kept_as_such(ana, draft):
    section(ana, draft, "closing", uses_genai="no", privacy="y", send_copy="no")

    assert kept(draft) == {"uses_genai": False, "privacy": True, "send_copy": False}


def test_autosave_answers_with_time_and_revisions(ana, draft):
    answer = ana.post(
        f"/proposals/{draft.id}/autosave/project",
        data={
            "asked": "title abstract",
            "a_title": "Sluis",
            "a_abstract": "",
            "version": "title:0 abstract:0",
        },
    )

    assert re.fullmatch(r"\d\d:\d\d", answer.json["saved_at"])
    assert answer.json["version"] == "title:1 abstract:0"
    assert kept(draft) == {"title": "Sluis"}


# --- two writers --------------------------------------------------------------------


def test_two_tabs_show_both_texts_and_lose_none(ana, draft):
    section(ana, draft, "project", title="Sluis", abstract="First.")
    old = version(ana, draft, "project")
    section(ana, draft, "project", abstract="Of the other tab.")

    answer = ana.post(
        f"/proposals/{draft.id}/edit/project",
        data={
            "asked": "title abstract",
            "version": old,
            "a_title": "Sluiswachter",
            "a_abstract": "Of this tab.",
        },
    )

    assert answer.status_code == 409
    assert "Of this tab." in answer.text
    assert "Of the other tab." in answer.text
    assert kept(draft) == {"title": "Sluiswachter", "abstract": "Of the other tab."}


def test_choosing_ones_own_text_on_the_clash_page_saves_it(ana, draft):
    section(ana, draft, "project", title="Sluis", abstract="First.")
    old = version(ana, draft, "project")
    section(ana, draft, "project", abstract="Of the other tab.")
    clash = ana.post(
        f"/proposals/{draft.id}/edit/project",
        data={"asked": "abstract", "version": old, "a_abstract": "Of this tab."},
    ).text

    hidden = dict(re.findall(r'name="(version|asked)"[^>]* value="([^"]*)"', clash))
    ana.post(f"/proposals/{draft.id}/edit/project", data=hidden | {"a_abstract": "Both together."})

    assert hidden["asked"] == "abstract"
    assert kept(draft)["abstract"] == "Both together."


def test_autosave_over_a_newer_text_is_refused(ana, draft):
    section(ana, draft, "project", abstract="First.")

    answer = ana.post(
        f"/proposals/{draft.id}/autosave/project",
        data={"asked": "abstract", "version": "abstract:0", "a_abstract": "Other."},
    )

    assert (answer.status_code, answer.json["fields"]) == (409, ["abstract"])
    assert kept(draft) == {"abstract": "First."}


def test_session_that_ended_keeps_the_text(client, draft):
    answer = client.post(
        f"/proposals/{draft.id}/edit/project", data={"asked": "title", "a_title": "Typed for an hour"}
    )

    assert answer.status_code == 401
    assert 'value="Typed for an hour"' in answer.text
    assert f'action="/proposals/{draft.id}/edit/project"' in answer.text


def test_text_that_comes_when_review_has_begun_is_shown_again(ana, cast, call):
    own = make_application(call, cast.ana, state=S.IN_REVIEW)

    answer = ana.post(
        f"/proposals/{own.id}/edit/project",
        data={"asked": "abstract", "version": "abstract:1", "a_abstract": "One more thought."},
    )

    assert answer.status_code == 409
    assert "One more thought." in answer.text


def test_others_find_nothing(client, cast, draft):
    client.sign_in(cast.ben)

    for path in ("edit/project", "check", "withdraw", ""):
        assert client.get(f"/proposals/{draft.id}/{path}".rstrip("/")).status_code == 404
    assert section_of_ben(client, draft).status_code == 404


def section_of_ben(client, draft):
    return client.post(f"/proposals/{draft.id}/autosave/project", data={"asked": "title", "a_title": "Mine"})


# --- sending -------------------------------------------------------------------------


WHOLE = {
    "email": "ana@example.org",
    "title": "Sluiswachter",
    "abstract": "Opening times of locks.",
    "amount": 800_000,
    "uses_genai": False,
    "privacy": True,
}


def test_check_lists_what_is_missing_with_links(ana, draft):
    page = ana.get(f"/proposals/{draft.id}/check").text

    assert f'href="/proposals/{draft.id}/edit/project?check=1#a_title"' in page
    assert f'action="/proposals/{draft.id}/submit"' not in page


def test_sending_gives_a_code_and_shows_where_it_stands(ana, cast, draft):
    service.save(draft, WHOLE, {}, actor=cast.ana, at=NOW)

    answer = ana.post(f"/proposals/{draft.id}/submit")

    assert (answer.location, draft.state) == (f"/proposals/{draft.id}", S.SUBMITTED)
    assert f"Sent and received as {draft.code}, version 1." in ana.get(answer.location).text


def test_sending_what_is_not_complete_goes_back_to_the_list(ana, draft):
    answer = ana.post(f"/proposals/{draft.id}/submit")

    assert answer.location == f"/proposals/{draft.id}/check"
    assert draft.state is S.DRAFT


def test_sending_a_second_late_is_refused(ana, cast, call, draft):
    service.save(draft, WHOLE, {}, actor=cast.ana, at=NOW)
    call.stage.closes_at = clock.now() - timedelta(seconds=1)

    answer = ana.post(f"/proposals/{draft.id}/submit")

    assert (answer.status_code, draft.state) == (422, S.DRAFT)


def test_changed_text_waits_until_it_is_sent_again(ana, cast, draft):
    service.save(draft, WHOLE, {}, actor=cast.ana, at=NOW)
    service.submit(draft, actor=cast.ana, at=clock.now())
    section(ana, draft, "project", title="Sluiswacht")

    page = ana.get(f"/proposals/{draft.id}").text

    assert "You changed something that is not sent yet" in page
    assert draft.title == "Sluiswachter"


def test_sent_version_is_read_back(ana, cast, draft):
    service.save(draft, WHOLE, {}, actor=cast.ana, at=NOW)
    service.submit(draft, actor=cast.ana, at=clock.now())

    assert "Opening times of locks." in ana.get(f"/proposals/{draft.id}/versions/1").text
    assert ana.get(f"/proposals/{draft.id}/versions/2").status_code == 404


def test_withdraw_asks_for_a_reason(ana, cast, call):
    own = make_application(call, cast.ana)

    missing = ana.post(f"/proposals/{own.id}/withdraw", data={"reason": " "})
    done = ana.post(f"/proposals/{own.id}/withdraw", data={"reason": "We found another way."})

    assert (missing.status_code, done.location, own.state) == (422, "/proposals", S.WITHDRAWN)


def test_draft_is_thrown_away_without_a_reason(ana, draft):
    ana.post(f"/proposals/{draft.id}/withdraw")

    assert draft.state is S.WITHDRAWN
    assert ana.get(f"/proposals/{draft.id}").status_code == 200


def test_list_costs_the_same_for_one_and_fifty(ana, cast, call):
    counts = []
    for number in (1, 49):
        for _ in range(number):
            make_application(call, cast.ana, state=S.DRAFT)
        assert ana.get("/proposals").status_code == 200
        counts.append(len(ana.statements))

    assert counts[0] == counts[1]


@pytest.mark.parametrize("state", [s for s in S if s is not S.DRAFT])
def test_every_state_has_a_page_for_the_applicant(ana, cast, call, state):
    own = make_application(call, cast.ana, state=state)

    assert ana.get(f"/proposals/{own.id}").status_code == 200


def test_letters_are_kept_on_the_page(ana, cast, draft):
    service.save(draft, WHOLE, {}, actor=cast.ana, at=NOW)
    service.submit(draft, actor=cast.ana, at=clock.now())

    assert f"We received your proposal Sluiswachter ({draft.code})" in ana.get(f"/proposals/{draft.id}").text


def test_after_closing_the_page_says_so(ana, call, draft):
    call.stage.closes_at = clock.now() - timedelta(seconds=1)

    assert "The deadline has passed" in ana.get(f"/proposals/{draft.id}/edit/project").text


def test_round_under_review_takes_no_new_version(ana, cast, call):
    own = make_application(call, cast.ana)
    db.session.execute(
        call.__table__.update().where(call.__table__.c.id == call.id).values(state="reviewing")
    )
    db.session.expire(call)

    assert call.state is RoundState.REVIEWING
    assert ana.post(f"/proposals/{own.id}/submit").status_code == 422
