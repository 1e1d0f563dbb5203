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
from fundapp.applications import codes, intake, versions
from fundapp.applications.intake import Broken, Intake
from fundapp.applications.models import Answer, Application, ApplicationState, VersionReason
from fundapp.core import audit
from fundapp.core.db import db
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


@dataclass(frozen=True, slots=True)
class Line:
    """What became of one line. outcome: imported, known (was here already) or refused."""

    number: int
    outcome: str
    code: str | None
    title: str
    reason: str


def take_in(
    round: Round, path: Path, *, rates: Mapping[str, Decimal], dry_run: bool, actor: Any, at: datetime
) -> Iterator[Line]:
    """Read a file of JSON lines and take its applications into a round, one savepoint a line.

    rates: what one unit of another currency is worth in the fund's. dry_run: nothing is written.
    A broken line is told with its reason and stops nothing; an application that is in the round
    already is left as it is. The caller commits. Raises Refusal for a round that is over.
    """
    if round.state in CLOSED:
        raise Refusal(_("This round is over: it takes no applications."))
    known = set(
        db.session.scalars(
            select(Application.import_key).where(
                Application.round_id == round.id, Application.import_key.is_not(None)
            )
        )
    )
    form = versions.form_of(round.stage.form)
    with path.open("rb") as lines:
        for found in intake.read(lines, currency=round.fund.currency, rates=rates):
            if isinstance(found, Broken):
                yield Line(found.line, "refused", None, "", found.reason)
            elif found.import_key in known:
                yield Line(found.line, "known", None, found.title, _("It is in this round already."))
            else:
                yield _one(round, form, found, dry_run=dry_run, actor=actor, at=at)


def _one(
    round: Round, form: definitions.Form, found: Intake, *, dry_run: bool, actor: Any, at: datetime
) -> Line:
    answers = _answers(found)
    notes = [*_notes(found), *_limits(round, form, answers)]
    if dry_run:
        return Line(found.line, "imported", None, found.title, " ".join(notes))
    try:
        with db.session.begin_nested():
            code = _make(round, form, found, answers, notes=notes, actor=actor, at=at)
    except IntegrityError as clash:
        return Line(found.line, "refused", None, found.title, str(clash.orig))
    return Line(found.line, "imported", code, found.title, " ".join(notes))


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
    form: definitions.Form,
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
    made.version_number = 0
    is_over = bool(form.over_limit(answers))
    versions.make(made, answers, VersionReason.IMPORTED, actor=actor, at=at, is_over_limit=is_over)
    audit.record("import", made, actor=actor, at=at, detail={"code": code, "line": found.line})
    db.session.flush()  # whatever the database refuses belongs to this line
    return code


def _party(found: Intake, at: datetime) -> Party:
    """Make the party that applies; without a name it carries the project's."""
    name = found.organisation or found.applicant_name or found.title
    kind = PartyKind.ORGANISATION if found.organisation else PartyKind.PERSON
    return Party(
        kind=kind, legal_name=name[:200], public_name=name[:200], country=found.country, created_at=at
    )
