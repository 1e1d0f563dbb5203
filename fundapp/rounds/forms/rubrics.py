"""What is filled in about a rubric: its head, one criterion with its levels, a file to take in."""

import re
from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    FieldList,
    FormField,
    HiddenField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms import Form as PlainForm
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, ValidationError

from fundapp.core.forms import Form, OnceForm
from fundapp.core.words import LANGUAGES
from fundapp.rounds.rubrics import with_criterion

FILL = _l("Fill this in.")
SLUG = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,39}")
MOST_LEVELS = 11


def lines(text: str | None) -> list[str]:
    """Split a text into its lines, without the empty ones."""
    return [line.strip() for line in (text or "").splitlines() if line.strip()]


def _slug(form: Any, field: Any) -> None:
    if not SLUG.fullmatch(field.data or ""):
        raise ValidationError(_("Use small letters, digits and single hyphens, such as our-rubric."))


class NewRubricForm(OnceForm):
    """Begin a rubric."""

    slug = StringField(_l("Short name"), [DataRequired(FILL), Length(max=60), _slug])
    source = SelectField(_l("Begin with"), [DataRequired(FILL)])


class TakeInForm(Form):
    """Take in a rubric from a file."""

    file = FileField(_l("YAML file"))


class _Written(Form):
    """A form about a rubric that two windows may have open. seen: the row version on the page."""

    seen = HiddenField()

    @property
    def version(self) -> int:
        """The row version the writer saw; 0 when it was lost on the way."""
        return int(self.seen.data) if str(self.seen.data or "").isdigit() else 0


def _pairs(first: Any, second: Any) -> None:
    """Refuse two lists that do not stand beside each other line by line."""
    one, other = len(lines(first.data)), len(lines(second.data))
    if one != other:
        raise ValidationError(
            _(
                "The lines stand beside each other: %(one)d in English, %(other)d in Dutch.",
                one=one,
                other=other,
            )
        )


class HeadForm(_Written):
    """What a rubric is called, its rules, and its threshold."""

    name_en = StringField(_l("Name in English"), [DataRequired(FILL), Length(max=200)])
    name_nl = StringField(_l("Name in Dutch"), [DataRequired(FILL), Length(max=200)])
    rules_en = TextAreaField(_l("Rules for reviewers, in English"), [Optional(), Length(max=4000)])
    rules_nl = TextAreaField(_l("Rules for reviewers, in Dutch"), [Length(max=4000)])
    threshold = StringField(_l("Threshold"), [Optional(), Length(max=12)])
    lowest = IntegerField(_l("Lowest of its scale"), [Optional()])
    highest = IntegerField(_l("Highest of its scale"), [Optional()])

    def validate_rules_nl(self, field: Any) -> None:
        """Check that the rules stand in pairs."""
        _pairs(self.rules_en, field)

    def validate_threshold(self, field: Any) -> None:
        """Check that a threshold lies on its scale."""
        lowest, highest = self.lowest.data, self.highest.data
        try:
            value = float(field.data.replace(",", "."))
        except ValueError as fault:
            raise ValidationError(_("Write a number, such as 5.0.")) from fault
        if lowest is None or highest is None or not lowest <= value <= highest or lowest == highest:
            raise ValidationError(_("Fill in the scale this number is on."))

    @classmethod
    def of(cls, written: Mapping[str, Any], seen: int) -> "HeadForm":
        """Fill the form from a definition."""
        threshold = written.get("threshold") or {}
        rules = written.get("rules") or []
        return cls(
            formdata=None,
            seen=seen,
            name_en=written["name"].get("en"),
            name_nl=written["name"].get("nl"),
            rules_en="\n".join(rule.get("en", "") for rule in rules),
            rules_nl="\n".join(rule.get("nl", "") for rule in rules),
            threshold=threshold.get("value"),
            lowest=threshold.get("lowest"),
            highest=threshold.get("highest"),
        )

    def put(self, written: dict[str, Any]) -> dict[str, Any]:
        """Give the definition with this head."""
        rules = zip(lines(self.rules_en.data), lines(self.rules_nl.data), strict=True)
        made = written | {
            "name": {"en": self.name_en.data.strip(), "nl": self.name_nl.data.strip()},
            "rules": [{"en": en, "nl": nl} for en, nl in rules],
        }
        made.pop("threshold", None)
        if (self.threshold.data or "").strip():
            value = self.threshold.data.strip().replace(",", ".")
            made["threshold"] = {"value": value, "lowest": self.lowest.data, "highest": self.highest.data}
        return made


def _spread(part: str, texts: Mapping[str, str]) -> dict[str, str | None]:
    """Give the texts as fields, one a language."""
    return {f"{part}_{lang}": texts.get(lang) for lang in LANGUAGES}


class LevelForm(PlainForm):
    """One level: what it is called, and what has to be true for it."""

    label_en = StringField(_l("Label in English"), [Length(max=120)])
    label_nl = StringField(_l("Label in Dutch"), [Length(max=120)])
    anchor_en = TextAreaField(_l("Anchor in English"), [Length(max=1000)])
    anchor_nl = TextAreaField(_l("Anchor in Dutch"), [Length(max=1000)])


