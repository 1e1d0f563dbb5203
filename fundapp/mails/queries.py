"""A fund's own texts, and what stood in the newest mail of a kind."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, Select, func, select

from fundapp.accounts.models import RoleName, User
from fundapp.core.db import db
from fundapp.core.mail import Outbox
from fundapp.funds.models import Fund
from fundapp.mails.log import readable
from fundapp.mails.models import MailText

LATEST = 20


def office_fund(user: User, id: int) -> Fund | None:
    """Load a fund whose mail texts the person may see: managers and auditors, and administrators."""
    if user.is_administrator or id in user.funds(RoleName.MANAGER, RoleName.AUDITOR):
        return db.session.get(Fund, id)
    return None


def current(fund_id: int, name: str, language: str) -> MailText | None:
    """Give the newest version of a fund's text; without a subject it says: back to what is shipped."""
    return db.session.scalar(_texts(fund_id, name, language).order_by(MailText.number.desc()).limit(1))


def all_current(fund_id: int) -> dict[tuple[str, str], MailText]:
    """Give the newest version of each of a fund's texts, by kind and language."""
    newest = (
        select(func.max(MailText.id))
        .where(MailText.fund_id == fund_id)
        .group_by(MailText.name, MailText.language)
    )
    found = db.session.scalars(select(MailText).where(MailText.id.in_(newest)))
    return {(one.name, one.language): one for one in found}


def versions(fund_id: int, name: str, language: str) -> list[Row[Any]]:
    """List the versions of a text, the newest first, with who made them."""
    return list(
        db.session.execute(
            select(MailText.number, MailText.subject, MailText.made_at, User.name.label("author"))
            .outerjoin(User, User.id == MailText.made_by)
            .where(MailText.fund_id == fund_id, MailText.name == name, MailText.language == language)
            .order_by(MailText.number.desc())
            .limit(100)
        )
    )


def two_versions(fund_id: int, name: str, language: str, number: int) -> Sequence[MailText]:
    """Load a version of a text and the one before it, the asked one first."""
    wanted = MailText.number.in_((number, number - 1))
    return list(
        db.session.scalars(_texts(fund_id, name, language).where(wanted).order_by(MailText.number.desc()))
    )


def _texts(fund_id: int, name: str, language: str) -> Select[MailText]:
    return select(MailText).where(
        MailText.fund_id == fund_id, MailText.name == name, MailText.language == language
    )


def newest_facts(user: User, fund_id: int, name: str) -> list[Row[Any]]:
    """List what stood in the newest mails of a kind that the person may read: language, facts, created_at."""
    return list(
        db.session.execute(
            select(Outbox.language, Outbox.facts, Outbox.created_at, Outbox.application_id)
            .where(
                Outbox.fund_id == fund_id,
                Outbox.name == name,
                Outbox.facts.is_not(None),
                readable(user),
            )
            .order_by(Outbox.id.desc())
            .limit(LATEST)
        )
    )
