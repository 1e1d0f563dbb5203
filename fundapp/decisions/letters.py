"""Letters about decisions: assembled, drawn up at the approval, read over, held, sent at the release."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any, NamedTuple

from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from fundapp.accounts.models import User
from fundapp.applications import queries as applications
from fundapp.core import mail, money
from fundapp.core.db import db, locked
from fundapp.core.refusals import ChangedMeanwhile, MoveRefused, Refusal
from fundapp.core.words import pick
from fundapp.decisions import letter_rows, reasons, terms, wording
from fundapp.decisions.models import Decision, Letter, LetterState, LetterText, Outcome, Reason
from fundapp.decisions.rules import EDITOR
from fundapp.decisions.workflow import letters as workflow

SUBJECT = _l("The decision about your proposal %(title)s (%(code)s)")
SUBJECTS = {
    Outcome.AWARDED: _l("Your proposal %(title)s is awarded (%(code)s)"),
    Outcome.RESERVE: _l("Your proposal %(title)s is on the reserve list (%(code)s)"),
}


class Text(NamedTuple):
    """One letter as it will go out, or went. row: once it was drawn up."""

    to: User
    subject: str
    text: str
    row: Letter | None = None


class Sources(NamedTuple):
    """What the letters of a fund are made of: its own words by outcome, its standing reasons by code."""

    texts: Mapping[Outcome, LetterText]
    reasons: Mapping[str, Reason]

    @classmethod
    def of(cls, decision: Decision) -> "Sources":
        """Read them for the fund of a decision; two queries at most."""
        fund = decision.application.fund
        given = reasons.reasons_of(fund.id, ended=True) if decision.reasons else []
        return cls(wording.texts_of(fund), {one.code: one for one in given})


# --- assembling ------------------------------------------------------------------


def assemble(decision: Decision, reader: User, sources: Sources) -> tuple[str, str]:
    """Write one letter in its reader's language: (subject, body in paragraphs).

    Around the reasons stand the fund's words for the outcome; the reasons are the standing ones, then
    what was written for this applicant. No name of a reviewer goes in.
    """
    with force_locale(reader.language):
        own = sources.texts.get(decision.outcome)
        around = wording.around(own, decision, reader.language, _values(decision, reader.language))
        told = reasons.told(decision.reasons, sources.reasons, reader.language)
        why = [*(f"- {one}" for one in told)]
        parts = [around.opening]
        if wording.is_partial(decision):
            parts.append(_partial(decision, reader.language))
        if why or decision.to_applicant.strip():
            parts.append(_("Why:"))
        parts += ["\n".join(why), decision.to_applicant.strip(), around.closing]
        return _subject(decision), "\n\n".join(part for part in parts if part)


def _values(decision: Decision, language: str) -> dict[str, str]:
    application = decision.application
    currency = application.fund.currency
    return {
        "title": application.title,
        "round": pick(application.round.name, language),
        "code": application.code or "",
        "amount": money.show(decision.amount_cents, currency, language) if decision.amount_cents else "",
        "asked": money.show(application.requested_cents, currency, language)
        if application.requested_cents
        else "",
    }


def _partial(decision: Decision, language: str) -> str:
    asked = _values(decision, language)["asked"]
    return str(_("You asked for %(asked)s; below you read why the amount is lower.", asked=asked))


def _subject(decision: Decision) -> str:
    named = {"title": decision.application.title, "code": decision.application.code}
    return str(SUBJECTS.get(decision.outcome, SUBJECT)) % named


# --- what is shown ---------------------------------------------------------------


def preview(decision: Decision, *, at: datetime | None = None) -> list[Text]:
    """Write the letters as they will go out when sent at `at`, or went: one per applicant."""
    rows = {row.user_id: row for row in letter_rows.of_decision(decision)}
    people = [row.to for row in rows.values()] if rows and is_sent(rows.values()) else None
    readers = people or applications.applicants(decision.application_id)
    fresh = any(reader.id not in rows for reader in readers)
    sources = Sources.of(decision) if fresh else Sources({}, {})
    return [_shown(decision, reader, rows.get(reader.id), sources, at) for reader in readers]


def is_sent(rows: Iterable[Letter]) -> bool:
    """Tell whether letters went out already."""
    return all(row.state is LetterState.SENT for row in rows)


def _shown(
    decision: Decision, reader: User, row: Letter | None, sources: Sources, at: datetime | None
) -> Text:
    subject, body = (row.subject, row.body) if row else assemble(decision, reader, sources)
    sent_at = (row.sent_at if row else None) or at
    parts = mail.write("decision", reader, decision.application, _mailed(decision, subject, body, sent_at))
    return Text(reader, parts["subject"], parts["txt"].strip(), row)


def _mailed(decision: Decision, subject: str, body: str, sent_at: datetime | None) -> dict[str, Any]:
    """Give what the mail's templates print."""
    fund = decision.application.fund
    until = terms.open_until(sent_at, fund.zone) if sent_at else None
    return {
        "decision": decision,
        "letter_subject": subject,
        "paragraphs": [part for part in body.split("\n\n") if part.strip()],
        "clause_of": lambda: wording.clause(fund, decision, until),
    }


