"""What roles, jobs and mail are called, in the reader's words."""

from typing import Any

from flask_babel import LazyString, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from fundapp.accounts.models import RoleName
from fundapp.core.jobs import Job, Run
from fundapp.core.mail import Posted
from fundapp.core.tasks import State, Task

ROLES: dict[RoleName, LazyString] = {
    RoleName.REVIEWER: _l("Reviewer"),
    RoleName.MANAGER: _l("Manager"),
    RoleName.FINANCE: _l("Finance officer"),
    RoleName.AUDITOR: _l("Auditor"),
    RoleName.PANEL: _l("Panel member"),
}
DUTIES: dict[str, LazyString] = {
    "reviewer": _l("Reads and scores the proposals that are assigned."),
    "manager": _l("Runs rounds, proposes and approves decisions, checks claims."),
    "finance": _l("Releases payments and keeps the money."),
    "auditor": _l("Reads everything of the fund, changes nothing."),
}
MARKS: dict[str, tuple[str, LazyString]] = {
    "ok": ("ok", _l("Well")),
    "look": ("warn", _l("Worth a look")),
    "bad": ("bad", _l("Broken")),
}
POSTED: dict[Posted, tuple[str, LazyString]] = {
    Posted.QUEUED: ("wait", _l("Waiting")),
    Posted.SENDING: ("run", _l("Being sent")),
    Posted.SENT: ("ok", _l("Sent")),
    Posted.FAILED: ("bad", _l("Failed")),
}
RUNS: dict[Run, tuple[str, LazyString]] = {
    Run.RUNNING: ("run", _l("Running")),
    Run.DONE: ("ok", _l("Done")),
    Run.FAILED: ("bad", _l("Failed")),
}
TASKS: dict[State, tuple[str, LazyString]] = {
    State.QUEUED: ("wait", _l("Waiting")),
    State.RUNNING: ("run", _l("Being made")),
    State.DONE: ("ok", _l("Done")),
    State.FAILED: ("bad", _l("Failed")),
    State.CANCELLED: ("none", _l("Cancelled")),
}
JOBS: dict[str, LazyString] = {
    "check-conflicts": _l("Prove that tied people see nothing"),
    "ask-whether-alive": _l("Note when finished projects are asked whether they live on"),
    "close-rounds": _l("Close rounds whose time is over"),
    "clear-webhooks": _l("Throw away old deliveries to other programs"),
    "deliver-webhooks": _l("Tell other programs what happened"),
    "deliver-mail": _l("Send the mail that waits"),
    "expire-milestones": _l("Close milestones whose claim period is over"),
    "expire-questions": _l("End questions whose term is over"),
    "lapse-invitations": _l("End invitations that nobody used in time"),
    "find-look-alikes": _l("Look for applications that are alike"),
    "search-words": _l("Take up words to search in"),
    "find-ties": _l("Look for possible ties of those who judge"),
    "clear-downloads": _l("Take old downloads off the shelf"),
    "send-reports": _l("Tell of reports by mail"),
    "make-downloads": _l("Make what people asked for"),
    "print-letters": _l("Set the letters that went out"),
    "remind": _l("Write reminders"),
    "seal-agreements": _l("Seal agreements in force"),
    "seal-ledger": _l("Seal the ledger"),
    "seal-log": _l("Seal the log"),
    "sweep-files": _l("Remove files that nothing holds any more"),
    "settle-reviews": _l("Take off reviews that nobody needs or may do any more"),
}
MAILS: dict[str, LazyString] = {
    "account-approved": _l("Final account approved"),
    "account-changed": _l("Bank account changed, to who stood for it before"),
    "account-confirmed": _l("Bank account confirmed"),
    "account-entered": _l("Bank account entered"),
    "account-exists": _l("There is an account already"),
    "account-received": _l("Receipt of a final account"),
    "account-returned": _l("Final account sent back"),
    "agreement-accepted": _l("Agreement accepted"),
    "amendment-asked": _l("Change of an agreement asked for"),
    "plan-answered": _l("Answer to another plan"),
    "plan-proposed": _l("Another plan proposed"),
    "share-offered": _l("Share of a grant to agree to"),
    "agreement-in-force": _l("Agreement in force"),
    "agreement-offered": _l("Agreement offered"),
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
RESULTS: dict[str, LazyString] = {
    "unsealed": _l("rounds unsealed"),
    "broken": _l("pages broken"),
    "done": _l("made"),
    "put off": _l("put off"),
    "planned": _l("reminders planned"),
    "dropped": _l("dropped"),
    "faults": _l("faults"),
    "stopped": _l("stopped"),
    "removed": _l("removed"),
    "failed": _l("failed"),
    "letters": _l("letters set"),
    "hints": _l("possible ties found"),
    "mails": _l("queued"),
    "pages": _l("pages looked at"),
    "pairs": _l("ties"),
    "pinned": _l("applicants kept apart"),
    "sent": _l("sent"),
}


def plain(name: str) -> str:
    """Give a code as words, for what has no word of its own."""
    return name.replace("_", " ").replace("-", " ")


def mail(name: str) -> str:
    """Name the kind of a mail."""
    return str(MAILS.get(name, plain(name)))


def job(kind: str) -> str:
    """Say what a job does."""
    return str(JOBS.get(kind, plain(kind)))


def outcome(result: dict[str, Any]) -> str:
    """Write the counts of a run as text, without those that are zero."""
    return ", ".join(f"{value} {RESULTS.get(name, plain(name))}" for name, value in result.items() if value)


def turn(seconds: int) -> str:
    """Say how often a job runs."""
    if seconds < 60:
        return str(ngettext("one second", "%(num)s seconds", seconds))
    return str(ngettext("one minute", "%(num)s minutes", seconds // 60))


def kept_busy(task: Task) -> str:
    """Say how long a task took, or how far it is."""
    if task.started_at is None or task.ended_at is None:
        return f"{task.done}/{task.total}" if task.total else ""
    return str(_("in %(time)s", time=turn(round((task.ended_at - task.started_at).total_seconds()))))


def lasted(run: Job) -> str:
    """Say how long a run took."""
    if run.ended_at is None:
        return ""
    seconds = (run.ended_at - run.started_at).total_seconds()
    return str(_("in less than a second") if seconds < 1 else _("in %(time)s", time=turn(round(seconds))))
