"""Kinds of report: what one says, how it is printed in every format, and who may read it, declared once.

A kind is added by the file that knows it (standard_kinds.py has the first two); PDF, workbook, CSV, JSON, the
downloads and `fundapp report verify` follow from it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import LazyString

from fundapp.accounts.models import User
from fundapp.core.words import LANGUAGES
from fundapp.reports.models import Snapshot
from fundapp.reports.tables import Table
from fundapp.reports.wording import Say


@dataclass(frozen=True)
class Kind:
    """One kind of report.

    key: kept with every snapshot, for ever. gather(subject, at=…): everything it says, as plain JSON with
    `kind` and `fund` among it. template: of templates/pdf; it gets `d` (the data) and `fig`, what
    figures(data, say) draws and words. tables(data, lang): the sheets of the workbook, the main one
    first, which is also the CSV. name(data): what its files are called, without number and ending.
    may_read(user, snapshot): asked whenever somebody opens or takes it. screen: the template for a page,
    where that is another one than for paper.
    """

    key: str
    words: LazyString
    gather: Callable[..., Mapping[str, Any]]
    template: str
    figures: Callable[[Any, Say], Any]
    tables: Callable[[Any, str], list[Table]]
    name: Callable[[Any], str]
    may_read: Callable[[User, Snapshot], bool]
    languages: Sequence[str] = LANGUAGES
    screen: str = ""


KINDS: dict[str, Kind] = {}


def add(kind: Kind) -> Kind:
    """Make a kind known."""
    KINDS[kind.key] = kind
    return kind


def of(snapshot: Snapshot) -> Kind:
    """Give the kind of a snapshot. Raises KeyError for one that this version does not know."""
    return KINDS[snapshot.kind]


def may_read(user: User, snapshot: Snapshot) -> bool:
    """Tell whether somebody may read a report now; nobody reads what this version does not know."""
    kind = KINDS.get(snapshot.kind)
    return kind is not None and kind.may_read(user, snapshot)
