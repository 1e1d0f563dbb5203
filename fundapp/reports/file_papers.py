"""Everything the file of one application holds, document by document, for a disclosure."""

from collections.abc import Iterator, Mapping
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from fundapp.accounts.models import User
from fundapp.applications import attachments, reading
from fundapp.applications.models import (
    Application,
    ApplicationVersion,
    Audience,
    Conflict,
    Knockout,
    Message,
    Thread,
)
from fundapp.applications.tie_words import KINDS
from fundapp.applications.workflow import CONFLICT_WORDS
from fundapp.core import files, log_lines, money
from fundapp.core.audit import AuditEvent
from fundapp.core.db import db
from fundapp.core.words import pick
from fundapp.decisions import reasons
from fundapp.decisions.models import Appeal, AppealState, Decision, Letter, LetterState
from fundapp.decisions.workflow import OUTCOME_WORDS
from fundapp.reports import file_inside
from fundapp.reports.file_money import of_grant
from fundapp.reports.file_parts import Part, document, moment
from fundapp.reports.models import Ground
from fundapp.reviews.models import Review, ReviewState, Score
from fundapp.rounds.models import Criterion

READABLE = ("text/plain", "text/markdown", "text/csv")
"""Attachments whose text can be covered; in all others a machine can't be sure of what it leaves."""
LONGEST = 500_000

Documents = Iterator[dict[str, Any]]


def gather(application: Application, *, language: str) -> list[dict[str, Any]]:
    """Collect the documents about an application, the oldest first, as plain data in one language.

    What was not decided for good, what was said inside and what people declared about their ties is
    judged refused at first; a person decides. Files that can't be covered have no parts.
    """
    zone = application.fund.zone
    with force_locale(language):
        found = [
            *_versions(application, zone, language),
            *_files(application, zone),
            *_threads(application, zone),
            *_checks(application, zone),
            *_ties(application, zone),
            *_reviews(application, zone, language),
            *_decisions(application, zone, language),
            *_letters(application, zone),
            *file_inside.meetings_on(application, zone, language),
            *_appeals(application, zone),
            *of_grant(application, zone, language),
            _log(application, zone),
        ]
    found.sort(key=lambda one: (one["key"] == "log", one["at"], one["key"]))
    return [one for one in found if one["parts"] or one["note"]]


# --- the proposal ----------------------------------------------------------------


def _versions(application: Application, zone: str, language: str) -> Documents:
    versions = db.session.scalars(
        select(ApplicationVersion)
        .where(ApplicationVersion.application_id == application.id)
        .order_by(ApplicationVersion.number)
        .options(joinedload(ApplicationVersion.form))
    )
    for one in versions:
        laid = reading.plain(one.form.definition, one.answers, language, currency=application.fund.currency)
        parts: list[Part] = [(_("Applicant"), application.applicant_name)]
        parts += [(f"{section}: {label}", text) for section, items in laid for label, text in items]
        title = _("Application %(code)s, version %(number)d: %(title)s",
            code=application.code, number=one.number, title=one.title)  # fmt: skip
        yield document(f"version-{one.number}", _("Application"), title, one.made_at, zone, parts)


def _files(application: Application, zone: str) -> Documents:
    for id in sorted(attachments.in_versions(application.id)):
        file = attachments.file_of(application.id, id)
        if file is None:
            continue
        title = _("Attachment: %(name)s", name=file.name)
        text = _readable(file)
        if text is not None:
            yield document(f"file-{id}", _("Attachment"), title, file.made_at, zone, [(file.name, text)])
        else:
            yield document(
                f"file-{id}", _("Attachment"), title, file.made_at, zone, [], refused=Ground.PRIVACY,
                note=_("Left out: what such a file holds can't be covered reliably."),
            )  # fmt: skip


def _readable(file: files.File) -> str | None:
    if file.media_type not in READABLE or file.size > LONGEST:
        return None
    try:
        return files.content(file).decode("utf-8")
    except (UnicodeDecodeError, FileNotFoundError):
        return None


# --- handling --------------------------------------------------------------------


def _threads(application: Application, zone: str) -> Documents:
    threads = db.session.scalars(
        select(Thread)
        .where(Thread.application_id == application.id)
        .order_by(Thread.id)
        .options(selectinload(Thread.messages).joinedload(Message.author).lazyload(User.roles))
    )
    for one in threads:
        parts = [(f"{told.author.name}, {moment(told.at, zone)}", told.body) for told in one.messages]
        inside = None if one.audience is Audience.APPLICANT else Ground.OPINIONS
        kind = _("Question and answer") if inside is None else _("Deliberation inside")
        began = one.messages[0].at if one.messages else one.state_at
        yield document(f"thread-{one.id}", kind, one.subject, began, zone, parts, refused=inside)


def _checks(application: Application, zone: str) -> Documents:
    looks = db.session.scalars(
        select(Knockout)
        .where(Knockout.application_id == application.id)
        .order_by(Knockout.id)
        .options(joinedload(Knockout.by).lazyload(User.roles))
    ).all()
    if looks:
        parts = [
            (f"{one.key}, {one.by.name}", f"{_('met') if one.passed else _('not met')}. {one.reason}".strip())
            for one in looks
        ]
        yield document("checks", _("Check"), _("Check of the conditions"), looks[0].at, zone, parts)


