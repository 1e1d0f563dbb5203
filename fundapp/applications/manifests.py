"""Project descriptions that a repository carries: funding.json, publiccode.yml and codemeta.json.

Read as data only: nothing in them is fetched, resolved or run. Sources: funding.json 1.1 (fundingjson.org),
publiccode.yml 0.7 (Standard for Public Code), codemeta 3.1.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from flask_babel import gettext as _

from fundapp.core import plain_data
from fundapp.core.refusals import Refusal

LONGEST = 300_000
UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
FREQUENCY = {"one-time"}


class NotUnderstood(Refusal):
    """A text that is none of the descriptions we know; the message says what is wrong."""


@dataclass(frozen=True, slots=True)
class Found:
    """One thing a description says. source: which of several projects or plans it is from."""

    value: str | int
    source: str = ""


@dataclass(frozen=True, slots=True)
class Description:
    """What a file says about a project: by our own field keys. told: what could not be taken over."""

    kind: str
    found: dict[str, list[Found]] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)

    def add(self, key: str, value: Any, source: str = "") -> None:
        """Keep one value, unless it is empty or there already."""
        kept = value if isinstance(value, int) else _words(value)
        if kept and all(one.value != kept for one in self.found.get(key, [])):
            self.found.setdefault(key, []).append(Found(kept, source))


def read(text: str, *, currency: str, language: str) -> Description:
    """Tell what a description says. Raises NotUnderstood.

    currency: of the fund; amounts in another are told, not taken over. language: preferred among
    those a publiccode.yml is written in.
    """
    if len(text) > LONGEST:
        raise NotUnderstood(_("This text is too long to be such a file."))
    if not text.strip():
        raise NotUnderstood(_("Choose a file, or paste its text."))
    try:
        data = plain_data.read(text)
    except plain_data.Unreadable as fault:
        raise NotUnderstood(fault.message) from fault
    if not isinstance(data, Mapping):
        raise NotUnderstood(_unknown())
    if "opRetro" in data:
        raise NotUnderstood(
            _(
                "This is the funding.json of Optimism's retro funding: it holds only a number there. We read "
                "the funding.json of fundingjson.org, which describes the project."
            )
        )
    for recognised, reader in READERS:
        if recognised(data):
            return reader(data, currency, language)
    raise NotUnderstood(_unknown())


def _unknown() -> str:
    said: str = _("This is no funding.json, publiccode.yml or codemeta.json that we know.")
    return said


# --- funding.json -------------------------------------------------------------------


def _funding(data: Mapping[str, Any], currency: str, language: str) -> Description:
    made = Description("funding.json")
    entity, funding = _map(data.get("entity")), _map(data.get("funding"))
    is_person = entity.get("type") == "individual"
    made.add("contact_name" if is_person else "organisation", entity.get("name"))
    made.add("email", entity.get("email"))
    made.add("phone", entity.get("phone"))
    for project in _maps(data.get("projects")):
        name = _words(project.get("name"))
        made.add("title", name, name)
        made.add("abstract", project.get("description"), name)
        made.add("website", _address(project.get("webpageUrl")), name)
        made.add("website", _address(project.get("repositoryUrl")), name)
        made.add("repository", _address(project.get("repositoryUrl")), name)
        made.add("licence", " OR ".join(_licence(one) for one in _list(project.get("licenses"))), name)
    made.add("website", _address(entity.get("webpageUrl")), _words(entity.get("name")))
    made.add("experience", entity.get("description"), _words(entity.get("name")))
    for plan in _maps(funding.get("plans")):
        _plan(made, plan, currency)
    return made


def _plan(made: Description, plan: Mapping[str, Any], currency: str) -> None:
    name = _words(plan.get("name")) or _words(plan.get("guid"))
    cents, theirs = _cents(plan.get("amount")), _words(plan.get("currency")).upper()
    if not cents:
        return
    if theirs != currency:
        made.told.append(
            _(
                "The plan “%(name)s” is in %(theirs)s; this fund counts in %(ours)s.",
                name=name,
                theirs=theirs,
                ours=currency,
            )
        )
    elif plan.get("frequency") not in FREQUENCY:
        made.told.append(_("The plan “%(name)s” is paid again and again; a grant is paid once.", name=name))
    else:
        made.add("amount", cents, name)


def _cents(value: Any) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        exact = Decimal(str(value))
        return int(exact * 100) if exact.is_finite() and 0 < exact < 10**10 else None
    except InvalidOperation:
        return None


# --- publiccode.yml -----------------------------------------------------------------


def _publiccode(data: Mapping[str, Any], currency: str, language: str) -> Description:
    made = Description("publiccode.yml")
    made.add("title", data.get("name"))
    made.add("website", _address(data.get("landingURL")))
    made.add("website", _address(data.get("url")))
    made.add("repository", _address(data.get("url")))
    texts = _map(data.get("description"))
    chosen = _map(texts.get(language) or texts.get("en") or next(iter(texts.values()), {}))
    short, long = _words(chosen.get("shortDescription")), _words(chosen.get("longDescription"))
    made.add("abstract", long or short)
    made.add("abstract", short)
    made.add("licence", _licence(_map(data.get("legal")).get("license")))
    made.add("organisation", _map(data.get("legal")).get("mainCopyrightOwner"))
    made.add("organisation", _map(data.get("legal")).get("repoOwner"))
    maintenance = _map(data.get("maintenance"))
    for contact in (*_maps(maintenance.get("contacts")), *_maps(maintenance.get("contractors"))):
        name = _words(contact.get("name"))
        made.add("contact_name", name, name)
        made.add("email", contact.get("email"), name)
        made.add("phone", contact.get("phone"), name)
        made.add("organisation", contact.get("affiliation"), name)
    made.add("other_money_details", _funders(_list(data.get("fundedBy"))))
    return made


def _funders(values: list[Any]) -> str:
    names = [_words(one.get("name") if isinstance(one, Mapping) else one) for one in values]
    return ", ".join(name for name in names if name)


# --- codemeta.json ------------------------------------------------------------------


def _codemeta(data: Mapping[str, Any], currency: str, language: str) -> Description:
    made = Description("codemeta.json")
    made.add("title", data.get("name"))
    for text in _list(data.get("description")):
        made.add("abstract", text)
    for key in ("url", "relatedLink", "codeRepository"):
        for address in _list(data.get(key)):
            made.add("website", _address(address))
    for address in _list(data.get("codeRepository")):
        made.add("repository", _address(address))
    for licence in _list(data.get("license")):
        made.add("licence", _licence(_map(licence).get("url") or _map(licence).get("name") or licence))
    for person in (
        *_maps(data.get("maintainer")),
        *_maps(data.get("author")),
        *_maps(data.get("copyrightHolder")),
    ):
        _person(made, person)
    made.add("other_money_details", _funders([*_list(data.get("funder")), *_list(data.get("funding"))]))
    return made


def _person(made: Description, person: Mapping[str, Any]) -> None:
    given = " ".join(_words(person.get(key)) for key in ("givenName", "familyName")).strip()
    name = _words(person.get("name")) or given
    if person.get("@type") in ("Organization", "Organisation"):
        made.add("organisation", name, name)
        return
    made.add("contact_name", name, name)
    made.add("email", str(person.get("email") or "").removeprefix("mailto:"), name)
    for place in _maps(person.get("affiliation")):
        made.add("organisation", place.get("name"), name)


# --- small things -------------------------------------------------------------------


def _map(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _list(value: Any) -> list[Any]:
    """Give a list; these formats write one thing without its brackets."""
    return value if isinstance(value, list) else [] if value is None else [value]


def _maps(value: Any) -> Iterator[Mapping[str, Any]]:
    return (one for one in _list(value)[:100] if isinstance(one, Mapping))


def _words(value: Any) -> str:
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        return ""
    return UNFIT.sub("", str(value).replace("\r\n", "\n").replace("\r", "\n")).strip()[:20_000]


def _address(value: Any) -> str:
    found = _words(_map(value).get("url") if isinstance(value, Mapping) else value)
    return found if found.startswith(("https://", "http://")) and len(found.split()) == 1 else ""


def _licence(value: Any) -> str:
    name = _words(value)
    return (
        re.sub(r"^(spdx:|https?://spdx\.org/licenses/)", "", name).removesuffix(".html").removesuffix(".json")
    )


Reader = Callable[[Mapping[str, Any], str, str], Description]
READERS: tuple[tuple[Callable[[Mapping[str, Any]], bool], Reader], ...] = (
    (lambda data: "entity" in data and ("funding" in data or "projects" in data), _funding),
    (lambda data: "publiccodeYmlVersion" in data, _publiccode),
    (
        lambda data: (
            "codemeta" in str(data.get("@context", "")).lower()
            or data.get("@type") in ("SoftwareSourceCode", "SoftwareApplication")
        ),
        _codemeta,
    ),
)
