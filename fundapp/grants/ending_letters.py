"""The letter that closes a grant, or ends it early: why, what was paid, what goes back."""

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select

from fundapp.accounts.models import User
from fundapp.core.audit import AuditEvent
from fundapp.core.db import db
from fundapp.core.money import show
from fundapp.grants import queries
from fundapp.grants.grant_letters import letter
from fundapp.grants.models import Award, AwardState


def letter_of(award: Award, lang: str) -> bytes:
    """Set the letter about the end of a grant as PDF, as of the day it ended. Raises PdfEngineMissing."""
    event = _event(award)
    signed_by = db.session.get(User, event.actor_id) if event is not None and event.actor_id else None
    is_early = award.state is AwardState.TERMINATED
    with force_locale(lang):
        subject = _("Your grant ends early") if is_early else _("Your grant is finished")
        return letter(
            award,
            subject,
            _paragraphs(award, is_early, event.note if event is not None else None),
            _figures(award, lang),
            _closing(is_early),
            code=award.application.code or f"G{award.id}",
            at=event.at if event is not None else award.state_at,
            signed_by=signed_by,
            lang=lang,
        )


def _event(award: Award) -> AuditEvent | None:
    verbs = ("complete", "terminate")
    return db.session.scalar(
        select(AuditEvent)
        .where(
            AuditEvent.subject_type == Award.__tablename__,
            AuditEvent.subject_id == award.id,
            AuditEvent.verb.in_(verbs),
        )
        .order_by(AuditEvent.id.desc())
        .limit(1)
    )


def _paragraphs(award: Award, is_early: bool, note: str | None) -> list[str]:
    title = award.application.title
    if is_early:
        first = _("The fund ends the grant for “%(title)s” early, for this reason:", title=title)
        last = _("What was approved or paid stays yours unless a separate letter asks it back.")
        return [first, note or "", last]
    first = _("The grant for “%(title)s” is finished: delivered, paid and reported.", title=title)
    return [first, note or "", _("Thank you for the work, and for keeping it free for everyone.")]


def _figures(award: Award, lang: str) -> list[tuple[str, str]]:
    standing, currency = queries.standing(award), award.application.fund.currency
    return [
        (_("The grant in the end"), show(standing.amount, currency, lang, always_cents=True)),
        (_("Paid"), show(standing.paid, currency, lang, always_cents=True)),
        (_("Approved or at the bank"), show(standing.under_way, currency, lang, always_cents=True)),
    ]


def _closing(is_early: bool) -> list[str]:
    if not is_early:
        return [_("Keep your books for seven years; an auditor of the fund may ask to see them.")]
    return [_("If you disagree, answer within six weeks and say why; somebody else will look at it.")]
