"""Which form and which rubric a stage can ask: what we ship, what the fund made, what it uses now."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from flask import g
from flask_babel import gettext as _

from fundapp.core.forms import options
from fundapp.core.web import language
from fundapp.core.words import pick
from fundapp.funds.models import Fund
from fundapp.rounds import definitions, queries, rubrics, service
from fundapp.rounds.models import Form, Rubric, Stage

LIBRARY = Path(definitions.__file__).parent / "library"
FIRST = ("proposal_form", "digital_commons")
"""What a new round begins with."""


@cache
def shipped(kind: type) -> tuple[str, ...]:
    """Name the shipped definitions of one kind: forms or rubrics."""
    names = sorted((path.stem for path in LIBRARY.glob("*.yaml")), key=lambda name: (name not in FIRST, name))
    return tuple(name for name in names if isinstance(definitions.load_library(name), kind))


def offer(form: Any, fund: Fund, stage: Stage | None = None) -> None:
    """Fill the two selects of a form; what the stage uses now comes first."""
    own_forms = _own(queries.forms_for(fund.id), fund, stage.form if stage else None)
    whole = [row for row in queries.rubrics_for(fund.id) if rubrics.is_whole(row)]
    own_rubrics = _own(whole, fund, stage.rubric if stage else None)
    form.form.choices = options([*own_forms, *_shipped(definitions.Form)])
    form.rubric.choices = options([*own_rubrics, *_shipped(definitions.Rubric)])


def _shipped(kind: type) -> list[tuple[str, str]]:
    return [
        (f"shipped:{name}", pick(definitions.load_library(name).name, language()))
        for name in shipped(kind)
        if not getattr(definitions.load_library(name), "report", "")
    ]


def _own(rows: list[Any], fund: Fund, used: Form | Rubric | None) -> list[tuple[str, str]]:
    """List what is in use, then the newest version of what the fund made or was taken in for all."""
    ours = {definitions.load_library(name).slug for name in definitions.shipped_names()}
    newest = {
        row.slug: row
        for row in reversed(rows)
        if (row.fund_id == fund.id or (row.fund_id is None and row.slug not in ours))
        and not (isinstance(row, Form) and row.definition.get("report"))
    }
    own = [(f"row:{row.id}", _versioned(row)) for row in newest.values() if used is None or row.id != used.id]
    if used is None:
        return own
    return [(f"row:{used.id}", _("%(name)s (in use)", name=_name(used))), *own]


def _versioned(row: Form | Rubric) -> str:
    return str(_("%(name)s, version %(number)d", name=_name(row), number=row.number))


def _name(row: Form | Rubric) -> str:
    texts = row.definition.get("name") if isinstance(row, Form) else row.name
    return pick(texts or {}, language()) or row.slug


def chosen(form: Any, fund: Fund) -> dict[str, Any]:
    """Give the rows of the form and rubric that were chosen; none where they can't be."""
    if "rubric" not in form:
        return {}
    kinds: tuple[tuple[str, Callable[..., Any], list[Any]], ...] = (
        ("form", service.install_form, queries.forms_for(fund.id)),
        ("rubric", service.install_rubric, queries.rubrics_for(fund.id)),
    )
    rows: dict[str, Any] = {}
    for name, install, known in kinds:
        where, _colon, what = form[name].data.partition(":")
        if where == "shipped":
            rows[name] = install(what, at=g.arrived_at)
        else:
            rows[name] = next(row for row in known if str(row.id) == what)
    return rows
