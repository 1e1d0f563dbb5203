"""Looking for what may be a tie: same organisation, mail domain or party, earlier work, names.

A hint bars nobody: it is shown to who assigns, and asked of the person. What is found is data
({"why": …, "who": …, "what": …}) so that each reader gets it in their own language.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from fundapp.applications.mail_domains import same_house, workplace

Reason = dict[str, str]

_FORMS = """
stichting vereniging cooperatie coöperatie foundation association fund verein ev gmbh ug ag bv nv
vof ltd limited inc llc plc asbl vzw sa sas sarl srl spa oy ab as kg ngo the de het van
"""

LEGAL_FORMS = frozenset(_FORMS.split())
SHORTEST_NAME = 4
"""A name of fewer letters fits too much."""


@dataclass(frozen=True)
class Person:
    """Somebody who may be asked to judge. organisation, collaborators: as they wrote them."""

    id: int
    name: str
    email: str
    party_id: int | None = None
    organisation: str = ""
    collaborators: Sequence[str] = ()


@dataclass(frozen=True)
class Applicant:
    """Somebody who applies, or was asked to join; id None without an account."""

    id: int | None
    name: str
    email: str
    party_id: int | None = None


@dataclass(frozen=True)
class Behind:
    """Who and what stands behind one application. organisations: names; text: what was sent in."""

    application_id: int
    people: Sequence[Applicant] = ()
    parties: frozenset[int] = frozenset()
    organisations: Sequence[str] = ()
    text: str = ""
    _folded: dict[str, str] = field(default_factory=dict, compare=False)

    @property
    def folded(self) -> str:
        """The text as it is searched: small letters, single spaces; made once."""
        if "text" not in self._folded:
            self._folded["text"] = " ".join(self.text.casefold().split())
        return self._folded["text"]


def find(person: Person, behind: Behind, together: Iterable[int] = ()) -> list[Reason]:
    """Give what may tie a person to an application, most telling first; nothing for an applicant.

    together: ids of people with whom the person applied before.
    """
    if any(one.id == person.id for one in behind.people):
        return []  # an applicant is pinned, not hinted at
    found = [
        *_party(person, behind),
        *_organisation(person, behind),
        *_domain(person, behind),
        *_together(behind, frozenset(together)),
        *_collaborators(person, behind),
        *_named(person, behind),
    ]
    return [one for place, one in enumerate(found) if one not in found[:place]]


def _party(person: Person, behind: Behind) -> Iterable[Reason]:
    parties = behind.parties | {one.party_id for one in behind.people if one.party_id}
    if person.party_id is not None and person.party_id in parties:
        yield {"why": "party"}


def _organisation(person: Person, behind: Behind) -> Iterable[Reason]:
    for name in behind.organisations:
        if same_name(person.organisation, name):
            yield {"why": "organisation", "what": name}
            return


def _domain(person: Person, behind: Behind) -> Iterable[Reason]:
    mine = workplace(person.email)
    for one in behind.people:
        if shared := same_house(mine, workplace(one.email)):
            yield {"why": "domain", "what": shared, "who": one.name or one.email}


def _together(behind: Behind, together: frozenset[int]) -> Iterable[Reason]:
    for one in behind.people:
        if one.id in together:
            yield {"why": "together", "who": one.name}


def _collaborators(person: Person, behind: Behind) -> Iterable[Reason]:
    for line in person.collaborators:
        for one in behind.people:
            if _means(line, one):
                yield {"why": "collaborator", "who": one.name or one.email}
        for name in behind.organisations:
            if same_name(line, name):
                yield {"why": "works_with", "what": name}


def _means(line: str, one: Applicant) -> bool:
    """Tell whether a line of declared collaborators means this person: address, domain or name."""
    if "@" in line:
        return one.email.casefold() in line.casefold()
    if "." in line and " " not in line.strip():
        return same_house(line.strip().lower(), workplace(one.email)) is not None
    return same_name(line, one.name)


def _named(person: Person, behind: Behind) -> Iterable[Reason]:
    name = " ".join(person.name.casefold().split())
    by_name = " " in name and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", behind.folded)
    if by_name or (person.email and person.email.casefold() in behind.folded):
        yield {"why": "named"}


def same_name(one: str, other: str) -> bool:
    """Tell whether two names are the same, or one stands whole within the other; legal forms left out."""
    first, second = _plain(one), _plain(other)
    if min(len(first), len(second)) < SHORTEST_NAME:
        return bool(first) and first == second
    return f" {first} " in f" {second} " or f" {second} " in f" {first} "


def _plain(name: str) -> str:
    bare = re.sub(r"(?<=\w)\.(?=\w)|(?<=\b\w)\.", "", name.casefold())  # B.V. is one word
    return " ".join(word for word in re.findall(r"\w+", bare) if word not in LEGAL_FORMS)


def find_all(
    people: Sequence[Person], stories: Sequence[Behind], together: Mapping[int, frozenset[int]]
) -> dict[tuple[int, int], list[Reason]]:
    """Give what was found for each pair (application id, person id) that has something.

    together: with whom a person applied before, by person id.
    """
    pairs: dict[tuple[int, int], list[Reason]] = {}
    for behind in stories:
        for person in people:
            if reasons := find(person, behind, together.get(person.id, frozenset())):
                pairs[behind.application_id, person.id] = reasons
    return pairs


def text_in(value: Any) -> str:
    """Join all text in the answers of a version, tables and lists included."""
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        return "\n".join(text_in(one) for one in value.values())
    if isinstance(value, list):
        return "\n".join(text_in(one) for one in value)
    return ""
