"""Rubrics of a fund: begun, written criterion by criterion, checked, numbered, taken in and out as YAML."""

from collections.abc import Callable, Mapping
from copy import deepcopy
from datetime import datetime
from typing import Any

import yaml
from flask_babel import gettext as _
from sqlalchemy import func, select

from fundapp.core import audit
from fundapp.core.db import db, locked
from fundapp.core.refusals import ChangedMeanwhile, Refusal
from fundapp.core.words import LANGUAGES
from fundapp.funds.models import Fund
from fundapp.rounds import definitions
from fundapp.rounds.models import Criterion, Rubric, Stage
from fundapp.rounds.reading import InvalidDefinition, digest_of
from fundapp.rounds.rubric import Rubric as Read
from fundapp.rounds.rubric import RubricCriterion, read_rubric

Definition = dict[str, Any]
LARGEST = 400_000
"""The longest YAML that is read, in characters."""
PRACTICE = (
    ("Absent", "Ontbreekt"), ("Intended", "Voornemen"), ("Arranged", "Geregeld"), ("Works", "Werkt"),
    ("Lasts", "Blijft"),
)  # fmt: skip
"""What a new criterion is judged on when there is none to go by."""


# --- reading --------------------------------------------------------------------


def definition_of(rubric: Rubric) -> Definition:
    """Give a rubric as data, whole: what was written, else what its rows say."""
    if rubric.definition is not None:
        return deepcopy(rubric.definition)
    groups = {one.group for one in rubric.criteria if one.group}
    made: Definition = {
        "slug": rubric.slug,
        "number": rubric.number,
        "name": rubric.name,
        "groups": {group: _group_name(group) for group in sorted(groups)},
        "rules": list(rubric.rules),
        "criteria": [_criterion_data(one) for one in rubric.criteria],
    }
    if rubric.threshold_ppm is not None:
        made["threshold"] = {"value": f"{rubric.threshold_ppm / 10_000:g}", "lowest": 0, "highest": 100}
    return made


def _group_name(group: str) -> dict[str, str]:
    for name in definitions.shipped_names():
        shipped = definitions.load_library(name)
        if isinstance(shipped, Read) and group in shipped.groups:
            return shipped.groups[group]
    return dict.fromkeys(LANGUAGES, group)


def _criterion_data(row: Criterion) -> Definition:
    return {
        "key": row.key,
        "group": row.group,
        "weight": row.weight,
        "asks_expected": row.asks_expected,
        "allows_na": row.allows_na,
        "is_public": row.is_public,
        "name": row.name,
        "question": row.question,
        "evidence": list(row.evidence),
        "levels": [
            {"value": one["value"], "label": one["label"], "anchor": one["anchor"]} for one in row.levels
        ],
    }


def problems(definition: Mapping[str, Any]) -> list[str]:
    """List what keeps a rubric from being used: weights, anchors, texts in one language; empty: whole."""
    try:
        read_rubric(definition)
    except InvalidDefinition as fault:
        return fault.problems
    return []


def is_whole(rubric: Rubric) -> bool:
    """Tell whether a rubric can be asked in a round."""
    return rubric.definition is None or not problems(rubric.definition)


def unfed(criteria: list[Criterion], form: Mapping[str, Any]) -> list[Criterion]:
    """List the criteria that no question of a form helps to judge; none where the form names no criteria."""
    asked = definitions.read_form(form)
    if not any(field.feeds for field in asked.fields):
        return []
    return [one for one in criteria if not asked.feeding(one.key)]


# --- writing --------------------------------------------------------------------


def begin(fund: Fund, *, slug: str, source: Mapping[str, Any] | None, actor: Any, at: datetime) -> Rubric:
    """Begin a rubric of a fund, after another one or empty. Raises Refusal when its short name is taken."""
    if db.session.scalar(select(Rubric.id).where(Rubric.fund_id == fund.id, Rubric.slug == slug).limit(1)):
        raise Refusal(_("There is a rubric with this short name already."))
    written = deepcopy(dict(source)) if source else _empty(slug)
    return _make(fund.id, written | {"slug": slug, "number": 1}, "begin", actor=actor, at=at)


def _empty(slug: str) -> Definition:
    return {
        "slug": slug,
        "number": 1,
        "name": {"en": "", "nl": ""},
        "groups": {},
        "rules": [],
        "criteria": [],
    }


def new_version(rubric: Rubric, *, actor: Any, at: datetime) -> Rubric:
    """Begin the next version of a rubric that is in use; what was judged keeps its own version.

    Raises Refusal while an unfinished version exists.
    """
    newest = _highest(rubric.fund_id, rubric.slug)
    unfinished = db.session.scalar(
        select(Rubric.id).where(
            Rubric.fund_id == rubric.fund_id, Rubric.slug == rubric.slug, Rubric.frozen_at.is_(None)
        )
    )
    if unfinished is not None:
        raise Refusal(_("There is an unfinished version already: go on with that one."))
    written = definition_of(rubric) | {"number": newest + 1}
    return _make(rubric.fund_id, written, "new_version", actor=actor, at=at)


