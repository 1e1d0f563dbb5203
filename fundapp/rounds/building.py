"""What happens to a form: made, edited, brought out as a new version, put to use in a round."""

from collections.abc import Callable, Mapping
from copy import deepcopy
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select

from fundapp.core import audit
from fundapp.core.db import db
from fundapp.core.refusals import MoveRefused, Refusal
from fundapp.funds.models import Fund
from fundapp.rounds import definitions, drafting
from fundapp.rounds.drafting import Data
from fundapp.rounds.fields import FieldType
from fundapp.rounds.models import Form, Round, RoundState, Stage
from fundapp.rounds.reading import digest_of

LOOSER = {
    FieldType.SHORT: {FieldType.LONG},
    FieldType.LONG: {FieldType.SHORT},
    FieldType.URL: {FieldType.SHORT, FieldType.LONG},
    FieldType.EMAIL: {FieldType.SHORT, FieldType.LONG},
    FieldType.SPDX: {FieldType.SHORT, FieldType.LONG},
}
"""What a question may become while answers to it exist: the answers stay readable as they are."""
OPEN = frozenset({RoundState.DRAFT, RoundState.PUBLISHED})


class Frozen(MoveRefused):
    """A form that a published round uses does not change; a new version can be made of it."""

    def __init__(self) -> None:
        super().__init__(
            _("A published round asks this form, so it does not change. Make a new version of it.")
        )


def make(
    fund: Fund, *, name: Mapping[str, str], start: Mapping[str, Any] | None = None, actor: Any, at: datetime
) -> Form:
    """Make a form of the fund's own, from a template or with one section that asks the name alone.

    Raises Refusal where no name is given.
    """
    definition: Data = deepcopy(dict(start)) if start else _empty()
    definition.pop("retired", None)
    definition |= {"name": dict(name), "number": 1, "slug": _free_slug(fund, name["en"])}
    return _add(fund.id, definition, actor, at, "create")


def _empty() -> Data:
    title = {
        "key": "title",
        "type": "short",
        "label": {"en": "Name of the project", "nl": "Naam van het project"},
        "required": True,
        "hard": 100,
    }
    return {
        "sections": [
            {"key": "project", "title": {"en": "The project", "nl": "Het project"}, "fields": [title]}
        ]
    }


def _free_slug(fund: Fund, name: str) -> str:
    base = drafting.fresh_key({}, name, fallback="form").replace("_", "-")
    taken = set(db.session.scalars(select(Form.slug).where(Form.fund_id == fund.id)))
    number, slug = 2, base
    while slug in taken:
        slug, number = f"{base}-{number}", number + 1
    return slug


def _add(fund_id: int | None, definition: Data, actor: Any, at: datetime, verb: str) -> Form:
    form = Form(
        fund_id=fund_id,
        slug=definition["slug"],
        number=definition["number"],
        definition=definition,
        digest=digest_of(definition),
    )
    db.session.add(form)
    audit.record(verb, form, actor=actor, at=at, detail={"slug": form.slug, "number": form.number})
    return form


def new_version(form: Form, *, actor: Any, at: datetime) -> Form:
    """Make the next version of a form, to be changed; one that is being changed already is given.

    Raises Refusal for a form that we ship: a fund makes its own of it.
    """
    if form.fund_id is None:
        raise Refusal(_("Make a form of your fund from this template first."))
    newest = db.session.scalars(
        select(Form)
        .where(Form.fund_id == form.fund_id, Form.slug == form.slug)
        .order_by(Form.number.desc())
        .limit(1)
    ).one()
    if newest.frozen_at is None:
        return newest
    definition = deepcopy(form.definition) | {"number": newest.number + 1}
    return _add(form.fund_id, definition, actor, at, "new_version")


def amend(
    form: Form, change: Callable[[Data], Any], *, verb: str, what: str = "", actor: Any, at: datetime
) -> Any:
    """Change a form that is not frozen, and give what the change gives.

    change: edits a copy of the definition (drafting.py). Raises Frozen, NotThere, and Refusal
    where a question would take another kind of answer than its earlier version.
    """
    if form.fund_id is None:
        raise Refusal(_("Make a form of your fund from this template first."))
    if form.frozen_at is not None:
        raise Frozen
    definition: Data = deepcopy(form.definition)
    given = change(definition)
    _check_kinds(definition, asked_before(form))
    digest = digest_of(definition)
    if digest != form.digest:
        form.definition, form.digest = definition, digest
        audit.record(verb, form, actor=actor, at=at, detail={"what": what[:80]} if what else {})
    return given


