"""A request while it is written: the form with its draft and files, the page before it is sent."""

from dataclasses import dataclass
from typing import Any

from flask import current_app, g, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select

from fundapp.applications.attachments import Room
from fundapp.core import clock, money
from fundapp.core.db import db
from fundapp.core.refusals import Refusal
from fundapp.core.web import language
from fundapp.grants import windows
from fundapp.grants.models import Award, BankAccount, Milestone, MilestoneState, Payee
from fundapp.grants.queries import payees
from fundapp.payouts import claim_drafts, claim_versions, delivery, queries
from fundapp.payouts.forms.claims import ClaimForm, filled_claim
from fundapp.payouts.models import Claim, ClaimDraft

NAME = "f_"
"""Before the id of a milestone in the name of its file field."""


@dataclass
class Desk:
    """What a request is written on: its grant, the request that is changed, its draft, what is left."""

    award: Award
    claim: Claim | None
    draft: ClaimDraft | None
    rest: dict[int, int]
    payees: list[Payee]

    @property
    def data(self) -> dict[str, Any]:
        """What stands there now."""
        return claim_drafts.present(self.award, self.claim, self.draft)

    @property
    def milestones(self) -> list[Milestone]:
        """The milestones that can be asked for, and those that are in the request already."""
        before = {line.milestone_id for line in self.claim.lines} if self.claim else set()
        return [
            one
            for one in self.award.milestones
            if one.state is MilestoneState.OPEN
            and self.rest.get(one.id, 0) > 0
            and (one.id in before or not windows.is_over(one, g.arrived_at))
        ]

    def url(self, what: str) -> str:
        """Give an address of this desk. what: form, check, autosave, discard."""
        if self.claim is not None:
            names = {"form": ".change", "check": ".check_change", "autosave": ".change_autosave"}
            return url_for(names.get(what, ".ask_discard_change"), id=self.claim.id)
        names = {"form": ".claim", "check": ".check_claim", "autosave": ".claim_autosave"}
        return url_for(names.get(what, ".ask_discard"), id=self.award.id)

    def form(self) -> ClaimForm:
        """Give the form filled with what stands there."""
        made = filled_claim(self.milestones, self.rest, self.data, claim_drafts.token(self.data))
        return self.prepared(made)

    def typed(self) -> ClaimForm:
        """Give the form as it was sent."""
        return self.prepared(ClaimForm())

    def prepared(self, form: ClaimForm) -> ClaimForm:
        """Tell the rows of a form what is left and which files they hold."""
        found = [(one.party_id, one.party.legal_name) for one in self.payees]
        form.prepare(self.rest, self.data, found)
        if form.party.data is None and found:
            form.party.data = found[0][0]
        return form


def desk(award: Award, claim: Claim | None = None) -> Desk:
    """Lay out what a request is written on; three queries."""
    return Desk(award, claim, claim_drafts.of(award, claim), queries.open_rest(award, claim), payees(award))


def page(on: Desk, form: ClaimForm, status: int = 200, clash: Any = None) -> Any:
    """Draw the form. clash: what somebody else saved in between."""
    award = on.award
    return render_template(
        "payouts/claim.html",
        desk=on,
        award=award,
        fund=award.application.fund,
        form=form,
        rest=on.rest,
        asked=on.claim,
        milestones={one.id: one for one in award.milestones},
        last_days=windows.last_days(award),
        closed=_closed(on),
        accounts=accounts_of(on),
        clash=clash,
        theirs=_theirs(on, clash) if clash is not None else [],
    ), status


def _closed(on: Desk) -> list[Milestone]:
    """List the open milestones whose claim period is over."""
    shown = {one.id for one in on.milestones}
    return [
        one
        for one in on.award.milestones
        if one.state is MilestoneState.OPEN and on.rest.get(one.id, 0) > 0 and one.id not in shown
    ]


def accounts_of(on: Desk) -> list[BankAccount]:
    """List the live accounts of those who may be paid, the first payee's first; one query."""
    ids = [one.party_id for one in on.payees]
    found = db.session.scalars(
        select(BankAccount).where(BankAccount.party_id.in_(ids), BankAccount.retired_at.is_(None))
    )
    return sorted(found, key=lambda one: ids.index(one.party_id))


