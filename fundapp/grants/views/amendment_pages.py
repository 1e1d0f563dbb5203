"""Changing an agreement in three steps: what and why, what follows by the fund's rules, text and offer."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from fundapp.core import clock, once
from fundapp.core.db import db
from fundapp.core.forms import options
from fundapp.core.guard import guard
from fundapp.core.refusals import Refusal
from fundapp.grants import amendments, consequences, offering, policy, rulings
from fundapp.grants.forms.agreeing import AmendmentForm, DigestForm, RulingForm
from fundapp.grants.models import Agreement, AgreementState, Award, ChangeClass
from fundapp.grants.rules import PLAN, RUN
from fundapp.grants.service import ENDED
from fundapp.grants.views import bp, load, load_under_way
from fundapp.grants.workflow import agreements


def _draft(award: Award) -> Agreement | None:
    """Give the amendment that is being written."""
    version = award.agreement_under_way
    return version if version and award.agreement_in_force else None


@bp.get("/grants/<int:id>/amendment")
@guard(PLAN, load)
def amendment(award: Award) -> Any:
    """Step 1: ask what changes, and why."""
    version = _draft(award)
    if award.agreement_in_force is None or award.state in ENDED:
        return redirect(url_for(".show", id=award.id))
    if version is not None and version.state is not AgreementState.DRAFT:
        return redirect(url_for(".show", id=award.id))
    return _wish_page(award, _filled(award, version))


def _filled(award: Award, version: Agreement | None) -> AmendmentForm:
    if version is None:
        return AmendmentForm(formdata=None, version=0)
    amount = award.amount_cents + version.change_cents if version.change_cents else None
    return AmendmentForm(
        formdata=None,
        version=version.row_version,
        reason=version.reason,
        amount=amount,
        ends_on=version.ends_on,
        aim=version.wish.get("aim", ""),
        licence=version.wish.get("licence", False),
    )


@bp.post("/grants/<int:id>/amendment")
@guard(PLAN, load)
def write_amendment(award: Award) -> Any:
    """Begin an amendment, or change what it is for."""
    form, version = AmendmentForm(), _draft(award)
    if version is None and (done := once.result(form.once.data)) is not None:
        return redirect(done)
    if not form.validate():
        return _wish_page(award, form), 422
    to = url_for(".plan", id=award.id)
    given: dict[str, Any] = {"actor": current_user, "at": clock.now()}
    try:
        if version is None:
            amendments.begin(award, form.wish(), **given)
            once.remember(form.once.data, to, at=given["at"])
        else:
            amendments.describe(version, form.wish(), base=form.version.data or 0, **given)
    except Refusal as refused:
        db.session.rollback()
        form.form_errors = [*form.form_errors, refused.message]
        return _wish_page(award, form), refused.status
    db.session.commit()
    flash(_("Kept. Now change the plan as it should be; the agreement in force stands meanwhile."))
    return redirect(to)


def _wish_page(award: Award, form: AmendmentForm) -> str:
    return render_template(
        "grants/amendment.html", award=award, fund=award.application.fund, version=_draft(award), form=form
    )


@bp.get("/grants/<int:id>/amendment/consequences", endpoint="consequences")
@guard(PLAN, load_under_way)
def follows(version: Agreement) -> Any:
    """Step 2: show what changes, who has to agree to it and why."""
    if version.state is not AgreementState.DRAFT or version.award.agreement_in_force is None:
        return redirect(url_for(".show", id=version.award_id))
    return _consequences_page(version)


@bp.post("/grants/<int:id>/amendment/ruling")
@guard(RUN, load_under_way)
def record_ruling(version: Agreement) -> Any:
    """Write down what the committee decided of the change."""
    form = _with_meetings(RulingForm(), version)
    if (done := once.result(form.once.data)) is not None:
        return redirect(done)
    if not form.validate():
        return _consequences_page(version, form), 422

    def write() -> None:
        rulings.record(
            version,
            is_yes=form.is_yes.data == "yes",
            decided_on=form.decided_on.data,
            decided_by=form.decided_by.data,
            meeting_id=int(form.meeting.data) if form.meeting.data else None,
            note=form.note.data or "",
            shown_digest=form.digest.data,
            actor=current_user,
            at=clock.now(),
        )
        once.remember(form.once.data, url_for(".consequences", id=version.award_id), at=clock.now())

    return _done(version, form, write, _("The decision is written down."))


@bp.post("/grants/<int:id>/amendment/approve")
@guard(RUN, load_under_way)
def approve_change(version: Agreement) -> Any:
    """Say yes to a change in the committee's place."""
    form = DigestForm()
    form.validate()

    def write() -> None:
        rulings.approve(version, form.digest.data or "", actor=current_user, at=clock.now())

    return _done(version, None, write, _("You said yes to this change."))


def _done(version: Agreement, form: RulingForm | None, write: Callable[[], None], said: str) -> Any:
    try:
        write()
    except Refusal as refused:
        db.session.rollback()
        if form is None:
            raise
        form.form_errors = [*form.form_errors, refused.message]
        return _consequences_page(version, form), refused.status
    db.session.commit()
    flash(said)
    return redirect(url_for(".consequences", id=version.award_id))


def _with_meetings(form: RulingForm, version: Agreement) -> RulingForm:
    zone = version.application.fund.zone
    held = [
        (one.id, f"{clock.local(one.starts_at, zone):%Y-%m-%d}, {one.number}")
        for one in rulings.meetings(version)
    ]
    form.meeting.choices = options([("", _("no meeting of the panel")), *held])
    return form


def _consequences_page(version: Agreement, form: RulingForm | None = None) -> str:
    found = consequences.of(version)
    kind = consequences.class_of(found, is_first=False)
    needs_committee = kind is ChangeClass.COMMITTEE
    may_rule = RUN(current_user, version)
    digest = rulings.laid_before(version)
    said = rulings.standing(version) if needs_committee else None
    if form is None and needs_committee and may_rule:
        form = _with_meetings(RulingForm(formdata=None, digest=digest), version)
    return render_template(
        "grants/consequences.html",
        version=version,
        award=version.award,
        fund=version.application.fund,
        found=found,
        by_words=policy.BY_WORDS,
        rules=policy.RULES,
        needs_committee=needs_committee,
        standing=said,
        managers_needed=rulings.MANAGERS_NEEDED,
        may_rule=may_rule,
        digest=digest,
        points=offering.open_points(version, amendments.Known(found, said)),
        may_offer=agreements.allows("offer", current_user, version),
        form=form,
    )
