"""What roles, jobs and mail are called, in the reader's words."""

from typing import Any

from flask_babel import LazyString, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from fundapp.accounts.models import RoleName
from fundapp.core.jobs import Job, Run
from fundapp.core.newer import Told
from fundapp.core.tasks import State, Task
from fundapp.mails.words import MAILS, POSTED, mail

__all__ = ["MAILS", "POSTED", "mail"]

ROLES: dict[RoleName, LazyString] = Told(
    {
        RoleName.REVIEWER: _l("Reviewer"),
        RoleName.MANAGER: _l("Manager"),
        RoleName.FINANCE: _l("Finance officer"),
        RoleName.AUDITOR: _l("Auditor"),
        RoleName.PANEL: _l("Panel member"),
    }
)
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
RUNS: dict[Run, tuple[str, LazyString]] = Told(
    {
        Run.RUNNING: ("run", _l("Running")),
        Run.DONE: ("ok", _l("Done")),
        Run.FAILED: ("bad", _l("Failed")),
    }
)
TASKS: dict[State, tuple[str, LazyString]] = Told(
    {
        State.QUEUED: ("wait", _l("Waiting")),
        State.RUNNING: ("run", _l("Being made")),
        State.DONE: ("ok", _l("Done")),
        State.FAILED: ("bad", _l("Failed")),
        State.CANCELLED: ("none", _l("Cancelled")),
    }
)
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
RESULTS: dict[str, LazyString] = {
    "opened": _l("calls that opened"),
    "withheld": _l("withheld"),
    "cleared": _l("thrown away"),
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
