"""The page for answers that two people, or two windows, changed: both texts, and a choice for each."""

from typing import Any

from flask import render_template, request
from flask_babel import gettext as _

from fundapp.applications import differences, forms, queries, reading
from fundapp.applications.drafts import AnswersChanged, Clash
from fundapp.applications.sheets import Sheet
from fundapp.core.web import language
from fundapp.rounds.fields import FieldType

PICK = "pick_"
"""Before the key of a question in the name of the choice: mine, theirs or both."""
TEXTS = (FieldType.SHORT, FieldType.LONG)


def page(sheet: Sheet, form: forms.ProposalForm, clash: AnswersChanged) -> str:
    """Show both texts of each answer with what differs; the answers that do not clash are saved already."""
    fresh = sheet.again()
    keys = [one.field for one in clash.clashes]
    form.offer_rows()
    form.asked.data = " ".join(keys)
    form.version.data = forms.version_of(fresh.revisions, keys)
    currency = sheet.application.fund.currency
    parts = reading.sections({**fresh.form.definition}, fresh.values, language(), currency=currency)
    return render_template(
        "applications/clash.html",
        sheet=fresh,
        application=sheet.application,
        form=form,
        mark=forms.MARK,
        pick=PICK,
        clashes=clash.clashes,
        texts=TEXTS,
        changes=_changes(fresh, clash.clashes, currency),
        theirs={item.key: item for part in parts for item in part.items},
        people=queries.names({one.saved_by for one in clash.clashes if one.saved_by}),
    )


def _changes(sheet: Sheet, clashes: list[Clash], currency: str) -> dict[str, differences.Change]:
    """Tell what one's own text would change in the one that stands there."""
    theirs = {one.field: one.theirs for one in clashes}
    mine = {one.field: one.yours for one in clashes}
    found = differences.between(sheet.form, theirs, mine, language(), currency=currency)
    return {one.key: one for section in found for one in section.fields}


def is_settled() -> bool:
    """Tell whether a posted section comes from the page with both texts."""
    return any(name.startswith(PICK) for name in request.form)


def settled(answers: dict[str, Any], there: dict[str, Any]) -> dict[str, Any]:
    """Follow what was chosen on that page: one's own, what stands there, or both below each other."""
    chosen: dict[str, Any] = {}
    for key, mine in answers.items():
        pick, theirs = request.form.get(PICK + key, "mine"), there.get(key)
        if pick == "theirs":
            continue
        is_both = pick == "both" and isinstance(mine, str) and isinstance(theirs, str)
        chosen[key] = f"{mine}\n\n{theirs}" if is_both else mine
    return chosen


def told() -> str:
    """Say what happened, and what is left to do when texts were put together."""
    both = any(value == "both" for name, value in request.form.items() if name.startswith(PICK))
    if both:
        return str(_("Saved: both texts stand below each other now. Make one text of them here."))
    return str(_("Saved as you chose."))
