"""What was found and decided about an application in one stage of its round."""

from collections.abc import Sequence

from fundapp.applications.models import Application, ApplicationVersion
from fundapp.core import markdown
from fundapp.decisions import reasons
from fundapp.decisions.models import Decision
from fundapp.decisions.workflow import WORDS as DECISION_WORDS
from fundapp.funds.models import Fund
from fundapp.reports import rows
from fundapp.reports.answers import answers_of
from fundapp.reports.judged_data import criterion_figures, review_figures, totals_of
from fundapp.reports.shape import DecisionFigures, StageFigures
from fundapp.reports.sources import Given, day, handed_in, said
from fundapp.reviews import pins
from fundapp.reviews.models import Review
from fundapp.rounds.models import Stage


def given_in(application: Application, stage: Stage) -> list[Given]:
    """List the reviews of an application that count in one stage."""
    return handed_in(
        stage.rubric.criteria, Review.application_id == application.id, Review.stage_id == stage.id
    )


def earlier_stages(application: Application) -> list[StageFigures]:
    """List what was found in the stages before the present one, the first one first."""
    before = [one for one in application.round.stages if one.number < application.stage.number]
    return [stage_figures(application, stage) for stage in before]


def stage_figures(application: Application, stage: Stage) -> StageFigures:
    """Give the proposal as it was in one stage, its reviews and its decision."""
    given, criteria, fund = given_in(application, stage), stage.rubric.criteria, application.fund
    pinned = pins.places_in(application, pins.pins_of([one.review.id for one in given]), "en")
    version, decision = _last(application, stage), rows.settled_decision(application.id, stage.id)
    return {
        "number": stage.number,
        "name": said(stage.name) if stage.name else {},
        "version": version.number if version else None,
        "submitted_on": day(version.made_at, fund) if version else None,
        "answers": answers_of(version, fund),
        "reviews": [review_figures(one, criteria, fund) for one in given],
        "criteria": [criterion_figures(one, given, pinned) for one in criteria],
        "totals": totals_of(application, stage, given),
        "decision": decision_figures(decision, fund) if decision else None,
    }


def _last(application: Application, stage: Stage) -> ApplicationVersion | None:
    of_stage: Sequence[ApplicationVersion] = [one for one in application.versions if one.stage_id == stage.id]
    return max(of_stage, key=lambda one: one.number, default=None)


def decision_figures(decision: Decision, fund: Fund) -> DecisionFigures:
    """Give a decision with the reasons that were chosen, in both languages, and what was written."""
    known = {one.code: one for one in reasons.reasons_of(fund.id, ended=True)} if decision.reasons else {}
    return {
        "outcome": decision.outcome.value,
        "state": said(DECISION_WORDS[decision.state][1]),
        "amount_cents": decision.amount_cents,
        "decided_on": day(decision.approved_at or decision.proposed_at, fund),
        "released_on": day(decision.released_at, fund),
        "reasons": [said(known[code].text) for code in decision.reasons if code in known],
        "html": str(markdown.render(decision.to_applicant)),
    }
