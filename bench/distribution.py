"""Read from the real schema what spreading it by fund over many machines would ask (Citus, or partitions).

Usage: python bench/distribution.py [--list]

For each table of a fund: does it carry fund_id; does its primary key, and each unique key, hold it; do its
foreign keys to other tables of a fund carry it along. Nothing is run: the models are the schema, which
tests/test_migrations.py proves.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from sqlalchemy import ForeignKeyConstraint, Table, UniqueConstraint

from fundapp import create_app
from fundapp.core.db import Base

KEY = "fund_id"


def of_a_fund(tables: Iterable[Table]) -> set[str]:
    """Name the tables whose rows belong to one fund: they carry it, or hang on a row that does."""
    tables = list(tables)
    found = {table.name for table in tables if KEY in table.columns} | {"fund"}
    while more := {
        table.name
        for table in tables
        if table.name not in found and any(_owner(key) in found for key in table.foreign_key_constraints)
    }:
        found |= more
    return found


def _owner(key: ForeignKeyConstraint) -> str:
    """Give the table that a key refers to, unless the row may do without it."""
    must = all(not column.nullable for column in key.columns)
    return str(key.referred_table.name) if must else ""


def uniques(table: Table) -> list[tuple[str, ...]]:
    """List what is unique in a table besides its primary key."""
    named = [tuple(map(_name, one.columns)) for one in table.constraints if isinstance(one, UniqueConstraint)]
    return named + [tuple(map(_name, index.columns)) for index in table.indexes if index.unique]


def _name(column: object) -> str:
    return str(getattr(column, "name", column))


def facts(table: Table, funds: set[str]) -> Counter[str]:
    """Count what stands in the way for one table."""
    inner = [key for key in table.foreign_key_constraints if key.referred_table.name in funds - {"fund"}]
    carried = [key for key in inner if KEY in map(_name, key.columns)]
    keys = uniques(table)
    return Counter({
        "tables": 1,
        "carry fund_id": KEY in table.columns,
        "carry it, never empty": KEY in table.columns and not table.columns[KEY].nullable,
        "primary key holds it": KEY in table.primary_key.columns,
        "unique keys": len(keys),
        "unique keys that hold it": sum(KEY in key for key in keys),
        "foreign keys within a fund": len(inner),
        "foreign keys that carry it": len(carried),
    })  # fmt: skip


def main() -> int:
    """Print the sums, and with --list every table."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--list", action="store_true", help="also name the tables without it")
    given = asked.parse_args()
    create_app()  # so that every model is there
    tables = Base.metadata.sorted_tables
    funds = of_a_fund(tables)
    total = sum((facts(table, funds) for table in tables if table.name in funds), Counter[str]())
    others = len(tables) - len(funds)
    print(f"{len(tables)} tables; {others} of the installation, {len(funds)} of a fund. Of those:")
    for name, number in total.items():
        print(f"  {number:5}  {name}")
    if given.list:
        print(
            "without fund_id:",
            *sorted(one.name for one in tables if one.name in funds and KEY not in one.columns),
        )
        print("of the installation:", *sorted(one.name for one in tables if one.name not in funds))
    return 0


if __name__ == "__main__":
    sys.exit(main())
