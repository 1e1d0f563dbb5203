"""Taking in applications that were written elsewhere: whole, marked, never twice."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from fundapp.accounts.models import Party, PartyKind
from fundapp.applications import codes, intake_files, versions
from fundapp.applications.intake import Broken, Intake
from fundapp.applications.models import Answer, Application, ApplicationState, VersionReason
from fundapp.core import audit
from fundapp.core.audit import AuditEvent
from fundapp.core.db import db
from fundapp.core.handed_in import IMPORTED, KNOWN, REFUSED, Line
from fundapp.core.refusals import Refusal
from fundapp.core.words import pick
from fundapp.rounds import definitions
from fundapp.rounds.models import Round, RoundState

CLOSED = frozenset({RoundState.RELEASED, RoundState.ARCHIVED, RoundState.CANCELLED})
BOUNDS = {
    "too_low": _l("It asks less than this round gives at least."),
    "too_high": _l("It asks more than this round gives at most."),
}
"""What a person should know of the amount; what is merely missing is plain to see."""


@dataclass
class Ground:
    """What the lines are held against, read once.

    known: the codes of what is in the round already, by import key. own: the keys of what this very piece
    of long work took in before it was interrupted. task: its number.
    """

    form: definitions.Form
    known: dict[str, str | None]
    own: frozenset[str] = frozenset()
    task: int | None = None


def ground(round: Round, task: int | None = None) -> Ground:
    """Read what lines for a round are held against. Raises Refusal for a round that is over."""
    refuse_over(round)
    rows = db.session.execute(
        select(Application.import_key, Application.code).where(
            Application.round_id == round.id, Application.import_key.is_not(None)
        )
    )
    known = {str(key): code for key, code in rows}
    own = _taken_by(task, round) if task is not None else frozenset()
    return Ground(versions.form_of(round.stage.form), known, own, task)


def refuse_over(round: Round) -> None:
    """Raise Refusal for a round that is over."""
    if round.state in CLOSED:
        raise Refusal(_("This round is over: it takes no applications."))


def _taken_by(task: int, round: Round) -> frozenset[str]:
    """Give the import keys of what a piece of long work took in, as the log has it."""
    keys = db.session.scalars(
        select(Application.import_key)
        .join(
            AuditEvent, (AuditEvent.subject_id == Application.id) & (AuditEvent.subject_type == "application")
        )
        .where(
            Application.round_id == round.id,
            Application.import_key.is_not(None),
            AuditEvent.verb == "import",
            AuditEvent.detail["task"].as_integer() == task,
        )
    )
    return frozenset(str(key) for key in keys)


def take_in(
    round: Round, path: Path, *, rates: Mapping[str, Decimal], dry_run: bool, actor: Any, at: datetime
) -> Iterator[Line]:
    """Read a file of JSON lines and take its applications into a round, one savepoint a line.

    rates: what one unit of another currency is worth in the fund's. dry_run: nothing is written.
    A broken line is told with its reason and stops nothing; an application that is in the round
    already is left as it is. The caller commits. Raises Refusal for a round that is over.
    """
    held = ground(round)
    for found in intake_files.read(path, currency=round.fund.currency, rates=rates):
        yield one(round, held, found, dry_run=dry_run, actor=actor, at=at)


def one(
    round: Round, held: Ground, found: Intake | Broken, *, dry_run: bool, actor: Any, at: datetime
) -> Line:
    """Take in what was read from one line, in a savepoint of its own, and tell what became of it."""
    if isinstance(found, Broken):
        return Line(found.line, REFUSED, None, "", found.reason)
    if found.import_key in held.known:
        return _known(found, held)
    answers = _answers(found)
    notes = [*_notes(found), *_limits(round, held.form, answers)]
    if dry_run:
        return Line(found.line, IMPORTED, None, found.title, " ".join(notes))
    try:
        with db.session.begin_nested():
            code = _make(round, held, found, answers, notes=notes, actor=actor, at=at)
    except IntegrityError as clash:
        return _clashed(round, held, found, clash)
    held.known[found.import_key] = code
    return Line(found.line, IMPORTED, code, found.title, " ".join(notes))


def _known(found: Intake, held: Ground) -> Line:
    """Tell of what is in the round: taken in by somebody else, or by this work before it was interrupted."""
    code = held.known[found.import_key]
    if found.import_key in held.own:
        return Line(found.line, IMPORTED, code, found.title, "")
    return Line(found.line, KNOWN, code, found.title, _("It is in this round already."))


def _clashed(round: Round, held: Ground, found: Intake, clash: IntegrityError) -> Line:
    """Tell why the database refused a line: often somebody took the same application in at this moment."""
    code = db.session.execute(
        select(Application.code).where(
            Application.round_id == round.id, Application.import_key == found.import_key
        )
    ).first()
    if code is None:
        return Line(found.line, REFUSED, None, found.title, str(clash.orig))
    held.known[found.import_key] = code[0]
    return _known(found, held)


def _answers(found: Intake) -> dict[str, Any]:
    """Give the answers as the form keeps them, with what it does not ask beside them."""
    answers = found.form_answers()
    if found.answers.get("genai_details"):
        answers["uses_genai"] = True
    if found.follow_up:
        answers["follow_up"] = found.follow_up
    return answers


def _notes(found: Intake) -> list[str]:
    """List what a reader has to know about where it came from and how it was read."""
    sent = _("Sent in on %(day)s.", day=found.submitted_on.isoformat()) if found.submitted_on else ""
    source = _("Source: %(source)s.", source=found.source) if found.source else ""
    return [str(note) for note in (source, sent, found.amount_note, *found.notes) if note]


def _limits(round: Round, form: definitions.Form, answers: dict[str, Any]) -> list[str]:
    """Name the answers that are over a limit of the form or the round; they are kept as they are."""
    ask = definitions.Ask(round.lowest_cents, round.highest_cents, round.fund.currency)
    language = str(get_locale() or "en")[:2]
    labels = {field.key: pick(field.label, language) for field in form.fields}
    said = {
        fault: str(BOUNDS[fault.code])
        if fault.code in BOUNDS
        else f"“{labels[fault.field]}”: {fault.message}"
        for fault in form.check(answers, ask)
        if fault.code in BOUNDS or fault.code == "too_long"
    }
    return list(said.values())


def _make(
    round: Round,
    held: Ground,
    found: Intake,
    answers: dict[str, Any],
    *,
    notes: list[str],
    actor: Any,
    at: datetime,
) -> str:
    stage = round.stage
    code = codes.next_code(round.fund, stage, at=at)
    made = Application(
        fund_id=round.fund_id, round_id=round.id, stage_id=stage.id, code=code, title=found.title[:300],
        state=ApplicationState.SUBMITTED, state_at=at, party=_party(found, at), submitted_at=at,
        created_at=at, saved_at=at, version_number=1, import_key=found.import_key,
        import_note="\n".join(notes) or None, applicant_name=found.applicant_name[:200],
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()  # answers and version refer to its id
    db.session.add_all(
        Answer(application_id=made.id, field=key, value={"v": value}, saved_at=at)
        for key, value in answers.items()
    )
    is_over = bool(held.form.over_limit(answers))
    with db.session.no_autoflush:  # past a draft there is a version: the database never sees it without
        made.version_number = 0
        versions.make(
            made, answers, VersionReason.IMPORTED, actor=actor, at=at, is_over_limit=is_over, form=held.form
        )
    detail = {"code": code, "line": found.line} | ({"task": held.task} if held.task is not None else {})
    audit.record("import", made, actor=actor, at=at, detail=detail)
    db.session.flush()  # whatever the database refuses belongs to this line
    return code


def _party(found: Intake, at: datetime) -> Party:
    """Make the party that applies; without a name it carries the project's."""
    name = found.organisation or found.applicant_name or found.title
    kind = PartyKind.ORGANISATION if found.organisation else PartyKind.PERSON
    return Party(
        kind=kind, legal_name=name[:200], public_name=name[:200], country=found.country, created_at=at
    )
