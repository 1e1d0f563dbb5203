"""Forms as files: written in YAML as ours are, and read back with every mistake named by its place."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import yaml
from flask_babel import gettext as _

from fundapp.core.refusals import Refusal
from fundapp.rounds import building, definitions, drafting
from fundapp.rounds.drafting import Data
from fundapp.rounds.models import Form, RoundState, Stage
from fundapp.rounds.reading import InvalidDefinition

LARGEST = 1_000_000
"""Bytes. The largest form we ship is 20 KB."""
UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


class _Loader(yaml.SafeLoader):
    """Plain data only: no aliases (a small file could grow without end), no doubled keys, days as text."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            raise yaml.YAMLError(_("line %(line)d: aliases (*name) are not taken", line=mark.line + 1))
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        keys = [one.value for one, _value in node.value]
        for key_node, _value in node.value:
            if not isinstance(key_node, yaml.ScalarNode) or keys.count(key_node.value) > 1:
                line = key_node.start_mark.line + 1
                raise yaml.YAMLError(_("line %(line)d: a name stands here twice, or is no word", line=line))
        return super().construct_mapping(node, deep=deep)


_Loader.yaml_implicit_resolvers = {
    first: [
        (tag, pattern)
        for tag, pattern in found
        if tag not in ("tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:merge")
    ]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def write(definition: Mapping[str, Any]) -> bytes:
    """Write a form as YAML in UTF-8; the same form always gives the same bytes."""
    text: str = yaml.safe_dump(dict(definition), sort_keys=False, allow_unicode=True, width=110)
    return text.encode("utf-8", "replace")


def read(content: bytes) -> Data:
    """Read a form from YAML. Raises InvalidDefinition: not YAML, too large, or each mistake by its place."""
    if len(content) > LARGEST:
        raise InvalidDefinition([_("The file is larger than 1 MB.")])
    try:
        found = yaml.load(content.decode("utf-8-sig"), _Loader)  # noqa: S506  a safe loader, narrowed
    except UnicodeDecodeError:
        raise InvalidDefinition([_("The file is not text in UTF-8.")]) from None
    except (yaml.YAMLError, ValueError, RecursionError) as fault:
        raise InvalidDefinition([_("The file is not YAML: %(fault)s", fault=_short(fault))]) from None
    if not isinstance(found, dict):
        raise InvalidDefinition([_("The file holds no form: names with values.")])
    _form, problems = definitions.read_draft(found)
    problems += [
        _("%(place)s: a character that no text can hold.", place=place) for place in _unfit(found, "")
    ]
    if problems:
        raise InvalidDefinition(problems)
    return found


def _short(fault: Exception) -> str:
    return " ".join(str(fault).split())[:300] or type(fault).__name__


def _unfit(value: Any, place: str) -> Iterator[str]:
    if isinstance(value, str) and UNFIT.search(value):
        yield place or "."
    elif isinstance(value, dict):
        for key, one in value.items():
            yield from _unfit(one, f"{place}.{key}".lstrip("."))
    elif isinstance(value, list):
        for number, one in enumerate(value, 1):
            yield from _unfit(one, f"{place}[{number}]")


def take_in(stage: Stage, content: bytes, *, reason: str, actor: Any, at: datetime) -> tuple[Form, str]:
    """Let a stage ask the form of a file; give it and what was done: same, changed, version or in_use.

    A form that is not frozen changes where it is. Of a frozen one the next version is made; with a
    reason the published round goes on with it at once. Raises InvalidDefinition, Refusal.
    """
    found = read(content)
    form = stage.form
    if _same(form, found):
        return form, "same"
    if stage.round.state not in building.OPEN:
        raise Refusal(_("This round takes no proposals any more, so its form stays as it is."))
    if form.fund_id is None:
        form = building.take_over(stage.round.fund, stage, form, actor=actor, at=at)
    done = "changed"
    if form.frozen_at is not None:
        form, done = building.new_version(form, actor=actor, at=at), "version"
    kept = building.asked_before(form)
    building.amend(form, lambda data: _replace(data, found, set(kept)), verb="import", actor=actor, at=at)
    if done == "version" and (reason.strip() or stage.round.state is RoundState.DRAFT):
        building.put_to_use(form, stage, actor=actor, at=at, note=reason)
        done = "in_use"
    return form, done


def _same(form: Form, found: Data) -> bool:
    return {**found, "slug": form.slug, "number": form.number} == form.definition


def _replace(data: Data, found: Data, asked: set[str]) -> None:
    """Put what the file says in the place of the form; its address, version and retired questions stay."""
    stays: Data = {"slug": data["slug"], "number": data["number"]}
    known = {one.get("key") for one in (*drafting.fields(found), *drafting.retired(found))}
    before = [*drafting.fields(data), *drafting.retired(data)]
    gone = [one for one in before if one.get("key") in asked and one.get("key") not in known]
    data.clear()
    data |= found | stays
    if gone:
        data["retired"] = [*drafting.retired(found), *gone]
