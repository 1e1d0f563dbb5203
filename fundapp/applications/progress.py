"""How far a proposal is: section by section while it is written, step by step after it was sent."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from fundapp.applications.models import Application, ApplicationState
from fundapp.core.words import pick
from fundapp.rounds.answers import is_empty
from fundapp.rounds.definitions import Fault, Form
from fundapp.rounds.fields import Field, FieldType, Section

S = ApplicationState


@dataclass(frozen=True)
class SectionState:
    """How one section stands. wrong: answers to mend; missing: required questions left open."""

    key: str
    title: str
    shape: str
    word: str
    wrong: int
    missing: int


def of_sections(
    form: Form, answers: Mapping[str, Any], faults: Iterable[Fault], language: str
) -> list[SectionState]:
    """Tell for each section what is filled in and what has to be mended."""
    by_field: dict[str, list[Fault]] = {}
    for fault in faults:
        by_field.setdefault(fault.field, []).append(fault)
    asked = form.shown(answers)
    return [_section(section, answers, by_field, asked, language) for section in form.sections]


def _section(
    section: Section,
    answers: Mapping[str, Any],
    by_field: Mapping[str, list[Fault]],
    shown: list[Field],
    language: str,
) -> SectionState:
    asked = [field for field in section.fields if field in shown and field.default is None]
    answered = [field for field in asked if not _open(field.type, answers.get(field.key))]
    found = [fault for field in section.fields for fault in by_field.get(field.key, [])]
    missing = sum(fault.code == "required" for fault in found)
    wrong = len(found) - missing
    shape, word = _state(len(asked), len(answered), wrong, missing)
    return SectionState(section.key, pick(section.title, language), shape, word, wrong, missing)


def _open(kind: FieldType, value: Any) -> bool:
    return is_empty(value) or (kind is FieldType.CONSENT and value is False)


def _state(asked: int, answered: int, wrong: int, missing: int) -> tuple[str, str]:
    if wrong:
        return "bad", ngettext("One thing to fix", "%(num)d things to fix", wrong)
    if not answered:
        return ("wait", _("Not started")) if missing else ("none", _("Optional"))
    if missing:
        return "now", _("Started: %(done)d of %(all)d", done=answered, all=asked)
    return "ok", _("Complete")


@dataclass(frozen=True)
class Step:
    """One point of the way of a proposal. state: done, now or None; when: a text."""

    title: str
    at: datetime | None = None
    on: Any = None
    state: str | None = None
    text: str = ""


BEFORE_REVIEW = (S.SUBMITTED, S.INCOMPLETE)
OUTCOMES = (S.AWARDED, S.RESERVE, S.DECLINED, S.INELIGIBLE)


def of_way(application: Application, at: datetime) -> list[Step]:
    """List what happened with a sent proposal, what is going on, and what comes when."""
    stage, state = application.stage, application.state
    sent = Step(_("Sent"), at=application.submitted_at, state="done", text=_version(application))
    if state is S.WITHDRAWN:
        return [sent, Step(_("Withdrawn"), at=application.state_at, state="done")]
    if state is S.LAPSED:
        late = Step(_("No full proposal came in time"), at=application.state_at, state="done")
        return [sent, *_invited(application), late]
    is_over = state in OUTCOMES
    closing, is_closed = _closing(application, at)
    review = Step(
        _("Reviewers read and score it"), on=stage.reviews_due_at,
        state="done" if is_over else "now" if state is S.IN_REVIEW or is_closed else None,
        text="" if is_over else _review_text(application),
    )  # fmt: skip
    letter = Step(
        _("Letter to you"),
        on=None if is_over else stage.decide_by_on or application.round.decide_by_on,
        at=application.state_at if is_over else None, state="done" if is_over else None,
        text="" if is_over else _("If we will be later, we write to you first."),
    )  # fmt: skip
    after = Step(_("If funded: agreement and plan"), text=_("We make the plan with you."))
    way = [sent, *_invited(application), *([closing] if stage.closes_at else []), review, letter]
    return [*way, after] if not is_over else way


def _closing(application: Application, at: datetime) -> tuple[Step, bool]:
    """Give the deadline as this applicant has it, and whether it has passed."""
    ends_at, state = application.ends_at, application.state
    is_closed = ends_at is not None and at >= ends_at
    title = _("Deadline of the call") if ends_at == application.stage.closes_at else _("Deadline for you")
    text = "" if is_closed else _("Until then you can change the proposal.")
    if state is S.INVITED:
        title = _("Deadline of the full proposal")
        text = _("No full proposal arrived.") if is_closed else _("Until then you can write and send it.")
    return Step(title, at=ends_at, state="done" if is_closed else "now", text=text), is_closed


def _invited(application: Application) -> list[Step]:
    """Say that a proposal came through an earlier stage; its day is that of the letter."""
    if application.stage.number == 1:
        return []
    at = application.state_at if application.state is S.INVITED else None
    return [Step(_("Invited to write the full proposal"), at=at, state="done")]


def _version(application: Application) -> str:
    return str(_("Version %(number)d counts.", number=application.version_number))


def _review_text(application: Application) -> str:
    wanted = application.stage.reviews_wanted
    said: str = ngettext(
        "One reviewer without ties to you.", "%(num)d reviewers without ties to you.", wanted
    )
    return said
