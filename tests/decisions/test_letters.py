"""The letters: each outcome, each applicant, each language; sent after the commit."""

from typing import Any

from sqlalchemy import select

from fundapp.applications.models import Access, Application, Capacity, Level
from fundapp.core import delivery
from fundapp.core.audit import AuditEvent
from fundapp.core.db import db
from fundapp.decisions import letters, service
from fundapp.decisions.models import Outcome
from tests.decisions.scene import LATER, A, Scene, outbox
from tests.factories import NOW, make_application
from tests.mailbox import Mailbox, text_of

# --- letters -------------------------------------------------------------------------


def letter_of(scene: Scene, application: Application, **values: Any) -> str:
    service.release(scene.approved(application, **values), actor=scene.cast.max, at=LATER)
    return outbox()[-1].body_text


def test_each_outcome_has_its_letter(scene: Scene) -> None:
    awarded = letter_of(scene, scene.ana)
    reserve = letter_of(
        scene, make_application(scene.round, scene.cast.ana, state=A.IN_REVIEW), outcome=Outcome.RESERVE
    )
    declined = letter_of(
        scene, make_application(scene.round, scene.cast.ana, state=A.IN_REVIEW), outcome=Outcome.DECLINED
    )
    outside = letter_of(scene, make_application(scene.round, scene.cast.ana), outcome=Outcome.INELIGIBLE)

    assert "a grant of €10,000" in awarded
    assert "reserve list" in reserve
    assert "We do not award your proposal" in declined
    assert "does not meet the conditions" in outside
    assert all("It serves many." in letter for letter in (awarded, reserve, declined, outside))


def test_the_letter_is_in_the_language_of_its_reader(scene: Scene) -> None:
    dutch = letter_of(scene, scene.ben)

    assert "Goed nieuws: wij kennen uw voorstel" in dutch
    assert "een bijdrage van €\xa010.000 toe" in dutch


def test_every_applicant_gets_a_letter(scene: Scene) -> None:
    db.session.add(
        Access(
            application_id=scene.ana.id, user_id=scene.cast.ben.id, capacity=Capacity.CO_APPLICANT,
            level=Level.WRITE, granted_at=NOW,
        )
    )  # fmt: skip
    decision = scene.approved()

    previewed = letters.preview(decision)
    service.release(decision, actor=scene.cast.max, at=LATER)

    sent = [(letter.user_id, letter.subject, letter.body_text.strip()) for letter in outbox()]
    assert sent == [(letter.to.id, letter.subject, letter.text) for letter in previewed]
    assert [user_id for user_id, _subject, _text in sent] == [scene.cast.ana.id, scene.cast.ben.id]


def test_the_letter_keeps_office_text_inside(scene: Scene) -> None:
    letter = letter_of(scene, scene.ana, internal="The panel was split.")

    assert "split" not in letter
    assert "Sol Smit" not in letter


def test_the_letter_goes_by_mail_after_the_commit(scene: Scene, smtp: Mailbox) -> None:
    service.release(scene.approved(), actor=scene.cast.max, at=LATER)
    assert smtp.messages == []
    db.session.commit()

    delivery.deliver(LATER)
    delivery.deliver(LATER)

    (message,) = smtp.to(scene.cast.ana.email)
    assert "we award your proposal" in text_of(message)


def test_the_log_holds_no_typed_text(scene: Scene) -> None:
    service.release(scene.approved(internal="The panel was split."), actor=scene.cast.max, at=LATER)

    lines = db.session.execute(
        select(AuditEvent.verb, AuditEvent.detail)
        .where(AuditEvent.subject_type == "decision")
        .order_by(AuditEvent.id)
    ).all()

    facts = {"outcome": "awarded", "amount_cents": 1_000_000}
    assert lines == [("propose", facts), ("approve", {"approvals": 1}), ("release", facts)]
