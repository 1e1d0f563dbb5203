"""What reviewers fill in: their ties, and the score sheet."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    FileField,
    FormField,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired, Length, Optional

from fundapp.applications.models import ConflictKind, ConflictState
from fundapp.applications.tie_words import OWN_KINDS
from fundapp.core.forms import Form, OnceForm, filled, options
from fundapp.core.web import language
from fundapp.core.words import pick
from fundapp.reviews.sheet import NA, SURE, Entry, Overall, Sheet, read_shown, write_shown
from fundapp.rounds.answers import is_web_address
from fundapp.rounds.models import Criterion

FILL = _l("Fill this in.")
REASON_ADVISED, REASON_HARD = 400, 2000
PACKET_MOST = 4_000_000
"""Characters of a packet that comes back: some hundred reviews."""

ANSWERS = [("none", _l("None")), ("have", _l("I have ties")), ("unsure", _l("Not sure"))]
KINDS = [(kind.value, word) for kind, word in OWN_KINDS.items()]


def _number(text: Any) -> int | None:
    return int(text) if str(text or "").lstrip("-").isdecimal() else None


def _text(field: Any) -> str:
    return str(field.data or "").replace("\r\n", "\n").strip()


def web_link(form: Any, field: Any) -> None:
    """Refuse a link that leads nowhere a reader could follow."""
    field.data = (field.data or "").strip()
    if field.data and not is_web_address(field.data):
        raise ValidationError(_l("A link begins with https:// or http://."))


SAID = {"none": ConflictState.CLEAR, "have": ConflictState.BARRED, "unsure": ConflictState.UNSURE}
"""What an answer says about the tie."""


# --- ties --------------------------------------------------------------------


class TieForm(Form):
    """One reviewer's answer about one proposal."""

    answer = RadioField(
        _l("Your ties with this proposal"),
        [DataRequired(_l("Choose one of the three."))],
        choices=options(ANSWERS),
    )
    kind = SelectField(
        _l("What kind of tie?"), choices=options([("", _l("Choose")), *KINDS]), validate_choice=False
    )
    note = TextAreaField(_l("What should the office know?"), [Length(max=1000)])

    def validate_kind(self, field: Any) -> None:
        """A tie has a kind."""
        if self.answer.data == "have" and field.data not in dict(KINDS):
            raise ValidationError(_l("Choose what fits best."))

    @property
    def state(self) -> ConflictState:
        """What the answer says about the tie."""
        return SAID[self.answer.data]

    @property
    def tie(self) -> ConflictKind | None:
        """The kind of tie, when there is one."""
        return ConflictKind(self.kind.data) if self.answer.data == "have" else None


class DeclineForm(Form):
    """Why somebody cannot review something; not a tie."""

    reason = TextAreaField(_l("Why not?"), [DataRequired(FILL), filled, Length(max=500)])


class TiesForm(Form):
    """One question per invitation; ties_form adds them."""

    def said(self, rows: Sequence[Any]) -> dict[int, ConflictState]:
        """Give what was answered, by review id."""
        return {row.id: SAID[self[f"tie{row.id}"].data] for row in rows if self[f"tie{row.id}"].data in SAID}


def ties_form(rows: Sequence[Any]) -> TiesForm:
    """Give a form with one question per invitation (fields tie1, tie2 … by review id)."""
    fields = {
        f"tie{row.id}": RadioField(
            _l("Your ties with %(title)s", title=row.title), [Optional()], choices=options(ANSWERS)
        )
        for row in rows
    }
    return type("AllTiesForm", (TiesForm,), fields)()  # type: ignore[no-any-return]


# --- the score sheet ---------------------------------------------------------


class CriterionForm(Form):
    """One criterion of the sheet."""

    class Meta(Form.Meta):
        csrf = False  # the sheet around it has the token

    score = RadioField(_l("Score"), [Optional()])
    expected = SelectField(_l("And after the project, if all goes well?"), [Optional()])
    reason = TextAreaField(
        _l("Why, in a sentence or two"),
        [Length(max=REASON_HARD, message=_l("At most %(max)d characters."))],
    )
    link = StringField(_l("A link that shows it"), [Length(max=500), web_link])

    def entry(self) -> Entry:
        """Give what is written."""
        is_na = self.score.data == NA
        return Entry(
            value=None if is_na else _number(self.score.data),
            is_na=is_na,
            expected=_number(self.expected.data),
            reason=_text(self.reason),
            link=self.link.data or "",
        )


