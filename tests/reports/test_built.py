"""Reports of one's own: what they list and add up, who opens them, what a tie keeps out, when they go."""

import json
from datetime import UTC, datetime

import pytest
from flask_babel import force_locale

from fundapp.accounts.models import RoleName
from fundapp.applications.models import ApplicationState
from fundapp.core import clock, files, task_work
from fundapp.core.audit import AuditEvent
from fundapp.core.db import db
from fundapp.core.mail import Outbox
from fundapp.core.refusals import Refusal
from fundapp.core.tasks import Task
from fundapp.core.words import pick
from fundapp.reports import building, built_plans, built_rows
from fundapp.reports.built_plans import Filter, Plan
from fundapp.reports.models import BuiltReport, Every
from fundapp.reports.subjects import APPLICATIONS, GRANTS, REVIEWS, SUBJECTS
from tests.factories import NOW, make_application, make_cast, make_conflict, make_round

OWN = "/office/reports/own"


def rows(story, subject, plan, user=None):
    """Give all rows of a plan as somebody sees them."""
    return list(
        built_rows.lines(
            subject, built_plans.checked(subject, plan), user=user or story.cast.sol, fund=story.cast.fund,
            seen_ids=set(),
        )
    )  # fmt: skip


def made(story, plan=None, *, subject=APPLICATIONS, **changes) -> BuiltReport:
    """Keep a report of the manager's."""
    report = building.keep(
        story.cast.fund, subject, plan or Plan(columns=("code", "asked_cents")), name="All of it",
        report=None, actor=story.cast.sol, at=NOW,
    )  # fmt: skip
    for name, value in changes.items():
        setattr(report, name, value)
    db.session.commit()
    return report


# --- what it says ------------------------------------------------------------------


def test_list_holds_the_chosen_columns_in_the_chosen_order(story):
    found = rows(
        story, APPLICATIONS, Plan(columns=("asked_cents", "state"), sort="asked_cents", is_down=True)
    )

    assert found == [[2_000_000, "Declined"], [1_000_000, "Awarded"], [500_000, "Withdrawn"]]


@pytest.mark.parametrize(
    ("condition", "count"),
    [
        (Filter("asked_cents", "least", "10000"), 2),
        (Filter("asked_cents", "most", "5000"), 1),
        (Filter("state", "is", "awarded"), 1),
        (Filter("state", "is", "Awarded"), 1),
        (Filter("state", "not", "awarded"), 2),
        (Filter("country", "is", "de"), 1),
        (Filter("country", "empty"), 0),
        (Filter("code", "has", "2026"), 3),
        (Filter("code", "has", "%"), 0),
        (Filter("submitted_at", "most", "2099-01-01"), 3),
        (Filter("submitted_at", "least", "2099-01-01"), 0),
        (Filter("awarded_cents", "empty"), 2),
    ],
)
def test_conditions_narrow_the_list(story, condition, count):
    story.withdrawn.country = "BE"
    db.session.commit()

    assert len(rows(story, APPLICATIONS, Plan(columns=("code",), filters=(condition,)))) == count


def test_groups_count_add_up_and_find_the_middle(story):
    for cents in (100, 300):
        make_application(
            story.round, story.cast.ben, state=ApplicationState.SUBMITTED, country="FR", requested_cents=cents
        )
    db.session.commit()
    plan = Plan(
        groups=("country",),
        sums=(("sum", "asked_cents"), ("median", "asked_cents"), ("most", "asked_cents")),
        filters=(Filter("country", "is", "fr"),),
    )  # fmt: skip

    assert rows(story, APPLICATIONS, plan) == [["FR", 2, 400, 200.0, 300]]


def test_sums_are_those_of_the_grants(story):
    plan = Plan(groups=("state",), sums=(("sum", "awarded_cents"),))

    assert [row[1:] for row in rows(story, GRANTS, plan)] == [[1, 800_000]]


def test_published_groups_are_never_small(story):
    for country in ("FR", "BE") * 6:
        make_application(story.round, story.cast.ben, state=ApplicationState.SUBMITTED, country=country)
    db.session.commit()
    plan = Plan(groups=("country",))

    shown = rows(story, APPLICATIONS, Plan(groups=("country",), is_public=True))

    assert len(rows(story, APPLICATIONS, plan)) > len(shown)
    assert all(row[1] >= 5 for row in shown)


