"""What is filled in to ask for a payment, and to check it."""

from collections.abc import Iterable, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    FieldList,
    FormField,
    HiddenField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms import Form as Part
from wtforms.validators import DataRequired, InputRequired, Length
from wtforms.widgets import HiddenInput

from fundapp.core.forms import Form, MoneyField, OnceForm, options
from fundapp.grants.models import Milestone
from fundapp.payouts import claim_drafts, delivery, links
from fundapp.payouts.asking import Asked, LineRefused
from fundapp.payouts.checklist import Item
from fundapp.payouts.models import Claim
from fundapp.rounds.free_licences import Standing, judge
from fundapp.rounds.licences import COMMON

LONGEST = 2000


class LicenceField(StringField):
    """The SPDX name of a licence; the page offers common ones."""

    common = COMMON

    def __call__(self, **attributes: Any) -> Any:
        """Draw the field with the list of common licences, and without the browser's corrections."""
        return super().__call__(list="licences", spellcheck="false", autocapitalize="off", **attributes)


class ClaimLineForm(Part):
    """One milestone that may be asked for. rest: cents that can be asked; held: files that are kept."""

    rest = 0
    held: Sequence[dict[str, Any]] = ()

    milestone = IntegerField(widget=HiddenInput())
    wanted = BooleanField(_l("Ask for this"))
    amount = MoneyField(_l("Amount"))
    evidence = TextAreaField(
        _l("Where can anyone see it?"),
        description=_l("One address on each line: a release, a merged change, a report, a recording."),
    )
    licence = LicenceField(
        _l("Licence of the result"),
        description=_l("As SPDX writes it: EUPL-1.2, CC-BY-4.0, MIT OR Apache-2.0."),
    )
    place = StringField(
        _l("Where the result itself is public"), description=_l("The address of its source, text or data.")
    )
    unpublished = TextAreaField(
        _l("Nothing to publish, because"),
        [Length(max=500)],
        description=_l("Only where there is nothing, such as an audit or a meeting: instead of a licence."),
    )
    note = TextAreaField(_l("Note"), [Length(max=LONGEST)])

    def links(self) -> list[str]:
        """Give the addresses that were written, one a line."""
        return [line.strip() for line in (self.evidence.data or "").splitlines() if line.strip()]

    def validate_amount(self, field: Any) -> None:
        """Want an amount above zero for what is asked, and no more than is left, to the cent."""
        if not self.wanted.data:
            field.errors = []
            return
        if not field.data:
            raise ValidationError(_l("Write the amount you ask for."))
        if field.data < 0:
            raise ValidationError(_l("Ask an amount above zero."))
        if field.data > self.rest:
            raise ValidationError(_l("This is more than is left of it."))

    def validate_evidence(self, field: Any) -> None:
        """Want a file or addresses that a browser can open; the first that is none is named."""
        if not self.wanted.data:
            return
        if not self.links() and not self.held:
            raise ValidationError(_l("Give at least one address, or add a file."))
        if said := links.first_fault(self.links()):
            raise ValidationError(said)

    def validate_licence(self, field: Any) -> None:
        """Want the name of a licence as SPDX writes it; whether it is free is said on the next page."""
        text = (field.data or "").strip()
        if self.wanted.data and text and judge(text) is Standing.UNREADABLE:
            raise ValidationError(
                _l("Write the name of a licence as SPDX does, such as EUPL-1.2 or MIT OR Apache-2.0.")
            )

    def validate_place(self, field: Any) -> None:
        """Want an address that a browser can open."""
        text = (field.data or "").strip()
        if self.wanted.data and text and (said := links.fault(text)):
            raise ValidationError(said)

    def asked(self) -> Asked:
        """Give what is asked for this milestone."""
        return Asked(
            milestone_id=self.milestone.data,
            amount_cents=self.amount.data or 0,
            evidence=self.links(),
            note=self.note.data or "",
            licence=(self.licence.data or "").strip(),
            place=(self.place.data or "").strip(),
            unpublished=(self.unpublished.data or "").strip(),
            files=self.held,
        )