def asked_before(form: Form) -> dict[str, str]:
    """Give the kind of every question that a frozen version before this one asks, by key."""
    if form.fund_id is None or form.number == 1:
        return {}
    older = db.session.scalars(
        select(Form.definition)
        .where(
            Form.fund_id == form.fund_id,
            Form.slug == form.slug,
            Form.number < form.number,
            Form.frozen_at.is_not(None),
        )
        .order_by(Form.number)
    )
    return {field["key"]: field["type"] for one in older for field in drafting.fields(deepcopy(one))}


def kinds_for(kind: str) -> set[FieldType]:
    """Say what a question with answers may become without losing them."""
    return {FieldType(kind), *LOOSER.get(FieldType(kind), set())}


def _check_kinds(definition: Data, before: Mapping[str, str]) -> None:
    for field in drafting.fields(definition):
        was = before.get(field["key"])
        if was and field.get("type") not in kinds_for(was):
            raise Refusal(
                _(
                    "“%(key)s” has answers of another kind. Take it out and ask a new question: the answers "
                    "to the old one stay readable.",
                    key=field["key"],
                )
            )


def rename(form: Form, *, name: Mapping[str, str], actor: Any, at: datetime) -> None:
    """Give a form another name."""
    amend(form, lambda data: data.update(name=dict(name)), verb="rename", actor=actor, at=at)


def discard(form: Form, *, actor: Any, at: datetime) -> None:
    """Throw a form away that nobody uses. Raises Refusal while a round asks it, Frozen afterwards."""
    if form.frozen_at is not None or form.fund_id is None:
        raise Frozen
    if db.session.scalar(select(func.count(Stage.id)).where(Stage.form_id == form.id)):
        raise Refusal(_("A round uses this form. Choose another form there first."))
    audit.record("discard", form, actor=actor, at=at, detail={"slug": form.slug, "number": form.number})
    db.session.delete(form)


def put_to_use(form: Form, stage: Stage, *, actor: Any, at: datetime, note: str = "") -> None:
    """Let a stage of a round ask this form from now on; drafts go along with all their answers.

    In a published round the form has to be a later version of the one that is asked, and is frozen
    at once. Raises Refusal otherwise, without a reason, or while the form has mistakes.
    """
    round, before = stage.round, stage.form
    if form.fund_id not in (None, round.fund_id):
        raise Refusal(_("This form belongs to another fund."))
    if round.state not in OPEN:
        raise MoveRefused(_("This round takes no proposals any more, so its form stays as it is."))
    if round.state is RoundState.PUBLISHED:
        if (form.fund_id, form.slug) != (before.fund_id, before.slug) or form.number <= before.number:
            raise Refusal(_("A published round can only go on with a later version of its own form."))
        if not note.strip():
            raise Refusal(_("The call is published: give a reason for the change."))
        definitions.read_form(form.definition)
        form.frozen_at = form.frozen_at or at
    stage.form = form
    detail = {"stage": stage.number, "form": form.id, "before": before.id}
    audit.record("change_form", round, actor=actor, at=at, note=note, detail=detail)


def take_over(fund: Fund, stage: Stage, form: Form, *, actor: Any, at: datetime) -> Form:
    """Make the template that a round asks the fund's own, so that it can be changed there.

    A published round goes on with it at once; the questions are the same.
    """
    definition: Data = deepcopy(form.definition) | {"number": 1}
    definition["slug"] = _free_slug(fund, form.slug)
    made = _add(fund.id, definition, actor, at, "create")
    if stage.round.state is not RoundState.DRAFT:
        made.frozen_at = at
    stage.form = made
    detail = {"stage": stage.number, "form": made.id, "before": form.id}
    audit.record("change_form", stage.round, actor=actor, at=at, detail=detail)
    return made


def rounds_using(form: Form) -> list[tuple[Stage, Round]]:
    """List the stages of rounds that ask any version of this form."""
    same = select(Form.id).where(Form.slug == form.slug, Form.fund_id.is_not_distinct_from(form.fund_id))
    found = db.session.execute(
        select(Stage, Round).join(Stage.round).where(Stage.form_id.in_(same)).order_by(Round.id, Stage.number)
    )
    return [(stage, round) for stage, round in found]
