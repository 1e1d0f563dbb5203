"""Blind stages: what tells who applies is left out before anything is drawn, printed, packed or mailed."""

import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import PurePath
from typing import Any

from sqlalchemy import ColumnElement, and_, case, select

from fundapp.accounts.models import Party, RoleName, User
from fundapp.applications import reading
from fundapp.applications.models import APPLICANTS, Access, Application, ApplicationVersion
from fundapp.applications.readers import (
    flags_title,
    hidden_from,
    hides_title,
    is_blind_for,
    title,
)
from fundapp.core.db import db
from fundapp.rounds import definitions
from fundapp.rounds.models import Form, Stage

__all__ = ["applicant", "hides_title", "shown_applicant", "shown_title", "title"]

BLOCK = "█"
SHORTEST = 4
"""Names shorter than this are not covered in running text: they would take half of the words along."""

OFFICE = (RoleName.MANAGER, RoleName.FINANCE, RoleName.AUDITOR)


class Veil:
    """What one person may read of one version of a proposal.

    answers: without those that tell who applies; where names, addresses and organisations stand in
    other answers they are covered sign by sign, so that passages keep their places. others: further
    versions, whose names are covered too. people: see `people_of`; asked where it is wanted.
    """

    def __init__(
        self,
        user: User,
        version: ApplicationVersion,
        application: Application,
        *others: ApplicationVersion,
        people: Mapping[int, set[str]] | None = None,
    ) -> None:
        form = definitions.read_form(version.form.definition)
        self.version, self.currency = version, application.round.fund.currency
        self.is_blind = is_blind_for(user, application)
        known = {field.key for field in form.fields}
        hidden = hidden_from(user, application, form)
        self.hidden = hidden | (frozenset(version.answers) - known if self.is_blind else frozenset())
        self._names = None
        if self.is_blind:
            known_people = (people or people_of([application.id])).get(application.id, set())
            self._names = _pattern(known_people | _given(application, (version, *others), hidden))
        self.answers: Mapping[str, Any] = {
            key: self.cover(value) for key, value in version.answers.items() if key not in self.hidden
        }

    def sections(self, language: str, file_link: Callable[[int], str] | None = None) -> list[reading.Part]:
        """Lay out the proposal as this person may read it; see applications.reading.sections."""
        return reading.sections(
            self.version.form.definition,
            self.answers,
            language,
            currency=self.currency,
            is_blind=self.is_blind,
            without=self.hidden,
            file_link=file_link,
        )

    def cover(self, value: Any) -> Any:
        """Cover the names in a text, or in the texts of a table; all else stays as it is."""
        if not self.is_blind:
            return value
        if isinstance(value, str):
            return (
                value if self._names is None else self._names.sub(lambda found: BLOCK * len(found[0]), value)
            )
        if isinstance(value, list):
            return [self.cover(one) for one in value]
        if isinstance(value, Mapping):
            return {key: self._cell(key, one, value) for key, one in value.items()}
        return value

    def _cell(self, key: str, value: Any, row: Mapping[str, Any]) -> Any:
        """Cover one cell; a file keeps its kind and loses its name."""
        if key == "name" and "sha256" in row:
            return "file" + PurePath(str(value)).suffix
        return self.cover(value)

    def covered(self, answers: Mapping[str, Any]) -> dict[str, Any]:
        """Give the answers of another version of the same proposal, as this person may read them."""
        return {key: self.cover(value) for key, value in answers.items() if key not in self.hidden}


def people_of(application_ids: Iterable[int]) -> dict[int, set[str]]:
    """Collect the names and addresses of those who apply, by application; one query."""
    live = Access.ended_at.is_(None) & Access.capacity.in_(APPLICANTS)
    found: dict[int, set[str]] = {}
    for id, *names in db.session.execute(
        select(Access.application_id, User.name, User.email, Party.public_name, Party.legal_name)
        .join(User, User.id == Access.user_id)
        .join(Application, Application.id == Access.application_id)
        .outerjoin(Party, Party.id == Application.party_id)
        .where(Access.application_id.in_(list(application_ids)), live)
    ):
        found.setdefault(id, set()).update(name for name in names if name)
    return found


def _given(
    application: Application, versions: Iterable[ApplicationVersion], hidden: frozenset[str]
) -> set[str]:
    """Collect what the answers that tell who applies say."""
    given = [version.answers.get(key) for version in versions for key in hidden]
    return {name for name in (application.applicant_name, *given) if isinstance(name, str)}


def _pattern(names: Iterable[str]) -> re.Pattern[str] | None:
    whole = {" ".join(name.split()) for name in names}
    ordered = sorted((name for name in whole if len(name) >= SHORTEST), key=len, reverse=True)
    spaced = (r"\s+".join(map(re.escape, name.split())) for name in ordered)
    return re.compile("|".join(spaced), re.IGNORECASE) if ordered else None


# --- cards and lists ---------------------------------------------------------------


def applicant(user: User, application: Application) -> str:
    """Give who applies, or nothing where this person may not know."""
    return "" if is_blind_for(user, application) else application.applicant_name


def blind_to(user: User) -> ColumnElement[bool]:
    """Give the condition for applications of which a person outside the office must not learn who applies."""
    blind = select(Stage.id).where(Stage.is_blind)
    return and_(Application.stage_id.in_(blind), Application.fund_id.not_in(user.funds(*OFFICE)))


def shown_applicant(user: User) -> ColumnElement[str]:
    """Give who applies as a column for lists, empty where the person may not know."""
    return case((blind_to(user), ""), else_=Application.applicant_name).label("applicant_name")


def shown_title(user: User) -> ColumnElement[str]:
    """Give the title as a column for lists, the code where even the title is hidden; asks one query."""
    forms = db.session.execute(
        select(Stage.id, Form.definition).join(Form, Form.id == Stage.form_id).where(Stage.is_blind)
    )
    hidden = [id for id, definition in forms if flags_title(definition)]
    covered = and_(blind_to(user), Application.stage_id.in_(hidden))
    return case((covered, Application.code), else_=Application.title).label("title")
