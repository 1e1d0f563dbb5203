"""Forms as the office may see them, their versions, and the criteria their answers can feed."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import or_, select

from fundapp.accounts.models import User
from fundapp.core.db import db
from fundapp.funds.models import Fund
from fundapp.funds.queries import OFFICE_ROLES
from fundapp.rounds import definitions
from fundapp.rounds.models import Criterion, Form, Round, Rubric, Stage

MOST = 500
"""More forms than this at the funds of one person is another century."""


def office_form(user: User, id: int) -> Form | None:
    """Load a form of a fund the person works at, or one that we ship to every fund."""
    own = Form.fund_id.in_(user.funds(*OFFICE_ROLES))
    return db.session.scalar(select(Form).where(Form.id == id, or_(own, Form.fund_id.is_(None))))


def office_forms(user: User) -> list[tuple[Form, Fund]]:
    """List the newest version of each form of the person's funds, by fund and name."""
    found = db.session.execute(
        select(Form, Fund)
        .join(Fund, Fund.id == Form.fund_id)
        .where(Form.fund_id.in_(user.funds(*OFFICE_ROLES)))
        .order_by(Fund.slug, Form.slug, Form.number.desc())
        .limit(MOST)
    )
    newest: dict[tuple[int, str], tuple[Form, Fund]] = {}
    for form, fund in found:
        newest.setdefault((fund.id, form.slug), (form, fund))
    return list(newest.values())


def uses(user: User) -> dict[tuple[int | None, str], list[Any]]:
    """Give for each form the rounds of the person's funds that ask a version of it: rows of id and name."""
    found = db.session.execute(
        select(Form.fund_id, Form.slug, Form.number, Round.id, Round.name, Round.state)
        .join(Stage, Stage.form_id == Form.id)
        .join(Round, Round.id == Stage.round_id)
        .where(Round.fund_id.in_(user.funds(*OFFICE_ROLES)))
        .order_by(Round.id)
    )
    by_form: dict[tuple[int | None, str], list[Any]] = {}
    for row in found:
        by_form.setdefault((row.fund_id, row.slug), []).append(row)
    return by_form


def versions(form: Form) -> list[Form]:
    """List all versions of a form, the newest first."""
    return list(
        db.session.scalars(
            select(Form)
            .where(Form.slug == form.slug, Form.fund_id.is_not_distinct_from(form.fund_id))
            .order_by(Form.number.desc(), Form.id.desc())
        )
    )


def criteria_for(form: Form) -> dict[str, Mapping[str, Any]]:
    """Give the criteria a question can feed, name by key: of the rubrics beside this form, or ours."""
    found = db.session.execute(
        select(Criterion.key, Criterion.name)
        .join(Rubric, Rubric.id == Criterion.rubric_id)
        .join(Stage, Stage.rubric_id == Rubric.id)
        .join(Form, Form.id == Stage.form_id)
        .where(Form.slug == form.slug, Form.fund_id.is_not_distinct_from(form.fund_id))
        .order_by(Rubric.id, Criterion.position)
    )
    names: dict[str, Mapping[str, Any]] = {}
    for key, name in found:
        names.setdefault(key, name)
    return names or {one.key: one.name for one in definitions.load_library("digital_commons").criteria}
