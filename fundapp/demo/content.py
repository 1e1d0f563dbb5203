"""What the demo tells: people, fund, rounds, proposals and reasons, read from content/*.yaml."""

import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

PLACE = Path(__file__).parent / "content"
PATHS = {
    "P1": "LICENSE", "P2": "CONTRIBUTING", "P3": "GOVERNANCE", "P4": "CHANGELOG", "P5": "CODE_OF_CONDUCT",
    "P6": "GOVERNANCE#disputes", "P7": "GOVERNANCE#ties", "P8": "UPSTREAM",
}  # fmt: skip
"""Where a reviewer found what they saw, under the website of the proposal."""
BROKEN = re.compile(r"(?<!\n)\n {0,2}(?![\n-])")


@dataclass(frozen=True)
class Person:
    """Somebody of the demo. shown: the role under which the command prints this login."""

    key: str
    name: str
    language: str
    roles: tuple[str, ...] = ()
    administrator: bool = False
    shown: str = ""
    iban: str = ""

    @property
    def email(self) -> str:
        """The address to sign in with."""
        plain = self.name.lower().replace("é", "e")
        first, *rest = plain.split()
        return f"{first}.{''.join(rest)}@example.org"


@dataclass(frozen=True)
class Judgement:
    """One reviewer's work on a proposal. state: submitted, begun, accepted, invited.

    scores: value by criterion, None for N/A. reasons: only those of their own; others come from the pool.
    """

    by: str
    state: str = "submitted"
    scores: dict[str, int | None] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    to_applicant: str = ""
    internal: str = ""


@dataclass(frozen=True)
class Verdict:
    """What was decided about a proposal, with the text of the letter."""

    outcome: str
    to_applicant: str
    euros: int | None = None
    internal: str = ""


@dataclass(frozen=True)
class Proposal:
    """One proposal as its applicant wrote it. milestones: (title, what is published, euros)."""

    key: str
    applicant: str
    language: str
    theme: str
    title: str
    amount: int
    answers: dict[str, str]
    country: str = "NL"
    website: str = ""
    organisation: str = ""
    milestones: tuple[tuple[str, str, int], ...] = ()
    reviews: tuple[Judgement, ...] = ()
    decision: Verdict | None = None
    second_version: dict[str, str] = field(default_factory=dict)
    is_draft: bool = False


def _read(name: str) -> Any:
    return _unwrapped(yaml.safe_load((PLACE / f"{name}.yaml").read_text("utf-8")))


def _unwrapped(value: Any) -> Any:
    """Join the lines of each paragraph: in the files they are broken for the eye, on paper they are not."""
    if isinstance(value, dict):
        return {key: _unwrapped(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_unwrapped(one) for one in value]
    return BROKEN.sub(" ", value).strip() if isinstance(value, str) else value


@cache
def people() -> dict[str, Person]:
    """Give everybody by key, in the order of the file."""
    return {
        row["key"]: Person(**{**row, "roles": tuple(row.get("roles", ()))})
        for row in _read("people")["people"]
    }


@cache
def fund() -> dict[str, Any]:
    """Give the fund and what it was given."""
    return dict(_read("fund"))


@cache
def rounds() -> dict[str, dict[str, Any]]:
    """Give the rounds by slug."""
    return dict(_read("rounds"))


@cache
def grants() -> dict[str, dict[str, Any]]:
    """Give what became of each award, by the key of its proposal."""
    return {key: value for key, value in _read("grants").items() if key != "batches"}


@cache
def batches() -> dict[int, dict[str, Any]]:
    """Give the days of each batch of payments."""
    return dict(_read("grants")["batches"])


@cache
def reports() -> dict[str, Any]:
    """Give what grantees reported, and the final account of the grant with an advance."""
    found: dict[str, Any] = _read("reports")
    return found


@cache
def proposal(key: str) -> Proposal:
    """Give one proposal with its reviews and decision."""
    row = _read(f"proposals/{key}")
    verdict = row.pop("decision", None)
    return Proposal(
        key=key,
        reviews=tuple(Judgement(**one) for one in row.pop("reviews", ())),
        decision=Verdict(**verdict) if verdict else None,
        milestones=tuple((title, text, euros) for title, text, euros in row.pop("milestones", ())),
        **row,
    )


@cache
def _pool() -> dict[str, dict[str, dict[str, list[str]]]]:
    return dict(_read("reasons"))


def reason(proposal: Proposal, place: int, criterion: str) -> str:
    """Give what one reviewer wrote on one criterion: their own words, else a sentence from the pool.

    place: the reviewer's place in the proposal's list; with the title it picks the sentence, so that
    two people who score alike do not write alike.
    """
    judged = proposal.reviews[place]
    if criterion in judged.reasons:
        return judged.reasons[criterion]
    choices = _pool()[criterion][str(judged.scores[criterion])][proposal.language]
    return choices[(place + len(proposal.title)) % len(choices)]


def link(proposal: Proposal, criterion: str) -> str:
    """Give the address a reviewer noted for a criterion; none for what is judged on the text."""
    return f"{proposal.website}/{PATHS[criterion]}" if criterion in PATHS else ""
