"""What kinds of mail, their readers and their states are called, in the reader's words."""

from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from fundapp.core.mail import Posted
from fundapp.core.newer import Told
from fundapp.mails.kinds import Readers

POSTED: dict[Posted, tuple[str, LazyString]] = Told(
    {
        Posted.QUEUED: ("wait", _l("Waiting")),
        Posted.SENDING: ("run", _l("Being sent")),
        Posted.SENT: ("ok", _l("Sent")),
        Posted.FAILED: ("bad", _l("Failed")),
    }
)
CAME_BACK: tuple[str, LazyString] = ("bad", _l("Came back"))
READERS: dict[Readers, tuple[LazyString, LazyString]] = {
    Readers.APPLICANTS: (_l("To applicants"), _l("From the invitation to the decision.")),
    Readers.GRANTEES: (_l("To grantees"), _l("From the agreement to the last payment.")),
    Readers.REVIEWERS: (_l("To reviewers and outsiders"), _l("Those whose judgment is asked.")),
    Readers.STAFF: (
        _l("To the office, and reminders"),
        _l("Your colleagues, and everybody who has something to do."),
    ),
    Readers.GIVERS: (_l("To givers"), _l("About a gift that was promised or came in.")),
}
MAILS: dict[str, LazyString] = {
    "webhook-paused": _l("Messages to a program paused"),
    "account-approved": _l("Final account approved"),
    "account-changed": _l("Bank account changed, to who stood for it before"),
    "account-confirmed": _l("Bank account confirmed"),
    "account-entered": _l("Bank account entered"),
    "account-exists": _l("There is an account already"),
    "account-received": _l("Receipt of a final account"),
    "account-returned": _l("Final account sent back"),
    "agreement-accepted": _l("Agreement accepted"),
    "agreement-sent-back": _l("Agreement to be changed before it is signed"),
    "amendment-asked": _l("Change of an agreement asked for"),
    "plan-answered": _l("Answer to another plan"),
    "plan-proposed": _l("Another plan proposed"),
    "payee-invited": _l("Invitation to be paid a share"),
    "share-offered": _l("Share of a grant to agree to"),
    "agreement-in-force": _l("Agreement in force"),
    "agreement-offered": _l("Agreement offered"),
    "appeal-answer-returned": _l("Another answer to an appeal asked for"),
    "appeal-to-agree": _l("An answer to an appeal to agree with"),
    "appeal-answered": _l("Answer to an appeal"),
    "appeal-extended": _l("Answer to an appeal comes later"),
    "appeal-received": _l("Receipt of an appeal"),
    "appeal-to-handle": _l("An appeal came in"),
    "appeal-withdrawn": _l("Appeal taken back"),
    "application-deferred": _l("Proposal moved to another call"),
    "application-merged": _l("Proposal joined with another"),
    "application-received": _l("Receipt of a proposal"),
    "application-withdrawn": _l("Proposal withdrawn"),
    "built-report": _l("Link to a report"),
    "call-cancelled": _l("Call cancelled"),
    "call-reopened": _l("Call open again"),
    "claim-approved": _l("Payment request approved"),
    "claim-received": _l("Receipt of a payment request"),
    "claim-refused": _l("Payment request refused"),
    "claim-returned": _l("Payment request sent back"),
    "closing-asked": _l("Asked to score a finished project again"),
    "confirm-address": _l("Link to confirm an address"),
    "deadline-extended": _l("More time for a proposal"),
    "decision": _l("Letter about a decision"),
    "gift-pledged": _l("Gift promised: how to transfer it"),
    "gift-received": _l("Gift received: thanks"),
    "evaluation-invited": _l("Asked to judge an evaluation"),
    "evaluation-reopened": _l("Signature under an evaluation void"),
    "evaluation-signed": _l("Evaluation signed"),
    "grant-completed": _l("Grant finished"),
    "grant-ended": _l("Grant ended early"),
    "grant-paused": _l("Grant on hold"),
    "grant-resumed": _l("Grant goes on"),
    "handed-over": _l("Proposal handed to another manager"),
    "invitation-lapsed": _l("Invitation to write a full proposal lapsed"),
    "invited-to-proposal": _l("Invitation to take part in a proposal"),
    "joined-proposal": _l("Somebody takes part in a proposal"),
    "left-proposal": _l("Somebody stepped out of a proposal"),
    "no-manager-left": _l("A fund needs another manager"),
    "payment-made": _l("Payment made"),
    "payment-returned": _l("Payment came back"),
    "pool-answer": _l("Answer to an invitation to the reviewers"),
    "pool-invitation": _l("Invitation to the reviewers"),
    "proposal-changed": _l("Proposal changed while reviewed"),
    "question-answered": _l("Question answered"),
    "question-asked": _l("Question to applicants"),
    "question-expired": _l("Question not answered in time"),
    "question-extended": _l("More time for a question"),
    "question-shared": _l("Question answered by a co-applicant"),
    "question-unanswered": _l("No answer, to the office"),
    "questions-asked": _l("Questions to applicants"),
    "meeting-cancelled": _l("Meeting of a panel called off"),
    "meeting-changed": _l("Meeting of a panel changed"),
    "meeting-invited": _l("Invitation to a meeting of a panel"),
    "meeting-left": _l("Seat in a meeting of a panel ended"),
    "minutes-to-sign": _l("Minutes to sign"),
    "milestone-changed": _l("A milestone was moved, put on hold, closed or opened"),
    "opinion-answered": _l("A second opinion came in"),
    "opinion-asked": _l("A second opinion is asked"),
    "opinion-over": _l("A second opinion is no longer needed"),
    "recovery-claimed": _l("Money claimed back"),
    "recovery-dropped": _l("Money not claimed back any more"),
    "recovery-parts": _l("New days for what is paid back"),
    "recovery-received": _l("Money came back: thanks"),
    "reminders": _l("Reminders"),
    "report-accepted": _l("Report accepted"),
    "report-received": _l("Receipt of a report"),
    "report-returned": _l("Questions about a report"),
    "reset-password": _l("Link to choose a password"),
    "review-declined": _l("Review declined"),
    "review-invited": _l("Invitation to review"),
    "rights-changed": _l("Part in a proposal changed"),
    "seal-broken": _l("Seal of a round broken"),
    "thread-message": _l("Message in a conversation"),
}
OWN_TEST: LazyString = _l("Test of a mail text")


def mail(name: str) -> str:
    """Name the kind of a mail."""
    return str(OWN_TEST if name == "mail-test" else MAILS.get(name, name.replace("-", " ")))


def state(row: Any) -> tuple[str, LazyString]:
    """Say where a mail stands: the shape and word of its badge."""
    return CAME_BACK if row.came_back else POSTED[row.state]
