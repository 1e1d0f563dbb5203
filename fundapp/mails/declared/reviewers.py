"""Mail to those who review, and to others whose judgment is asked."""

from flask_babel import lazy_gettext as _l

from fundapp.mails.kinds import CODE, REASON, ROUND, Kind, Place, Readers, link, passage, quote, text

EVALUATION = link(_l("page of the evaluation"), 'link("reports.evaluation", id=evaluation.id)')
EVALUATION_TITLE = text("evaluation.title", _l("title of the evaluation"), "evaluation.title|pick")

MEETING = text("meeting.number", _l("number of the meeting"), "meeting.number", sample="2")
BEGINS = text("meeting.begins", _l("when the meeting begins"), "meeting.starts_at|when")
BEGINS_SHORT = text("meeting.begins.short", _l("when the meeting begins, short"), "meeting.starts_at|stamp")
MOMENT = passage("moment", _l("when and where the meeting is"))
MEETING_PAGE = link(_l("page of the meeting"), 'link("decisions.meeting", id=meeting.id)')


def _kind(name: str, *places: Place) -> Kind:
    return Kind(name, Readers.REVIEWERS, places)


KINDS = (
    _kind("pool-invitation",
          text("inviter", _l("who invites"), "inviter", sample="Kim Voorbeeld"),
          quote("message", _l("the message"), "message"),
          text("link.until", _l("until when the link works"), "until|when"),
          link(_l("the link of the invitation"), "url", secret=True)),
    _kind("review-invited",
          passage("headline", _l("what it is about, for the subject"), needed=False),
          passage("opening", _l("how many proposals, for which call")),
          passage("proposals", _l("the proposals, as far as the reviewer may know")),
          passage("ready_by", _l("until when the reviews have to be ready")),
          link(_l("page with one's own reviews"), 'link("reviews.index")')),
    _kind("proposal-changed",
          text("proposal.title", _l("title of the proposal"), "title"),
          text("version.number", _l("number of the version"), "version.number", sample="2"),
          passage("what_now", _l("what it means for the review")),
          link(_l("the desk of the review"), 'link("reviews.desk", id=review.id)'), CODE),
    _kind("meeting-invited", ROUND, MEETING, BEGINS_SHORT, MOMENT, MEETING_PAGE),
    _kind("meeting-changed", ROUND, MEETING, BEGINS_SHORT, MOMENT, REASON, MEETING_PAGE),
    _kind("meeting-left", ROUND, MEETING, BEGINS, BEGINS_SHORT, REASON),
    _kind("meeting-cancelled", ROUND, MEETING, BEGINS, BEGINS_SHORT, REASON),
    _kind("minutes-to-sign", ROUND, MEETING,
          link(_l("page of the minutes"), 'link("decisions.minutes", id=meeting.id)')),
    _kind("closing-asked",
          text("due", _l("until when"), "due_on|day", needed=True),
          link(_l("page of the review"), 'link("reports.closing", id=review.id)')),
    _kind("opinion-asked",
          text("asker", _l("who asks"), "asker", sample="Kim Voorbeeld"),
          quote("question", _l("the question"), "opinion.question", needed=True),
          text("due", _l("until when"), "opinion.due_on|day", needed=True),
          link(_l("the link of the question"), "url", secret=True)),
    _kind("opinion-over"),
    _kind("evaluation-invited",
          text("inviter", _l("who invites"), "inviter", sample="Kim Voorbeeld"),
          passage("new_account", _l("for who has no password yet: where to choose one"), needed=True),
          EVALUATION_TITLE, EVALUATION),
    _kind("evaluation-reopened", quote("reason", _l("the reason that was given"), "why", needed=True),
          EVALUATION_TITLE, EVALUATION),
)  # fmt: skip
