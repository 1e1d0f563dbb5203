"""Form parts: every field is named, explained and, when wrong, said so in words beside it."""

from collections.abc import Iterator
from typing import Any

import html5lib
import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from fundapp.core.forms import Form, options


class Proposal(Form):
    """A little of everything."""

    title = StringField("Name", [InputRequired("Give it a name.")], description="As people call it.")
    summary = TextAreaField("Summary", [Length(max=20, message="Shorten this.")])
    country = SelectField("Country", [Optional()], choices=options([("NL", "Netherlands")]))
    other = RadioField(
        "Other money?", [InputRequired("Choose one.")], choices=options([("y", "Yes"), ("n", "No")])
    )
    agree = BooleanField("I agree", [InputRequired("Tick this.")])


@pytest.fixture
def forms(app: Flask) -> Iterator[Any]:
    """The macros, in a request."""
    with app.test_request_context("/"):
        yield app.jinja_env.get_template("macros/forms.html").make_module()


def _tree(html: str) -> Any:
    return html5lib.parse(html, namespaceHTMLElements=False)


def _filled(**given: str) -> Proposal:
    form = Proposal(formdata=MultiDict(given), meta={"csrf": False})
    form.validate()
    return form


def _described(field: Any) -> list[str]:
    return str(field.get("aria-describedby") or "").split()


def test_a_field_is_labelled_and_explained(forms: Any) -> None:
    form = Proposal(formdata=None)

    tree = _tree(forms.field(form.title))

    field, label = tree.find(".//input"), tree.find(".//label")
    assert (label.get("for"), "".join(label.itertext())) == (field.get("id"), "Name")
    assert [tree.find(f".//*[@id='{name}']").text for name in _described(field)] == ["As people call it."]
    assert field.get("aria-invalid") is None


def test_a_wrong_field_says_so_above_itself(forms: Any) -> None:
    form = _filled(title="")

    tree = _tree(forms.field(form.title))

    field = tree.find(".//input")
    texts = ["".join(tree.find(f".//*[@id='{name}']").itertext()) for name in _described(field)]
    order = [part.get("id") for part in tree.iter() if part.get("id")]
    assert texts == ["As people call it.", "Error: Give it a name."]
    assert field.get("aria-invalid") == "true"
    assert order.index("title-e") < order.index("title")


@pytest.mark.parametrize(
    ("name", "is_marked"), [("title", False), ("summary", True), ("country", False), ("other", False)]
)
def test_only_what_may_stay_empty_is_marked_optional(forms: Any, name: str, is_marked: bool) -> None:
    assert ("(optional)" in forms.field(Proposal(formdata=None)[name])) is is_marked


def test_a_limit_brings_a_counter_that_the_field_refers_to(forms: Any) -> None:
    form = _filled(title="x", summary="twelve chars")

    tree = _tree(forms.field(form.summary, advised=1200, hard=1500))

    area, bar = tree.find(".//textarea"), tree.find(".//progress")
    assert tree.find(f".//*[@id='{_described(area)[-1]}']").get("class") == "count"
    assert (area.get("data-advised"), area.get("data-hard"), bar.get("max"), bar.get("value")) == (
        "1200", "1500", "1500", "12",
    )  # fmt: skip
    assert "Advised: up to 1,200" in "".join(tree.itertext())


def test_a_choice_is_a_group_with_its_question(forms: Any) -> None:
    form = _filled(title="x")

    tree = _tree(forms.field(form.other))

    group = tree.find(".//fieldset")
    assert "".join(group.find("legend").itertext()) == "Other money?"
    assert [label.get("for") for label in group.iter("label")] == [
        box.get("id") for box in group.iter("input")
    ]
    assert _described(group) == ["other-e"]


def test_the_summary_links_to_each_wrong_field(forms: Any) -> None:
    form = _filled(title="", summary="far more than twenty characters")

    summary, page = _tree(forms.error_summary(form)), "".join(forms.field(field) for field in form)

    targets = [link.get("href") for link in summary.iter("a")]
    assert summary.find(".//h2").text == "4 things to fix"
    assert targets == ["#title", "#summary", "#other-0", "#agree"]
    assert all(f'id="{target[1:]}"' in page for target in targets)


def test_nothing_wrong_means_no_summary(forms: Any) -> None:
    form = _filled(title="x", other="y", agree="y")

    assert forms.error_summary(form) == ""


def test_what_people_typed_is_escaped(forms: Any) -> None:
    form = _filled(title='"><script>alert(1)</script>')

    assert _tree(forms.field(form.title)).find(".//script") is None
