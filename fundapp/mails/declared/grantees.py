"""Mail to those who have a grant, and to those who give."""

from flask_babel import lazy_gettext as _l

from fundapp.mails.kinds import NOTE, TITLE, Kind, Place, Readers, amount, link, passage, quote, text

GRANT = link(_l("page of the grant"), 'link("grants.show", id=award.id)')
LETTER = link(_l("the letter about the end"), 'link("grants.ending_letter", id=award.id)')
ACCOUNT = link(_l("page of the final account"), 'link("payouts.final_account", id=award.id)')
CLAIM = link(_l("page of the request"), 'link("payouts.show", id=claim.id)')
RECOVERY = link(_l("page with the reference and what came in"), 'link("payouts.recovery", id=recovery.id)')
REPORT = link(_l("page of the report"), 'link("grants.report", id=report.id)')
CLAIM_CODE = text("claim.code", _l("number of the request"), "claim.code", sample="2026-03-014-C2")
CLAIM_AMOUNT = amount("claim.amount", _l("amount asked for"), "claim.amount_cents")
CLAIM_ANSWER = quote("answer", _l("what the office wrote"), "claim.answer")
LINES = passage("lines", _l("the milestones with their amounts"))
REFERENCE = text("reference", _l("reference of the money back"), "recovery.reference", needed=True)
GRANT_AMOUNT = amount("agreement.amount", _l("amount of the agreement"), "agreement.total_cents")
REPORT_NOTE = quote("note", _l("what the office wrote"), "report.note")
MASKED = text(
    "account", _l("the bank account, partly covered"), "claim.bank_account.masked", sample="NL•• 4300"
)


def _kind(name: str, *places: Place) -> Kind:
    return Kind(name, Readers.GRANTEES, places)


def _agreement(endpoint: str) -> Place:
    return link(_l("page of the agreement"), f'link("{endpoint}", id=agreement.award_id)')


def _grant_of(row: str) -> Place:
    return link(_l("page of the grant"), f'link("grants.show", id={row}.award_id)')


KINDS = (
    _kind("agreement-offered", TITLE, GRANT_AMOUNT, _agreement("grants.accept")),
    _kind("agreement-in-force", TITLE, GRANT_AMOUNT, _agreement("grants.show")),
    _kind("share-offered", TITLE, amount("share.amount", _l("the payee's share"), "share.cents"),
          _agreement("grants.own_share")),
    _kind("payee-invited",
          text("inviter", _l("who invites"), "inviter.name", sample="Kim Voorbeeld"),
          text("title", _l("title of the project"), "title"),
          text("until", _l("until when"), "expires_at|when", needed=True),
          link(_l("the link of the invitation"), "url", secret=True)),
    _kind("plan-answered", passage("outcome", _l("what happened, in a sentence")), TITLE,
          quote("answer", _l("what the office wrote"), "proposal.answer"), _grant_of("proposal")),
    _kind("milestone-changed", TITLE,
          text("milestone", _l("number of the milestone"), "milestone.ref", sample="M2"),
          text("milestone.title", _l("title of the milestone"), "milestone.title"),
          text("said", _l("what happened to it, as in “is on hold”"), "said", needed=True),
          passage("details", _l("the new day or the amount, and what was written"), needed=True),
          link(_l("page of the milestone"),
               'link("grants.milestone", id=milestone.award_id, ref=milestone.ref)')),
    _kind("grant-completed", TITLE, NOTE, LETTER),
    _kind("grant-ended", TITLE, NOTE, LETTER),
    _kind("grant-paused", TITLE, NOTE, GRANT),
    _kind("grant-resumed", TITLE, NOTE, GRANT),
    _kind("account-entered", TITLE, GRANT,
          text("entered", _l("when it was entered"), "account.entered_at|when", needed=True),
          text("account", _l("the bank account, partly covered"), "account.masked", needed=True)),
    _kind("account-changed", TITLE,
          text("entered", _l("when it was entered"), "account.entered_at|when", needed=True),
          text("account.before", _l("the bank account before, partly covered"), 'old.masked if old else "–"'),
          text("account", _l("the bank account, partly covered"), "account.masked", needed=True),
          text("usable", _l("from when it is paid to"), "account.usable_from_at|when", needed=True)),
    _kind("account-confirmed", TITLE, GRANT,
          text("account", _l("the bank account, partly covered"), "account.masked", needed=True)),
    _kind("claim-received", TITLE, CLAIM_CODE, CLAIM_AMOUNT, LINES, CLAIM),
    _kind("claim-returned", CLAIM_CODE, CLAIM_AMOUNT, CLAIM_ANSWER, CLAIM),
    _kind("claim-refused", CLAIM_CODE, CLAIM_AMOUNT, CLAIM_ANSWER, CLAIM),
    _kind("claim-approved", CLAIM_CODE, CLAIM_AMOUNT, CLAIM_ANSWER, MASKED, CLAIM),
    _kind("payment-made", TITLE, CLAIM_AMOUNT, MASKED, LINES,
          text("paid", _l("the day of the payment"), "payment.paid_on|day", needed=True),
          text("reference", _l("the reference on the statement"), "claim.reference"), CLAIM),
    _kind("payment-returned", CLAIM_CODE, CLAIM_AMOUNT, MASKED, _grant_of("claim")),
    _kind("account-received", TITLE, amount("costs", _l("costs of the account"), "account.costs_cents"),
          ACCOUNT),
    _kind("account-returned", TITLE, quote("answer", _l("what the office wrote"), "account.answer"), ACCOUNT),
    _kind("account-approved", TITLE, amount("settled", _l("amount settled"), "account.settled_cents"),
          amount("grant.amount", _l("amount of the grant"), "account.award_cents"),
          quote("answer", _l("what the office wrote"), "account.answer"), ACCOUNT),
    _kind("recovery-claimed", TITLE, REFERENCE, amount("amount", _l("amount to pay back"),
          "recovery.amount_cents"),
          quote("reason", _l("the reason that was given"), "recovery.why"), RECOVERY),
    _kind("recovery-parts", TITLE, REFERENCE, amount("rest", _l("amount still to come"),
          "recovery.rest_cents"),
          RECOVERY),
    _kind("recovery-received", REFERENCE, amount("amount", _l("amount that came in"), "receipt.amount_cents"),
          amount("rest", _l("amount still to come"), "recovery.rest_cents"), RECOVERY),
    _kind("recovery-dropped", REFERENCE, amount("amount", _l("amount not asked back"), "cents"), RECOVERY),
    _kind("report-received", TITLE, REPORT),
    _kind("report-returned", TITLE, REPORT_NOTE, REPORT),
    _kind("report-accepted", TITLE, REPORT_NOTE, REPORT),
)  # fmt: skip

GIVER_PAGE = link(_l("the giver's own page"), 'link("funds.giver", token=token)', secret=True)
GIFT = amount("gift.amount", _l("amount of the gift"), "gift.amount_cents")
GIVERS = (
    Kind("gift-pledged", Readers.GIVERS,
         (GIFT, passage("how", _l("account, reference and day to transfer by")), GIVER_PAGE)),
    Kind("gift-received", Readers.GIVERS,
         (GIFT, text("received", _l("the day it came in"), "gift.received_on|day"),
          text("reference", _l("reference of the gift"), "gift.reference"), GIVER_PAGE)),
)  # fmt: skip
