"""Tries at the funding line: drawn from the ranking, saved, and one of them chosen to decide by."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from fundapp.accounts.models import RoleName, User
from fundapp.applications.models import Application, Conflict
from fundapp.applications.queries import seen
from fundapp.core import audit, counters
from fundapp.core.db import db, locked
from fundapp.core.refusals import MoveRefused, Refusal
from fundapp.core.shares import MILLION
from fundapp.decisions.models import Decision, DecisionState, Scenario
from fundapp.decisions.models import Outcome as Decided
from fundapp.decisions.simulator import Basis, Candidate, Outcome, Rules, simulate
from fundapp.reviews import statistics
from fundapp.reviews.queries import RANKED, to_weigh
from fundapp.rounds.models import Round, RoundState, Rubric, Stage
from fundapp.rounds.reading import digest_of

LIVE = (RoundState.PUBLISHED, RoundState.REVIEWING, RoundState.DECIDING)
Rows = Mapping[int, Application]


# --- drawing the line ------------------------------------------------------------


def threshold(round: Round) -> float | None:
    """Give the rubric's threshold on the scale of the totals."""
    ppm = round.decided_stage.rubric.threshold_ppm
    low, high = statistics.scale_of(round.decided_stage)
    return None if ppm is None else low + (high - low) * ppm / MILLION


def scale(round: Round) -> tuple[int, int]:
    """Give the scale the totals of a round are on."""
    return statistics.scale_of(round.decided_stage)


def candidates(user: User, round: Round, budget_cents: int) -> tuple[list[Candidate], str]:
    """Give the ranked applications the person may weigh, and the name of the figures they come with.

    budget_cents: where the line is, for the tie band. Five queries.
    """
    found = statistics.of_round(
        round,
        stage=round.decided_stage,
        where=to_weigh(user),
        budget_cents=budget_cents,
        with_people=False,
    )
    about = {row.id: row for row in _about(round)}
    given = _given([row.party_id for row in about.values() if row.party_id], round)
    return [
        Candidate(
            id=one.id,
            code=one.code,
            title=one.title,
            asks_cents=one.asks_cents,
            figures={Basis.MEAN: one.weighted_mean, Basis.MEDIAN: one.median, Basis.EQUAL: one.mean},
            theme=about[one.id].theme,
            party_id=about[one.id].party_id,
            given_cents=given.get(about[one.id].party_id or 0, 0),
            is_tied=one.is_tied,
        )
        for one in found.applications
        if one.asks_cents
    ], found.seed


def _about(round: Round) -> Sequence[Any]:
    columns = (Application.id, Application.theme, Application.party_id)
    return db.session.execute(select(*columns).where(Application.round_id == round.id)).all()


def _given(party_ids: Sequence[int], round: Round) -> dict[int, int]:
    """Add up what each party was awarded before, by all funds together, this round left out."""
    rows = db.session.execute(
        select(Application.party_id, func.sum(Decision.amount_cents))
        .join(Decision, Decision.application_id == Application.id)
        .where(
            Application.party_id.in_(set(party_ids)),
            Application.round_id != round.id,
            Decision.outcome == Decided.AWARDED,
            Decision.state == DecisionState.RELEASED,
        )
        .group_by(Application.party_id)
    )
    return {party: int(cents or 0) for party, cents in rows if party}


# --- keeping tries ---------------------------------------------------------------


def scenarios(round: Round) -> list[Scenario]:
    """List what was saved of a round, the newest first."""
    return list(
        db.session.scalars(
            select(Scenario)
            .where(Scenario.round_id == round.id)
            .order_by(Scenario.number.desc())
            .options(
                joinedload(Scenario.maker).lazyload(User.roles),
                joinedload(Scenario.chooser).lazyload(User.roles),
            )
        )
    )


def office_scenario(user: User, id: int) -> Scenario | None:
    """Load one saved try for the managers and auditors of its fund."""
    funds = user.funds(RoleName.MANAGER, RoleName.AUDITOR)
    return db.session.scalar(
        select(Scenario)
        .where(Scenario.id == id, Scenario.fund_id.in_(funds))
        .options(
            joinedload(Scenario.round).joinedload(Round.fund),
            joinedload(Scenario.round)
            .selectinload(Round.stages)
            .joinedload(Stage.rubric)
            .selectinload(Rubric.criteria),
            joinedload(Scenario.maker).lazyload(User.roles),
            joinedload(Scenario.chooser).lazyload(User.roles),
        )
    )


def visible(user: User, scenario: Scenario) -> Rows:
    """Give the applications of a saved try that the person may see, by id."""
    ids = [line["id"] for line in scenario.result]
    rows = db.session.scalars(select(Application).where(Application.id.in_(ids), seen(user)))
    return {row.id: row for row in rows}


