"""Rows for tests: real ones, with no surprises; each function names what it makes.

The one cast: Ana and Ben apply (of different organisations), Rhea reviews, Sol and Max manage,
Fin pays, Aud audits. Ben must never see Ana's work.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from fundapp.accounts import service as accounts
from fundapp.accounts.models import Party, Role, RoleName, User
from fundapp.applications.models import (
    Access,
    Answer,
    Application,
    ApplicationState,
    ApplicationVersion,
    Capacity,
    Conflict,
    ConflictKind,
    ConflictSource,
    ConflictState,
    Level,
    VersionReason,
)
from fundapp.core.db import db
from fundapp.decisions.models import Decision, DecisionState, Outcome
from fundapp.funds import ledger
from fundapp.funds import service as funds
from fundapp.funds.models import Fund
from fundapp.grants.models import (
    Agreement,
    AgreementState,
    Award,
    AwardState,
    Milestone,
    MilestoneState,
    Payee,
)
from fundapp.reviews.models import Review, ReviewState, Score
from fundapp.rounds.models import Criterion, Form, Round, RoundState, Rubric, Stage

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
PASSWORD = "correct horse battery"
_numbers = count(1)


def _next() -> int:
    return next(_numbers)


def make_user(
    name: str = "Ana Alders",
    *,
    language: str = "en",
    roles: dict[Fund, list[RoleName]] | None = None,
    is_administrator: bool = False,
    password: str | None = None,
) -> User:
    """Make a confirmed person, with roles at funds when given; a password only where one is used."""
    number = _next()
    user = User(
        email=f"{name.split()[0].lower()}.{number}@example.org",
        name=name,
        language=language,
        is_administrator=is_administrator,
        confirmed_at=NOW,
        created_at=NOW,
    )
    db.session.add(user)
    db.session.flush()
    if password:
        from flask import current_app

        from fundapp.accounts import passwords

        user.password_digest = passwords.digest(password, current_app.config["SETTINGS"])
    for fund, names in (roles or {}).items():
        for role in names:
            give_role(user, fund, role)
    return user


def give_role(user: User, fund: Fund, name: RoleName) -> Role:
    """Give a role at a fund, through the service."""
    role = accounts.grant_role(user, fund.id, name, actor=None, at=NOW)
    db.session.flush()
    db.session.expire(user, ["roles"])
    return role


def make_fund(slug: str = "", *, received_cents: int = 10_000_000, **settings: Any) -> Fund:
    """Make a fund with a bank account of its own and money in it (EUR 100,000)."""
    number = _next()
    fund = funds.found(
        slug or f"fund-{number}",
        {"en": f"Fund {number}", "nl": f"Fonds {number}"},
        actor=None,
        at=NOW,
        iban=f"NL{98 - int('11201120' + '%010d' % number + '232100') % 97:02d}BKBK{number:010d}",
        holder=f"Stichting Fonds {number}",
        **{"themes": [{"key": "web", "en": "Open web", "nl": "Open web"}], **settings},
    )
    if received_cents:
        funds.receive(
            fund,
            giver="Ministry",
            amount_cents=received_cents,
            received_on=date(2026, 1, 5),
            actor=None,
            at=NOW,
        )
    db.session.flush()
    return fund


FORM = {
    "slug": "small",
    "number": 1,
    "name": {"en": "Small form", "nl": "Klein formulier"},
    "sections": [
        {
            "key": "project",
            "title": {"en": "Project", "nl": "Project"},
            "fields": [
                {
                    "key": "title",
                    "type": "short",
                    "label": {"en": "Name of the project", "nl": "Naam van het project"},
                    "required": True,
                    "hard": 100,
                },
                {
                    "key": "abstract",
                    "type": "long",
                    "label": {"en": "Abstract", "nl": "Samenvatting"},
                    "required": True,
                    "hard": 1500,
                    "advised": 1200,
                },
                {
                    "key": "amount",
                    "type": "amount",
                    "label": {"en": "Amount", "nl": "Bedrag"},
                    "required": True,
                },
            ],
        }
    ],
}


def make_form(**values: Any) -> Form:
    """Make a form of three fields."""
    form = Form(slug=f"form-{_next()}", definition=FORM, digest="f" * 64, **values)
    db.session.add(form)
    db.session.flush()
    return form


def make_rubric(**values: Any) -> Rubric:
    """Make a rubric: P1 weighs 20 and P2 30 on 0-4, T weighs 50 on 1-7 (S2 of the domain model)."""
    rubric = Rubric(
        slug=f"rubric-{_next()}",
        name={"en": "Small rubric", "nl": "Klein beoordelingskader"},
        digest="r" * 64,
        **values,
    )
    for position, (key, weight, lowest, highest) in enumerate(
        (("P1", 20, 0, 4), ("P2", 30, 0, 4), ("T", 50, 1, 7))
    ):
        levels = [
            {
                "value": value,
                "label": {"en": f"Level {value}", "nl": f"Niveau {value}"},
                "anchor": {"en": f"{key} anchor {value}", "nl": f"{key} anker {value}"},
            }
            for value in range(lowest, highest + 1)
        ]
        rubric.criteria.append(
            Criterion(
                key=key,
                position=position,
                weight=weight,
                lowest=lowest,
                highest=highest,
                levels=levels,
                name={"en": f"Criterion {key}", "nl": f"Criterium {key}"},
                question={"en": f"How about {key}?", "nl": f"Hoe zit het met {key}?"},
            )
        )
    db.session.add(rubric)
    db.session.flush()
    return rubric


def make_round(
    fund: Fund,
    *,
    state: RoundState = RoundState.PUBLISHED,
    budget_cents: int = 5_000_000,
    closes_at: datetime | None = NOW + timedelta(days=10),
    opens_at: datetime = NOW - timedelta(days=20),
    form: Form | None = None,
    rubric: Rubric | None = None,
    **values: Any,
) -> Round:
    """Make a round with one stage; past draft its budget stands reserved in the ledger."""
    number = _next()
    made = Round(
        fund_id=fund.id,
        slug=values.pop("slug", f"round-{number}"),
        name={"en": f"Round {number}", "nl": f"Ronde {number}"},
        state=state,
        state_at=NOW,
        budget_cents=budget_cents,
        lowest_cents=500_000,
        highest_cents=5_000_000,
        created_at=NOW,
        **values,
    )
    db.session.add(made)
    db.session.flush()
    stage = Stage(
        round_id=made.id,
        fund_id=fund.id,
        form=form or make_form(),
        rubric=rubric or make_rubric(),
        opens_at=opens_at,
        closes_at=closes_at,
        reviews_due_at=NOW + timedelta(days=20),
    )
    db.session.add(stage)
    db.session.flush()
    db.session.refresh(made)
    if state not in (RoundState.DRAFT, RoundState.CANCELLED):
        ledger.reserve(fund, made.id, budget_cents, themes=frozenset({"web"}), actor=None, at=NOW)
    return made


def make_application(
    round: Round,
    owner: User | None = None,
    *,
    state: ApplicationState = ApplicationState.SUBMITTED,
    title: str = "",
    requested_cents: int = 1_000_000,
    **values: Any,
) -> Application:
    """Make an application of `owner` with its answers; past draft with one version and a code."""
    number = _next()
    owner = owner or make_user()
    is_draft = state is ApplicationState.DRAFT
    made = Application(
        fund_id=round.fund_id,
        round_id=round.id,
        stage_id=round.stage.id,
        code=None if is_draft else f"2026-11-{number:03d}",
        title=title or f"Project {number}",
        state=state,
        state_at=NOW,
        party=_party(owner),
        applicant_name=owner.name,
        lead_id=None,
        requested_cents=requested_cents,
        version_number=0 if is_draft else 1,
        created_at=NOW,
        submitted_at=None if is_draft else NOW + timedelta(seconds=number),
        **values,
    )
    db.session.add(made)
    db.session.flush()
    answers = {"title": made.title, "abstract": f"What project {number} does.", "amount": requested_cents}
    db.session.add_all(
        Answer(application_id=made.id, field=key, value={"v": value}, saved_at=NOW)
        for key, value in answers.items()
    )
    db.session.add(
        Access(
            application_id=made.id,
            user_id=owner.id,
            capacity=Capacity.OWNER,
            level=Level.WRITE,
            granted_at=NOW,
        )
    )
    if not is_draft:
        db.session.add(
            ApplicationVersion(
                application_id=made.id,
                number=1,
                stage_id=round.stage.id,
                form_id=round.stage.form_id,
                answers=answers,
                title=made.title,
                requested_cents=requested_cents,
                reason=VersionReason.SUBMITTED,
                digest="a" * 64,
                made_at=NOW,
                made_by=owner.id,
            )
        )
    db.session.flush()
    return made


def _party(user: User) -> Party:
    return accounts.party_of(user, at=NOW)


def make_conflict(
    application: Application, user: User, state: ConflictState = ConflictState.BARRED, **values: Any
) -> Conflict:
    """Make what a person declared about an application."""
    made = Conflict(
        application_id=application.id,
        fund_id=application.fund_id,
        user_id=user.id,
        state=state,
        state_at=NOW,
        bars=state in (ConflictState.UNSURE, ConflictState.BARRED),
        kind=ConflictKind.COLLABORATOR if state is ConflictState.BARRED else None,
        source=ConflictSource.DECLARED,
        **values,
    )
    db.session.add(made)
    db.session.flush()
    db.session.expire(application, ["conflicts"])
    return made


def make_review(
    application: Application,
    reviewer: User,
    *,
    state: ReviewState = ReviewState.ACCEPTED,
    values: list[int | None] | None = None,
) -> Review:
    """Make an assignment with the access that goes with its state.

    values: scores in the order of the criteria, None for N/A; reasons are filled in.
    """
    stage = application.stage
    made = Review(
        application_id=application.id,
        round_id=application.round_id,
        fund_id=application.fund_id,
        stage_id=stage.id,
        rubric_id=stage.rubric_id,
        reviewer_id=reviewer.id,
        state=state,
        state_at=NOW,
        assigned_at=NOW,
        due_at=stage.reviews_due_at,
        submitted_at=NOW if state is ReviewState.SUBMITTED else None,
        version_number=application.version_number if state is ReviewState.SUBMITTED else None,
        decline_reason="no time" if state is ReviewState.DECLINED else None,
    )
    db.session.add(made)
    db.session.flush()
    if state is not ReviewState.DECLINED:
        level = Level.CARD if state is ReviewState.INVITED else Level.READ
        db.session.add(
            Access(
                application_id=application.id,
                user_id=reviewer.id,
                capacity=Capacity.REVIEWER,
                level=level,
                granted_at=NOW,
            )
        )
    for criterion, value in zip(stage.rubric.criteria, values or [], strict=False):
        db.session.add(
            Score(
                review_id=made.id,
                rubric_id=made.rubric_id,
                criterion_id=criterion.id,
                value=value,
                is_na=value is None,
                reason=f"Reason for {criterion.key}.",
                saved_at=NOW,
            )
        )
    db.session.flush()
    db.session.expire(application, ["access"])
    return made


def make_decision(
    application: Application,
    proposer: User,
    *,
    outcome: Outcome = Outcome.AWARDED,
    state: DecisionState = DecisionState.PROPOSED,
    amount_cents: int | None = None,
    releaser: User | None = None,
) -> Decision:
    """Make a decision about an application; released ones need a releaser."""
    is_released = state is DecisionState.RELEASED
    made = Decision(
        application_id=application.id,
        round_id=application.round_id,
        fund_id=application.fund_id,
        stage_id=application.stage_id,
        outcome=outcome,
        amount_cents=(amount_cents or application.requested_cents) if outcome is Outcome.AWARDED else None,
        state=state,
        state_at=NOW,
        to_applicant="Because it serves many.",
        digest="d" * 64,
        proposed_by=proposer.id,
        proposed_at=NOW,
        released_by=releaser.id if is_released and releaser else None,
        released_at=NOW if is_released else None,
    )
    db.session.add(made)
    db.session.flush()
    return made


def make_award(
    application: Application,
    proposer: User,
    releaser: User,
    *,
    amount_cents: int = 800_000,
    parts: tuple[int, ...] = (500_000, 300_000),
    state: AwardState = AwardState.ACTIVE,
) -> Award:
    """Make an award with its money committed; once active, an agreement in force with milestones M1, M2 …"""
    decision = make_decision(
        application, proposer, state=DecisionState.RELEASED, amount_cents=amount_cents, releaser=releaser
    )
    made = Award(
        fund_id=application.fund_id,
        round_id=application.round_id,
        application_id=application.id,
        decision_id=decision.id,
        state=state,
        state_at=NOW,
        amount_cents=amount_cents,
        created_at=NOW,
    )
    db.session.add(made)
    db.session.flush()
    ledger.move(
        application.fund,
        ledger.COMMIT,
        f"commit:{made.id}",
        amount_cents,
        at_source=ledger.Where(round_id=application.round_id),
        onto=ledger.Where(round_id=application.round_id, award_id=made.id),
        actor=None,
        at=NOW,
    )
    db.session.add(Payee(award_id=made.id, fund_id=made.fund_id, party_id=application.party_id))
    plan = [
        {
            "ref": f"M{n}",
            "parent": None,
            "title": f"Step {n}",
            "deliverable": f"Thing {n}",
            "amount_cents": cents,
            "due_on": None,
        }
        for n, cents in enumerate(parts, 1)
    ]
    is_active = state is not AwardState.PLANNING
    owner = next(a for a in application.access if a.capacity is Capacity.OWNER)
    db.session.add(
        Agreement(
            award_id=made.id,
            fund_id=made.fund_id,
            plan=plan,
            total_cents=sum(parts),
            digest="e" * 64 if is_active else None,
            state=AgreementState.IN_FORCE if is_active else AgreementState.DRAFT,
            state_at=NOW,
            accepted_by=owner.user_id if is_active else None,
            in_force_at=NOW if is_active else None,
        )
    )
    if is_active:
        db.session.add_all(
            Milestone(
                award_id=made.id,
                fund_id=made.fund_id,
                ref=row["ref"],
                position=n,
                title=row["title"],
                deliverable=row["deliverable"],
                amount_cents=row["amount_cents"],
                state=MilestoneState.OPEN,
                state_at=NOW,
            )
            for n, row in enumerate(plan)
        )
    db.session.flush()
    return made


@dataclass(frozen=True)
class Cast:
    """Everybody at one fund."""

    fund: Fund
    ana: User
    ben: User
    rhea: User
    sol: User
    max: User
    fin: User
    aud: User


def make_cast(fund: Fund | None = None) -> Cast:
    """Make the whole cast at one fund."""
    fund = fund or make_fund()
    return Cast(
        fund=fund,
        ana=make_user("Ana Alders"),
        ben=make_user("Ben Bosch", language="nl"),
        rhea=make_user("Rhea Rood", roles={fund: [RoleName.REVIEWER]}),
        sol=make_user("Sol Smit", roles={fund: [RoleName.MANAGER]}),
        max=make_user("Max Maas", roles={fund: [RoleName.MANAGER]}),
        fin=make_user("Fin Faber", roles={fund: [RoleName.FINANCE]}),
        aud=make_user("Aud Appel", roles={fund: [RoleName.AUDITOR]}),
    )