def _highest(fund_id: int | None, slug: str) -> int:
    same = Rubric.fund_id.is_(None) if fund_id is None else Rubric.fund_id == fund_id
    return db.session.scalar(select(func.max(Rubric.number)).where(same, Rubric.slug == slug)) or 0


def _make(fund_id: int | None, written: Definition, verb: str, *, actor: Any, at: datetime) -> Rubric:
    made = Rubric(
        fund_id=fund_id, slug=written["slug"], number=written["number"], name={}, digest="", definition={}
    )
    db.session.add(made)
    _put(made, written)
    db.session.flush()
    audit.record(verb, made, actor=actor, at=at, detail={"slug": made.slug, "number": made.number})
    return made


def change(
    rubric: Rubric, edit: Callable[[Definition], Definition], *, seen: int, actor: Any, at: datetime
) -> Rubric:
    """Write on an unfinished rubric. edit: gives the new definition from the one that stands.

    seen: the row version the writer saw. Raises Refusal once it is frozen, ChangedMeanwhile when somebody
    wrote on it since.
    """
    rubric = locked(Rubric, rubric.id)
    if rubric.frozen_at is not None:
        raise Refusal(_("This version is in use and stays as it is. Make a new version to change it."))
    if rubric.row_version != seen:
        raise ChangedMeanwhile(_("Somebody else changed this rubric meanwhile. Look at it again."))
    before = rubric.digest
    _put(rubric, edit(definition_of(rubric)))
    if rubric.digest != before:
        audit.record("change", rubric, actor=actor, at=at, detail={"digest": rubric.digest})
    return rubric


def _put(rubric: Rubric, written: Definition) -> None:
    """Keep a definition; the criteria follow where it is whole, else the last whole ones stand."""
    rubric.definition, rubric.digest = written, digest_of(written)
    rubric.name = dict(written.get("name") or {})
    try:
        read = read_rubric(written)
    except InvalidDefinition:
        return
    rubric.rules, rubric.threshold_ppm = list(read.rules), read.threshold_ppm
    _clear(rubric)
    rubric.criteria.extend(row(place, one) for place, one in enumerate(read.criteria))


def _clear(rubric: Rubric) -> None:
    """Delete the criteria, so that their keys are free before they are used again."""
    for one in list(rubric.criteria):
        db.session.delete(one)
    db.session.flush()
    db.session.expire(rubric, ["criteria"])


def row(position: int, read: RubricCriterion) -> Criterion:
    """Make the row of a criterion."""
    return Criterion(
        key=read.key,
        position=position,
        group=read.group,
        name=read.name,
        question=read.question,
        evidence=list(read.evidence),
        levels=[{"value": one.value, "label": one.label, "anchor": one.anchor} for one in read.levels],
        lowest=read.lowest,
        highest=read.highest,
        weight=read.weight,
        allows_na=read.allows_na,
        asks_expected=read.asks_expected,
        is_public=read.is_public,
    )


def drop(rubric: Rubric, *, actor: Any, at: datetime) -> None:
    """Throw an unfinished version away. Raises Refusal when it is frozen or a round has it."""
    used = db.session.scalar(select(Stage.id).where(Stage.rubric_id == rubric.id).limit(1))
    if rubric.frozen_at is not None or used is not None:
        raise Refusal(_("A round has this rubric: it stays."))
    audit.record("drop", rubric, actor=actor, at=at, detail={"slug": rubric.slug, "number": rubric.number})
    _clear(rubric)
    db.session.delete(rubric)


# --- one criterion --------------------------------------------------------------


def with_criterion(definition: Definition, key: str | None, data: Definition) -> Definition:
    """Give the definition with one criterion put in the place of `key`, or at the end."""
    criteria = list(definition["criteria"])
    places = [place for place, one in enumerate(criteria) if one["key"] == key]
    if places:
        criteria[places[0]] = data
    else:
        criteria.append(data)
    return definition | {"criteria": criteria}


def without(definition: Definition, key: str) -> Definition:
    """Give the definition without one criterion."""
    return definition | {"criteria": [one for one in definition["criteria"] if one["key"] != key]}


def moved(definition: Definition, key: str, steps: int) -> Definition:
    """Give the definition with one criterion moved up (-1) or down (1)."""
    criteria = list(definition["criteria"])
    place = next((place for place, one in enumerate(criteria) if one["key"] == key), None)
    if place is None or not 0 <= place + steps < len(criteria):
        return definition
    criteria.insert(place + steps, criteria.pop(place))
    return definition | {"criteria": criteria}