class SheetForm(Form):
    """The sheet as a whole; sheet_form adds one part per criterion (c1, c2 … by criterion id)."""

    version = HiddenField()
    confidence = SelectField(
        _l("How sure are you, over all?"), [Optional()], choices=options([("", _l("Choose")), *SURE.items()])
    )
    to_applicant = TextAreaField(_l("For the applicant"), [Length(max=4000)])
    internal = TextAreaField(_l("For the office only"), [Length(max=4000)])

    def part(self, criterion: Criterion) -> CriterionForm:
        """Give the part about one criterion."""
        return self[f"c{criterion.id}"].form  # type: ignore[no-any-return]

    def sheet(self, criteria: Sequence[Criterion]) -> Sheet:
        """Give what this window holds, and what it was shown."""
        shown, overall_shown = read_shown(self.version.data or "")
        overall = Overall(
            _number(self.confidence.data),
            _text(self.to_applicant),
            _text(self.internal),
        )
        return Sheet({one.id: self.part(one).entry() for one in criteria}, overall, shown, overall_shown)

    def show(self, sheet: Sheet) -> None:
        """Fill in what a window is shown from now on."""
        self.version.data = write_shown(sheet)


class RevisionForm(SheetForm):
    """The sheet after handing in: a change wants a reason."""

    why = TextAreaField(_l("Why do you change it?"), [DataRequired(FILL), filled, Length(max=500)])


def sheet_form(criteria: Sequence[Criterion], sheet: Sheet, kind: type[SheetForm] = SheetForm) -> SheetForm:
    """Give the form for these criteria, filled from a sheet unless it is being sent."""
    parts = {f"c{one.id}": FormField(CriterionForm) for one in criteria}
    form = type("FullSheetForm", (kind,), parts)(data=_data(sheet))
    for one in criteria:
        values = [str(level["value"]) for level in one.levels]
        part = form.part(one)
        part.score.choices = options((value, value) for value in [*values, *([NA] if one.allows_na else [])])
        labels = [f"{level['value']}  {pick(level['label'], language())}" for level in one.levels]
        part.expected.choices = options([("", _("Cannot tell")), *zip(values, labels, strict=True)])
    if not form.is_submitted():
        form.show(sheet)
    return form  # type: ignore[no-any-return]


def _data(sheet: Sheet) -> dict[str, Any]:
    whole = sheet.overall
    data: dict[str, Any] = {
        "confidence": str(whole.confidence or ""),
        "to_applicant": whole.to_applicant,
        "internal": whole.internal,
    }
    for key, entry in sheet.entries.items():
        expected = "" if entry.expected is None else str(entry.expected)
        data[f"c{key}"] = {
            "score": entry.choice, "expected": expected, "reason": entry.reason, "link": entry.link
        }  # fmt: skip
    return data


# --- the packet --------------------------------------------------------------


class PacketForm(Form):
    """A packet that comes back: the file it made, or its text."""

    file = FileField(_l("The file that the packet made"))
    packet = TextAreaField(_l("Or its text, pasted"))

    def validate_file(self, field: Any) -> None:
        """Ask for one of the two, and for no more than a packet can be."""
        if not self.text.strip():
            raise ValidationError(_l("Choose the file, or paste its text."))
        if len(self.text) > PACKET_MOST:
            raise ValidationError(_l("This file is too large to be a packet."))

    @cached_property
    def text(self) -> str:
        """What was sent."""
        sent = self.file.data
        raw = sent.read(PACKET_MOST + 1).decode("utf-8", "replace") if sent else ""
        return raw or str(self.packet.data or "")


# --- a discussion ------------------------------------------------------------


class TalkForm(OnceForm):
    """The first word of a discussion among those who judged a proposal."""

    about = SelectField(_l("About"), [Optional()])
    subject = StringField(_l("Subject"), [DataRequired(FILL), filled, Length(max=200)])
    body = TextAreaField(_l("What do you want to say?"), [DataRequired(FILL), filled, Length(max=4000)])

    def offer(self, criteria: Sequence[Criterion]) -> None:
        """Fill in what can be talked about."""
        keys = [(one.key, f"{one.key} {pick(one.name, language())}") for one in criteria]
        self.about.choices = options([("", _("The proposal as a whole")), *keys])
