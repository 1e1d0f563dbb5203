"""One section of a proposal that is being written: its questions, the answers so far, what is wrong."""

from dataclasses import dataclass
from typing import Any

from fundapp.applications import drafts, progress, versions
from fundapp.applications.models import Answer, Application
from fundapp.core.words import pick
from fundapp.rounds.definitions import Fault, Form
from fundapp.rounds.fields import Field, Section


@dataclass
class Sheet:
    """A proposal as its writer has it open; section None: the page that checks and sends."""

    application: Application
    form: Form
    section: Section | None
    answers: dict[str, Answer]

    @property
    def fund_id(self) -> int:
        """The fund a rule looks at."""
        return self.application.fund_id

    @property
    def values(self) -> dict[str, Any]:
        """The answers so far by field."""
        return versions.values(self.answers.values())

    @property
    def revisions(self) -> dict[str, int]:
        """The revision of each answer."""
        return {field: answer.revision for field, answer in self.answers.items()}

    @property
    def asked(self) -> list[Field]:
        """The questions on the page of this section."""
        return self.form.on_page(self.section, self.values) if self.section else []

    @property
    def unfit(self) -> list[Field]:
        """The checks of this section that were answered otherwise than the call wants."""
        return self.section.unfit(self.values) if self.section and self.section.gate else []

    @property
    def waits_for(self) -> Section | None:
        """The section of checks that has to be passed before this one opens; None when it is open."""
        gate = self.form.gate
        is_behind = gate is not None and self.section is not None and self.section.key != gate.key
        return gate if gate and is_behind and not gate.is_passed(self.values) else None

    def faults(self) -> list[Fault]:
        """List what has to be mended in the whole proposal."""
        return self.form.check(self.values, versions.ask_of(self.application))

    def here(self, faults: list[Fault], *, with_missing: bool) -> list[Fault]:
        """Narrow faults to this section; what is only missing is left out unless asked for."""
        keys = {field.key for field in self.section.fields} if self.section else set()
        return [one for one in faults if one.field in keys and (with_missing or one.code != "required")]

    def steps(self, faults: list[Fault], language: str) -> list[progress.SectionState]:
        """Tell how each section stands."""
        return progress.of_sections(self.form, self.values, faults, language)

    def following(self) -> Section | None:
        """Give the section after this one; None after the last."""
        sections = list(self.form.sections)
        place = sections.index(self.section) if self.section else len(sections)
        return sections[place + 1] if place + 1 < len(sections) else None

    def section_of(self, field: str) -> Section | None:
        """Give the section that asks a question."""
        return next((one for one in self.form.sections if any(f.key == field for f in one.fields)), None)

    def label(self, field: str, language: str) -> str:
        """Give the label of a question."""
        found = self.form.field(field)
        return pick(found.label, language) if found else field

    def again(self) -> "Sheet":
        """Read the answers anew, after a change."""
        return Sheet(self.application, self.form, self.section, drafts.answers_of(self.application.id))


def sheet(application: Application, section: str | None) -> Sheet | None:
    """Open a section of a proposal; None when the form has no such section."""
    form = versions.form_of(application.stage.form)
    found = next((one for one in form.sections if one.key == section), None)
    if section is not None and found is None:
        return None
    return Sheet(application, form, found, drafts.answers_of(application.id))
