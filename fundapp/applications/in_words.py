"""Where a proposal stands, said to those who wrote it: what happens now, and what they have to do."""

from datetime import datetime

from babel.dates import format_date
from flask_babel import get_locale
from flask_babel import gettext as _

from fundapp.applications import service
from fundapp.applications.models import Application, ApplicationState

S = ApplicationState


def standing(application: Application, at: datetime) -> str:
    """Say in one or two sentences where a sent proposal stands and what the reader has to do."""
    state = application.state
    if state is S.SUBMITTED:
        return _received(application, at)
    if state is S.IN_REVIEW:
        return _promised(
            application,
            _("People who know the field are reading your proposal and score it by the criteria."),
        )
    said = {
        S.INCOMPLETE: _("We need something from you before we can go on: see the question above."),
        S.INVITED: _("You may write the full proposal. What you answered before is filled in already."),
        S.AWARDED: _(
            "Your proposal is funded. The agreement, its milestones and the payments are on the page of your "
            "grant."
        ),
        S.RESERVE: _(
            "Your proposal is good enough, but the money of this round is spent. If some comes free, you "
            "hear from us."
        ),
        S.DECLINED: _("We do not fund this proposal. The letter says why; you may ask about it."),
        S.INELIGIBLE: _("This proposal does not meet the conditions of the call. The letter says which."),
        S.DEFERRED: _("Your proposal goes along to a later call. You need to do nothing for that."),
        S.MERGED: _("Your proposal was joined with another one and goes on there."),
        S.LAPSED: _(
            "No full proposal came before the deadline, so it is not assessed further. What you wrote "
            "is kept."
        ),
        S.WITHDRAWN: _("You took this proposal back. Nobody assesses it any more; you can still read it."),
    }
    return str(said.get(state, ""))


def _received(application: Application, at: datetime) -> str:
    if service.takes(application, at):
        return str(_("We have your proposal. You can still change it and send it again until the deadline."))
    return _promised(
        application,
        _("We have your proposal. First we look whether it meets the conditions, then reviewers read it."),
    )


def _promised(application: Application, words: str) -> str:
    on = application.stage.decide_by_on or application.round.decide_by_on
    if on is None:
        return str(words)
    day = format_date(on, "d MMMM y", locale=str(get_locale() or "en"))
    promise = _("You get a letter by %(day)s; you need to do nothing until then.", day=day)
    return f"{words} {promise}"
