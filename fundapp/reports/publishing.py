"""How a fund publishes: its identifiers, the licence of its data, what stands on the public site."""

from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from fundapp.core import audit
from fundapp.core.db import db
from fundapp.core.refusals import ChangedMeanwhile, Refusal
from fundapp.funds.models import Fund
from fundapp.reports.identifiers import LICENCES, check_org_id, check_prefix
from fundapp.reports.models import Publishing

SETTABLE = ("org_id", "org_name", "prefix", "licence", "shows_cascade", "eu_grant")


class NotPublishing(Refusal):
    """A fund that has not said under which identifiers it publishes."""

    def __init__(self, fund: Fund) -> None:
        super().__init__(
            _(
                "The fund %(slug)s has no organisation identifier and publisher prefix yet, which"
                " 360Giving asks for. A manager fills them in on the page of the fund, under Open data; or"
                " on the command line: fundapp funds publishing %(slug)s --org-id NL-KVK-12345678"
                " --prefix 360G-example",
                slug=fund.slug,
            )
        )


def of_fund(fund_id: int) -> Publishing | None:
    """Give how a fund publishes; None until somebody filled that in."""
    return db.session.get(Publishing, fund_id)


def publishers() -> list[tuple[Fund, Publishing]]:
    """List the funds that have said how they publish, by slug."""
    rows = db.session.execute(
        select(Fund, Publishing).join(Publishing, Publishing.fund_id == Fund.id).order_by(Fund.slug)
    )
    return [(fund, publishing) for fund, publishing in rows]


def is_complete(publishing: Publishing | None) -> bool:
    """Tell whether a 360Giving file can be made."""
    return bool(publishing and publishing.org_id and publishing.prefix)


def change(fund: Fund, *, actor: Any, at: datetime, version: int | None = None, **values: Any) -> list[str]:
    """Change how a fund publishes and give the names of what differs.

    version: the row version the form was drawn from, 0 for none yet; None on the command line. Raises
    Refusal for an identifier or licence that is none, ChangedMeanwhile when somebody was quicker.
    """
    row = of_fund(fund.id)
    if version is not None and version != (row.row_version if row else 0):
        raise ChangedMeanwhile
    clean = _clean(values)
    before = {name: getattr(row, name) if row else None for name in clean}
    changed = sorted(name for name, value in clean.items() if value != before[name])
    if row is not None and not changed:
        return []
    if row is None:
        row = Publishing(fund_id=fund.id, changed_at=at)
        db.session.add(row)
    for name in changed:
        setattr(row, name, clean[name])
    row.changed_at, row.changed_by = at, actor.id if actor else None
    audit.record("change_publishing", fund, actor=actor, at=at, detail={"changed": changed})
    return changed


def _clean(values: dict[str, Any]) -> dict[str, Any]:
    given = {name: values[name] for name in SETTABLE if name in values}
    for name, check in (("org_id", check_org_id), ("prefix", check_prefix)):
        if name in given:
            given[name] = check(given[name]) if (given[name] or "").strip() else None
    for name in ("org_name", "eu_grant"):
        if name in given:
            given[name] = (given[name] or "").strip()
    if given.get("licence", "CC-BY-4.0") not in LICENCES:
        raise Refusal(_("Choose one of these licences: %(all)s.", all=", ".join(LICENCES)))
    return given
