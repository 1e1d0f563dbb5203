"""How the instance runs: findings, jobs, the outbox and the log, without a word of any proposal."""

import ast
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from fundapp.accounts.models import RoleName
from fundapp.admin import log_words, words
from fundapp.applications import receipts
from fundapp.applications.models import ApplicationVersion
from fundapp.core import audit, clock, delivery, jobs, mail
from fundapp.core.db import db
from fundapp.core.mail import Outbox, Posted
from tests.factories import NOW, Cast, make_application, make_cast, make_conflict, make_round, make_user
from tests.visitor import Visitor

SOURCES = Path(words.__file__).parents[1]
MAIL = SOURCES.parent / "templates" / "mail"
LISTS = ("/admin", "/admin/users", "/admin/jobs", "/admin/mail", "/admin/audit")


def letters(cast: Cast, number: int = 1) -> list[Outbox]:
    """Queue letters about proposals of Ana's, each with a line of the log that has a note."""
    round = make_round(cast.fund)
    for _turn in range(number):
        proposal = make_application(round, cast.ana, title="Secret Windmill")
        audit.record("decline", proposal, actor=cast.sol, at=NOW, note="too windy by half")
        version = db.session.scalars(
            select(ApplicationVersion).where(ApplicationVersion.application_id == proposal.id)
        ).one()
        receipts.send(proposal, version, at=NOW)
    return list(db.session.scalars(select(Outbox).order_by(Outbox.id.desc()).limit(number)))


def fail(letter: Outbox) -> None:
    letter.state, letter.tries, letter.fault = Posted.FAILED, 8, "ConnectionRefusedError: no relay"
    db.session.flush()


def administrator(cast: Cast, *names: RoleName) -> object:
    return make_user("Ilse Imker", is_administrator=True, roles={cast.fund: list(names)})


@pytest.mark.parametrize("path", LISTS)
def test_lists_ask_as_much_for_one_row_as_for_many(app: Flask, client: Visitor, path: str) -> None:
    cast = make_cast()
    client.sign_in(administrator(cast))
    letters(cast)
    client.get(path)
    few = len(client.statements)
    letters(cast, 60)

    client.get(path)

    assert len(client.statements) == few


@pytest.mark.parametrize("path", ["/admin/mail", "/admin/audit"])
def test_lists_come_fifty_a_page(app: Flask, client: Visitor, path: str) -> None:
    cast = make_cast()
    client.sign_in(administrator(cast))
    letters(cast, 60)

    first = client.get(path).text
    oldest = next(part.split('"')[0] for part in first.split('href="') if "before=" in part)
    second = client.get(oldest.replace("&amp;", "&")).text

    assert first.count('<th scope="row">') == 50
    assert 10 <= second.count('<th scope="row">') <= 50


def test_the_first_page_shows_what_needs_looking_at(app: Flask, client: Visitor) -> None:
    cast = make_cast()
    client.sign_in(administrator(cast))
    fail(letters(cast)[0])

    text = client.get("/admin").text

    assert "kept as files in instance/mail; 0 waiting, 1 failed" in text
    assert "not run lately" in text
    assert 'href="/admin/mail?state=failed"' in text


# --- jobs --------------------------------------------------------------------------


def test_a_job_runs_at_once_and_tells_what_it_did(app: Flask, client: Visitor) -> None:
    cast = make_cast()
    client.sign_in(administrator(cast))
    letters(cast)[0].not_before_at = NOW - timedelta(days=365)

    answer = client.post("/admin/jobs/deliver-mail/run")

    assert answer.location == "/admin/jobs"
    assert "Send the mail that waits: 1 sent." in client.get("/admin/jobs").text
    assert db.session.scalar(select(func.count(Outbox.id)).where(Outbox.state == Posted.SENT)) == 1
    assert client.post("/admin/jobs/make-coffee/run").status_code == 404


