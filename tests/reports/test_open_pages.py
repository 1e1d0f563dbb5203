"""Pages about openness: settings, registers, packs and scores of a round, the preparing of a disclosure."""

import pytest

from fundapp.applications.models import Conflict
from fundapp.core import clock, task_work
from fundapp.core.db import db
from fundapp.core.tasks import Task
from fundapp.reports import disclosing, publishing, transparency_pack
from fundapp.reports.models import Disclosure, Ground, Publishing, Snapshot
from tests.factories import NOW, make_conflict
from tests.reports.conftest import Story


def page(client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return str(answer.get_data(as_text=True))


def followed(client, path: str, given: dict[str, str]):
    return client.get(client.post(path, data=given).headers["Location"])


# --- how a fund publishes --------------------------------------------------------


def test_a_manager_sets_how_the_fund_publishes(client, story: Story):
    client.sign_in(story.cast.sol)
    path = f"/office/reports/funds/{story.cast.fund.id}/open-data"
    given = {"org_id": "NL-KVK-41215393", "prefix": "360G-example", "licence": "CC0-1.0", "version": 0}

    before = page(client, path)
    answer = client.post(path, data=given)

    assert "not published as 360Giving yet" in before
    assert answer.status_code == 302
    assert db.session.get(Publishing, story.cast.fund.id).licence == "CC0-1.0"
    assert "360giving.json" in page(client, path)
    assert client.get(f"/open-data/{story.cast.fund.slug}/360giving.json").status_code == 200


@pytest.mark.parametrize(("field", "value"), [("org_id", "41215393"), ("prefix", "nothing")])
def test_what_is_no_identifier_is_said_beside_its_field_and_kept(client, story: Story, field, value):
    client.sign_in(story.cast.sol)
    given = {"org_id": "NL-KVK-41215393", "prefix": "360G-example", "licence": "CC0-1.0", "version": 0}

    answer = client.post(f"/office/reports/funds/{story.cast.fund.id}/open-data", data=given | {field: value})

    assert answer.status_code == 422
    assert f'value="{value}"' in answer.get_data(as_text=True)


def test_the_second_of_two_windows_is_told(client, story: Story):
    client.sign_in(story.cast.sol)
    publishing.change(story.cast.fund, org_name="First", actor=story.cast.max, at=NOW)
    db.session.commit()

    answer = client.post(
        f"/office/reports/funds/{story.cast.fund.id}/open-data",
        data={"org_name": "Second", "licence": "CC0-1.0", "version": 0},
    )

    assert answer.status_code == 409
    assert "Second" in answer.get_data(as_text=True)


# --- registers -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("sol", "ties decisions payments cascade"),
        ("aud", "ties decisions payments cascade"),
        ("fin", "payments cascade"),
    ],
)
def test_each_sees_the_registers_of_their_work(client, story: Story, who, sees):
    client.sign_in(getattr(story.cast, who))
    base = f"/office/reports/funds/{story.cast.fund.id}/registers"

    found = [
        which
        for which in ("ties", "decisions", "payments", "cascade")
        if client.get(f"{base}?which={which}").status_code == 200
    ]

    assert found == sees.split()


def test_a_register_of_another_year_is_empty(client, story: Story):
    client.sign_in(story.cast.aud)
    base = f"/office/reports/funds/{story.cast.fund.id}/registers?which=decisions"

    assert story.funded.code in page(client, f"{base}&year={NOW.year}")
    assert story.funded.code not in page(client, f"{base}&year=1999")


def test_who_is_tied_finds_nothing_of_that_application_in_a_register_or_its_file(client, story: Story):
    make_conflict(story.declined, story.cast.aud)
    db.session.commit()
    client.sign_in(story.cast.aud)
    base = f"/office/reports/funds/{story.cast.fund.id}/registers"

    shown = page(client, f"{base}?which=decisions")
    file = followed(client, base, {"which": "decisions", "format": "csv"})

    for text in (shown, file.get_data(as_text=True)):
        assert story.funded.code in text
        assert story.declined.code not in text


@pytest.mark.parametrize("format", ["pdf-en", "pdf-nl", "xlsx", "csv", "json"])
def test_a_register_is_taken_along_in_each_format(client, story: Story, format):
    client.sign_in(story.cast.sol)
    base = f"/office/reports/funds/{story.cast.fund.id}/registers"

    answer = followed(client, base, {"which": "cascade", "format": format})

    assert answer.status_code == 200
    assert len(answer.get_data()) > 100


def test_a_frozen_register_is_shut_to_who_became_tied(client, story: Story):
    client.sign_in(story.cast.aud)
    base = f"/office/reports/funds/{story.cast.fund.id}/registers"
    client.post(base, data={"which": "decisions", "format": "json"})
    [kept] = db.session.query(Snapshot).filter_by(kind="register-decisions").all()
    before = client.get(f"/office/reports/{kept.id}/data.json").status_code
    make_conflict(story.declined, story.cast.aud)
    db.session.commit()

    assert (before, client.get(f"/office/reports/{kept.id}/data.json").status_code) == (200, 404)