@pytest.mark.parametrize(
    "plan",
    [
        Plan(),
        Plan(columns=("password",)),
        Plan(groups=("country",), sums=(("sum", "title"),)),
        Plan(groups=("country",), sums=(("drop", "asked_cents"),)),
        Plan(columns=("code",), filters=(Filter("asked_cents", "least", "many"),)),
        Plan(columns=("code",), filters=(Filter("submitted_at", "most", "yesterday"),)),
        Plan(columns=("code",), filters=(Filter("code", "drop"),)),
        Plan(columns=("code",), is_public=True),
        Plan(groups=("country",), sums=(("most", "asked_cents"),), is_public=True),
    ],
)
def test_plan_that_cannot_be_answered_is_refused(app, plan):
    with pytest.raises(Refusal):
        built_plans.checked(APPLICATIONS, plan)


@pytest.mark.parametrize("subject", SUBJECTS.values(), ids=SUBJECTS)
def test_every_column_of_every_subject_can_be_shown_grouped_and_sorted(story, subject):
    keys = tuple(one.key for one in subject.traits)
    measures = tuple(("median", one.key) for one in subject.traits if one.is_measure)

    listed = rows(story, subject, Plan(columns=keys, sort=keys[-1]))
    grouped = [rows(story, subject, Plan(groups=(key,), sums=measures, sort=key)) for key in keys]

    assert all(len(row) == len(keys) for row in listed)
    assert all(sum(row[1] for row in found) == len(listed) for found in grouped)
    assert (
        built_plans.read(json.loads(json.dumps(Plan(groups=keys, sums=measures).as_data()))).sums == measures
    )


# --- who may -----------------------------------------------------------------------


@pytest.mark.parametrize("subject", [APPLICATIONS, GRANTS, REVIEWS], ids=lambda one: one.key)
def test_tie_keeps_rows_out_of_lists_counts_and_sums(story, subject):
    plan = Plan(columns=("code",))
    before = len(rows(story, subject, plan))
    make_conflict(story.funded, story.cast.sol)
    db.session.commit()

    found = rows(story, subject, plan)
    counted = rows(story, subject, Plan(groups=("round",)))

    assert before > len(found) == sum(row[1] for row in counted)
    assert [story.funded.code] not in found


def test_colleague_sees_a_report_only_once_it_is_shared(client, story):
    report = made(story)
    client.sign_in(story.cast.aud)
    before = client.get(f"{OWN}/{report.id}").status_code
    report.shared_role = RoleName.AUDITOR
    db.session.commit()

    after = [client.get(f"{OWN}/{report.id}{page}").status_code for page in ("", "/edit", "/share", "/drop")]

    assert before == 404
    assert after == [200, 404, 404, 404]


def test_single_colleague_can_be_shown_a_report(client, story):
    report = made(story)
    client.sign_in(story.cast.sol)
    client.post(
        f"{OWN}/{report.id}/share",
        data={"role": "", "people": [story.cast.max.id], "every": "", "mail_role": ""},
    )
    client.sign_in(story.cast.max)

    assert client.get(f"{OWN}/{report.id}").status_code == 200
    client.sign_in(story.cast.aud)
    assert client.get(f"{OWN}/{report.id}").status_code == 404


def test_reviews_are_nothing_for_finance(client, story):
    report = made(story, Plan(columns=("code", "total")), subject=REVIEWS, shared_role=RoleName.FINANCE)
    client.sign_in(story.cast.fin)

    answers = [client.get(f"{OWN}/{report.id}"), client.get(f"{OWN}/new/{story.cast.fund.id}/reviews")]

    assert [answer.status_code for answer in answers] == [404, 404]
    with pytest.raises(Refusal):
        building.share(report, role=RoleName.FINANCE, people=(), actor=story.cast.sol, at=NOW)


def test_office_of_another_fund_sees_nothing(client, story):
    report = made(story, shared_role=RoleName.MANAGER)
    client.sign_in(make_cast().sol)

    urls = [f"{OWN}/{report.id}", f"{OWN}/new/{story.cast.fund.id}/applications"]

    assert [client.get(url).status_code for url in urls] == [404, 404]
    assert report.name not in client.get(OWN).text


# --- pages -------------------------------------------------------------------------

NONE = ("filter0", "filter1", "filter2", "filter3", "group0", "group1", "total0", "total1", "total2", "sort")
FORM = {
    **dict.fromkeys(NONE, ""), **dict.fromkeys(("op0", "op1", "op2", "op3"), "is"),
    **dict.fromkeys(("do0", "do1", "do2"), "sum"), "columns": ["code", "asked_cents"],
}  # fmt: skip