def test_a_failing_job_shows_its_fault(app: Flask, client: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    client.sign_in(make_user(is_administrator=True))

    def broken(at: object) -> dict[str, int]:
        raise ValueError("the wheel came off")

    monkeypatch.setitem(jobs.SCHEDULE, "remind", jobs.Scheduled("remind", 600, broken))

    client.post("/admin/jobs/remind/run")

    text = client.get("/admin/jobs").text
    assert "The job failed: the wheel came off" in text
    assert "ValueError: the wheel came off" in text


# --- mail --------------------------------------------------------------------------


def test_an_administrator_reads_no_letter_about_a_proposal(app: Flask, client: Visitor) -> None:
    cast = make_cast()
    letter = letters(cast)[0]
    client.sign_in(administrator(cast, RoleName.FINANCE, RoleName.REVIEWER))

    pages = [client.get(path).text for path in ("/admin/mail", f"/admin/mail/{letter.id}", "/admin/audit")]

    assert all("Windmill" not in page and "windy" not in page for page in pages)
    assert all("Receipt of a proposal" in page and cast.ana.email in page for page in pages[:2])
    assert "with a note, for the fund only" in pages[2]


@pytest.mark.parametrize("role", [RoleName.MANAGER, RoleName.AUDITOR])
def test_an_administrator_who_works_at_the_fund_reads_it(app: Flask, client: Visitor, role: RoleName) -> None:
    cast = make_cast()
    letter = letters(cast)[0]
    client.sign_in(administrator(cast, role))

    assert "Windmill" in client.get(f"/admin/mail/{letter.id}").text
    assert "too windy by half" in client.get("/admin/audit").text


def test_a_tie_hides_the_letter_even_from_a_manager(app: Flask, client: Visitor) -> None:
    cast = make_cast()
    letter = letters(cast)[0]
    ilse = administrator(cast, RoleName.MANAGER)
    application = make_application(make_round(cast.fund), cast.ben)
    letter.application_id = application.id
    make_conflict(application, ilse)  # type: ignore[arg-type]
    client.sign_in(ilse)

    assert "Windmill" not in client.get(f"/admin/mail/{letter.id}").text


@pytest.mark.parametrize("name", ["reset-password", "confirm-address"])
def test_nobody_sees_a_link_that_opens_an_account(app: Flask, client: Visitor, name: str) -> None:
    cast = make_cast()
    mail.queue(name, key="k", to=cast.ana, at=NOW, url="https://fund.example/reset/k3y", hours=2)
    letter = db.session.scalars(select(Outbox)).one()
    client.sign_in(administrator(cast, RoleName.MANAGER, RoleName.AUDITOR))

    text = client.get(f"/admin/mail/{letter.id}").text

    assert "k3y" not in text
    assert "holds a link that opens an account" in text


def test_mail_of_the_house_can_be_read(app: Flask, client: Visitor) -> None:
    cast = make_cast()
    mail.queue("account-exists", key="k", to=cast.ana, at=NOW)
    letter = db.session.scalars(select(Outbox)).one()
    client.sign_in(administrator(cast))

    assert letter.body_text.splitlines()[0] in client.get(f"/admin/mail/{letter.id}").text


def test_failed_mail_goes_again_and_other_mail_does_not(app: Flask, client: Visitor) -> None:
    cast = make_cast()
    client.sign_in(administrator(cast))
    failed, waiting = letters(cast, 2)
    fail(failed)
    listed = client.get("/admin/mail?state=failed").text.count('<th scope="row">')

    answers = [client.post(f"/admin/mail/{letter.id}/again").status_code for letter in (failed, waiting)]

    assert listed == 1
    assert answers == [302, 422]
    assert (failed.state, failed.tries, failed.fault) == (Posted.QUEUED, 0, None)
    assert delivery.deliver(clock.now() + timedelta(days=365)) == {"sent": 2, "failed": 0}


# --- the log -----------------------------------------------------------------------


def test_the_log_names_people_and_is_narrowed_down(app: Flask, client: Visitor) -> None:
    cast = make_cast()
    client.sign_in(administrator(cast))
    letters(cast)
    audit.record("sign_in", cast.ben, actor=cast.ben, at=NOW)
    audit.record("close", make_round(cast.fund), actor=None, at=NOW)

    whole, by_person, by_verb, nothing = (
        client.get(f"/admin/audit{asked}").text
        for asked in ("", "?person=ben+bosch", "?verb=decline", "?verb=decline&person=ben")
    )

    assert "the clock" in whole
    assert "Account Ben Bosch" in by_person
    assert "Sol Smit" not in by_person
    assert "Sol Smit" in by_verb
    assert by_verb.count('<th scope="row">') == 1
    assert "Nothing fits." in nothing


def test_the_log_speaks_the_words_of_the_buttons(app: Flask) -> None:
    assert log_words.deed("publish", "round") == "Publish the call"
    assert log_words.deed("grant_role", "role") == "Gave a role"
    assert log_words.deed("made_up_verb", "user") == "made up verb"
    assert log_words.step("round", "draft", "published") == "Being prepared → Published"
    assert log_words.step("round", "draft", "draft") == ""


def literals(of: str, file: Path) -> set[str]:
    """Give the words in quotes that come first in calls of a function."""
    calls = (node for node in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(node, ast.Call))
    first = [call.args[0] for call in calls if ast.unparse(call.func) == of and call.args]
    return {part.value for arg in first for part in ast.walk(arg) if isinstance(part, ast.Constant)}


def test_every_deed_and_every_mail_has_its_words() -> None:
    recorded = {verb for file in SOURCES.rglob("*.py") for verb in literals("audit.record", file)}
    folders = {path.name for path in MAIL.iterdir() if path.is_dir()}

    assert recorded - set(log_words.DEEDS) == set()
    assert folders == set(words.MAILS)


def test_every_job_has_its_words(app: Flask) -> None:
    assert set(jobs.SCHEDULE) == set(words.JOBS)
