"""The applicant's own dossier: what the reviewers found, with nothing that tells who they are."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any, Literal, NotRequired, TypedDict

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from fundapp.accounts.models import User
from fundapp.applications.models import Application
from fundapp.applications.queries import mine
from fundapp.core.db import db
from fundapp.core.refusals import Refusal
from fundapp.core.words import pick
from fundapp.reports import application_data, figures, rows
from fundapp.reports.columns import KEY, MEAN, MEDIAN, NAME, SPREAD, Column
from fundapp.reports.figures import Drawn
from fundapp.reports.freezing import basis_of, freeze
from fundapp.reports.kinds import Kind, add
from fundapp.reports.models import Snapshot
from fundapp.reports.shape import (
    AnswerText,
    DecisionFigures,
    Event,
    FundCard,
    Question,
    RoundCard,
    Scale,
    StageFigures,
    Words,
)
from fundapp.reports.tables import Table
from fundapp.reports.wording import EVENTS, Say, _, ngettext

FEWEST = 2
"""With one review a median is that reviewer's own score: it is shown, but no spread beside it."""


class OwnCriterion(TypedDict):
    """One criterion that applicants may see: the middle of the scores and how far they lie apart."""

    key: str
    name: Words
    group: str
    weight: int
    low: int
    high: int
    level: Words | None
    scored: int
    na: int
    median: float | None
    mean: float | None
    spread: int | None
    expected: float | None


class OwnStage(TypedDict):
    """An earlier stage as its applicant may read it. reviews: how many there were."""

    number: int
    name: Words
    version: int | None
    submitted_on: str | None
    reviews: int
    criteria: list[OwnCriterion]
    remarks: list[str]
    decision: DecisionFigures | None


class OwnDossier(TypedDict):
    """Everything an applicant may read about their own proposal once the decision is released."""

    kind: Literal["application_own"]
    made_at: str
    fund: FundCard
    round: RoundCard
    code: str
    title: str
    applicant: str
    state: Words
    version: int
    submitted_on: str | None
    asked_cents: int | None
    awarded_cents: int | None
    summary: Words
    reviews: int
    scale: Scale
    total: float | None
    criteria: list[OwnCriterion]
    remarks: list[str]
    questions: list[Question]
    decision: DecisionFigures | None
    events: list[Event]
    answers: list[AnswerText]
    earlier: NotRequired[list[OwnStage]]


PUBLIC_EVENTS = ("submitted", "released", "agreed", "first_claim", "first_paid", "last_paid", "completed")


def gather(application: Application, *, at: datetime) -> OwnDossier:
    """Gather what the applicant may read, at this instant.

    Reviewers have no name, no number and no order: remarks are shuffled by their own digest, and scores
    are told only together. Criteria that are not public are left out. Raises Refusal before the decision
    is released.
    """
    whole = application_data.gather(application, at=at)
    decision = whole["decision"]
    if decision is None or decision["released_on"] is None:
        raise Refusal(_("The dossier can be read once the decision is sent."))
    shown = {one.key for one in application.stage.rubric.criteria if one.is_public}
    remarks = [one["to_applicant"].strip() for one in whole["reviews"] if one["to_applicant"].strip()]
    return {
        "kind": "application_own",
        "made_at": whole["made_at"],
        "fund": whole["fund"],
        "round": whole["round"],
        "code": whole["code"],
        "title": whole["title"],
        "applicant": whole["applicant"],
        "state": whole["state"],
        "version": whole["version"],
        "submitted_on": whole["submitted_on"],
        "asked_cents": whole["asked_cents"],
        "awarded_cents": whole["awarded_cents"],
        "summary": whole["summary"],
        "reviews": len(whole["reviews"]),
        "scale": whole["totals"]["scale"],
        "total": whole["totals"]["mean"],
        "criteria": [_criterion(one) for one in whole["criteria"] if one["key"] in shown],
        "remarks": shuffled(whole["code"], remarks),
        "questions": whole["questions"],
        "decision": decision,
        "events": [one for one in whole["events"] if one["key"] in PUBLIC_EVENTS],
        "answers": whole["answers"],
        "earlier": [_stage(one, application) for one in whole.get("earlier", [])],
    }


def shuffled(code: str, texts: Sequence[str]) -> list[str]:
    """Put remarks in an order that tells nothing of who wrote them, or when."""
    return sorted(texts, key=lambda text: sha256(f"{code}{text}".encode()).digest())