def test_report_is_looked_at_kept_and_changed(client, story):
    client.sign_in(story.cast.sol)
    url = f"{OWN}/new/{story.cast.fund.id}/applications"
    page = client.get(url)

    looked = client.post(url, data={**FORM, "do": "look"})
    nameless = client.post(url, data={**FORM, "do": "keep"})
    kept = client.post(url, data={**FORM, "do": "keep", "name": "Asked"})
    report = db.session.scalars(db.select(BuiltReport)).one()
    shown = client.get(kept.location)
    edit = client.get(f"{OWN}/{report.id}/edit")
    changed = client.post(
        f"{OWN}/{report.id}/edit",
        data={**FORM, "do": "keep", "name": "By country", "group0": "country", "total0": "asked_cents"},
    )

    assert [one.status_code for one in (page, looked, nameless, kept, shown, edit, changed)] == [
        200, 200, 422, 302, 200, 200, 302,
    ]  # fmt: skip
    assert "€20,000" in looked.text
    assert "Give the report a name." in nameless.text
    assert "€20,000" in shown.text
    assert (report.name, report.plan["groups"]) == ("By country", ["country"])
    assert "By country" in client.get(OWN).text


def test_report_is_taken_along_through_the_queue(client, story):
    make_conflict(story.declined, story.cast.sol)
    report = made(story)
    client.sign_in(story.cast.sol)
    client.post(f"{OWN}/{report.id}/file/json")

    task_work.work(clock.now())
    task = db.session.scalars(db.select(Task)).one()
    told = json.loads(files.content(task.file))

    assert [row["asked"] for row in told["applications"]] == [10_000.0, 5_000.0]
    assert told["codebook"].keys() == {"code", "asked"}
    assert client.get(f"/downloads/{task.id}").status_code == 200


def test_removed_report_is_gone(client, story):
    url = f"{OWN}/{made(story).id}"
    client.sign_in(story.cast.sol)

    asked, dropped = client.get(f"{url}/drop"), client.post(f"{url}/drop")

    assert (asked.status_code, dropped.status_code) == (200, 302)
    assert client.get(url).status_code == 404
    verbs = db.session.scalars(db.select(AuditEvent.verb).where(AuditEvent.subject_type == "built_report"))
    assert set(verbs) == {"keep_report", "drop_report"}


def test_pages_cost_the_same_for_one_row_and_for_fifty(client, story):
    report = made(story)
    client.sign_in(story.cast.sol)
    client.get(f"{OWN}/{report.id}")
    few = len(client.statements)
    for _ in range(50):
        make_application(story.round, story.cast.ben, state=ApplicationState.SUBMITTED)
    db.session.commit()

    page = client.get(f"{OWN}/{report.id}")

    assert len(client.statements) == few <= 10
    assert page.text.count("<tr>") == 54


# --- sent --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("every", "at", "then"),
    [
        (Every.DAY, datetime(2026, 11, 22, 23, 30, tzinfo=UTC), datetime(2026, 11, 24, 7, tzinfo=UTC)),
        (Every.WEEK, datetime(2026, 11, 22, 12, tzinfo=UTC), datetime(2026, 11, 23, 7, tzinfo=UTC)),
        (Every.WEEK, datetime(2026, 11, 23, 12, tzinfo=UTC), datetime(2026, 11, 30, 7, tzinfo=UTC)),
        (Every.MONTH, datetime(2026, 12, 31, 12, tzinfo=UTC), datetime(2027, 1, 1, 7, tzinfo=UTC)),
        (Every.MONTH, datetime(2027, 3, 15, 12, tzinfo=UTC), datetime(2027, 4, 1, 6, tzinfo=UTC)),
    ],
)
def test_report_goes_out_at_eight_in_the_morning(every, at, then):
    assert building.next_time(every, at, "Europe/Amsterdam") == then


def test_everybody_of_the_role_hears_once_with_a_link_and_no_figures(story):
    report = made(story)
    building.schedule(report, every=Every.WEEK, role=RoleName.AUDITOR, actor=story.cast.sol, at=NOW)
    first = report.next_at
    db.session.commit()

    early = building.tell(NOW)
    told = [building.tell(first), building.tell(first)]

    (mail,) = db.session.scalars(db.select(Outbox).where(Outbox.name == "built-report"))
    assert (early, told, mail.user_id) == (0, [1, 0], story.cast.aud.id)
    assert f"{OWN}/{report.id}" in mail.body_text
    assert "10,000" not in mail.body_text
    assert report.next_at > first


def test_missed_weeks_are_told_once(story):
    report = made(story)
    building.schedule(report, every=Every.DAY, role=RoleName.AUDITOR, actor=story.cast.sol, at=NOW)
    db.session.commit()

    later = datetime(2027, 1, 15, 12, tzinfo=UTC)

    assert [building.tell(later), building.tell(later)] == [1, 0]
    assert report.next_at > later


