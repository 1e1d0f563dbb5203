"""The ledger of a fund: figures that agree, every posting behind them, and putting a mistake right."""

from datetime import date
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from fundapp.core import clock
from fundapp.core.db import db
from fundapp.core.guard import guard
from fundapp.core.refusals import Refusal
from fundapp.funds import corrections
from fundapp.funds import ledger as entries
from fundapp.funds.forms.gifts import NoteForm
from fundapp.funds.ledger_words import ACCOUNT_WORDS, EVENT_WORDS
from fundapp.funds.models import Account, Correction, Fund, Posting
from fundapp.funds.queries import office_fund
from fundapp.funds.workflow import BOOK, CORRECTION_WORDS
from fundapp.funds.workflow import corrections as moves
from fundapp.payouts import books
from fundapp.payouts.rules import MONEY, ROOM
from fundapp.payouts.views import bp


def load(user: Any, fund_id: int) -> Fund | None:
    """Load a fund for a page about its money, and show times in its zone."""
    found = office_fund(user, fund_id)
    if found is not None:
        g.zone, g.currency = found.zone, found.currency
    return found


def _day(name: str) -> date | None:
    try:
        return date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None


def asked() -> books.Asked:
    """Read from the address what the reader chose to see; what can't be read is not chosen."""
    account, event = request.args.get("account", ""), request.args.get("event", "")
    numbers = {f"{name}_id": request.args.get(name, type=int) for name in ("award", "gift", "round")}
    return books.Asked(
        account=Account(account) if account in set(Account) else None,
        event=event if event in EVENT_WORDS else None,
        first=_day("first"),
        last=_day("last"),
        before=request.args.get("before", type=int),
        **numbers,
    )


@bp.get("/ledger/<int:fund_id>")
@guard(ROOM, load)
def ledger(fund: Fund) -> Any:
    """Show where a fund's money is; single postings to finance and auditors only."""
    figures, held = entries.figures(fund.id), entries.balances(fund.id)
    may_read, chosen = MONEY(current_user, fund), asked()
    rows = books.postings(current_user, fund, chosen) if may_read else []
    shown = rows[: books.PAGE]
    after = books.standing(fund, chosen) if may_read and chosen.account else 0
    in_bank = figures.kept - figures.paid + held[Account.REFUNDS] + figures.suspense
    return render_template(
        "payouts/ledger.html",
        fund=fund,
        figures=figures,
        bank=held[Account.BANK],
        agrees=in_bank + _refunds_ordered(figures, held) == held[Account.BANK]
        and figures.budget == figures.kept,
        may_read=may_read,
        rows=shown,
        running=books.running(shown, after) if chosen.account else [],
        page=_page(fund, rows, chosen),
        chosen=chosen,
        years=_years(fund),
        accounts=ACCOUNT_WORDS,
        events=EVENT_WORDS,
    )


def _years(fund: Fund) -> list[int]:
    """List the years a statement can be made of, the newest first."""
    last = clock.day(clock.now(), fund.zone).year
    return list(range(last, min(fund.created_at.year, last) - 1, -1))


def _refunds_ordered(figures: entries.Figures, held: dict[Account, int]) -> int:
    return held[Account.ORDERED] - figures.ordered


def _page(fund: Fund, rows: Any, chosen: books.Asked) -> dict[str, Any]:
    there: dict[str, Any] = {key: value for key, value in request.args.items() if key != "before" and value}
    there["fund_id"] = fund.id
    older = url_for(".ledger", **there, before=rows[books.PAGE - 1].id) if len(rows) > books.PAGE else None
    newer = url_for(".ledger", **there) if chosen.before else None
    return {"older_url": older, "newer_url": newer, "count_text": None}


# --- putting right -----------------------------------------------------------------


def seen_correction(user: Any, id: int) -> Correction | None:
    """Load a wish to take a posting back, at a fund where the person may read postings."""
    found = db.session.get(Correction, id)
    return found if found is not None and books.posting(user, found.posting_id) is not None else None


def _posting_page(posting: Posting, form: NoteForm, status: int = 200) -> Any:
    fund = db.session.get_one(Fund, posting.fund_id)
    g.zone = fund.zone
    rows, live = corrections.occasion(posting), corrections.live(posting)
    return render_template(
        "payouts/posting.html", fund=fund, posting=posting, rows=rows, live=live, form=form,
        can_ask=corrections.can_reverse(posting) and posting in rows and live is None
        and BOOK(current_user, posting),
        moves={move.name for move in moves.open_to(current_user, live)} if live else set(),
        accounts=ACCOUNT_WORDS, events=EVENT_WORDS, words=CORRECTION_WORDS,
    ), status  # fmt: skip


@bp.get("/postings/<int:id>")
@guard(MONEY | BOOK, books.posting)
def posting(posting: Posting) -> Any:
    """Show one posting, and ask whether it should be taken back."""
    return _posting_page(posting, NoteForm(formdata=None))


@bp.post("/postings/<int:id>/take-back")
@guard(BOOK, books.posting)
def ask_correction(posting: Posting) -> Any:
    """Ask that a posting is taken back; a second person carries it out."""
    form = NoteForm()
    if not form.validate():
        return _posting_page(posting, form, 422)
    try:
        corrections.ask(posting, reason=form.note.data or "", actor=current_user, at=clock.now())
    except Refusal as fault:
        form.note.errors = [str(fault)]
        return _posting_page(posting, form, 422)
    db.session.commit()
    flash(_("Asked for. A second person has to carry it out."))
    return redirect(url_for(".posting", id=posting.id))


@bp.post("/corrections/<int:id>/carry-out")
@guard(BOOK, seen_correction)
def carry_out_correction(correction: Correction) -> Any:
    """Take a posting back: its mirror is posted."""
    corrections.carry_out(correction, actor=current_user, at=clock.now())
    db.session.commit()
    flash(_("The posting is taken back by its mirror. Both stay in the ledger."))
    return redirect(url_for(".posting", id=correction.posting_id))


@bp.post("/corrections/<int:id>/decline")
@guard(BOOK, seen_correction)
def decline_correction(correction: Correction) -> Any:
    """Leave a posting as it is."""
    corrections.decline(correction, actor=current_user, at=clock.now())
    db.session.commit()
    flash(_("The posting stays as it is."))
    return redirect(url_for(".posting", id=correction.posting_id))
