"""JSON and YAML that strangers wrote, read as data and nothing else."""

import json
from typing import Any

import yaml
from flask_babel import gettext as _

from fundapp.core.refusals import Refusal

MOST_ALIASES, MOST_NODES, MOST_DEPTH = 20, 20_000, 40


class Unreadable(Refusal):
    """A text that is no such data; the message says where."""


def read(text: str) -> Any:
    """Read a text as JSON or else as YAML, into plain data. Raises Unreadable with the line at fault.

    Refused: doubled keys, NaN and Infinity, depth, and YAML that stands for more than it shows.
    """
    try:
        if text.lstrip()[:1] in "{[":
            return json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
        return _yaml(text)
    except Unreadable:
        raise
    except yaml.YAMLError as fault:
        mark = getattr(fault, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise Unreadable(_("This can't be read as YAML: look at line %(line)d.", line=line)) from fault
    except json.JSONDecodeError as fault:
        raise Unreadable(
            _("This can't be read as JSON: look at line %(line)d.", line=fault.lineno)
        ) from fault
    except (RecursionError, ValueError, OverflowError) as fault:
        raise Unreadable(
            _("This can't be read: it is nested too deep, or holds an impossible number.")
        ) from fault


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = next(key for key, _value in pairs if sum(key == other for other, _v in pairs) > 1)
        raise Unreadable(_("“%(key)s” stands in it twice.", key=twice[:60]))
    return found


def _no_constant(name: str) -> Any:
    raise ValueError(name)


class _Loader(yaml.SafeLoader):
    """Plain data; dates stay text."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _yaml(text: str) -> Any:
    """Read YAML after counting what it would become: a few lines can stand for billions."""
    aliases = nodes = depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        aliases += isinstance(event, yaml.AliasEvent)
        nodes += isinstance(event, yaml.NodeEvent)
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if aliases > MOST_ALIASES or nodes > MOST_NODES or depth > MOST_DEPTH:
            raise Unreadable(_("This file holds more than such a description does."))
    return yaml.load(text, Loader=_Loader)  # noqa: S506 a safe loader of our own
