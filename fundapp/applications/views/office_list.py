"""The list of applications in the office: looked for, narrowed, ordered, kept, taken along as a file."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from flask import Response, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from fundapp.accounts.models import RoleName
from fundapp.accounts.rules import OFFICE_ROLES
from fundapp.applications import (
    listings,
    office_choices,
    office_columns,
    office_list,
    search_forms,
    search_texts,
)
from fundapp.applications import search_keys as keys
from fundapp.applications.models import ApplicationState
from fundapp.applications.search_words import Asked, Fault, read
from fundapp.applications.views.blueprint import bp
from fundapp.applications.workflow import WORDS
from fundapp.core import countries
from fundapp.core.guard import guard
from fundapp.core.web import language
from fundapp.core.words import pick
from fundapp.funds.models import Fund
from fundapp.rounds import queries as rounds
from fundapp.rounds.models import Round
from fundapp.rounds.rules import MANAGE
from fundapp.rounds.rules import OFFICE as ROUND_OFFICE

MOST_IN_FILE = 20_000
KEPT = ("q", "sort", "c")
"""What an address says of a list; the place on its pages comes beside it."""


def office_round(user: Any, id: int) -> Round | None:
    """Load a round of the person's office, and show times in its fund's zone."""
    found = rounds.office_round(user, id)
    if found is not None:
        g.zone = found.fund.zone
    return found


@dataclass
class Looking:
    """What the address asks for: a search, an order, columns, a place; of one round or of all."""

    round: Round | None
    funds: list[Fund]
    asked: Asked
    sort: str
    columns: list[office_columns.Column]
    chosen: list[str] = field(default_factory=list)

    @classmethod
    def here(cls, round: Round | None) -> "Looking":
        """Read the address (or the form that came from such a page)."""
        funds = [round.fund] if round else office_list.funds_of(current_user)
        if not round and len({fund.zone for fund in funds}) == 1:
            g.zone = funds[0].zone
        chosen = [
            key
            for part in request.values.getlist("c")
            for key in part.split(",")
            if key in office_columns.COLUMNS
        ]
        return cls(
            round,
            funds,
            read(request.values.get("q", "")),
            office_list.allowed(request.values.get("sort", "")[:40], current_user),
            office_columns.chosen(chosen or _usual(round), current_user),
            chosen,
        )

    @cached_property
    def asking(self) -> keys.Asking:
        """Who looks, when and where."""
        zones = {fund.zone for fund in self.funds}
        zone = zones.pop() if len(zones) == 1 else "UTC"
        themes = {theme["key"]: theme for fund in self.funds for theme in fund.themes}
        return keys.Asking(current_user._get_current_object(), g.arrived_at, zone, themes)

    @cached_property
    def wanted(self) -> Any:
        """Give the condition of what is looked for, with its permission; nothing where a word is wrong."""
        found = keys.condition(self.asked, self.asking)
        base = office_list.scope(current_user, self.round.id if self.round else None)
        return base & found if not self.asked.faults else office_list.NOTHING

    def url(self, **changes: Any) -> str:
        """Give the address of this list with something else in it."""
        given: dict[str, Any] = {
            "q": self.asked.text,
            "sort": "" if self.sort == office_list.FIRST else self.sort,
        }
        given["c"] = ",".join(self.chosen)
        given |= changes
        kept = {name: value for name, value in given.items() if value}
        if self.round:
            return url_for(".office_index", id=self.round.id, **kept)
        return url_for(".office_all", **kept)

    def sorting_by(self, sort: str, is_down_first: bool) -> tuple[str, str | None]:
        """Give the address that puts the list in this order, and its present direction."""
        if self.sort.lstrip("-") != sort:
            return self.url(sort=f"-{sort}" if is_down_first else sort), None
        if self.sort.startswith("-"):
            return self.url(sort=sort), "descending"
        return self.url(sort=f"-{sort}"), "ascending"


def _usual(round: Round | None) -> tuple[str, ...]:
    if round is None:
        return (*office_columns.USUAL, "round")
    return (*office_columns.USUAL, "stage") if len(round.stages) > 1 else office_columns.USUAL


@bp.get("/office/applications")
@guard(OFFICE_ROLES)
def office_all() -> Any:
    """List the applications of all rounds of the person's funds."""
    return _list(Looking.here(None))


@bp.get("/office/rounds/<int:id>/applications")
@guard(ROUND_OFFICE, office_round)
def office_index(round: Round) -> Any:
    """List the applications of a round."""
    return _list(Looking.here(round))


def _list(looking: Looking) -> Any:
    if "narrow" in request.args:
        return redirect(looking.url(q=search_forms.rewritten(looking.asked, _filters())))
    if "csv" in request.args:
        return _file(looking)
    return render_template("applications/office_index.html", **_page(looking))


def _filters() -> dict[str, str]:
    names = (*search_forms.ONE_VALUE, "least", "most")
    return {name: request.args[name][:120] for name in names if name in request.args}


