"""The settings of one question, as a page shows and takes them, and as a form keeps them."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from fundapp.core.words import LANGUAGES
from fundapp.rounds import conditions, drafting
from fundapp.rounds.drafting import Data
from fundapp.rounds.fields import CHOSEN, FieldType
from fundapp.rounds.reading import digest_of

PLAIN = ("required", "identifying", "advised", "hard", "lowest", "highest", "decimals", "max_files", "rows")
DECIMAL, PRODUCT = "decimal", "product"
"""Kinds of columns beside those of questions: a number with decimals, and a number times an amount."""
CELL = {"short": 200, "long": 5000, "url": 500}
"""The most characters of a new column's cells."""


def shown(field: Mapping[str, Any], definition: Data) -> dict[str, Any]:
    """Give the settings of a question as the page shows them."""
    values = {name: field.get(name) for name in PLAIN if name in field}
    for language in LANGUAGES:
        for name in ("label", "help", "unwanted"):
            values[f"{name}_{language}"] = (field.get(name) or {}).get(language, "")
    for name in ("earliest", "latest"):
        values[name] = date.fromisoformat(str(field[name])) if field.get(name) else None
    wanted = field.get("wanted")
    values["wanted"] = "" if wanted is None else ("yes" if wanted else "no")
    values["condition"], values["figure"] = conditions.shown(field.get("shown_if"), definition)
    values["feeds"] = list(field.get("feeds") or [])
    values["total"] = (field.get("total") or {}).get("field", "")
    values["choices"] = [
        {"value": one.get("value"), **one.get("label", {})} for one in field.get("choices", [])
    ]
    values["columns"] = [_column_shown(one) for one in field.get("columns", [])]
    return values


def _column_shown(column: Mapping[str, Any]) -> dict[str, Any]:
    kind = str(column.get("type", "short"))
    if column.get("product"):
        kind = PRODUCT
    elif column.get("decimals"):
        kind = DECIMAL
    return {
        "key": column.get("key"),
        "kind": kind,
        "required": column.get("required"),
        **column.get("label", {}),
    }


def taken(field: Mapping[str, Any], values: Mapping[str, Any], definition: Data) -> Data:
    """Give the question with other settings; what the page does not ask stays as it is."""
    made: Data = dict(field) | {name: values[name] for name in PLAIN if name in values}
    for name in ("label", "help", "unwanted"):
        if f"{name}_en" in values:
            made[name] = {one: _line_ends(values[f"{name}_{one}"]) for one in LANGUAGES}
    for name in ("help", "unwanted"):
        if not any((made.get(name) or {}).values()):
            made.pop(name, None)
    for name in ("earliest", "latest"):
        if name in values:
            made[name] = values[name].isoformat() if values[name] else None
    if "wanted" in values:
        made["wanted"] = {"yes": True, "no": False}.get(values["wanted"])
    made["shown_if"] = conditions.taken(values.get("condition") or "", values.get("figure"), made, definition)
    made["feeds"] = list(values.get("feeds") or [])
    _take_lists(made, field, values)
    return {key: value for key, value in made.items() if _says(key, value)}


def _says(key: str, value: Any) -> bool:
    """Tell whether a setting has to be written down: what is the usual thing is not."""
    if value is False:
        return key in ("wanted", "default")
    return value is not None and value not in ("", [], {}) and (key, value) != ("decimals", 0)


def _take_lists(made: Data, field: Mapping[str, Any], values: Mapping[str, Any]) -> None:
    if FieldType(made["type"]) in CHOSEN and "choices" in values:
        made["choices"] = _choices(values["choices"])
    if "columns" in values:
        made["columns"] = _columns(values["columns"], field.get("columns", []))
        made["total"] = _total(made["columns"], values.get("total"))
        made["decimals"] = None


def _line_ends(text: str | None) -> str:
    return (text or "").replace("\r\n", "\n").replace("\x00", "").strip()


def _texts(row: Mapping[str, Any]) -> dict[str, str]:
    """Give a text in both languages; what is written in one stands for both until it is translated."""
    texts = {one: _line_ends(row.get(one)) for one in LANGUAGES}
    return {one: text or next(filter(None, texts.values()), "") for one, text in texts.items()}


def _choices(rows: list[Mapping[str, Any]]) -> list[Data]:
    made: list[Data] = []
    for row in rows:
        known = {"sections": [{"fields": [{"key": one["value"]} for one in made]}]}
        value = row.get("value") or drafting.fresh_key(known, _texts(row)["en"], fallback="choice")
        made.append({"value": value, "label": _texts(row)})
    return made


def _columns(rows: list[Mapping[str, Any]], before: list[Data]) -> list[Data]:
    old = {one.get("key"): one for one in before}
    made: list[Data] = []
    for row in rows:
        known = {"sections": [{"fields": [*made, *before]}]}
        key = row.get("key") or drafting.fresh_key(known, _texts(row)["en"], fallback="column")
        made.append(_column(key, row, old.get(key, {})))
    return _multiplied(made)


def _column(key: str, row: Mapping[str, Any], before: Data) -> Data:
    kind = row.get("kind") or "short"
    column: Data = {
        "key": key,
        "type": {DECIMAL: "number", PRODUCT: "amount"}.get(kind, kind),
        "label": _texts(row),
    }
    if row.get("required") and kind != PRODUCT:
        column["required"] = True
    if kind in CELL:
        column["hard"] = before.get("hard") or CELL[kind]
    if kind == DECIMAL:
        column["decimals"] = before.get("decimals") or 2
    if kind == PRODUCT:
        column["product"] = []
    return column


def _multiplied(columns: list[Data]) -> list[Data]:
    """Let a product multiply the first number and the first amount of the table."""
    number = next((one["key"] for one in columns if one["type"] == "number"), None)
    rate = next((one["key"] for one in columns if one["type"] == "amount" and "product" not in one), None)
    for one in columns:
        if "product" in one:
            one["product"] = [key for key in (number, rate) if key]
    return columns


def _total(columns: list[Data], field: str | None) -> Data | None:
    """Say what adds up: the product where there is one, else the last column of amounts."""
    amounts = [one for one in columns if one["type"] == "amount"]
    products = [one for one in amounts if one.get("product")]
    if not (field and amounts):
        return None
    return {"column": (products or amounts)[-1]["key"], "field": field}


def base_of(part: Mapping[str, Any]) -> str:
    """Name exactly this state of a question or section, to tell two windows apart."""
    return digest_of({key: value for key, value in part.items() if key != "fields"})[:16]
