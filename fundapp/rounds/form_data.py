"""An application form: sections of questions, read from data."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from fundapp.core.words import pick
from fundapp.rounds import answers as checking
from fundapp.rounds.answers import Ask, Fault
from fundapp.rounds.field_data import read_field, read_section
from fundapp.rounds.fields import CHOSEN, NUMBERS, Field, FieldType, Gate, Is, Section
from fundapp.rounds.reading import InvalidDefinition, Node, Texts, digest_of

TITLE, COUNTRY = "title", "country"
"""The name of the project, which every form asks, and the country; copied out for lists and letters."""
REPORTS = ("progress", "final")
"""Forms that ask a grantee for a report, on the way or at the end, instead of an applicant for a plan."""
OF_KIND = {
    checking.AMOUNT: FieldType.AMOUNT,
    checking.MILESTONES: FieldType.TABLE,
    COUNTRY: FieldType.COUNTRY,
}
"""Fields whose key means something to what comes later, and what they have to be."""


@dataclass(frozen=True, slots=True)
class Form:
    """An application form: sections of fields. retired: what only earlier versions asked.

    report: progress or final where the form asks a grantee for a report, else empty.
    """

    slug: str
    number: int
    name: Texts
    sections: tuple[Section, ...]
    definition: Mapping[str, Any]
    retired: tuple[Field, ...] = ()
    report: str = ""

    @property
    def fields(self) -> tuple[Field, ...]:
        """All fields, in the order in which they are asked."""
        return tuple(field for section in self.sections for field in section.fields)

    def field(self, key: str) -> Field | None:
        """Find one field by its key."""
        return next((field for field in self.fields if field.key == key), None)

    def shown(self, answers: Mapping[str, Any]) -> list[Field]:
        """List the fields that are asked, given the answers so far; what is not asked counts as open."""
        asked: list[Field] = []
        counted = dict(answers)
        for field in self.fields:
            if field.is_shown(counted):
                asked.append(field)
            else:
                counted[field.key] = None
        return asked

    def on_page(self, section: Section, answers: Mapping[str, Any]) -> list[Field]:
        """List the fields a page of one section offers: also those that an answer on it may bring up."""
        shown, offered = {field.key for field in self.shown(answers)}, set()
        for field in section.fields:
            if field.key in shown or (field.shown_if and field.shown_if.field in offered):
                offered.add(field.key)
        return [field for field in section.fields if field.key in offered]

    @property
    def gate(self) -> Section | None:
        """The section of checks that comes before all else, if there is one."""
        return next((section for section in self.sections if section.gate), None)

    def feeding(self, criterion: str) -> list[Field]:
        """List the fields whose answers help to judge a criterion."""
        return [field for field in self.fields if criterion in field.feeds]

    def check(self, answers: Mapping[str, Any], ask: Ask | None = None) -> list[Fault]:
        """List what has to be mended before these answers can be sent in; empty means complete.

        answers: value by field key, kept as FieldType describes. ask: the round's limits.
        """
        asked = self.shown(answers)
        found = list(checking.faults(asked, answers, ask or Ask()))
        if self.gate is not None and self.gate.gate is Gate.STOP:
            words = _("This does not fit the call.")
            found += [
                Fault(one.key, "gate", pick(one.unwanted, checking.language()) or words)
                for one in self.gate.unfit(answers)
            ]
        return found

    def over_limit(self, answers: Mapping[str, Any]) -> list[str]:
        """List the fields whose text is longer than their hard limit."""
        return checking.over_limit(self.fields, answers)

    def digest(self) -> str:
        """Name exactly this form: the same definition gives the same digest, however it is laid out."""
        return digest_of(self.definition)


def read_form(definition: Mapping[str, Any]) -> Form:
    """Read a form from data. Raises InvalidDefinition with every mistake in it."""
    form, problems = read_draft(definition)
    if problems:
        raise InvalidDefinition(problems)
    return form


def read_draft(definition: Mapping[str, Any]) -> tuple[Form, list[str]]:
    """Read a form that is being made, as far as it goes, and what has to be mended, each with its place."""
    node = Node(definition)
    form = Form(
        slug=node.string("slug"),
        number=node.integer("number") or 1,
        name=node.texts("name"),
        sections=tuple(read_section(child) for child in node.nodes("sections", required=True)),
        definition=definition,
        retired=tuple(read_field(child) for child in node.nodes("retired")),
        report=_report(node),
    )
    node.close()
    return form, [*node.problems, *together(form)]


def _report(node: Node) -> str:
    word = node.string("report", required=False)
    if word and word not in REPORTS:
        node.problem(_("“%(word)s” is not one of: %(words)s.", word=word, words=", ".join(REPORTS)))
    return word


def together(form: Form) -> list[str]:
    """List what is wrong between the questions of a form, each with its place."""
    found = list(_doubled(form))
    title = form.field(TITLE)
    if not form.report and not (title and title.required and title.type is FieldType.SHORT):
        found.append(_("A form asks the name of the project in a required short field “title”."))
    before: dict[str, Field] = {}
    for where, field in _places(form):
        found += [f"{where}: {text}" for text in _beside(field, before, form)]
        before[field.key] = field
    if form.gate is not None and form.sections[0] is not form.gate:
        found.append(_("The section of checks has to come first."))
    return found


def _places(form: Form) -> list[tuple[str, Field]]:
    return [
        (f"sections[{i}].fields[{j}]", field)
        for i, section in enumerate(form.sections, 1)
        for j, field in enumerate(section.fields, 1)
    ]


def _doubled(form: Form) -> list[str]:
    """Find keys that are used twice, among questions and among sections."""
    said = []
    for keys in ([field.key for field in form.fields], [section.key for section in form.sections]):
        doubled = sorted({key for key in keys if keys.count(key) > 1})
        said += [_("There is more than one “%(key)s”.", key=key) for key in doubled]
    return said


def _beside(field: Field, before: Mapping[str, Field], form: Form) -> list[str]:
    said = []
    if field.shown_if:
        other = before.get(field.shown_if.field)
        if other is None:
            said.append(_("“%(key)s” depends on a field that does not come before it.", key=field.key))
        elif not _fits(field, other):
            said.append(_("The condition does not fit the kind of “%(key)s”.", key=other.key))
    kind = OF_KIND.get(field.key, field.type)
    if field.type is not kind:
        said.append(
            _("“%(key)s” means something to the fund and has to be: %(kind)s.", key=field.key, kind=kind)
        )
    amount = form.field(field.total.field) if field.total else None
    if field.total and not (amount and amount.type is FieldType.AMOUNT):
        said.append(_("“%(key)s” has to add up to an amount that the form asks.", key=field.key))
    return said


def _fits(field: Field, other: Field) -> bool:
    """Tell whether a condition compares with something that the other question can answer."""
    condition = field.shown_if
    if condition is None or condition.how is Is.FILLED:
        return True
    if condition.how in (Is.ABOVE, Is.BELOW):
        return other.type in NUMBERS and not other.decimals
    if condition.how is Is.INCLUDES:
        return other.type is FieldType.SEVERAL and condition.value in [one.value for one in other.choices]
    if other.type in (FieldType.YES_NO, FieldType.CONSENT):
        return isinstance(condition.value, bool)
    if other.type in CHOSEN:
        return other.type is FieldType.CHOICE and condition.value in [one.value for one in other.choices]
    return other.type in (FieldType.COUNTRY, FieldType.SHORT, FieldType.SPDX, *NUMBERS)
