"""How the instance is doing: what needs looking at, the jobs, the log."""

from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from fundapp.accounts.rules import administrator
from fundapp.admin import log_words, queries, words
from fundapp.admin.views.blueprint import asked, before, bp, page
from fundapp.core import clock, health, jobs, tasks
from fundapp.core.guard import guard


@bp.get("")
@guard(administrator)
def index() -> Any:
    """Show what needs looking at."""
    now, newest = clock.now(), jobs.last_runs()
    findings = health.examine(now)
    order = {"bad": 0, "look": 1}
    return render_template(
        "admin/index.html",
        findings=sorted(findings, key=lambda finding: order.get(finding.mark, 2)),
        counts=queries.counts(),
        runs=newest,
        late=jobs.stalled(now, newest),
        words=words,
    )


@bp.get("/jobs")
@guard(administrator)
def work() -> Any:
    """List the jobs with their newest run."""
    newest = jobs.last_runs()
    return render_template(
        "admin/jobs.html",
        runs=newest,
        late=jobs.stalled(clock.now(), newest),
        turns=jobs.SCHEDULE,
        next_run=jobs.next_run,
        tasks=tasks.newest(),
        words=words,
    )


@bp.post("/jobs/<kind>/run")
@guard(administrator)
def run(kind: str) -> Any:
    """Run one job now, as the worker would."""
    if kind not in jobs.SCHEDULE:
        abort(404)
    result = jobs.run(kind, clock.now())
    if "fault" in result:
        flash(_("The job failed: %(fault)s", fault=result["fault"]), "bad")
    else:
        done = words.outcome(result) or _("there was nothing to do")
        flash(_("%(job)s: %(done)s.", job=words.job(kind), done=done))
    return redirect(url_for(".work"))


@bp.get("/audit")
@guard(administrator)
def audit() -> Any:
    """List what was done, the newest first."""
    chosen = {"verb": asked("verb"), "person": asked("person")}
    rows = queries.events(current_user, **chosen, before=before())
    return render_template(
        "admin/audit.html",
        page=page(".audit", rows, **chosen),
        chosen=chosen,
        deeds=log_words.deeds(),
        log=log_words,
        words=words,
    )
