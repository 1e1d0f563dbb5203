"""What the list offers to choose from: people, words and kept views, asked for at once."""

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Integer, String, cast, func, literal, null, or_, select, union_all

from fundapp.accounts.models import Role, RoleName, User
from fundapp.applications.models import SavedView, Tag
from fundapp.core.db import db


@dataclass(frozen=True)
class View:
    """A kept view."""

    id: int
    name: str
    query: str
    sort: str
    columns: list[str]
    is_shared: bool


@dataclass(frozen=True)
class Choices:
    """People who can take the lead, words, and views. leads, tags: id to name."""

    leads: dict[int, str]
    tags: dict[int, str]
    views: list[View]


def choices(user: User, fund_ids: list[int]) -> Choices:
    """Give what the list of these funds offers to this person, by name."""
    found: dict[str, list[Any]] = {"lead": [], "tag": [], "view": []}
    for row in db.session.execute(_all(user, fund_ids).order_by("folded", "id")):
        found[row.kind].append(row)
    return Choices(
        {row.id: row.name for row in found["lead"]},
        {row.id: row.name for row in found["tag"]},
        [
            View(
                row.id,
                row.name,
                row.query,
                row.sort,
                json.loads(row.columns or "[]"),
                row.fund_id is not None,
            )
            for row in found["view"]
        ],
    )


def _all(user: User, fund_ids: list[int]) -> Any:
    none, nothing = cast(null(), String), cast(null(), Integer)
    held = select(Role.user_id).where(
        Role.fund_id.in_(fund_ids), Role.name == RoleName.MANAGER, Role.ended_at.is_(None)
    )
    leads = select(
        literal("lead").label("kind"), User.id.label("id"), User.name.label("name"),
        func.lower(User.name).label("folded"), none.label("query"), none.label("sort"),
        none.label("columns"), nothing.label("fund_id"),
    ).where(User.id.in_(held))  # fmt: skip
    tags = select(literal("tag"), Tag.id, Tag.name, Tag.folded, none, none, none, Tag.fund_id).where(
        Tag.fund_id.in_(fund_ids)
    )
    views = select(
        literal("view"), SavedView.id, SavedView.name, func.lower(SavedView.name), SavedView.query,
        SavedView.sort, cast(SavedView.columns, String), SavedView.fund_id,
    ).where(or_(SavedView.owner_id == user.id, SavedView.fund_id.in_(fund_ids)))  # fmt: skip
    return union_all(leads, tags, views)