def mark(letters: Iterable[Text]) -> str:
    """Name exactly what was shown, so that an approval binds to letters that were read."""
    said = "\n".join(f"{one.to.id}\n{one.subject}\n{one.text}" for one in letters)
    return sha256(said.encode()).hexdigest()


# --- drawing up, reading over ----------------------------------------------------


def draw_up(decision: Decision, *, reader: User | None, at: datetime) -> list[Letter]:
    """Draw up a letter to each applicant of an approved decision, anew where one stood there.

    reader: who read them before approving; they are then held at once. None: somebody reads them over.
    """
    rows = {row.user_id: row for row in letter_rows.of_decision(decision)}
    sources = Sources.of(decision)
    for person in applications.applicants(decision.application_id):
        row = rows.get(person.id) or _new(decision, person, at)
        subject, body = assemble(decision, person, sources)
        if row.state is not LetterState.SENT:
            rows[person.id] = _redrawn(row, subject, body, person, at)
    db.session.flush()  # the rules read the application through the row
    for row in rows.values():
        if reader is not None and row.state is LetterState.DRAFT:
            _hold(row, reader, at)
    return list(rows.values())


def _new(decision: Decision, person: User, at: datetime) -> Letter:
    made = Letter(
        decision_id=decision.id,
        application_id=decision.application_id,
        fund_id=decision.fund_id,
        user_id=person.id,
        language=person.language,
        subject="",
        body="",
        state=LetterState.DRAFT,
        state_at=at,
    )
    db.session.add(made)
    return made


def _redrawn(row: Letter, subject: str, body: str, person: User, at: datetime) -> Letter:
    if row.state is LetterState.HELD:
        workflow.make("redraw", row, actor=None, at=at)
    row.subject, row.body, row.language = subject, body, person.language
    row.edited_by = row.edited_at = row.read_by = row.read_at = None
    return row


def _hold(row: Letter, actor: User, at: datetime) -> None:
    row.read_by, row.read_at = actor.id, at
    workflow.make("read_over", row, actor=actor, at=at)


def read_over(letters: Iterable[tuple[Letter, int]], *, actor: User, at: datetime) -> int:
    """Say of letters, each with the version that was shown, that they may go; give how many.

    Raises ChangedMeanwhile for one that was changed since, MoveRefused for one's own words.
    """
    count = 0
    for letter, shown in letters:
        row = locked(Letter, letter.id)
        if row.row_version != shown:
            raise ChangedMeanwhile(_("A letter was changed while you were reading it. Read it again."))
        if EDITOR(actor, row):
            raise MoveRefused(_("You wrote the last change of this letter; somebody else reads it over."))
        _hold(row, actor, at)
        count += 1
    return count


def edit(letter: Letter, *, subject: str, body: str, shown: int, actor: User, at: datetime) -> None:
    """Change the words of one letter; somebody else has to read it over again.

    shown: the version that was on the page. Raises ChangedMeanwhile with both texts.
    """
    row = locked(Letter, letter.id)
    if row.row_version != shown:
        raise ChangedMeanwhile(yours=body, theirs=row.body)
    if not subject.strip() or not body.strip():
        raise Refusal(_("A letter has a subject and a text."))
    workflow.make("edit", row, actor=actor, at=at)
    row.subject, row.body = " ".join(subject.split()), body.replace("\r\n", "\n").strip()
    row.edited_by, row.edited_at, row.read_by, row.read_at = actor.id, at, None, None


# --- sending ---------------------------------------------------------------------


def check_read(decision: Decision) -> None:
    """Refuse to let a decision go while one of its letters has not been read over."""
    for row in letter_rows.of_decision(decision):
        if row.state is LetterState.DRAFT:
            raise Refusal(_("The letter to %(name)s has not been read over yet.", name=row.to.name))


def send(decision: Decision, *, at: datetime) -> None:
    """Put the letters of a decision in the outbox, in the present transaction; the worker sends them after.

    A decision letter goes to every applicant, whatever they said about other mail. Somebody who joined
    after the approval gets the same words.
    """
    rows = {row.user_id: row for row in letter_rows.of_decision(decision)}
    people = applications.applicants(decision.application_id)
    if any(person.id not in rows for person in people):
        _join(decision, rows, people, at)
    for person in people:
        _send(decision, rows[person.id], person, at)


def _join(decision: Decision, rows: dict[int, Letter], people: list[User], at: datetime) -> None:
    approver = db.session.get_one(User, decision.approved_by)
    sources = Sources.of(decision)
    for person in people:
        if person.id not in rows:
            row = rows[person.id] = _new(decision, person, at)
            row.subject, row.body = assemble(decision, person, sources)
            row.read_by, row.read_at = approver.id, decision.approved_at or at
            db.session.flush()  # the workflow writes the row's number in the log
            workflow.make("read_over", row, actor=approver, at=at)


def _send(decision: Decision, row: Letter, person: User, at: datetime) -> None:
    workflow.make("send", row, actor=None, at=at)
    row.sent_at = at
    row.object_by_on = terms.open_until(at, decision.application.fund.zone)
    mail.queue(
        "decision",
        key=f"decision:{decision.id}:{person.id}",
        to=person,
        at=at,
        application=decision.application,
        **_mailed(decision, row.subject, row.body, at),
    )