def test_the_register_of_ties_leaves_out_those_that_every_applicant_has(client, story: Story):
    make_conflict(story.funded, story.cast.max)
    db.session.query(Conflict).filter_by(user_id=story.cast.max.id).update({"is_pinned": True})
    db.session.commit()
    client.sign_in(story.cast.aud)

    assert "Max Maas" not in page(client, f"/office/reports/funds/{story.cast.fund.id}/registers?which=ties")


# --- a round ---------------------------------------------------------------------


def test_scores_and_pack_are_ordered_from_the_page_of_the_round(client, story: Story):
    client.sign_in(story.cast.sol)
    base = f"/office/reports/rounds/{story.round.id}"

    scores = client.post(f"{base}/scores", data={"format": "csv", "reviewers": "pseudonyms"})
    pack = client.post(f"{base}/packs")
    done = task_work.work(clock.now())

    assert (scores.status_code, pack.status_code) == (302, 302)
    assert done == {"done": 2}
    assert {one.file.name.rpartition(".")[2] for one in db.session.query(Task)} == {"zip"}
    assert "Publish" in page(client, base)


def test_a_pack_is_published_and_taken_down_by_a_manager_only(client, story: Story):
    made = transparency_pack.make(story.round, site="https://x.example", actor=story.cast.sol, at=NOW)
    db.session.commit()
    base = f"/office/reports/packs/{made.id}"

    client.sign_in(story.cast.aud)
    auditor = client.post(f"{base}/publish").status_code
    client.sign_in(story.cast.max)
    client.post(f"{base}/publish")
    published = made.published_by
    client.post(f"{base}/take-down")

    assert (auditor, published, made.published_at) == (403, story.cast.max.id, None)
    assert client.get(f"{base}/pack.zip").status_code == 200


# --- disclosure ------------------------------------------------------------------


def test_a_disclosure_goes_from_request_to_pack_through_two_people(client, story: Story):
    client.sign_in(story.cast.sol)
    answer = client.post(
        f"/office/reports/applications/{story.funded.id}/disclosure",
        data={"reference": "Woo-7", "language": "en", "once": "a"},
    )
    [row] = db.session.query(Disclosure).all()
    base = f"/office/reports/disclosures/{row.id}"
    whole = page(client, base)
    one = page(client, f"{base}/documents/version-1")
    covered = client.post(
        f"{base}/documents/version-1/cover",
        data={"text": "What project", "ground": "5.1.1.c", "where": "here"},
    )
    judged = client.post(f"{base}/documents/version-1/judge", data={"judgement": "refused"})
    client.post(f"{base}/steps/offer_disclosure", data={})
    own = client.post(f"{base}/steps/approve_disclosure", data={"digest": row.digest}).status_code
    client.sign_in(story.cast.max)
    asked = page(client, f"{base}/steps/approve_disclosure")
    granted = client.post(f"{base}/steps/approve_disclosure", data={"digest": row.digest}).status_code
    task_work.work(clock.now())

    assert answer.status_code == 302
    assert "Woo-7" in whole
    assert "What project" in one
    assert (covered.status_code, judged.status_code) == (302, 422)
    assert own == 409
    assert row.digest in asked
    assert granted == 302
    assert client.get(f"{base}/pack.zip").status_code == 200


def test_a_text_that_is_not_there_is_said_beside_the_field(client, story: Story):
    row = disclosing.begin(story.funded, language="en", actor=story.cast.sol, at=NOW)
    db.session.commit()
    client.sign_in(story.cast.sol)

    answer = client.post(
        f"/office/reports/disclosures/{row.id}/cover",
        data={"text": "nowhere to be found", "ground": "5.1.2.e", "where": "everywhere"},
    )

    assert answer.status_code == 422
    assert "nowhere to be found" in answer.get_data(as_text=True)


def test_marks_come_off_again_and_the_log_keeps_them(client, story: Story):
    row = disclosing.begin(story.funded, language="en", actor=story.cast.sol, at=NOW)
    db.session.flush()
    mark = disclosing.cover(row, "What project", Ground.COMPANY, actor=story.cast.sol, at=NOW)
    db.session.commit()
    client.sign_in(story.cast.sol)

    client.post(f"/office/reports/disclosures/{row.id}/marks/{mark.id}/off")

    assert mark.taken_off_by == story.cast.sol.id


@pytest.mark.parametrize("who", ["fin", "aud", "rhea", "ben", "ana"])
def test_nobody_but_staff_prepares_a_disclosure(client, story: Story, who):
    row = disclosing.begin(story.funded, language="en", actor=story.cast.sol, at=NOW)
    db.session.commit()
    client.sign_in(getattr(story.cast, who))

    assert client.get(f"/office/reports/disclosures/{row.id}").status_code in (403, 404)


def test_a_tied_manager_finds_no_disclosure(client, story: Story):
    row = disclosing.begin(story.funded, language="en", actor=story.cast.sol, at=NOW)
    make_conflict(story.funded, story.cast.max)
    db.session.commit()
    client.sign_in(story.cast.max)

    for path in ("", "/documents/version-1", "/steps/offer_disclosure", "/pack.zip"):
        assert client.get(f"/office/reports/disclosures/{row.id}{path}").status_code == 404
    assert client.get(f"/office/reports/applications/{story.funded.id}/disclosure").status_code == 404