def _stage(one: StageFigures, application: Application) -> OwnStage:
    stage = next(found for found in application.round.stages if found.number == one["number"])
    shown = {criterion.key for criterion in stage.rubric.criteria if criterion.is_public}
    decision = one["decision"]
    remarks = [review["to_applicant"].strip() for review in one["reviews"] if review["to_applicant"].strip()]
    return {
        "number": one["number"],
        "name": one["name"],
        "version": one["version"],
        "submitted_on": one["submitted_on"],
        "reviews": len(one["reviews"]),
        "criteria": [_criterion(criterion) for criterion in one["criteria"] if criterion["key"] in shown],
        "remarks": shuffled(application.code or "", remarks),
        "decision": decision if decision and decision["released_on"] else None,
    }


def _criterion(one: Mapping[str, Any]) -> OwnCriterion:
    median = one["median"]
    whole = median is not None and median == int(median)
    level = next((step for step in one["levels"] if whole and step["value"] == int(median)), None)
    return {
        "key": one["key"],
        "name": one["name"],
        "group": one["group"],
        "weight": one["weight"],
        "low": one["low"],
        "high": one["high"],
        "level": level["anchor"] if level else None,
        "scored": one["scored"],
        "na": one["na"],
        "median": median,
        "mean": one["mean"],
        "spread": one["spread"] if one["scored"] >= FEWEST else None,
        "expected": one["expected"],
    }


def take_own(application: Application, *, actor: User, at: datetime) -> Snapshot:
    """Freeze the applicant's own dossier. Raises Refusal before the decision is released."""
    whole = rows.application_whole(application.id) or application
    return freeze(
        OWN.key, OWN.gather(whole, at=at), fund_id=whole.fund_id, application_id=whole.id,
        basis=basis_of([whole.stage]), actor=actor, at=at,
    )  # fmt: skip


def newest_own(application_id: int) -> Snapshot | None:
    """Give the newest of the dossiers that applicants took of this proposal."""
    return db.session.scalar(
        select(Snapshot)
        .where(Snapshot.application_id == application_id, Snapshot.kind == OWN.key)
        .order_by(Snapshot.id.desc())
        .limit(1)
    )


# --- drawn and told ------------------------------------------------------------------


def drawn(data: OwnDossier, say: Say) -> dict[str, Any]:
    """Give everything templates/pdf/own_dossier.html prints beside the snapshot itself."""
    profile: Any = [
        {**one, "lowest": None, "highest": None} for one in data["criteria"] if one["group"] == "profile"
    ]
    web: Drawn | None = None
    if len(profile) > 2 and any(one["median"] is not None for one in profile):
        web = figures.web(profile, say)
    return {
        "criteria": [one for one in data["criteria"] if one["group"] == "criteria"],
        "profile": profile,
        "web": web,
        "rows": figures.rows(profile, say) if web else None,
        "has_expected": any(one["expected"] is not None for one in profile),
        "reviewed_by": ngettext("One person reviewed it.", "%(num)s people reviewed it.", data["reviews"]),
        "total": say.number(data["total"], figures.digits(data["scale"]["high"])),
        "scale": say.scale(data["scale"]["low"], data["scale"]["high"]),
        "finding": figures.finding(data, say),  # type: ignore[arg-type]
        "events": [{**event, "words": EVENTS[event["key"]]} for event in data["events"]],
    }


SCORES = (
    KEY,
    NAME,
    Column("weight", _l("Weight"), "count", _l("Weight among all criteria.")),
    Column("scored", _l("Scores"), "count", _l("Scores given.")),
    Column(
        "na", _l("Not applicable"), "count", _l("Times a reviewer set the criterion apart; never a zero.")
    ),
    MEDIAN,
    MEAN,
    SPREAD,
)


def _tables(data: OwnDossier, lang: str) -> list[Table]:
    scores = [{**one, "name": pick(one["name"], lang)} for one in data["criteria"]]
    return [Table("scores", _("Scores"), SCORES, list(scores))]


def _is_own(user: User, snapshot: Snapshot) -> bool:
    own = select(Application.id).where(Application.id == snapshot.application_id, mine(user))
    return db.session.scalar(own) is not None


OWN = add(
    Kind(
        key="application_own",
        words=_l("Dossier for the applicant"),
        gather=gather,
        template="own_dossier.html",
        figures=drawn,
        tables=_tables,
        name=lambda data: f"my-dossier-{data['code']}",
        may_read=_is_own,
    )
)