class CriterionForm(_Written):
    """One criterion. What is still empty may stay so while the rubric is written."""

    key = StringField(_l("Key"), [DataRequired(FILL)])
    weight = IntegerField(_l("Weight"), [InputRequired(FILL), NumberRange(0, 100)])
    name_en = StringField(_l("Name in English"), [Length(max=200)])
    name_nl = StringField(_l("Name in Dutch"), [Length(max=200)])
    question_en = TextAreaField(_l("Question in English"), [Length(max=1000)])
    question_nl = TextAreaField(_l("Question in Dutch"), [Length(max=1000)])
    evidence_en = TextAreaField(_l("Evidence to look for, in English"), [Optional(), Length(max=2000)])
    evidence_nl = TextAreaField(_l("Evidence to look for, in Dutch"), [Length(max=2000)])
    group_en = StringField(_l("Group in English"), [Length(max=120)])
    group_nl = StringField(_l("Group in Dutch"), [Length(max=120)])
    allows_na = BooleanField(_l("May be left as not applicable (N/A)"))
    asks_expected = BooleanField(_l("Also asks for the level expected after the project"))
    is_public = BooleanField(_l("Shown to applicants"))
    lowest = IntegerField(_l("Lowest score"), [InputRequired(FILL), NumberRange(-10, 100)])
    levels = FieldList(FormField(LevelForm), max_entries=MOST_LEVELS)

    taken: frozenset[str] = frozenset()
    """Keys of the other criteria."""

    def validate_key(self, field: Any) -> None:
        """Check that a key is one, and is used once."""
        field.data = (field.data or "").strip()
        if not KEY.fullmatch(field.data):
            raise ValidationError(_("Use a letter, then letters, digits and _, such as P1."))
        if field.data in self.taken:
            raise ValidationError(_("Another criterion has this key."))

    def validate_evidence_nl(self, field: Any) -> None:
        """Check that the evidence stands in pairs."""
        _pairs(self.evidence_en, field)

    @classmethod
    def of(cls, written: Mapping[str, Any], data: Mapping[str, Any], seen: int) -> "CriterionForm":
        """Fill the form from one criterion of a definition."""
        group = (written.get("groups") or {}).get(data.get("group") or "", {})
        evidence = data.get("evidence") or []
        return cls(
            formdata=None,
            data={
                "seen": seen,
                "key": data["key"],
                "weight": data["weight"],
                "allows_na": data.get("allows_na", True),
                "asks_expected": data.get("asks_expected", False),
                "is_public": data.get("is_public", True),
                "lowest": data["levels"][0]["value"],
                **{
                    f"{part}_{lang}": data[part].get(lang)
                    for part in ("name", "question")
                    for lang in LANGUAGES
                },
                **{f"group_{lang}": group.get(lang) for lang in LANGUAGES},
                **{
                    f"evidence_{lang}": "\n".join(one.get(lang, "") for one in evidence) for lang in LANGUAGES
                },
                "levels": [
                    {
                        f"{part}_{lang}": level[part].get(lang)
                        for part in ("label", "anchor")
                        for lang in LANGUAGES
                    }
                    for level in data["levels"]
                ],
            },
        )

    def put(self, written: dict[str, Any], key: str | None) -> dict[str, Any]:
        """Give the definition with this criterion in the place of `key`, or at the end."""
        made = dict(written)
        group = self._group(made)
        evidence = zip(lines(self.evidence_en.data), lines(self.evidence_nl.data), strict=True)
        data = {
            "key": self.key.data,
            "group": group,
            "weight": self.weight.data,
            "asks_expected": self.asks_expected.data,
            "allows_na": self.allows_na.data,
            "is_public": self.is_public.data,
            "name": self._texts("name"),
            "question": self._texts("question"),
            "evidence": [{"en": en, "nl": nl} for en, nl in evidence],
            "levels": [
                {
                    "value": self.lowest.data + place,
                    "label": {lang: (level[f"label_{lang}"].data or "").strip() for lang in LANGUAGES},
                    "anchor": {lang: (level[f"anchor_{lang}"].data or "").strip() for lang in LANGUAGES},
                }
                for place, level in enumerate(self.levels)
            ],
        }
        made = with_criterion(made, key, data)
        used = {one.get("group") for one in made["criteria"]}
        return made | {"groups": {name: texts for name, texts in made["groups"].items() if name in used}}

    def _texts(self, part: str) -> dict[str, str]:
        return {lang: (self[f"{part}_{lang}"].data or "").strip() for lang in LANGUAGES}

    def _group(self, written: dict[str, Any]) -> str:
        """Find the group by its name, or make one; empty for none."""
        texts = self._texts("group")
        if not any(texts.values()):
            return ""
        groups = dict(written.get("groups") or {})
        known = next((key for key, named in groups.items() if named == texts), None)
        if known is None:
            known = next(f"group_{number}" for number in range(1, 1000) if f"group_{number}" not in groups)
            written["groups"] = groups | {known: texts}
        return known
