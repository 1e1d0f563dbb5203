"""A fund's own texts: kept, sent, tried out, taken back; and who may."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from fundapp.accounts.models import RoleName
from fundapp.applications import receipts
from fundapp.applications.models import Application, ApplicationVersion
from fundapp.core import delivery, mail
from fundapp.core.audit import AuditEvent
from fundapp.core.db import db
from fundapp.core.mail import Outbox
from fundapp.core.refusals import ChangedMeanwhile, MoveRefused
from fundapp.mails import own_words, service
from fundapp.mails.declared import KINDS
from fundapp.mails.models import MailText
from fundapp.mails.placeholders import Text
from fundapp.mails.shipped import shipped
from tests.factories import (
    NOW,
    Cast,
    make_application,
    make_cast,
    make_conflict,
    make_fund,
    make_round,
    make_user,
)
from tests.mailbox import Mailbox, text_of
from tests.visitor import Visitor

RECEIVED = KINDS["application-received"]
OWN = Text(
    "Goed ontvangen: {{ application.code }}",
    "Dag {{ reader.name }}!\n\n[Bekijk het]({{ page }})\n\n{{ copy }}",
)


@pytest.fixture
def cast(app: Any) -> Cast:
    return make_cast()


def receive(
    cast: Cast, user: Any, title: str = "Tide {{ fund.name }} <b>book</b>", **more: Any
) -> Application:
    """Let a proposal come in, so that its receipt is queued."""
    proposal = make_application(make_round(cast.fund, **more), user, title=title)
    version = db.session.scalars(
        select(ApplicationVersion).where(ApplicationVersion.application_id == proposal.id)
    ).one()
    receipts.send(proposal, version, at=NOW)
    return proposal


def newest() -> Outbox:
    return db.session.scalars(select(Outbox).order_by(Outbox.id.desc()).limit(1)).one()


def keep(cast: Cast, text: Text = OWN, language: str = "nl", version: int = 0, **more: Any) -> MailText:
    return service.keep(
        cast.fund, RECEIVED, language, text, version=version, actor=more.get("actor", cast.sol), at=NOW
    )


def address(cast: Cast, name: str = "application-received", language: str = "nl") -> str:
    return f"/office/funds/{cast.fund.id}/mail-texts/{name}/{language}"


def typed(text: Text = OWN, version: int = 0, do: str = "save") -> dict[str, str]:
    return {"subject": text.subject, "body": text.body, "version": str(version), "do": do}


# --- what is sent ----------------------------------------------------------------------


def test_the_next_mail_carries_the_funds_text_in_its_readers_language(cast: Cast, smtp: Mailbox) -> None:
    keep(cast)

    dutch, english = receive(cast, cast.ben), receive(cast, cast.ana)
    delivery.deliver(NOW)

    (to_ben,), (to_ana,) = smtp.to(cast.ben.email), smtp.to(cast.ana.email)
    assert to_ben["Subject"] == f"Goed ontvangen: {dutch.code}"
    lines = text_of(to_ben).splitlines()
    assert lines[:4] == ["Dag Ben Bosch!", "", "Bekijk het:", mail.link("applications.show", id=dutch.id)]
    assert to_ana["Subject"].strip().startswith("We received your proposal Tide")
    assert english.code in to_ana["Subject"]
    html = to_ben.get_body(("html",))
    assert html is not None
    assert '<p class="button"><a href="' in html.get_content()


def test_a_mail_without_own_text_is_as_shipped_and_keeps_what_its_placeholders_held(cast: Cast) -> None:
    proposal = receive(cast, cast.ana)

    row = newest()

    assert row.text_number is None
    assert row.facts is not None
    assert set(row.facts) == set(RECEIVED.places)
    assert row.facts["application.code"] == proposal.code
    assert row.facts["version.title"] == "Tide {{ fund.name }} <b>book</b>"


def test_a_trial_says_so_whoever_wrote_the_text(cast: Cast) -> None:
    keep(cast)

    receive(cast, cast.ben, is_trial=True)

    assert newest().subject.startswith("[Proef] Goed ontvangen: ")
    assert newest().text_number == 1


def test_another_funds_text_is_its_own(cast: Cast) -> None:
    keep(make_cast(make_fund("other")))

    receive(cast, cast.ben)

    assert newest().subject.startswith("We hebben uw voorstel")


def test_mail_goes_as_shipped_where_a_placeholder_cannot_be_filled(cast: Cast) -> None:
    text = Text("Over", "Done, {{ reader.name }}")
    over = KINDS["opinion-over"]
    service.keep(cast.fund, over, "en", text, version=0, actor=cast.sol, at=NOW)

    whole = own_words.say("opinion-over", cast.fund, "en", {"reader": cast.ana})
    broken = own_words.say("opinion-over", cast.fund, "en", {})

    assert whole is not None
    assert (whole.subject, whole.number) == ("Over", 1)
    assert broken is not None
    assert (broken.subject, broken.number) == (None, None)


# --- keeping and taking back -----------------------------------------------------------


def test_versions_are_kept_and_none_can_be_changed(cast: Cast) -> None:
    first = keep(cast)
    second = keep(cast, OWN._replace(subject="Binnen"), version=1)

    assert [first.number, second.number] == [1, 2]
    verbs = db.session.scalars(select(AuditEvent.verb).where(AuditEvent.subject_type == "mail_text"))
    assert list(verbs) == ["write_mail_text", "write_mail_text"]
    first.subject = "Anders"
    with pytest.raises(DBAPIError, match="append-only"):
        db.session.flush()
    db.session.rollback()


def test_the_same_text_again_makes_no_version(cast: Cast) -> None:
    keep(cast)

    assert keep(cast, version=1).number == 1


def test_who_was_second_overwrites_nothing_and_sees_both(cast: Cast, client: Visitor) -> None:
    keep(cast, OWN._replace(subject="Van Max"), actor=cast.max)
    client.sign_in(cast.sol)

    answer = client.post(address(cast), data=typed())

    assert answer.status_code == 409
    assert "Van Max" in answer.text
    assert "Goed ontvangen: {{ application.code }}" in answer.text
    assert db.session.scalar(select(func.count(MailText.id))) == 1
    with pytest.raises(ChangedMeanwhile):
        keep(cast)


def test_back_to_the_shipped_text_and_its_mail(cast: Cast, client: Visitor) -> None:
    keep(cast)
    client.sign_in(cast.sol)

    asked = client.get(f"{address(cast)}/shipped")
    done = client.post(f"{address(cast)}/shipped", data={"version": "1"})
    receive(cast, cast.ben)

    assert shipped(RECEIVED, "nl").subject in asked.text
    assert done.status_code == 302
    assert newest().subject.startswith("We hebben uw voorstel")
    with pytest.raises(MoveRefused):
        service.restore(cast.fund, RECEIVED, "nl", version=2, actor=cast.sol, at=NOW)


def test_a_shipped_text_that_changed_is_shown_until_somebody_saves(cast: Cast, client: Visitor) -> None:
    db.session.add(
        MailText(
            fund_id=cast.fund.id,
            name=RECEIVED.name,
            language="nl",
            number=1,
            subject=OWN.subject,
            body=OWN.body,
            shipped_digest="0" * 64,
            shipped_text="Wat er vroeger stond",
            made_at=NOW,
        )
    )
    client.sign_in(cast.sol)

    before = client.get(address(cast)).text
    listed = client.get(f"/office/funds/{cast.fund.id}/mail-texts").text
    client.post(address(cast), data=typed(version=1))
    after = client.get(address(cast)).text

    assert "The shipped text changed" in before
    assert "vroeger" in before
    assert "shipped text changed" in listed
    assert "The shipped text changed" not in after


def test_what_is_wrong_stands_beside_its_field_and_nothing_is_lost(cast: Cast, client: Visitor) -> None:
    client.sign_in(cast.sol)

    answer = client.post(address(cast), data=typed(Text("Dag {{ reader.nam }}", "Zonder adres {{")))

    assert answer.status_code == 422
    assert "Do you mean {{ reader.name }}?" in answer.text
    assert "Zonder adres {{" in answer.text
    assert db.session.scalar(select(func.count(MailText.id))) == 0


def test_a_version_shows_what_it_changed(cast: Cast, client: Visitor) -> None:
    keep(cast)
    keep(cast, OWN._replace(subject="Binnen"), version=1)
    client.sign_in(cast.aud)

    answer = client.get(f"{address(cast)}/versions/2")

    assert "Binnen" in answer.text
    assert "<del>" in answer.text
    assert client.get(f"{address(cast)}/versions/3").status_code == 404


# --- previews and tests ----------------------------------------------------------------


def test_a_preview_keeps_nothing_and_shows_the_newest_mail(cast: Cast, client: Visitor) -> None:
    proposal = receive(cast, cast.ben, title="Getijdenboek")
    client.sign_in(cast.sol)

    answer = client.post(address(cast), data=typed(do="preview"))

    assert answer.status_code == 200
    assert f"Goed ontvangen: {proposal.code}" in answer.text
    assert "Dag Ben Bosch!" in answer.text
    assert db.session.scalar(select(func.count(MailText.id))) == 0


def test_who_is_tied_gets_made_up_data(cast: Cast, client: Visitor) -> None:
    proposal = receive(cast, cast.ben, title="Getijdenboek")
    make_conflict(proposal, cast.max)
    client.sign_in(cast.max)

    answer = client.post(address(cast), data=typed(do="preview"))

    assert proposal.code not in answer.text
    assert "Robin Voorbeeld" in answer.text
    assert "made-up data" in answer.text


def test_an_administrator_writes_texts_but_sees_made_up_data(cast: Cast, client: Visitor) -> None:
    proposal = receive(cast, cast.ben)
    client.sign_in(make_user("Ilse Imker", is_administrator=True))

    seen, kept = client.get(address(cast)), client.post(address(cast), data=typed())

    assert proposal.code not in seen.text
    assert kept.status_code == 302


def test_the_preview_may_use_the_style_of_mail_and_runs_nothing(cast: Cast, client: Visitor) -> None:
    client.sign_in(cast.sol)

    answer = client.get(address(cast))

    assert "style-src 'self' 'sha256-" in answer.headers["Content-Security-Policy"]
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert "sandbox srcdoc=" in answer.text


def test_a_test_goes_to_oneself_only_and_keeps_nothing(cast: Cast, client: Visitor, smtp: Mailbox) -> None:
    receive(cast, cast.ben)
    delivery.deliver(NOW + timedelta(days=1))
    smtp.messages.clear()
    client.sign_in(cast.sol)

    answer = client.post(address(cast), data=typed(do="test"))
    delivery.deliver(NOW + timedelta(days=9999))

    assert answer.status_code == 200
    (message,) = smtp.messages
    assert message["To"] == cast.sol.email
    assert message["Subject"].startswith("[Test] Goed ontvangen: ")
    assert "Dag Ben Bosch!" in text_of(message)
    assert db.session.scalar(select(func.count(MailText.id))) == 0


def test_nobody_sends_themselves_tests_without_end(cast: Cast, client: Visitor) -> None:
    client.sign_in(cast.sol)
    answers = [client.post(address(cast), data=typed(do="test")).status_code for _turn in range(11)]

    assert answers == [200] * 10 + [409]
    assert db.session.scalar(select(func.count(Outbox.id)).where(Outbox.name == service.TEST)) == 10


# --- who may ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "sees", "keeps"),
    [("sol", 200, 302), ("aud", 200, 403), ("fin", 404, 404), ("rhea", 404, 404), ("ana", 404, 404)],
)
def test_managers_write_and_auditors_read(
    cast: Cast, client: Visitor, who: str, sees: int, keeps: int
) -> None:
    client.sign_in(getattr(cast, who))

    assert client.get(f"/office/funds/{cast.fund.id}/mail-texts").status_code == sees
    assert client.get(address(cast)).status_code == sees
    assert client.post(address(cast), data=typed()).status_code == keeps


def test_a_manager_of_another_fund_is_a_stranger(cast: Cast, client: Visitor) -> None:
    client.sign_in(make_user("Stranger", roles={make_fund("other"): [RoleName.MANAGER]}))

    assert client.get(address(cast)).status_code == 404
    assert client.post(address(cast), data=typed()).status_code == 404


@pytest.mark.parametrize("path", ["reset-password/en", "nonsense/en", "application-received/fr"])
def test_there_is_no_page_for_what_cannot_be_written(cast: Cast, client: Visitor, path: str) -> None:
    client.sign_in(cast.sol)

    assert client.get(f"/office/funds/{cast.fund.id}/mail-texts/{path}").status_code == 404
