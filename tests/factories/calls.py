"""Forms, rubrics, rounds, applications and ties."""

from datetime import datetime, timedelta
from typing import Any

from fundapp.accounts import service as accounts
from fundapp.accounts.models import Party, User
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
from fundapp.funds import ledger
from fundapp.funds.models import Fund
from fundapp.rounds.models import Criterion, Form, Round, RoundState, Rubric, Stage
from tests.factories.ground import NOW, next_number
from tests.factories.people import make_user

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
    form = Form(**{"slug": f"form-{next_number()}", "definition": FORM, "digest": "f" * 64, **values})
    db.session.add(form)
    db.session.flush()
    return form


def make_rubric(**values: Any) -> Rubric:
    """Make a rubric: P1 weighs 20 and P2 30 on 0-4, T weighs 50 on 1-7 (S2 of the domain model)."""
    rubric = Rubric(
        slug=f"rubric-{next_number()}",
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
    number = next_number()
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
    number = next_number()
    owner = owner or make_user()
    is_draft = state is ApplicationState.DRAFT
    if state is ApplicationState.INCOMPLETE:
        values.setdefault("clock_stopped_at", NOW)
    if state is ApplicationState.MERGED and "merged_into_id" not in values:
        values["merged_into_id"] = make_application(round).id
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