def is_free(user: User, round: Round) -> bool:
    """Tell whether the person has no tie in the round: only they save and choose for everybody."""
    tied = (
        select(Conflict.id)
        .join(Application, Application.id == Conflict.application_id)
        .where(Application.round_id == round.id, Conflict.user_id == user.id, Conflict.bars)
    )
    return db.session.scalar(tied.limit(1)) is None


def save(
    round: Round,
    *,
    name: str,
    note: str,
    rules: Rules,
    settings: Mapping[str, Any],
    actor: User,
    at: datetime,
) -> Scenario:
    """Draw the line once more and keep it under a name.

    settings: the rules as typed, to be shown and tried again. Raises Refusal without a name, and
    MoveRefused for a person with a tie in the round: their ranking is not whole.
    """
    _check(round, actor)
    if not name.strip():
        raise Refusal(_("Give it a name."))
    known, _figures = candidates(actor, round, rules.budget_cents)
    outcome = simulate(known, rules)
    made = Scenario(
        round_id=round.id,
        fund_id=round.fund_id,
        stage_id=round.decided_stage.id,
        number=counters.next_number(f"scenario:{round.id}"),
        name=name.strip(),
        note=note.strip(),
        settings=dict(settings),
        result=_lines(outcome),
        seed=rules.seed,
        digest=fingerprint(round, rules.budget_cents),
        made_by=actor.id,
        made_at=at,
    )
    db.session.add(made)
    db.session.flush()
    audit.record("save_scenario", made, actor=actor, at=at, detail=_facts(made))
    return made


def _check(round: Round, actor: User) -> None:
    if round.state not in LIVE:
        raise MoveRefused(_("This round is decided."))
    if not is_free(actor, round):
        raise MoveRefused(_("You have a tie in this round: somebody without one saves and chooses."))


def _lines(outcome: Outcome) -> list[dict[str, Any]]:
    return [
        {
            "id": place.candidate.id,
            "code": place.candidate.code,
            "rank": place.rank,
            "kind": place.kind.value,
            "why": place.why.value,
            "asks_cents": place.candidate.asks_cents,
            "amount_cents": place.amount_cents,
            "lot": place.lot,
        }
        for place in outcome.places
    ]


def _facts(scenario: Scenario) -> dict[str, Any]:
    whole = {"settings": scenario.settings, "result": scenario.result, "figures": scenario.digest}
    return {"number": scenario.number, "digest": digest_of(whole)}


def choose(scenario: Scenario, *, actor: User, at: datetime) -> None:
    """Make this the try that proposals follow from now on; an earlier choice gives way. Both are logged."""
    round = locked(Round, scenario.round_id)
    _check(round, actor)
    before = chosen(round)
    if before is not None and before.id != scenario.id:
        before.chosen_by = before.chosen_at = None
        db.session.flush()  # only one may be chosen
        audit.record("unchoose_scenario", before, actor=actor, at=at, detail={"number": before.number})
    scenario.chosen_by, scenario.chosen_at = actor.id, at
    audit.record(
        "choose_scenario",
        scenario,
        actor=actor,
        at=at,
        detail=_facts(scenario),
    )


def drop(scenario: Scenario, *, actor: User, at: datetime) -> None:
    """Delete a try that was never chosen and that no decision follows. Raises Refusal."""
    _check(scenario.round, actor)
    followed = db.session.scalar(select(Decision.id).where(Decision.scenario_id == scenario.id).limit(1))
    if scenario.chosen_at is not None or followed is not None:
        raise Refusal(_("Decisions follow this one: it stays."))
    audit.record("drop_scenario", scenario, actor=actor, at=at, detail={"number": scenario.number})
    db.session.delete(scenario)


def chosen(round: Round) -> Scenario | None:
    """Give the try that was chosen for the round's first stage."""
    return db.session.scalar(
        select(Scenario).where(Scenario.stage_id == round.decided_stage.id, Scenario.chosen_at.is_not(None))
    )


def chosen_id(application: Application) -> int | None:
    """Name the try that was chosen for the stage an application is in."""
    return db.session.scalar(
        select(Scenario.id).where(Scenario.stage_id == application.stage_id, Scenario.chosen_at.is_not(None))
    )


def awards(round: Round) -> dict[int, int]:
    """Give what the chosen try awards: cents by application; nothing when none is chosen."""
    found = chosen(round)
    return (
        {line["id"]: line["amount_cents"] for line in found.result if line["amount_cents"]} if found else {}
    )


def fingerprint(round: Round, budget_cents: int) -> str:
    """Name the reviews and requests a line is drawn on, whoever asks: a change of any gives another name."""
    whole = Application.state.in_(RANKED)
    found = statistics.of_round(
        round, where=whole, budget_cents=budget_cents, with_scores=False, with_people=False
    )
    return found.seed


def is_stale(scenario: Scenario) -> bool:
    """Tell whether reviews or requests have changed since it was drawn."""
    return fingerprint(scenario.round, int(scenario.settings["budget_cents"])) != scenario.digest
