"""What is filled in while a disclosure is prepared."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DateField, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from fundapp.core.forms import Form, OnceForm, filled, options
from fundapp.reports.disclosure_workflow import ground_words
from fundapp.reports.models import Ground, Judgement

FILL = _l("Fill this in.")
HERE, EVERYWHERE, OPEN = "here", "everywhere", "open"


def _grounds() -> list[Any]:
    return options((one.value, ground_words(one)) for one in Ground)


class BeginForm(OnceForm):
    """A request for disclosure."""

    reference = StringField(_l("Number of the request"), [Length(max=80)])
    asked_on = DateField(_l("Came in on"), [Optional()])
    language = SelectField(
        _l("Language of the inventory"), choices=options((("nl", _l("Dutch")), ("en", _l("English"))))
    )


class CoverForm(Form):
    """A text to cover, or to leave readable."""

    text = TextAreaField(
        _l("Text"), [DataRequired(FILL), Length(max=5000), filled],
        description=_l("Copy it from the document; what you select there is filled in here."),
    )  # fmt: skip
    ground = SelectField(_l("Ground"), default=Ground.PRIVACY.value)
    where = RadioField(_l("Where"), [InputRequired(FILL)], default=EVERYWHERE)

    def __init__(self, *args: Any, in_document: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ground.choices = _grounds()
        here = ((HERE, _l("Cover it in this document")),) if in_document else ()
        everywhere = (EVERYWHERE, _l("Cover it wherever it stands"))
        self.where.choices = options((*here, everywhere, (OPEN, _l("Leave it readable wherever it stands"))))


class JudgeForm(Form):
    """What becomes of a document."""

    judgement = RadioField(
        _l("This document is"),
        [InputRequired(FILL)],
        choices=options(
            (
                (Judgement.PUBLIC.value, _l("public, but for what is covered")),
                (Judgement.REFUSED.value, _l("not public")),
            )
        ),
    )
    grounds = SelectMultipleField(
        _l("Grounds for keeping it back"), [Optional()], widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.grounds.choices = _grounds()


class StepForm(Form):
    """A step with a disclosure. digest: of what the person read."""

    note = TextAreaField(_l("Why"), [Length(max=2000)])
    digest = StringField()