def _theirs(on: Desk, clash: ClaimDraft) -> list[tuple[str, str, str]]:
    """List what the other window saved, as (milestone, field, text), where it says anything."""
    refs = {str(one.id): one.ref for one in on.award.milestones}
    names = {
        "amount": _("Amount"), "evidence": _("Evidence"), "licence": _("Licence"),
        "place": _("Where it is public"), "unpublished": _("Nothing to publish, because"), "note": _("Note"),
    }  # fmt: skip
    found = [
        (refs[key], names[name], row[name])
        for key, row in clash.data.get("rows", {}).items()
        for name in names
        if key in refs and row.get("wanted") and row.get(name)
    ]
    note = clash.data.get("note")
    return [*found, ("", _("Anything we should know"), note)] if note else found


def keep(on: Desk, form: ClaimForm) -> ClaimDraft:
    """Keep what was typed and commit it. Raises DraftChanged, MoveRefused."""
    draft = claim_drafts.save(
        on.award, on.claim, form.typed(), base=form.version.data or "", actor=current_user, at=g.arrived_at
    )
    db.session.commit()
    return draft


# --- files ---------------------------------------------------------------------------


def wants_files() -> bool:
    """Tell whether what was sent brings files, or takes one away."""
    return "detach" in request.form or "attach" in request.form or any(request.files.values())


def take_files(on: Desk) -> dict[int, str]:
    """Do what was asked about files; give what was refused: message by milestone. Commits each."""
    actor, refused = current_user._get_current_object(), {}
    draft = claim_drafts.opened(on.award, on.claim, actor=actor, at=g.arrived_at)
    db.session.commit()
    key, _colon, number = request.form.get("detach", "").partition(":")
    if key.isdigit() and number.isdigit():
        claim_drafts.remove_file(draft, int(key[:12]), int(number[:12]), actor=actor, at=g.arrived_at)
        db.session.commit()
    room = Room(current_app.config["MAX_FILE"], current_app.config["MAX_ATTACHMENTS"])
    for field in request.files:
        place = field.removeprefix(NAME)
        for sent in request.files.getlist(field) if place.isdigit() else ():
            if not sent.filename:
                continue
            try:
                given = (draft, int(place[:12]), sent.filename, sent.read())
                claim_drafts.add_file(*given, room=room, actor=actor, at=g.arrived_at)
                db.session.commit()
            except Refusal as fault:
                db.session.rollback()
                refused[int(place)] = f"{sent.filename}: {fault.message}"
    return refused


def listed(on: Desk) -> Any:
    """Answer a script that added or removed files: the list of one milestone, drawn anew."""
    refused = take_files(on)
    key = request.form.get("attach") or request.form.get("detach", "").partition(":")[0]
    id = int(key[:12]) if key.isdigit() else 0
    kept = claim_drafts.files_of(desk(on.award, on.claim).data, id)
    drawn = render_template("payouts/_evidence_files.html", files=kept, key=id)
    return {"html": drawn, "message": refused.get(id, "")}, 422 if refused else 200


def autosave(on: Desk) -> Any:
    """Keep what is being typed; answers with the time and the new state."""
    try:
        draft = keep(on, ClaimForm())
    except Refusal as refused:
        db.session.rollback()
        return {"message": refused.message}, 409
    at = clock.local(g.arrived_at, on.award.application.fund.zone)
    return {"saved_at": f"{at:%H:%M}", "version": claim_drafts.token(draft.data)}


# --- before it is sent -----------------------------------------------------------------


def preview(on: Desk, form: ClaimForm, status: int = 200) -> Any:
    """Draw what is about to be sent, and what would keep it from being approved."""
    award, fund = on.award, on.award.application.fund
    known = {one.id: one for one in award.milestones}
    lines = [(known[one.milestone_id], one) for one in form.asked()]
    return render_template(
        "payouts/check_claim.html",
        desk=on,
        award=award,
        fund=fund,
        form=form,
        asked=on.claim,
        lines=lines,
        total=sum(one.amount_cents for _milestone, one in lines),
        faults={
            milestone.id: delivery.faults_of_line(one, milestone.unpublished, fund)
            for milestone, one in lines
        },
        payee=next((one.label for one in form.party.choices if int(one.value) == form.party.data), ""),
    ), status


def shown_changes(claim: Claim) -> Any:
    """Give what changed in a request since it was judged."""
    currency = claim.award.application.fund.currency
    return claim_versions.changes(claim, lambda cents: money.show(cents, currency, language()))