def _ties(application: Application, zone: str) -> Documents:
    ties = db.session.scalars(
        select(Conflict)
        .where(Conflict.application_id == application.id)
        .order_by(Conflict.id)
        .options(joinedload(Conflict.user).lazyload(User.roles))
    ).all()
    if ties:
        parts = [
            (
                one.user.name,
                ". ".join(filter(None, (_tie(one), one.note))),
            )
            for one in ties
        ]
        yield document(
            "ties", _("Declarations"), _("What people declared about their ties"), ties[0].state_at, zone,
            parts, refused=Ground.PRIVACY,
        )  # fmt: skip


def _tie(one: Conflict) -> str:
    kind = KINDS[one.kind] if one.kind else ""
    return ": ".join(str(part) for part in (CONFLICT_WORDS[one.state][1], kind) if part)


def _reviews(application: Application, zone: str, language: str) -> Documents:
    reviews = db.session.scalars(
        select(Review)
        .where(Review.application_id == application.id, Review.state == ReviewState.SUBMITTED)
        .order_by(Review.id)
        .options(
            joinedload(Review.reviewer).lazyload(User.roles),
            selectinload(Review.scores).joinedload(Score.criterion),
        )
    )
    for one in reviews:
        ordered = sorted(one.scores, key=lambda score: score.criterion.position)
        parts = [(_scored(score, score.criterion, language), score.reason) for score in ordered]
        parts.append((_("To the applicant"), one.to_applicant))
        title = _("Review by %(name)s", name=one.reviewer.name)
        yield document(f"review-{one.id}", _("Review"), title, one.submitted_at, zone, parts)
        if one.internal.strip():
            yield document(
                f"review-{one.id}-inside", _("Deliberation inside"), _("Remark for the office with a review"),
                one.submitted_at, zone, [(one.reviewer.name, one.internal)], refused=Ground.OPINIONS,
            )  # fmt: skip


def _scored(score: Score, criterion: Criterion, language: str) -> str:
    value = _("not applicable") if score.is_na else score.value
    return f"{pick(criterion.name, language)}: {value} ({criterion.lowest}-{criterion.highest})"


# --- deciding --------------------------------------------------------------------


def _decisions(application: Application, zone: str, language: str) -> Documents:
    known = {one.code: one for one in reasons.reasons_of(application.fund_id, ended=True)}
    for one in db.session.scalars(
        select(Decision).where(Decision.application_id == application.id).order_by(Decision.id)
    ):
        is_out = one.released_at is not None
        parts = list(_decided(one, application, known, language))
        yield document(
            f"decision-{one.id}", _("Decision"),
            _("Decision %(number)d on %(code)s", number=one.number, code=application.code),
            one.released_at or one.state_at, zone, parts, refused=None if is_out else Ground.OPINIONS,
        )  # fmt: skip
        if one.internal.strip():
            yield document(
                f"decision-{one.id}-inside", _("Deliberation inside"), _("Remark with a decision"),
                one.state_at, zone, [(_("Remark"), one.internal)], refused=Ground.OPINIONS,
            )  # fmt: skip


def _decided(
    one: Decision, application: Application, known: Mapping[str, Any], language: str
) -> Iterator[Part]:
    yield _("Outcome"), str(OUTCOME_WORDS[one.outcome][1])
    if one.amount_cents is not None:
        yield _("Amount"), money.show(one.amount_cents, application.fund.currency, language)
    yield _("Reasons"), "\n".join(reasons.told(one.reasons, known, language))
    yield _("To the applicant"), one.to_applicant


def _letters(application: Application, zone: str) -> Documents:
    for one in db.session.scalars(
        select(Letter)
        .where(Letter.application_id == application.id, Letter.state == LetterState.SENT)
        .order_by(Letter.id)
        .options(joinedload(Letter.to).lazyload(User.roles))
    ):
        parts = [(_("To"), one.to.name), (_("Subject"), one.subject), (_("Text"), one.body)]
        yield document(f"letter-{one.id}", _("Letter"), one.subject, one.sent_at, zone, parts)


def _appeals(application: Application, zone: str) -> Documents:
    for one in db.session.scalars(
        select(Appeal)
        .where(Appeal.application_id == application.id, Appeal.state != AppealState.DRAFT)
        .order_by(Appeal.id)
    ):
        parts: list[Part] = [
            (_("Grounds"), one.grounds),
            (_("Hearing"), one.hearing_summary),
            (_("Answer"), one.answer),
        ]
        yield document(
            f"appeal-{one.id}", _("Objection"), _("Objection or question"), one.received_at, zone, parts
        )
        if one.internal.strip():
            yield document(
                f"appeal-{one.id}-inside", _("Deliberation inside"), _("Remark with an objection"),
                one.answered_at, zone, [(_("Remark"), one.internal)], refused=Ground.OPINIONS,
            )  # fmt: skip


# --- the log ---------------------------------------------------------------------


def _log(application: Application, zone: str) -> dict[str, Any]:
    events = db.session.execute(
        select(AuditEvent, User.name)
        .outerjoin(User, User.id == AuditEvent.actor_id)
        .where(AuditEvent.application_id == application.id)
        .order_by(AuditEvent.id)
    ).all()
    lines, words = [], log_lines.words()
    for event, name in events:
        what = (
            moment(event.at, zone),
            name or _("the clock"),
            words.deed(event.verb, event.subject_type),
            words.subject(event.subject_type),
            words.step(event.subject_type, event.from_state, event.to_state),
            event.note,
        )
        lines.append(" · ".join(part for part in what if part))
    first = events[0][0].at if events else None
    return document("log", _("Log"), _("Log of the file"), first, zone, [(_("Lines"), "\n".join(lines))])
