"""What changes between two shapes of a database, and which changes an older version would stumble over."""

import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, inspect, types

Shape = dict[str, "Table"]


@dataclass(frozen=True)
class Column:
    """One column as the engine describes it."""

    type: Any
    nullable: bool
    has_default: bool


@dataclass(frozen=True)
class Table:
    """A table as the engine describes it; uniques, checks and keys by their words."""

    columns: dict[str, Column]
    uniques: frozenset[tuple[str, ...]]
    checks: frozenset[str]
    keys: frozenset[tuple[str, ...]]


def shape(connection: Connection) -> Shape:
    """Read the shape of every table."""
    look = inspect(connection)
    return {name: _table(look, name) for name in look.get_table_names() if name != "alembic_version"}


def _table(look: Any, name: str) -> Table:
    columns = {
        one["name"]: Column(one["type"], one["nullable"], one["default"] is not None)
        for one in look.get_columns(name)
    }
    unique = [tuple(sorted(one["column_names"])) for one in look.get_unique_constraints(name)]
    unique += [
        tuple(sorted(map(str, one["column_names"]))) for one in look.get_indexes(name) if one["unique"]
    ]
    return Table(
        columns,
        frozenset(unique),
        frozenset(one["sqltext"] for one in look.get_check_constraints(name)),
        frozenset(tuple(one["constrained_columns"]) for one in look.get_foreign_keys(name)),
    )


def breaks(before: Shape, after: Shape) -> list[str]:
    """List what a version that was written for `before` would stumble over on `after`."""
    found = []
    for name, old in before.items():
        if name not in after:
            found.append(f"{name}: the table is gone")
        else:
            found += [
                f"{name}: {fault}" for fault in (*_columns(old, after[name]), *_rules(old, after[name]))
            ]
    return found


def _columns(old: Table, new: Table) -> list[str]:
    found = [f"{name} is gone" for name in old.columns.keys() - new.columns.keys()]
    for name, column in new.columns.items():
        was = old.columns.get(name)
        if was is None:
            if not (column.nullable or column.has_default):
                found.append(f"{name} is new, and neither nullable nor with a default")
            continue
        if was.nullable and not column.nullable:
            found.append(f"{name} may no longer be empty")
        if was.has_default and not column.has_default and not column.nullable:
            found.append(f"{name} lost its default")
        if not _holds(column.type, was.type):
            found.append(f"{name} was {was.type} and is {column.type}")
    return sorted(found)


def _holds(new: Any, old: Any) -> bool:
    """Tell whether every value of the old type goes into the new one and comes back the same."""
    if isinstance(new, types.String) and isinstance(old, types.String):
        return new.length is None or (old.length is not None and new.length >= old.length)
    if isinstance(new, types.BigInteger) and isinstance(old, types.Integer):
        return True
    return str(new) == str(old)


def _rules(old: Table, new: Table) -> list[str]:
    """List the new conditions on what was there; those that only touch new columns bind nobody else."""
    added = new.columns.keys() - old.columns.keys()
    # Unique in more columns than before is weaker than before.
    tight = [one for one in new.uniques - old.uniques if not any(set(was) <= set(one) for was in old.uniques)]
    rows = [f"{', '.join(one)} must be unique" for one in tight if not set(one) & added]
    rows += [f"{', '.join(one)} must refer" for one in new.keys - old.keys if not set(one) & added]
    for text in new.checks - old.checks:
        words = set(re.findall(r"\w+", text))
        if not words & added and not any(_widens(text, was) for was in old.checks):
            rows.append(f"a new condition: {text}")
    return sorted(rows)


def _widens(new: str, old: str) -> bool:
    """Tell whether a condition only lets in more words than another did, which was the same otherwise."""
    quoted = re.compile(r"'[^']*'(?:::[\w ]+)?")
    plain = [re.sub(r"[\s,()]+", " ", quoted.sub("", text)).strip() for text in (new, old)]
    return plain[0] == plain[1] and set(quoted.findall(new)) >= set(quoted.findall(old))
