"""What managers fill in about the terms of a fund: articles of its agreements, rules for changes."""

import re
from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import FieldList, FormField, HiddenField, IntegerField, SelectField, StringField, TextAreaField
from wtforms import Form as Part
from wtforms.validators import Length, Optional
from wtforms.widgets import HiddenInput

from fundapp.core.forms import Form, options
from fundapp.core.words import LANGUAGES
from fundapp.grants import texts
from fundapp.grants.forms.rows import moved
from fundapp.grants.policy import BY_WORDS, RULES, By

ROW = re.compile(r"rows-(\d{1,3})-(\w+)")
PARTS = tuple(f"{name}_{code}" for name in ("heading", "text") for code in LANGUAGES)


class RuleRow(Part):
    """Who agrees to one kind of change."""

    key = HiddenField()
    by = SelectField(_l("Who agrees"), choices=options((by.value, word) for by, word in BY_WORDS.items()))
    upto = IntegerField(_l("Staff up to"), [Optional()])


class PolicyForm(Form):
    """The fund's rules for changes."""

    version = IntegerField(widget=HiddenInput())
    rows = FieldList(FormField(RuleRow))

    def rules(self) -> dict[str, dict[str, Any]]:
        """Give the rules as they were filled in."""
        return {
            str(row.key.data): {"by": row.by.data or By.COMMITTEE.value, "upto": row.upto.data}
            for row in self.rows
            if row.key.data in RULES
        }


class ArticleForm(Part):
    """One article in both languages."""

    heading_en = StringField(_l("Heading in English"), [Length(max=texts.LONGEST_HEADING)])
    heading_nl = StringField(_l("Heading in Dutch"), [Length(max=texts.LONGEST_HEADING)])
    text_en = TextAreaField(_l("Text in English"), [Length(max=texts.LONGEST_TEXT)])
    text_nl = TextAreaField(_l("Text in Dutch"), [Length(max=texts.LONGEST_TEXT)])


class TextForm(Form):
    """The articles of a fund's agreements."""

    version = IntegerField(widget=HiddenInput())
    rows = FieldList(FormField(ArticleForm), max_entries=texts.MOST)

    def articles(self) -> list[texts.Article]:
        """Give the articles as they were typed; empty ones are left out."""
        found = []
        for row in self.rows:
            typed = {name: (row[name].data or "").replace("\r\n", "\n").strip() for name in PARTS}
            if any(typed.values()):
                heading, text = (
                    {code: typed[f"{name}_{code}"] for code in LANGUAGES} for name in ("heading", "text")
                )
                found.append(texts.Article(heading=heading, text=text))
        return found


def filled_text(articles: Iterable[texts.Article], number: int) -> TextForm:
    """Give the form with articles in it. number: of the text they come from."""
    typed: MultiDict[str, str] = MultiDict({"version": str(number)})
    for place, article in enumerate(articles):
        for code in LANGUAGES:
            typed[f"rows-{place}-heading_{code}"] = article["heading"][code]
            typed[f"rows-{place}-text_{code}"] = article["text"][code]
    return TextForm(typed)


def rearranged_text(given: MultiDict[str, str], wish: str) -> TextForm:
    """Give the form as it was typed with one article added, moved or taken out, as `moved` does."""
    rows: dict[int, dict[str, str]] = {}
    for key, text in given.items():
        if found := ROW.fullmatch(key):
            rows.setdefault(int(found[1]), {})[found[2]] = text
    order = moved([rows[place] for place in sorted(rows)], wish, texts.MOST, {})
    typed: MultiDict[str, str] = MultiDict({"version": given.get("version", "")})
    for place, row in enumerate(order):
        for name in PARTS:
            typed[f"rows-{place}-{name}"] = row.get(name, "")
    return TextForm(typed)
