"""Mail to those who apply."""

from flask_babel import lazy_gettext as _l

from fundapp.mails.kinds import (
    CODE,
    GREETING,
    PROPOSAL,
    REASON,
    ROUND,
    TITLE,
    ZONE,
    Kind,
    Readers,
    link,
    passage,
    quote,
    text,
)

MINE = link(_l("page of the proposal"), 'link("applications.people", id=application.id)')
QUESTION = link(_l("page of the question"), 'link("applications.question", id=thread.id)')
SUBJECT = text("question.subject", _l("what the question is about"), "thread.subject")
DUE = text("question.due", _l("until when to answer"), "thread.due_at|when", needed=True)
BODY = quote("message", _l("the message"), "message.body", needed=True)
OUTCOME = passage("outcome", _l("what happened, in a sentence"))
HEADLINE = passage("headline", _l("what it is about, for the subject"), needed=False)
DRAFT = text("proposal.title", _l("title of the proposal"), "title", sample="Getijdenboek")
UNTIL = text("until", _l("until when"), "until|when", needed=True)
SHORT = text("until.short", _l("until when, short"), "until|stamp")
CLOSES = text("call.closes", _l("when the call closes"), "closes_at|when", needed=True)
CLOSES_DAY = text("call.closes_day", _l("the day the call closes"), "closes_at|short_day")
ANSWER_BY = text("answer.due", _l("until when we answer"), "appeal.due_on|day", needed=True)
WHO = text("who", _l("who did it"), "who", sample="Kim Voorbeeld")


def _kind(name: str, *places: object) -> Kind:
    return Kind(name, Readers.APPLICANTS, places)  # type: ignore[arg-type]


KINDS = (
    _kind(
        "application-received",
        text("version.title", _l("title of the proposal"), "version.title", sample="Getijdenboek"),
        text("version.number", _l("number of the version"), "version.number", sample="1"),
        text("version.made", _l("when it came in"), "version.made_at|when"),
        text(
            "version.amount",
            _l("amount asked for"),
            "version.requested_cents|money(application.fund.currency)",
            sample="€ 12.500",
        ),
        text("call.closes", _l("when the call closes"), "closes_at|when"),
        text("decide_by", _l("until when is decided"), "round.decide_by_on|day"),
        passage("copy", _l("the text that was sent in, unless none was wanted"), needed=False),
        CODE, ROUND, ZONE, PROPOSAL,
    ),
    _kind("application-withdrawn", TITLE, CODE, ROUND, PROPOSAL),
    _kind(
        "application-deferred",
        passage("what_now", _l("whether the applicant has to do something, and until when")),
        link(_l("page of the proposal"), 'link("applications.show", id=successor.id)'),
        TITLE, CODE, ROUND, REASON,
    ),
    _kind("application-merged", passage("joined", _l("with what it is joined")), TITLE, CODE, PROPOSAL),
    _kind("invitation-lapsed", DRAFT, CODE, ROUND, ZONE,
          text("ended", _l("when the time was over"), "ends_at|when", needed=True), PROPOSAL),
    _kind("deadline-extended", DRAFT, ROUND, UNTIL, SHORT, ZONE, REASON, PROPOSAL),
    _kind("call-cancelled", DRAFT, ROUND, REASON, PROPOSAL),
    _kind("call-reopened", DRAFT, ROUND, CLOSES, CLOSES_DAY, ZONE, REASON, PROPOSAL),
    _kind("question-asked", passage("terms", _l("until when to answer, and what may change"), needed=True),
          TITLE, CODE, SUBJECT, BODY, QUESTION),
    _kind("questions-asked", HEADLINE, passage("opening", _l("how many questions, and until when")),
          passage("questions", _l("the questions, each with its page")), TITLE, CODE),
    _kind("question-extended", passage("terms", _l("until when to answer")), TITLE, CODE, SUBJECT, REASON,
          QUESTION),
    _kind("question-expired", OUTCOME, TITLE, CODE, SUBJECT, QUESTION),
    _kind("question-shared", text("author", _l("who answered"), "message.author.name"), TITLE, CODE, SUBJECT,
          BODY, QUESTION),
    _kind(
        "decision",
        text("letter.subject", _l("subject of the letter"), "letter_subject"),
        passage("letter", _l("the letter, as it was read over and approved")),
        passage("clause", _l("what the applicant can do about it")),
        TITLE, CODE, PROPOSAL,
    ),
    _kind("appeal-received", HEADLINE, OUTCOME, ANSWER_BY, TITLE, CODE, PROPOSAL),
    _kind("appeal-extended", ANSWER_BY, TITLE, CODE, REASON, PROPOSAL),
    _kind(
        "appeal-answered",
        HEADLINE,
        OUTCOME,
        quote("answer", _l("the answer"), "appeal.answer", needed=True),
        passage("clause", _l("what the applicant can do about it")),
        TITLE, CODE, PROPOSAL,
    ),
    _kind(
        "invited-to-proposal",
        GREETING,
        text("inviter", _l("who invites"), "inviter.name", sample="Kim Voorbeeld"),
        text("proposal.title", _l("title of the proposal"), 'proposal.title or _("New proposal")',
             sample="Getijdenboek"),
        text("round.name", _l("name of the call"), "proposal.round.name|pick"),
        passage("rights", _l("for whom one takes part, and what one may do")),
        text("link.until", _l("until when the link works"), "expires_at|when"),
        link(_l("the link of the invitation"), "url", secret=True),
    ),
    _kind("joined-proposal", GREETING, WHO, TITLE, MINE),
    _kind("left-proposal", GREETING, WHO, TITLE, MINE),
    _kind("rights-changed", GREETING, passage("rights", _l("what changed, and the page of the proposal")),
          TITLE),
)  # fmt: skip
