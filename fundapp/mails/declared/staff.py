"""Mail to those who work for the fund, and to everybody who has something to do."""

from flask_babel import lazy_gettext as _l

from fundapp.mails.kinds import (
    CODE,
    DOSSIER,
    REASON,
    ROUND,
    TITLE,
    Kind,
    Place,
    Readers,
    link,
    passage,
    quote,
    text,
)

APPEAL = link(_l("page of the objection or request"), 'link("decisions.appeal", id=appeal.id)')
OUTCOME = passage("outcome", _l("what happened, in a sentence"))
HEADLINE = passage("headline", _l("what it is about, for the subject"), needed=False)
THREAD = link(_l("page of the conversation"), 'link("applications.thread", id=thread.id)')
SUBJECT = text("question.subject", _l("what the question is about"), "thread.subject")


def _kind(name: str, *places: Place) -> Kind:
    return Kind(name, Readers.STAFF, places)


KINDS = (
    _kind("reminders", HEADLINE, passage("opening", _l("how many things have to be done")),
          passage("items", _l("what has to be done, each with its day and page")),
          passage("stop", _l("how to end reminders one can do without")),
          link(_l("page with all that waits"), 'link("reminders.to_do")')),
    _kind("thread-message", HEADLINE,
          text("author", _l("who wrote"), "message.author.name", sample="Kim Voorbeeld"),
          text("proposal.title", _l("title of the proposal"), "title"),
          quote("message", _l("the message"), "message.body", needed=True), CODE, SUBJECT, THREAD),
    _kind("question-answered", OUTCOME, quote("message", _l("the message"), "message.body", needed=True),
          passage("version_note", _l("which version came with it"), needed=False), TITLE, CODE, SUBJECT,
          THREAD),
    _kind("question-unanswered", OUTCOME, TITLE, CODE, DOSSIER),
    _kind("handed-over", HEADLINE, OUTCOME, TITLE, CODE, DOSSIER),
    _kind("review-declined",
          text("reviewer", _l("name of the reviewer"), "review.reviewer.name", sample="Kim Voorbeeld"),
          text("reason", _l("the reason that was given"), "review.decline_reason"),
          link(_l("page to ask somebody else"), 'link("reviews.office_assign", id=review.round_id)'), TITLE,
          CODE),
    _kind("pool-answer", HEADLINE, OUTCOME,
          link(_l("page with the reviewers"), 'link("reviews.pool_list", id=fund.id)')),
    _kind("appeal-to-handle", HEADLINE, OUTCOME,
          text("answer.due", _l("until when to answer"), "appeal.due_on|day", needed=True), TITLE, CODE,
          APPEAL),
    _kind("appeal-to-agree", TITLE, CODE,
          text("answer.due", _l("until when to answer"), "appeal.due_on|day", needed=True), APPEAL),
    _kind("appeal-answer-returned", TITLE, CODE, REASON, APPEAL),
    _kind("appeal-withdrawn", TITLE, CODE, APPEAL),
    _kind("agreement-accepted", TITLE, CODE,
          text("agreement.amount", _l("amount of the agreement"),
               "agreement.total_cents|money(fund.currency)", sample="€ 12.500"),
          link(_l("page to sign for the fund"), 'link("grants.countersign", id=agreement.award_id)')),
    _kind("agreement-sent-back", TITLE, CODE,
          quote("note", _l("what was written with it"), "note", needed=True),
          link(_l("page of the grant"), 'link("grants.show", id=agreement.award_id)')),
    _kind("amendment-asked", TITLE,
          quote("reason", _l("the reason that was given"), "agreement.reason", needed=True),
          link(_l("page with what it changes"), 'link("grants.consequences", id=agreement.award_id)')),
    _kind("plan-proposed", TITLE, text("who", _l("who did it"), "who", sample="Kim Voorbeeld"),
          quote("note", _l("what was written with it"), "proposal.note"),
          link(_l("page of the proposed plan"),
               'link("grants.proposal", id=proposal.award_id, number=proposal.number)')),
    _kind("opinion-answered", OUTCOME, text("expert", _l("who was asked"), "opinion.name",
          sample="Kim Voorbeeld"),
          text("claim.code", _l("number of the request"), "opinion.claim.code"),
          link(_l("page of the request"), 'link("payouts.show", id=opinion.claim_id)')),
    _kind("evaluation-signed",
          text("signer", _l("who signed"), "evaluation.signed_name", sample="Kim Voorbeeld"),
          text("evaluation.title", _l("title of the evaluation"), "evaluation.title|pick"),
          link(_l("page of the evaluation"), 'link("reports.evaluation", id=evaluation.id)')),
    _kind("built-report", text("report.name", _l("name of the report"), "report.name"),
          link(_l("page of the report"), 'link("reports.own_show", id=report.id)')),
    _kind("webhook-paused", text("hook.url", _l("address that is told"), "hook.url", needed=True),
          text("said", _l("what happened, in a sentence"), "said"),
          link(_l("page with what went to it"), 'link("connections.hook", id=hook.id)')),
    _kind("seal-broken", text("who", _l("who did it"), "who.name", needed=True, sample="Kim Voorbeeld"),
          link(_l("page of the round"), 'link("rounds.show", id=round.id)'), ROUND, REASON),
)  # fmt: skip
