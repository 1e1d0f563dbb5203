"""What the log, the outbox and the jobs call things, in the reader's words."""

from typing import Any

from flask_babel import LazyString, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from fundapp.accounts.models import RoleName
from fundapp.core.jobs import Job, Run
from fundapp.core.mail import Posted
from fundapp.core.workflow import FLOWS

ROLES: dict[RoleName, LazyString] = {
    RoleName.REVIEWER: _l("Reviewer"),
    RoleName.MANAGER: _l("Manager"),
    RoleName.FINANCE: _l("Finance officer"),
    RoleName.AUDITOR: _l("Auditor"),
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
JOBS: dict[str, LazyString] = {
    "close-rounds": _l("Close rounds whose time is over"),
    "deliver-mail": _l("Send the mail that waits"),
    "remind": _l("Write reminders"),
    "settle-reviews": _l("Take off reviews that nobody needs or may do any more"),
}
MAILS: dict[str, LazyString] = {
    "account-confirmed": _l("Bank account confirmed"),
    "account-entered": _l("Bank account entered"),
    "account-exists": _l("There is an account already"),
    "agreement-accepted": _l("Agreement accepted"),
    "agreement-in-force": _l("Agreement in force"),
    "agreement-offered": _l("Agreement offered"),
    "application-received": _l("Receipt of a proposal"),
    "application-withdrawn": _l("Proposal withdrawn"),
    "confirm-address": _l("Link to confirm an address"),
    "decision": _l("Letter about a decision"),
    "reset-password": _l("Link to choose a password"),
    "review-declined": _l("Review declined"),
    "review-invited": _l("Invitation to review"),
    "reviews-due": _l("Reminder of reviews"),
}
SUBJECTS: dict[str, LazyString] = {
    "access": _l("Access to a proposal"),
    "agreement": _l("Agreement"),
    "application": _l("Proposal"),
    "award": _l("Grant"),
    "bank_account": _l("Bank account"),
    "batch": _l("Batch of payments"),
    "claim": _l("Payment request"),
    "conflict": _l("Tie"),
    "contribution": _l("Gift"),
    "decision": _l("Decision"),
    "form": _l("Form"),
    "fund": _l("Fund"),
    "milestone": _l("Milestone"),
    "notice": _l("Reminder"),
    "outbox": _l("Mail"),
    "party": _l("Applicant"),
    "payment": _l("Payment"),
    "review": _l("Review"),
    "role": _l("Role"),
    "round": _l("Round"),
    "rubric": _l("Rubric"),
    "snapshot": _l("Report"),
    "user": _l("Account"),
}
DEEDS: dict[str, LazyString] = {
    "agree": _l("Agreed"),
    "change": _l("Changed"),
    "change_details": _l("Changed own details"),
    "confirm_account": _l("Confirmed the bank account"),
    "confirm_address": _l("Confirmed the address"),
    "create": _l("Made"),
    "declare": _l("Declared a tie"),
    "describe_party": _l("Filled in who receives"),
    "end_role": _l("Ended a role"),
    "enter_account": _l("Entered a bank account"),
    "file_under": _l("Filed under a theme or a lead"),
    "found": _l("Set up"),
    "grant_role": _l("Gave a role"),
    "install": _l("Installed"),
    "invite": _l("Asked for a review"),
    "list": _l("Put on the list of payments"),
    "make_administrator": _l("Made administrator"),
    "open": _l("Opened"),
    "receive": _l("Booked"),
    "redraft": _l("Began anew"),
    "register": _l("Made an account"),
    "report": _l("Made a report"),
    "send_again": _l("Let it be sent again"),
    "set_password": _l("Set a new password"),
    "sign": _l("Signed"),
    "sign_in": _l("Signed in"),
    "start": _l("Started"),
}
RESULTS: dict[str, LazyString] = {
    "failed": _l("failed"),
    "mails": _l("queued"),
    "sent": _l("sent"),
}


def plain(name: str) -> str:
    """Give a code as words, for what has no word of its own."""
    return name.replace("_", " ").replace("-", " ")


def deed(verb: str, subject: str) -> str:
    """Say what was done: a move in the words of its button, else as the log calls it."""
    for flow in FLOWS:
        if verb in flow.moves and flow.column.class_.__tablename__ == subject:
            return str(flow[verb].label)
    return str(DEEDS.get(verb, plain(verb)))


def deeds() -> list[tuple[str, str]]:
    """List (verb, words) of everything the log may tell of, by words; one verb may have several."""
    words: dict[str, set[str]] = {verb: {str(word)} for verb, word in DEEDS.items()}
    for flow in FLOWS:
        for move in flow:
            words.setdefault(move.name, set()).add(str(move.label))
    pairs = [(verb, " / ".join(sorted(found))) for verb, found in words.items()]
    return sorted(pairs, key=lambda pair: pair[1].casefold())


def subject(name: str) -> str:
    """Name the kind of thing a line of the log is about."""
    return str(SUBJECTS.get(name, plain(name)))


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


def lasted(run: Job) -> str:
    """Say how long a run took."""
    if run.ended_at is None:
        return ""
    seconds = (run.ended_at - run.started_at).total_seconds()
    return str(_("in less than a second") if seconds < 1 else _("in %(time)s", time=turn(round(seconds))))
