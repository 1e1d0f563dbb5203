"""The final account and the letter that claims money back, on paper."""

from typing import Any

from babel.dates import format_date
from flask_babel import force_locale
from flask_babel import gettext as _

from fundapp.accounts.models import User
from fundapp.core import iban
from fundapp.core.db import db
from fundapp.core.money import show
from fundapp.core.papers import paper
from fundapp.decisions.letter_papers import letterhead
from fundapp.grants.grant_letters import letter
from fundapp.payouts import account_files, account_writing, recovery_lists, settlement
from fundapp.payouts.models import FinalAccount, Recovery, RecoveryReason


def final_account(account: FinalAccount, lang: str) -> bytes:
    """Set a final account as PDF: its lines, what stands around them, and the settlement."""
    award, application = account.award, account.application
    files = account_files.by_line(account)
    approver = db.session.get(User, account.approved_by) if account.approved_by else None
    sender = db.session.get(User, account.submitted_by) if account.submitted_by else None
    shape: dict[str, Any] = {
        "head": letterhead(application.fund, lang),
        "code": application.code or f"G{award.id}",
        "title": application.title,
        "grantee": application.party.legal_name if application.party else application.applicant_name or "",
        "lines": [_line(line, files.get(line.id, [])) for line in account.lines],
        "sums": account_writing.sums(account),
        "outcome": settlement.outcome(account),
        "is_settled": account.settled_cents is not None,
        "reclaims_vat": account.reclaims_vat,
        "note": account.note,
        "answer": account.answer,
        "sent": (sender.name if sender else "", account.submitted_at),
        "approved": (approver.name if approver else "", account.approved_at),
        "digest": account.digest,
    }
    return paper(
        "final_account.html", lang=lang, made_at=account.state_at, d=shape, currency=application.fund.currency
    )


def _line(line: Any, files: list[Any]) -> dict[str, Any]:
    return {
        "title": line.title,
        "note": line.note,
        "budget": line.budget_cents,
        "net": line.net_cents,
        "vat": line.vat_cents,
        "evidence": [*line.evidence, *(one.name for one in files)],
    }


def recovery(row: Recovery, lang: str) -> bytes:
    """Set the letter that claims money back: why, how much, to which account, with which reference."""
    fund = row.application.fund
    account = recovery_lists.own_account_of(row)
    with force_locale(lang):
        paragraphs = [
            _(
                "You received a grant for “%(title)s”. A part of it has to come back to us.",
                title=row.application.title,
            ),
            row.why,
            _("This letter is about the part of %(name)s.", name=row.party.legal_name) if row.party else "",
            ""
            if row.reason is not RecoveryReason.SENT_BACK
            else _("You told us that you send it back; this letter says how."),
            _("Please transfer it with the reference below, so that we see what it is for."),
        ]
        figures = [(_("To be paid back"), show(row.amount_cents, fund.currency, lang, always_cents=True))]
        if account is not None:
            figures += [(_("To account"), iban.grouped(account.iban)), (_("In the name of"), account.holder)]
        figures.append((_("Reference"), row.reference))
        for part in row.instalments:
            day = format_date(part.due_on, "d MMMM y", locale=lang)
            sum_text = show(part.amount_cents, fund.currency, lang, always_cents=True)
            figures.append((_("At the latest on %(day)s", day=day), sum_text))
        closing = [
            _("Can you not pay it at once? Write to us: we can agree on parts."),
            _("If you disagree, answer within six weeks and say why; somebody else will look at it."),
        ]
        return letter(
            row.award,
            _("Please pay back %(amount)s", amount=show(row.amount_cents, fund.currency, lang)),
            paragraphs,
            figures,
            closing,
            code=row.code,
            at=row.opened_at,
            signed_by=db.session.get(User, row.opened_by),
            lang=lang,
        )
