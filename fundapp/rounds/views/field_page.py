"""One question on its page: the settings of its kind, filled from the form or from what was typed."""

from typing import Any

from flask import render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from fundapp.core.forms import options
from fundapp.core.web import language
from fundapp.core.words import pick
from fundapp.rounds import building, conditions, drafting, field_settings, form_check, form_lists
from fundapp.rounds.drafting import Data
from fundapp.rounds.field_data import read_field
from fundapp.rounds.field_settings import DECIMAL, PRODUCT, base_of
from fundapp.rounds.fields import FieldType
from fundapp.rounds.forms.building import KINDS, FieldForm, Rows, for_kind
from fundapp.rounds.models import Form
from fundapp.rounds.reading import Node
from fundapp.rounds.rules import MANAGE
from fundapp.rounds.views.form_parts import MARK, actor, as_asked

CELLS = (
    ("short", _l("Short text")),
    ("long", _l("Long text")),
    ("number", _l("Whole number")),
    (DECIMAL, _l("Number with decimals")),
    ("amount", _l("Amount of money")),
    (PRODUCT, _l("Amount: the number times the amount")),
    ("date", _l("Date")),
    ("url", _l("Web address")),
)
SIDES = ("label", "help")


class Page:
    """One question of a form with what its page asks."""

    def __init__(self, form: Form, key: str) -> None:
        self.form = form
        self.definition: Data = dict(form.definition)
        self.field = drafting.field_of(self.definition, key)
        self.section = drafting.home_of(self.definition, key)
        self.kind = FieldType(self.field["type"])
        self.asked = self._asked()
        self.is_stale = request.method == "POST" and self.asked.base.data != base_of(self.field)

    def _asked(self) -> FieldForm:
        data = field_settings.shown(self.field, self.definition) | {"base": base_of(self.field)}
        asked = for_kind(self.kind, is_check=bool(self.section.get("gate")))(data=data)
        offered = conditions.offered(self.definition, self.field["key"], language())
        if data["condition"] not in dict(offered):
            offered.append((data["condition"], _("A condition of its own, as it stands in the file")))
        asked.condition.choices = options(offered)
        criteria = form_lists.criteria_for(self.form)
        more = {key: {"en": key} for key in data["feeds"] if key not in criteria}
        asked.feeds.choices = options(
            (key, f"{key}: {pick(name, language())}") for key, name in {**criteria, **more}.items()
        )
        self._offer(asked)
        if request.method == "GET":
            for rows in self.rows(asked):
                rows.offer()
        for rows in self.rows(asked):
            self._offer_cells(rows)
        return asked

    def _offer(self, asked: FieldForm) -> None:
        """Fill the choices of what only some kinds have."""
        if "wanted" in asked:
            asked.wanted.choices = options(
                [("", _("Neither: only asked")), ("yes", _("Yes")), ("no", _("No"))]
            )
        if "total" in asked:
            amounts = [one for one in drafting.fields(self.definition) if one.get("type") == "amount"]
            pairs = [(one["key"], pick(one["label"], language())) for one in amounts]
            asked.total.choices = options([("", _("Nothing")), *pairs])

    @staticmethod
    def _offer_cells(rows: Rows) -> None:
        for entry in rows.entries:
            if "kind" in entry.form:
                entry.form["kind"].choices = options(CELLS)

    @staticmethod
    def rows(asked: FieldForm) -> list[Rows]:
        """Give the lists of choices and columns on the page."""
        return [asked[name] for name in ("choices", "columns") if name in asked]

    def edit_rows(self, do: str) -> bool:
        """Take a row out, move it, or offer one more, without saving; tell whether that was asked."""
        name, _colon, rest = do.partition(":")
        verb, _colon, place = rest.partition(":")
        if name not in ("choices", "columns") or name not in self.asked:
            return False
        rows, found = self.asked[name], self.asked[name].filled()
        at = int(place) if place.isdigit() and len(place) < 4 else -1
        if verb == "remove" and 0 <= at < len(found):
            del found[at]
        if verb in ("up", "down") and 0 <= at < len(found):
            to = min(max(at + (-1 if verb == "up" else 1), 0), len(found) - 1)
            found.insert(to, found.pop(at))
        rows.put(found)
        self._offer_cells(rows)
        return True

    def put(self, data: Data) -> None:
        """Write what was filled in into the form."""
        before = drafting.field_of(data, self.field["key"])
        drafting.replace_field(data, self.field["key"], field_settings.taken(before, self._values(), data))

    def _values(self) -> dict[str, Any]:
        values: dict[str, Any] = {one.name: one.data for one in self.asked}
        return values | {rows.short_name: rows.filled() for rows in self.rows(self.asked)}

    def preview(self) -> dict[str, Any]:
        """Give the question as it would be asked now: q and drawn, and what is wrong with it."""
        field = self.field
        if request.method == "POST":
            field = field_settings.taken(self.field, self._values(), self.definition)
        node = Node(field)
        read = read_field(node)
        return {"q": read, "drawn": as_asked((read,)), "wrong": node.problems}

    def drawn(self) -> str:
        """Draw the page."""
        if self.is_stale:
            self.asked.base.data = base_of(self.field)
        may_change = MANAGE(actor(), self.form) and self.form.frozen_at is None
        return render_template(
            "rounds/form_field.html",
            **self.preview(),
            form=self.form,
            field=self.field,
            section=self.section,
            asked=self.asked,
            kind=KINDS[self.kind],
            mark=MARK,
            theirs=field_settings.shown(self.field, self.definition) if self.is_stale else None,
            may_change=may_change,
            has_figure=any(value.endswith("|") for value, *_rest in self.asked.condition.iter_choices()),
            places=self._places(),
            problems=[
                one
                for one in form_check.problems(self.definition, language())
                if one.field == self.field["key"]
            ],
            was_asked=self.field["key"] in building.asked_before(self.form),
        )

    def _places(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """List the places a question can go to: by section, after which question."""
        found = []
        for section in drafting.sections(self.definition):
            places = [(f"{section['key']}:", _("At the beginning"))]
            for one in section.get("fields", []):
                if one is not self.field:
                    said = _("After “%(asked)s”", asked=pick(one.get("label"), language())[:80])
                    places.append((f"{section['key']}:{one['key']}", said))
            found.append((pick(section.get("title"), language()), places))
        return found