class ClaimForm(OnceForm):
    """A request for payment. version: the state of the draft that was on the page."""

    version = HiddenField(default="")
    rows = FieldList(FormField(ClaimLineForm))
    party = SelectField(_l("Paid to"), coerce=int, validate_choice=False)
    note = TextAreaField(_l("Anything we should know"), [Length(max=5000)])

    def prepare(
        self, rest: dict[int, int], data: claim_drafts.Typed, payees: Iterable[tuple[int, str]]
    ) -> "ClaimForm":
        """Tell each row what is left of its milestone and which files it holds; offer the payees."""
        for row in self.rows:
            row.form.rest = rest.get(row.milestone.data, 0)
            row.form.held = claim_drafts.files_of(data, row.milestone.data or 0)
        self.party.choices = options(payees)
        return self

    def validate(self, extra_validators: Any = None) -> bool:
        """Want at least one milestone, beside what each field wants."""
        is_whole = bool(super().validate(extra_validators))
        if is_whole and not self.asked():
            self._say(_l("Choose at least one result to be paid for."))
            return False
        return is_whole

    def asked(self) -> list[Asked]:
        """Give what is asked for."""
        return [row.form.asked() for row in self.rows if row.wanted.data and row.amount.data]

    def typed(self) -> dict[str, Any]:
        """Give all that was typed, right or wrong, to be kept."""
        rows = {
            str(row.milestone.data): {
                "wanted": row.wanted.data,
                "amount": row.amount._value(),
                **{name: row.form[name].data for name in claim_drafts.TEXTS if name != "amount"},
            }
            for row in self.rows
            if row.milestone.data
        }
        return {
            "note": (self.note.data or "").replace("\r\n", "\n").strip(),
            "party": self.party.data,
            "rows": rows,
        }

    def _say(self, words: Any) -> None:
        """Say something above the form."""
        self.form_errors: list[Any] = [*getattr(self, "form_errors", []), words]

    def blame(self, refused: Any) -> None:
        """Show a refusal beside the field it is about, else above the form."""
        for row in self.rows if isinstance(refused, LineRefused) else ():
            if row.milestone.data == refused.milestone_id:
                field = row.form["wanted" if refused.where == "milestone" else refused.where]
                field.errors = [*field.errors, refused.message]
                return
        self._say(refused.message)


def filled_claim(
    milestones: Iterable[Milestone], rest: dict[int, int], data: claim_drafts.Typed, version: str
) -> ClaimForm:
    """Fill the form with a draft: each open milestone with what was typed, or with what is left of it."""
    rows = data.get("rows", {})
    given: dict[str, Any] = {"version": version, "note": data.get("note", "")}
    if data.get("party"):
        given["party"] = str(data["party"])
    for place, one in enumerate(milestones):
        row = rows.get(str(one.id), {})
        amount = row.get("amount") or f"{rest.get(one.id, 0) / 100:.2f}".removesuffix(".00")
        texts = {name: row.get(name) or "" for name in claim_drafts.TEXTS} | {"amount": amount}
        given |= {f"rows-{place}-{name}": text for name, text in texts.items()}
        given[f"rows-{place}-milestone"] = str(one.id)
        if row.get("wanted"):
            given[f"rows-{place}-wanted"] = "y"
    return ClaimForm(formdata=MultiDict(given), meta={"csrf": False})


class ApproveForm(Form):
    """The check of a request, bound to what was on the page; its ticks are those of the fund's list."""

    digest = HiddenField(validators=[DataRequired()])
    note = TextAreaField(_l("A word to the grantee"), [Length(max=2000)])

    items: tuple[str, ...] = ()
    consents: tuple[int, ...] = ()

    def checks(self) -> list[str]:
        """Give the keys of what was ticked."""
        return [key for key in self.items if self[key].data]

    def agreed(self) -> list[int]:
        """Give the milestones of which the approver agrees that there is nothing to publish."""
        return [id for id in self.consents if self[f"agree_{id}"].data]


def approve_form(claim: Claim, items: Sequence[Item], language: str, **options: Any) -> ApproveForm:
    """Make the form for one request with the list of its fund, in the reader's language."""
    wanted = [InputRequired(_l("Check this first."))]
    fields = {one["key"]: BooleanField(one["nl"] if language == "nl" else one["en"], wanted) for one in items}
    consents = [line for line in claim.lines if delivery.wants_consent(line)]
    fields |= {
        f"agree_{line.milestone_id}": BooleanField(
            _l("I agree that there is nothing to publish for %(ref)s.", ref=line.milestone.ref)
        )
        for line in consents
    }
    ids = tuple(line.milestone_id for line in consents)
    kind = type(
        "ApproveForm",
        (ApproveForm,),
        {**fields, "items": tuple(one["key"] for one in items), "consents": ids},
    )
    return kind(**options)  # type: ignore[no-any-return]
