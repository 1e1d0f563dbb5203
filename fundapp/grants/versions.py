"""All that can be compared: versions of the agreement, and the plans that were saved or proposed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from fundapp.accounts.models import User
from fundapp.core import money
from fundapp.core.db import db
from fundapp.grants import deed, differences, plan_versions
from fundapp.grants.models import Agreement, AgreementState, Award, PlanVersion
from fundapp.grants.queries import owner_of


@dataclass(frozen=True, slots=True)
class Version:
    """One thing to compare. key: a2 is version 2 of the agreement, p5 the fifth kept plan."""

    key: str
    row: Agreement | PlanVersion
    made_at: datetime
    made_by: int | None

    @property
    def is_agreement(self) -> bool:
        """Tell whether it has words of its own, beside a plan."""
        return isinstance(self.row, Agreement)


def of(award: Award) -> list[Version]:
    """List all versions of a grant, the newest first."""
    found = [Version(f"p{one.number}", one, one.made_at, one.made_by) for one in plan_versions.of(award)]
    found += [
        Version(f"a{one.number}", one, one.state_at, one.offered_by)
        for one in award.agreements
        if one.state is not AgreementState.DRAFT
    ]
    return sorted(found, key=lambda one: one.made_at, reverse=True)


def chosen(found: Sequence[Version], old: str, new: str) -> tuple[Version | None, Version | None]:
    """Find the two that were asked for, the older first; else the newest two of the agreement, or of all."""
    known = {one.key: one for one in found}
    if old in known and new in known:
        a, b = known[old], known[new]
        return (a, b) if a.made_at <= b.made_at else (b, a)
    if old or new:
        return None, None
    newest = [one for one in found if one.is_agreement][:2]
    pair = newest if len(newest) == 2 else list(found[:2])
    return (pair[1], pair[0]) if len(pair) == 2 else (None, None)


def names(found: Sequence[Version]) -> dict[int, str]:
    """Give the names of who made them, in one query."""
    ids = {one.made_by for one in found if one.made_by}
    rows = db.session.execute(select(User.id, User.name).where(User.id.in_(ids)))
    return {row.id: row.name for row in rows}


def side(version: Version) -> differences.Side:
    """Give a version as a comparison takes it."""
    row = version.row
    fund = row.application.fund
    language = row.language if isinstance(row, Agreement) else fund.languages[0]
    words = _words(row) if isinstance(row, Agreement) else None
    return differences.Side(
        name=version.key,
        lines=row.plan,
        change_cents=row.change_cents,
        ends_on=row.ends_on,
        payees=[(one["name"], _share(one, fund.currency, language)) for one in row.payees],
        articles=words["articles"] if words else None,
        conditions=[_condition(one) for one in words["conditions"]] if words else None,
    )


def _words(version: Agreement) -> deed.Deed:
    return deed.kept(version) or deed.drawn_up(version, owner_of(version.application))


def _share(given: Mapping[str, Any], currency: str, language: str) -> str:
    shown = money.show(given["cents"], currency, language)
    if given["ppm"] is None:
        return shown
    percent = f"{given['ppm'] / 10_000:.4f}".rstrip("0").rstrip(".")
    return f"{percent}%, {shown}"


def _condition(given: Mapping[str, Any]) -> tuple[str, str]:
    parts = [given["title"]]
    if given["interest"]:
        parts.append(
            _("%(interest)s clashes with %(value)s.", interest=given["interest"], value=given["public_value"])
        )
    parts.append(given["text"])
    if given["ref"]:
        parts.append(_("Checked at %(ref)s.", ref=given["ref"]))
    if given["watcher"]:
        parts.append(_("Watched by %(name)s.", name=given["watcher"]))
    return f"V{given['number']}", "\n".join(parts)