def _page(looking: Looking) -> dict[str, Any]:
    wanted, text = looking.wanted, request.args.get("at", "")
    place = office_list.read_place(text, looking.sort) if text else None
    page = office_list.page(wanted, sort=looking.sort, place=place)
    number = office_list.counted(wanted) if place or page.after else len(page.rows)
    shown = office_columns.Shown({fund.id: fund for fund in looking.funds}, language(), g.arrived_at)
    office_columns.load(page.rows, looking.columns, shown)
    lines = [_line(row, looking, shown) for row in page.rows]
    ids = [row.id for row in page.rows]
    counts = listings.office_counts(current_user, looking.round.id) if looking.round else {}
    return {
        "looking": looking,
        "round": looking.round,
        "lines": lines,
        "pager": _pager(looking, page, number),
        "number": number,
        "snippets": search_texts.snippets(ids, keys.free_words(looking.asked)),
        "faults": _told(looking.asked),
        "dropping": _dropping(looking) if not page.rows and not looking.asked.faults else [],
        "counts": counts,
        "words": WORDS,
        "present": search_forms.present(looking.asked),
        "waiting": _waiting(looking.round, counts),
        **_furniture(looking),
    }


def _waiting(round: Round | None, counts: dict[ApplicationState, int]) -> int:
    may = round is not None and MANAGE(current_user, round) and round.state != "published"
    return counts.get(ApplicationState.SUBMITTED, 0) if may else 0


def _line(row: Any, looking: Looking, shown: office_columns.Shown) -> dict[str, Any]:
    cells = [
        (column, office_columns.value(column, row, shown, current_user))
        for column in looking.columns
        if column.kind != "tags"
    ]
    tags = [shown.of(column.load, row) for column in looking.columns if column.kind == "tags" and column.load]
    return {"row": row, "cells": cells, "tags": [name for names in tags for name in names or ()]}


def _pager(looking: Looking, page: office_list.Page, number: int) -> dict[str, Any]:
    many = number > office_list.MOST_COUNTED
    return {
        "newer_url": looking.url(at=page.before.write()) if page.before else None,
        "older_url": looking.url(at=page.after.write()) if page.after else None,
        "count_text": _("More than %(num)d applications", num=office_list.MOST_COUNTED)
        if many
        else ngettext("%(num)d application", "%(num)d applications", number),
    }


def _furniture(looking: Looking) -> dict[str, Any]:
    """Give what stands around the list: views, columns to choose, what filters and steps offer."""
    funds = [fund.id for fund in looking.funds]
    around = office_choices.choices(current_user._get_current_object(), funds)
    return {
        "views": _views(looking, around.views),
        "columns": list(office_columns.chosen(office_columns.COLUMNS, current_user)),
        "keys": keys.listed(),
        "themes": {theme["key"]: pick(theme, language()) for fund in looking.funds for theme in fund.themes},
        "leads": around.leads,
        "tags": around.tags,
        "countries": countries.names(language()),
        "may_step": bool(set(funds) & set(current_user.funds(RoleName.MANAGER))),
    }


def _views(looking: Looking, kept: list[Any]) -> list[dict[str, Any]]:
    """List the views: the ones everybody has, and those that were kept."""
    ready = [
        (_("All"), "", "", ""),
        (_("Mine"), "lead:me", "", ""),
        (_("Received"), "state:submitted", "", ""),
        (_("Nobody's yet"), "lead:none state:submitted,in_review", "", ""),
        (_("Flagged"), "flag:yes", "", ""),
    ]
    saved = [(view.name, view.query, view.sort, ",".join(view.columns)) for view in kept]
    now = looking.asked.text
    return [
        {"name": name, "url": looking.url(q=query, sort=sort, c=columns), "is_current": now == query}
        for name, query, sort, columns in (*ready, *saved)
    ]


# --- what was wrong, or not there ------------------------------------------------------


def _told(asked: Asked) -> list[dict[str, str]]:
    """Give each fault once with the text around it; one that lies in another is left out."""
    told: list[Fault] = []
    for fault in asked.faults:
        if not any(fault.start < other.stop and other.start < fault.stop for other in told):
            told.append(fault)
    return [
        {
            "before": asked.text[: fault.start],
            "wrong": asked.text[fault.start : fault.stop],
            "after": asked.text[fault.stop :],
            "message": fault.message,
            "without": asked.without(fault),
        }
        for fault in told[:3]
    ]


def _dropping(looking: Looking) -> list[tuple[str, str]]:
    """Say which word, left out, would let something be found: pairs (word, address without it)."""
    parts = looking.asked.parts
    if not 1 < len(parts) <= 12:
        return []
    base = office_list.scope(current_user, looking.round.id if looking.round else None)
    conditions = [keys.part_condition(part, looking.asking) for part in parts]
    text = looking.asked.text
    found = [parts[place] for place in office_list.which_are_empty(base, conditions)]
    return [(text[one.start : one.stop], looking.url(q=looking.asked.without(one))) for one in found]


# --- a file ------------------------------------------------------------------------


def _file(looking: Looking) -> Any:
    if looking.asked.faults:
        flash(looking.asked.faults[0].message, "bad")
        return redirect(looking.url())
    rows = office_list.every_row(looking.wanted, sort=looking.sort, most=MOST_IN_FILE)
    return csv_of(rows, looking)


def csv_of(rows: list[Any], looking: Looking) -> Response:
    """Give rows as a file to keep."""
    shown = office_columns.Shown({fund.id: fund for fund in looking.funds}, language(), g.arrived_at)
    body = office_columns.write_csv(rows, looking.columns, shown, current_user)
    name = looking.round.slug if looking.round else "applications"
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return Response(body, mimetype="text/csv", headers=headers)