def test_report_without_a_day_is_not_sent(story):
    report = made(story)
    building.schedule(report, every=Every.DAY, role=RoleName.AUDITOR, actor=story.cast.sol, at=NOW)
    building.schedule(report, every=None, role=None, actor=story.cast.sol, at=NOW)
    db.session.commit()

    assert building.tell(datetime(2027, 1, 15, tzinfo=UTC)) == 0


def test_report_whose_maker_left_is_not_sent_around(story):
    report = made(story)
    building.schedule(report, every=Every.DAY, role=RoleName.AUDITOR, actor=story.cast.sol, at=NOW)
    for role in story.cast.sol.roles:
        role.ended_at = NOW
    db.session.commit()

    assert building.tell(datetime(2027, 1, 15, tzinfo=UTC)) == 0
    assert (report.every, report.next_at) == (None, None)


def test_auditor_who_lost_the_role_neither_hears_nor_opens(client, story):
    report = made(story)
    building.share(report, role=RoleName.AUDITOR, people=[], actor=story.cast.sol, at=NOW)
    building.schedule(report, every=Every.DAY, role=RoleName.AUDITOR, actor=story.cast.sol, at=NOW)
    for role in story.cast.aud.roles:
        role.ended_at = NOW
    db.session.commit()
    client.sign_in(story.cast.aud)

    assert building.tell(datetime(2027, 1, 15, tzinfo=UTC)) == 0
    assert client.get(f"{OWN}/{report.id}").status_code in {403, 404}


def test_column_that_is_gone_is_left_out_and_said(client, story):
    plan = {"columns": ["code", "shoe_size"], "filters": [{"key": "hat", "op": "is", "value": "red"}]}
    report = made(story, plan=None)
    report.plan = plan
    db.session.commit()
    client.sign_in(story.cast.sol)

    page = client.get(f"{OWN}/{report.id}")
    edit = client.get(f"{OWN}/{report.id}/edit")
    client.post(f"{OWN}/{report.id}/file/csv")
    done = task_work.work(clock.now())

    assert (page.status_code, edit.status_code, done) == (200, 200, {"done": 1})
    assert "hat, shoe_size" in page.text
    assert story.funded.code in page.text


@pytest.mark.parametrize("typed", ["10.000", "€ 10,000", "10000,00", "10k"])
def test_amounts_are_read_as_people_write_them(story, typed):
    plan = Plan(columns=("code",), filters=(Filter("asked_cents", "least", typed),))

    assert len(rows(story, APPLICATIONS, plan)) == 2


# --- names rather than keys --------------------------------------------------------


@pytest.fixture
def themed(story):
    story.cast.fund.themes = [
        {"key": "data", "en": "Open data", "nl": "Open gegevens"},
        {"key": "net", "en": "The net", "nl": "Het net"},
    ]
    story.award.application.theme = "data"
    db.session.commit()
    return story


@pytest.mark.parametrize(("lang", "name"), [("en", "Open data"), ("nl", "Open gegevens")])
def test_themes_and_rounds_are_called_by_their_names(themed, lang, name):
    plan = Plan(columns=("theme", "round"), filters=(Filter("theme", "is", "data"),))

    with force_locale(lang):
        found = rows(themed, APPLICATIONS, plan)

    assert found == [[name, pick(themed.round.name, lang)]]


@pytest.mark.parametrize("lang", ["en", "nl"])
@pytest.mark.parametrize(
    "condition",
    [
        Filter("theme", "is", "Open data"),
        Filter("theme", "is", "open gegevens"),
        Filter("theme", "is", "data"),
        Filter("theme", "has", "gegeven"),
        Filter("state", "is", "Toegekend"),
    ],
)
def test_conditions_know_names_in_both_languages_whoever_reads(themed, lang, condition):
    with force_locale(lang):
        assert len(rows(themed, APPLICATIONS, Plan(columns=("code",), filters=(condition,)))) == 1


def test_rounds_of_one_name_stay_apart_in_groups(themed):
    other = make_round(themed.cast.fund)
    other.name = themed.round.name
    make_application(other, themed.cast.ben, state=ApplicationState.SUBMITTED)
    db.session.commit()

    found = rows(themed, APPLICATIONS, Plan(groups=("round",)))

    assert sorted(found) == sorted(
        [[f"{pick(one.name, 'en')} ({one.slug})", count] for one, count in ((themed.round, 3), (other, 1))]
    )


def test_builder_offers_the_names_while_typing(themed, client):
    client.sign_in(themed.cast.sol)

    page = client.get(f"{OWN}/new/{themed.cast.fund.id}/applications").text

    assert '<option value="Open data">' in page
    assert 'list="known-values"' in page
