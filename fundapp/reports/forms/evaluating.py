"""What is filled in about evaluations: title, chapters, remarks, the evaluator, signature, decision."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DateField, HiddenField, RadioField, StringField, TextAreaField
from wtforms.validators import Email, InputRequired, Length, Optional

from fundapp.core.forms import EmptyForm, Form, OnceForm, filled, options
from fundapp.core.words import LANGUAGES
from fundapp.reports.chapters import LONGEST
from fundapp.reports.evaluation_workflow import COURSES

FILL = _l("Fill this in.")
TONGUES = (("en", "English"), ("nl", "Nederlands"))


class EvaluationForm(OnceForm):
    """A new evaluation: what it is called, and over which period it looks."""

    title_en = StringField(_l("Title, English"), [InputRequired(FILL), Length(max=160)])
    title_nl = StringField(_l("Title, Dutch"), [InputRequired(FILL), Length(max=160)])
    from_on = DateField(_l("First day of the period"), [InputRequired(FILL)])
    until_on = DateField(_l("Last day of the period"), [InputRequired(FILL)])

    def title(self) -> dict[str, str]:
        """Give the title by language."""
        return {"en": (self.title_en.data or "").strip(), "nl": (self.title_nl.data or "").strip()}


class ChapterForm(Form):
    """One chapter in both languages. version: the revisions the writer saw, in the order of LANGUAGES."""

    version = HiddenField(default="0 0")
    text_en = TextAreaField(_l("English"), [Optional(), Length(max=LONGEST)])
    text_nl = TextAreaField(_l("Dutch"), [Optional(), Length(max=LONGEST)])

    def bases(self) -> dict[str, int]:
        """Give the revision that was seen, by language."""
        given = [int(one) if one.isdecimal() else 0 for one in str(self.version.data or "").split()]
        return dict(zip(LANGUAGES, [*given, 0, 0], strict=False))

    def texts(self) -> dict[str, str]:
        """Give what was typed, by language."""
        return {lang: str(self[f"text_{lang}"].data or "") for lang in LANGUAGES}


class RemarkForm(OnceForm):
    """A remark about a chapter."""

    body = TextAreaField(_l("Your remark"), [InputRequired(FILL), Length(max=5000)])


class EvaluatorForm(OnceForm):
    """Who is asked to judge the evaluation."""

    name = StringField(_l("Name"), [InputRequired(FILL), Length(max=120)])
    email = StringField(_l("E-mail address"), [InputRequired(FILL), Email(_l("This is no e-mail address."))])
    office = StringField(_l("Organisation"), [Optional(), Length(max=160)])
    language = RadioField(_l("Language of the letter"), choices=options(TONGUES), default="nl")


class CourseForm(Form):
    """What is advised."""

    course = RadioField(_l("Recommendation"), [InputRequired(_l("Choose one."))], choices=[])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.course.choices = options((course.value, words) for course, words in COURSES.items())


class SignForm(Form):
    """The signature: the digest of what was shown, and the name to stand under it."""

    digest = HiddenField()
    name = StringField(_l("Your name, as it should stand under the evaluation"), [InputRequired(FILL)])

    def validate_name(self, field: Any) -> None:
        """Refuse a name of white space."""
        filled(self, field)


class DecisionForm(CourseForm):
    """What was decided about the next investment."""

    decided_on = DateField(_l("Decided on"), [InputRequired(FILL)])
    text_en = TextAreaField(_l("What was decided, English"), [InputRequired(FILL), Length(max=5000)])
    text_nl = TextAreaField(_l("What was decided, Dutch"), [InputRequired(FILL), Length(max=5000)])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.course.label.text = _l("Decision")


class ReasonForm(Form):
    """A step with its reason."""

    note = TextAreaField(_l("Reason"), [Optional(), Length(max=2000)])


__all__ = [
    "ChapterForm", "CourseForm", "DecisionForm", "EmptyForm", "EvaluationForm", "EvaluatorForm", "ReasonForm",
    "RemarkForm", "SignForm",
]  # fmt: skip
