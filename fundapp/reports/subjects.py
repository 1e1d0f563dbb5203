"""What a report of one's own can be about: its columns, and the rows the asking person may see of them.

The permission stands in the query: all that hangs under an application goes through `seen`, so what a tie
bars is in no row, count, sum or file.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import LazyString, force_locale
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, func, select

from fundapp.accounts.models import Role, RoleName, User
from fundapp.applications.models import Application, ApplicationState
from fundapp.applications.queries import seen
from fundapp.applications.workflow import WORDS as APPLICATION_WORDS
from fundapp.core.db import db
from fundapp.core.words import LANGUAGES, pick
from fundapp.funds.models import Contribution, Fund
from fundapp.grants.models import Award, Milestone
from fundapp.grants.workflow import AWARD_WORDS, MILESTONE_WORDS
from fundapp.payouts.models import Claim, Payment
from fundapp.payouts.workflow import PAYMENT_WORDS
from fundapp.reviews.models import Review, ReviewPurpose, ReviewState, Standing
from fundapp.rounds.models import Round

OFFICE = (RoleName.MANAGER, RoleName.FINANCE, RoleName.AUDITOR)
PPM_OF_PERCENT = 10_000


@dataclass(frozen=True)
class Trait:
    """One column somebody can choose: where it is read, what it means. words: names of its fixed values.

    named: gives a fund's own values (its themes, its rounds) with their names in both languages.
    kind: as of a report's Column; a figure or amount can be added up, a text or flag can be grouped by.
    """

    key: str
    head: LazyString
    kind: str
    source: Any
    meaning: LazyString
    words: Mapping[Any, Any] | None = None
    named: Callable[[Fund], Mapping[str, Mapping[str, Any]]] | None = None

    def names(self, fund: Fund, *langs: str) -> list[dict[str, str]]:
        """Name its values in each language; two values of one name are told apart by their keys."""
        given = self.named(fund) if self.named is not None else {}
        return [self._names(given, lang) for lang in langs]

    def _names(self, given: Mapping[str, Mapping[str, Any]], lang: str) -> dict[str, str]:
        with force_locale(lang):
            found = {str(key): str(word) for key, word in (self.words or {}).items()}
        found |= {key: pick(texts, lang) or key for key, texts in given.items()}
        often = Counter(found.values())
        return {key: f"{name} ({key})" if often[name] > 1 else name for key, name in found.items()}

    @property
    def is_measure(self) -> bool:
        """Tell whether sums and medians of it say something."""
        return self.kind in {"money", "figure", "count", "percent"}


@dataclass(frozen=True)
class Subject:
    """One thing to report on. rows(statement, user, fund_id): joins, and what the person may see.

    about: the id of the application a row belongs to, if it belongs to one. usual: the columns to begin with.
    """

    key: str
    words: LazyString
    roles: tuple[RoleName, ...]
    traits: tuple[Trait, ...]
    rows: Callable[[Select[Any], User, int], Select[Any]]
    order: tuple[Any, ...]
    usual: tuple[str, ...]
    about: Any = None

    def trait(self, key: str) -> Trait | None:
        """Find a column by its key."""
        return next((one for one in self.traits if one.key == key), None)


# --- columns that several subjects share -------------------------------------------

CODE = Trait("code", _l("Code"), "text", Application.code, _l("The code under which it is known."))
TITLE = Trait("title", _l("Project"), "text", Application.title, _l("Name of the project."))
APPLICANT = Trait("applicant", _l("Applicant"), "text", Application.applicant_name, _l("Who applies."))
COUNTRY = Trait(
    "country", _l("Country"), "text", Application.country, _l("ISO 3166 code of the applicant’s country.")
)


def _themes(fund: Fund) -> Mapping[str, Mapping[str, Any]]:
    return {theme["key"]: {lang: theme.get(lang) for lang in LANGUAGES} for theme in fund.themes}


def _rounds(fund: Fund) -> Mapping[str, Mapping[str, Any]]:
    rows = db.session.execute(select(Round.slug, Round.name).where(Round.fund_id == fund.id))
    return {row.slug: row.name for row in rows}


THEME = Trait(
    "theme", _l("Theme"), "text", Application.theme, _l("The theme it was sent in under."), named=_themes
)
ROUND = Trait("round", _l("Round"), "text", Round.slug, _l("The round it was sent in to."), named=_rounds)
OF_PROJECT = (CODE, TITLE, APPLICANT, COUNTRY, THEME, ROUND)
ASKED = Trait(
    "asked_cents", _l("Asked"), "money", Application.requested_cents, _l("Amount that was asked for.")
)


def _named(words: Mapping[Any, Any]) -> dict[str, Any]:
    return {state.value: said[1] for state, said in words.items()}


def _state(column: Any, words: Mapping[Any, Any]) -> Trait:
    return Trait("state", _l("State"), "text", column, _l("Where it stands."), _named(words))


def _sent_in(statement: Select[Any], user: User, fund_id: int) -> Select[Any]:
    return statement.join(Round, Round.id == Application.round_id).where(
        Application.fund_id == fund_id,
        Application.state != ApplicationState.DRAFT,
        Application.submitted_at.is_not(None),
        Round.is_trial.is_(False),
        seen(user),
    )


# --- subjects ----------------------------------------------------------------------


def _applications(statement: Select[Any], user: User, fund_id: int) -> Select[Any]:
    standing = (Standing.application_id == Application.id) & (Standing.stage_id == Application.stage_id)
    rows = statement.select_from(Application).outerjoin(Standing, standing)
    return _sent_in(rows.outerjoin(Award, Award.application_id == Application.id), user, fund_id)


APPLICATIONS = Subject(
    "applications", _l("Applications"), OFFICE,
    (
        *OF_PROJECT, _state(Application.state, APPLICATION_WORDS), ASKED,
        Trait("awarded_cents", _l("Awarded"), "money", Award.amount_cents,
              _l("Amount that was granted; empty when none was.")),
        Trait("reviews", _l("Reviews"), "count", func.coalesce(Standing.reviews, 0),
              _l("Reviews that count for the total.")),
        Trait("mean", _l("Mean total"), "percent", Standing.mean_ppm * 1.0 / PPM_OF_PERCENT,
              _l("Mean of the reviews’ totals, from 0 to 100.")),
        Trait("submitted_at", _l("Sent in"), "moment", Application.submitted_at, _l("When it was sent in.")),
    ),
    _applications, (Application.code, Application.id),
    ("code", "title", "applicant", "state", "asked_cents"), Application.id,
)  # fmt: skip


def _reviews(statement: Select[Any], user: User, fund_id: int) -> Select[Any]:
    rows = statement.select_from(Review).join(Application, Application.id == Review.application_id)
    counted = (Review.purpose == ReviewPurpose.SELECTION, Review.state == ReviewState.SUBMITTED)
    return _sent_in(rows.join(User, User.id == Review.reviewer_id), user, fund_id).where(*counted)


REVIEWS = Subject(
    "reviews", _l("Reviews"), (RoleName.MANAGER, RoleName.AUDITOR),
    (
        *OF_PROJECT,
        Trait("reviewer", _l("Reviewer"), "text", User.name, _l("Who reviewed.")),
        Trait("total", _l("Total"), "percent", Review.total_ppm * 1.0 / PPM_OF_PERCENT,
              _l("Weighted total of the review, from 0 to 100.")),
        Trait("coverage", _l("Coverage"), "percent", Review.coverage_ppm * 1.0 / PPM_OF_PERCENT,
              _l("Share of the weight that was scored.")),
        Trait("confidence", _l("Confidence"), "count", Review.confidence,
              _l("How sure the reviewer is, 1 to 4.")),
        Trait("submitted_at", _l("Handed in"), "moment", Review.submitted_at, _l("When it was handed in.")),
        Trait("minutes", _l("Minutes"), "figure", Review.seconds * 1.0 / 60,
              _l("Minutes with the page in view.")),
    ),
    _reviews, (Application.code, Review.id),
    ("code", "title", "reviewer", "total", "submitted_at"), Application.id,
)  # fmt: skip


def _grants(statement: Select[Any], user: User, fund_id: int) -> Select[Any]:
    rows = statement.select_from(Award).join(Application, Application.id == Award.application_id)
    return _sent_in(rows, user, fund_id)


AWARDED = Trait("awarded_cents", _l("Awarded"), "money", Award.amount_cents, _l("Amount that was granted."))
GRANTS = Subject(
    "grants", _l("Grants"), OFFICE,
    (
        *OF_PROJECT, _state(Award.state, AWARD_WORDS), ASKED, AWARDED,
        Trait("ends_on", _l("Ends"), "day", Award.ends_on, _l("Day on which the grant ends.")),
        Trait("created_at", _l("Granted"), "moment", Award.created_at, _l("When the grant was opened.")),
    ),
    _grants, (Application.code, Award.id),
    ("code", "title", "state", "awarded_cents", "ends_on"), Application.id,
)  # fmt: skip


def _milestones(statement: Select[Any], user: User, fund_id: int) -> Select[Any]:
    rows = statement.select_from(Milestone).join(Award, Award.id == Milestone.award_id)
    return _sent_in(rows.join(Application, Application.id == Award.application_id), user, fund_id)


MILESTONES = Subject(
    "milestones", _l("Milestones"), OFFICE,
    (
        *OF_PROJECT,
        Trait("ref", _l("No."), "text", Milestone.ref, _l("Number of the milestone in the plan.")),
        Trait("task", _l("Task"), "text", Milestone.title, _l("What is done.")),
        _state(Milestone.state, MILESTONE_WORDS),
        Trait("amount_cents", _l("Amount"), "money", Milestone.amount_cents, _l("What it pays.")),
        Trait("due_on", _l("Planned"), "day", Milestone.due_on, _l("Day on which it is due.")),
        Trait("licence", _l("Licence"), "text", Milestone.licence,
              _l("SPDX name of the licence of the result.")),
    ),
    _milestones, (Application.code, Milestone.position, Milestone.id),
    ("code", "ref", "task", "state", "amount_cents", "due_on"), Application.id,
)  # fmt: skip


def _payments(statement: Select[Any], user: User, fund_id: int) -> Select[Any]:
    rows = statement.select_from(Payment).join(Claim, Claim.id == Payment.claim_id)
    rows = rows.join(Award, Award.id == Claim.award_id)
    return _sent_in(rows.join(Application, Application.id == Award.application_id), user, fund_id)


PAYMENTS = Subject(
    "payments", _l("Payments"), OFFICE,
    (
        *OF_PROJECT,
        Trait("claim", _l("Payment request"), "text", Claim.code, _l("Code of the payment request.")),
        _state(Payment.state, PAYMENT_WORDS),
        Trait("amount_cents", _l("Amount"), "money", Payment.amount_cents, _l("What is paid.")),
        Trait("submitted_at", _l("Asked for"), "moment", Claim.submitted_at, _l("When it was asked for.")),
        Trait("paid_on", _l("Paid"), "day", Payment.paid_on, _l("Day on which the money arrived.")),
    ),
    _payments, (Claim.code, Payment.id), ("claim", "code", "title", "state", "amount_cents", "paid_on"),
    Application.id,
)  # fmt: skip


def _gifts(statement: Select[Any], user: User, fund_id: int) -> Select[Any]:
    works = select(Role.id).where(
        Role.user_id == user.id, Role.fund_id == fund_id, Role.name.in_(OFFICE), Role.ended_at.is_(None)
    )
    return statement.select_from(Contribution).where(Contribution.fund_id == fund_id, works.exists())


GIFTS = Subject(
    "gifts", _l("Gifts"), OFFICE,
    (
        Trait("reference", _l("Reference"), "text", Contribution.reference, _l("Reference of the gift.")),
        Trait("giver", _l("Giver"), "text", Contribution.giver, _l("Who gave it.")),
        Trait("giver_kind", _l("Kind of giver"), "text", Contribution.giver_kind,
              _l("What kind of giver it is.")),
        Trait("theme", _l("Theme"), "text", Contribution.theme,
              _l("Theme it was earmarked for; empty: free.")),
        Trait("state", _l("State"), "text", Contribution.state, _l("Where it stands.")),
        Trait("amount_cents", _l("Amount"), "money", Contribution.amount_cents, _l("Amount of the gift.")),
        Trait("received_on", _l("Received"), "day", Contribution.received_on, _l("Day on which it arrived.")),
    ),
    _gifts, (Contribution.reference, Contribution.id),
    ("reference", "giver", "theme", "state", "amount_cents", "received_on"),
)  # fmt: skip

SUBJECTS = {one.key: one for one in (APPLICATIONS, REVIEWS, GRANTS, MILESTONES, PAYMENTS, GIFTS)}


def open_to(user: User, fund_id: int) -> list[Subject]:
    """List what the person can report on at a fund."""
    return [one for one in SUBJECTS.values() if fund_id in user.funds(*one.roles)]
