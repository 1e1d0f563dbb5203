"""The dossier of one application, gathered from rows into the data of a snapshot."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from fundapp.accounts.models import Party, PartyKind
from fundapp.applications.models import Application
from fundapp.applications.workflow import WORDS as STATE_WORDS
from fundapp.core import clock
from fundapp.decisions.models import Decision, DecisionState
from fundapp.funds import ledger
from fundapp.funds.models import Fund
from fundapp.grants.models import Award, AwardState, Milestone
from fundapp.grants.workflow import MILESTONE_WORDS
from fundapp.reports import rows
from fundapp.reports.answers import answers_of
from fundapp.reports.group_figures import place, theme_words
from fundapp.reports.judged_data import criterion_figures, review_figures, totals_of
from fundapp.reports.measures import days_between
from fundapp.reports.shape import (
    Dossier,
    Event,
    Question,
    Task,
    Words,
)
from fundapp.reports.sources import (
    Given,
    day,
    fund_card,
    round_card,
    said,
)
from fundapp.reports.stage_data import decision_figures, earlier_stages, given_in
from fundapp.reports.wording import LEGAL_FORMS
from fundapp.reviews import pins

SUMMARY = "abstract"
"""The answer that stands at the head of a dossier."""


def gather(application: Application, *, at: datetime) -> Dossier:
    """Gather everything the dossier of an application says, at this instant."""
    fund, criteria = application.fund, application.stage.rubric.criteria
    given = given_in(application, application.stage)
    answers = answers_of(application.current, fund)
    pinned = pins.places_in(application, pins.pins_of([one.review.id for one in given]), "en")
    award = rows.award_of(application.id)
    decision = rows.settled_decision(application.id, application.stage_id)
    is_awarded = decision is not None and decision.state is DecisionState.RELEASED
    milestones = award.milestones if award else []
    return {
        "kind": "application",
        "made_at": clock.local(at, fund.zone).strftime("%Y-%m-%dT%H:%M"),
        "fund": fund_card(fund),
        "round": round_card(application.round),
        "code": application.code or f"#{application.id}",
        "title": application.title,
        "applicant": _applicant(application),
        "place": place(application.country),
        "theme": theme_words(fund, application.theme),
        "legal_form": legal_form(application.party),
        "state": said(STATE_WORDS[application.state][1]),
        "version": application.version_number,
        "submitted_on": day(application.submitted_at, fund),
        "asked_cents": application.requested_cents,
        "awarded_cents": award.amount_cents
        if award
        else decision.amount_cents
        if is_awarded and decision
        else None,
        "paid_cents": _paid(award),
        "summary": next((one["html"] for one in answers if one["key"] == SUMMARY), {}),
        "answers": [one for one in answers if one["key"] != SUMMARY],
        "asked_reviews": rows.reviews_asked(application.id, application.stage_id),
        "reviews": [review_figures(one, criteria, fund) for one in given],
        "criteria": [criterion_figures(criterion, given, pinned) for criterion in criteria],
        "totals": totals_of(application, application.stage, given),
        "conflicts": rows.tied_people(application.id),
        "questions": [_question(*row, fund) for row in rows.questions(application.id)],
        "decision": decision_figures(decision, fund) if decision else None,
        "tasks": _tasks(milestones),
        "tasks_cents": sum(one.amount_cents for one in milestones),
        "earlier": earlier_stages(application),
        "events": events(_dates(application, given, decision, award), fund),
    }


def legal_form(party: Party | None) -> Words | None:
    """Name the kind of applicant: a person or an organisation."""
    return said(LEGAL_FORMS[party.kind.value]) if party else None


def _applicant(application: Application) -> str:
    party = application.party
    named = (
        party.public_name if party and party.kind is PartyKind.ORGANISATION else application.applicant_name
    )
    return named or (party.public_name if party else "")


def _paid(award: Award | None) -> int:
    if award is None:
        return 0
    return ledger.figures(award.fund_id, ledger.Where(award_id=award.id)).paid


# --- what was asked, decided and done -------------------------------------------


def _question(
    subject: str, asked: datetime, answer: str | None, answered: datetime | None, fund: Fund
) -> Question:
    return {
        "question": subject,
        "answer": answer,
        "asked_on": day(asked, fund) or "",
        "answered_on": day(answered, fund),
    }


def _tasks(milestones: Sequence[Milestone]) -> list[Task]:
    paid = rows.paid_by_milestone([one.id for one in milestones])
    return [
        {
            "ref": one.ref,
            "title": one.title,
            "deliverable": one.deliverable,
            "amount_cents": one.amount_cents,
            "paid_cents": paid.get(one.id, 0),
            "due_on": one.due_on.isoformat() if one.due_on else None,
            "state": said(MILESTONE_WORDS[one.state][1]),
        }
        for one in milestones
    ]


def _dates(
    application: Application, given: Sequence[Given], decision: Decision | None, award: Award | None
) -> dict[str, datetime | date | None]:
    claimed, first, last = rows.payment_dates(award.id) if award else (None, None, None)
    in_force = [one.in_force_at for one in award.agreements if one.in_force_at] if award else []
    is_complete = award is not None and award.state is AwardState.COMPLETED
    return {
        "submitted": application.submitted_at,
        "reviewed": max((one.review.submitted_at for one in given if one.review.submitted_at), default=None),
        "decided": decision.approved_at or decision.proposed_at if decision else None,
        "released": decision.released_at if decision else None,
        "agreed": min(in_force, default=None),
        "first_claim": claimed,
        "first_paid": first,
        "last_paid": last if last != first else None,
        "completed": award.state_at if award and is_complete else None,
    }


def events(dates: Mapping[str, datetime | date | None], fund: Fund) -> list[Event]:
    """Put what happened in order, each with its days since the first."""
    found = [
        (clock.day(at, fund.zone) if isinstance(at, datetime) else at, place, key)
        for place, (key, at) in enumerate(dates.items())
        if at
    ]
    found.sort()
    return [
        {"on": on_day.isoformat(), "key": key, "days": days_between(found[0][0], on_day) or 0}
        for on_day, _place, key in found
    ]