def blank(definition: Definition) -> Definition:
    """Give an empty criterion: the scale of the one before, else nought to four."""
    before = definition["criteria"][-1] if definition["criteria"] else None
    empty = dict.fromkeys(LANGUAGES, "")
    if before:
        levels = [{"value": one["value"], "label": one["label"], "anchor": empty} for one in before["levels"]]
    else:
        levels = [
            {"value": value, "label": {"en": en, "nl": nl}, "anchor": empty}
            for value, (en, nl) in enumerate(PRACTICE)
        ]
    return {
        "key": "", "group": before["group"] if before else "", "weight": 0, "asks_expected": False,
        "allows_na": True, "is_public": True, "name": empty, "question": empty, "evidence": [],
        "levels": levels,
    }  # fmt: skip


# --- YAML -----------------------------------------------------------------------


class _Plain(yaml.SafeDumper):
    """Writes everything out: an alias would be refused when the file comes back."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def as_yaml(definition: Mapping[str, Any]) -> str:
    """Write a rubric as YAML; reading it gives the same definition."""
    return str(yaml.dump(dict(definition), Dumper=_Plain, sort_keys=False, allow_unicode=True, width=110))


def from_yaml(text: str) -> Definition:
    """Read a rubric from YAML, in full or in the short form of the library; it has to be whole.

    Raises InvalidDefinition with every mistake, also for what is no YAML or too long.
    """
    if len(text) > LARGEST:
        raise InvalidDefinition([_("The file is too long for a rubric.")])
    try:
        if any(isinstance(token, yaml.AliasToken) for token in yaml.scan(text)):
            raise InvalidDefinition([_("The file refers to itself (an alias): write it out.")])
        written = yaml.safe_load(text)
    except yaml.YAMLError as fault:
        said = _("This is no YAML: %(fault)s", fault=" ".join(str(fault).split()))
        raise InvalidDefinition([said]) from fault
    if not isinstance(written, dict) or not isinstance(written.get("criteria"), list):
        raise InvalidDefinition([_("This is no rubric: it needs a list “criteria”.")])
    try:
        whole = definitions.written_out(written)
    except (KeyError, ValueError, TypeError, AttributeError, StopIteration) as fault:
        said = _("A scale or criterion it refers to is not there: %(fault)s", fault=str(fault))
        raise InvalidDefinition([said]) from fault
    read_rubric(whole)
    return whole


def take_in(definition: Definition, fund: Fund | None, *, actor: Any, at: datetime) -> tuple[Rubric, bool]:
    """Keep a rubric that was written elsewhere, for one fund or for all; tell whether it is new.

    The same content is known already; other content under the same short name becomes the next version.
    """
    fund_id = fund.id if fund else None
    same = Rubric.fund_id.is_(None) if fund is None else Rubric.fund_id == fund.id
    content = _content(definition)
    for known in db.session.scalars(select(Rubric).where(same, Rubric.slug == definition["slug"])):
        if _content(definition_of(known)) == content:
            return known, False
    number = _highest(fund_id, definition["slug"]) + 1
    return _make(fund_id, definition | {"number": number}, "take_in", actor=actor, at=at), True


def _content(definition: Mapping[str, Any]) -> str:
    """Name what a rubric says, whatever its number."""
    return digest_of({key: value for key, value in definition.items() if key != "number"})


def named(slug: str, fund_id: int | None = None, number: int | None = None) -> Definition | None:
    """Find a rubric by its short name: the newest version kept, else what we ship."""
    wanted = select(Rubric).where(Rubric.slug == slug)
    if fund_id is not None:
        wanted = wanted.where(Rubric.fund_id == fund_id)
    if number is not None:
        wanted = wanted.where(Rubric.number == number)
    found = db.session.scalar(wanted.order_by(Rubric.number.desc(), Rubric.id.desc()).limit(1))
    if found is not None:
        return definition_of(found)
    for name in definitions.shipped_names():
        shipped = definitions.load_library(name)
        if isinstance(shipped, Read) and shipped.slug == slug and number in (None, shipped.number):
            return dict(shipped.definition)
    return None


def listed() -> list[tuple[str, int, str, str]]:
    """List every rubric: short name, version, slug of its fund, and shipped, open or frozen."""
    kept = db.session.execute(
        select(Rubric.slug, Rubric.number, Fund.slug, Rubric.frozen_at)
        .outerjoin(Fund, Fund.id == Rubric.fund_id)
        .order_by(Rubric.slug, Rubric.number)
    )
    found = [
        (slug, number, fund or "", "frozen" if frozen else "open") for slug, number, fund, frozen in kept
    ]
    known = {(slug, number) for slug, number, _fund, _state in found}
    shipped = [definitions.load_library(name) for name in definitions.shipped_names()]
    found += [
        (one.slug, one.number, "", "shipped")
        for one in shipped
        if isinstance(one, Read) and (one.slug, one.number) not in known
    ]
    return sorted(found)
