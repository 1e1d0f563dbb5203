"""What the log calls things: what was done, to what, and where it stood then."""

from collections.abc import Mapping
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from fundapp.admin import words
from fundapp.applications import workflow as applications
from fundapp.connections import workflow as connections
from fundapp.core import log_lines
from fundapp.core.workflow import FLOWS
from fundapp.decisions import workflow as decisions
from fundapp.grants import report_flow
from fundapp.grants import workflow as grants
from fundapp.payouts import opinion_flow, settling
from fundapp.payouts import workflow as payouts
from fundapp.reviews import workflow as reviews
from fundapp.rounds import workflow as rounds

STATES: dict[str, Mapping[Any, tuple[str, LazyString]]] = {
    "webhook": connections.WORDS,
    "agenda_item": {**decisions.ITEM_WORDS, **decisions.VOTING_WORDS},
    "agreement": grants.AGREEMENT_WORDS,
    "appeal": decisions.APPEAL_WORDS,
    "application": applications.WORDS,
    "award": grants.AWARD_WORDS,
    "batch": payouts.BATCH_WORDS,
    "claim": payouts.CLAIM_WORDS,
    "condition": grants.CONDITION_WORDS,
    "conflict": applications.CONFLICT_WORDS,
    "decision": decisions.WORDS,
    "final_account": settling.ACCOUNT_WORDS,
    "letter": decisions.LETTER_WORDS,
    "meeting": decisions.MEETING_WORDS,
    "milestone": grants.MILESTONE_WORDS,
    "second_opinion": opinion_flow.OPINION_WORDS,
    "payment": payouts.PAYMENT_WORDS,
    "plan_version": grants.PLAN_WORDS,
    "pool_invitation": reviews.INVITED_WORDS,
    "progress_report": report_flow.REPORT_WORDS,
    "recovery": settling.RECOVERY_WORDS,
    "review": reviews.WORDS,
    "round": rounds.WORDS,
}
SUBJECTS: dict[str, LazyString] = {
    "api_token": _l("Key of a program"),
    "webhook": _l("Address that hears"),
    "alive_check": _l("Life after a grant"),
    "evaluation": _l("Evaluation"),
    "access": _l("Access to a proposal"),
    "agenda_item": _l("Agenda item"),
    "agreement": _l("Agreement"),
    "appeal": _l("Appeal"),
    "application": _l("Proposal"),
    "award": _l("Grant"),
    "bank_account": _l("Bank account"),
    "bank_statement": _l("Bank statement"),
    "batch": _l("Batch of payments"),
    "claim": _l("Payment request"),
    "conflict": _l("Tie"),
    "contribution": _l("Gift"),
    "correction": _l("Correction"),
    "decision": _l("Decision"),
    "decision_reason": _l("Standing reason"),
    "final_account": _l("Final account"),
    "form": _l("Form"),
    "fund": _l("Fund"),
    "letter": _l("Letter"),
    "letter_text": _l("Words of letters"),
    "meeting": _l("Meeting"),
    "milestone": _l("Milestone"),
    "second_opinion": _l("Second opinion"),
    "notice": _l("Reminder"),
    "outbox": _l("Mail"),
    "mail_text": _l("Text of a mail"),
    "party": _l("Applicant"),
    "payment": _l("Payment"),
    "pool_invitation": _l("Invitation to review"),
    "progress_report": _l("Report of a grantee"),
    "recovery": _l("Money to be paid back"),
    "review": _l("Review"),
    "reviewer": _l("Reviewer"),
    "role": _l("Role"),
    "round": _l("Round"),
    "rubric": _l("Rubric"),
    "saved_view": _l("View"),
    "scenario": _l("Scenario"),
    "snapshot": _l("Report"),
    "tag": _l("Tag"),
    "refund": _l("Money back to a giver"),
    "bad_address": _l("Address that takes no mail"),
    "reminder_rule": _l("Rule of reminders"),
    "user": _l("Account"),
    "task": _l("Download"),
    "built_report": _l("Report of one’s own"),
    "agreement_text": _l("Text of agreements"),
    "amendment_policy": _l("Rules for changes"),
    "condition": _l("Condition"),
    "plan_version": _l("Plan"),
}
DEEDS: dict[str, LazyString] = {
    "rotate_secret": _l("Made a new secret for an address"),
    "revoke_key": _l("Ended a key of a program"),
    "ping": _l("Tried an address out"),
    "make_key": _l("Made a key for a program"),
    "change_webhook": _l("Changed what an address hears of"),
    "add_webhook": _l("Let an address hear of what happens"),
    "add_partner": _l("Named an organisation"),
    "add_reason": _l("Added a standing reason"),
    "add_stage": _l("Added a stage"),
    "agree": _l("Agreed"),
    "agree_share": _l("Agreed to a share"),
    "answer_alive_check": _l("Told whether a project lives on"),
    "answer_warning": _l("Answered a warning about a payment"),
    "approve_change": _l("Agreed to a change"),
    "approve_disclosure": _l("Approved a disclosure"),
    "ask": _l("Asked a report"),
    "ask-download": _l("Asked for a download"),
    "ask_closing": _l("Asked to score a finished project again"),
    "ask_correction": _l("Asked to take a posting back"),
    "ask_opinion": _l("Asked for a second opinion"),
    "ask_refund": _l("Asked to pay a gift back"),
    "attach": _l("Added a file"),
    "begin": _l("Began a rubric"),
    "begin_disclosure": _l("Began a disclosure"),
    "begin_evaluation": _l("Began an evaluation"),
    "break": _l("Found it broken"),
    "call_different": _l("Said that two proposals are different"),
    "cancel-download": _l("Cancelled a download"),
    "capture": _l("Wrote down what the panel came to"),
    "carry_out": _l("Took a posting back"),
    "change": _l("Changed"),
    "change_checklist": _l("Changed the list for approvers"),
    "change_details": _l("Changed own details"),
    "change_form": _l("Let a round ask another form"),
    "change_meeting": _l("Changed a meeting"),
    "change_partner": _l("Changed an organisation"),
    "change_publishing": _l("Changed how the fund publishes"),
    "change_reason": _l("Changed a standing reason"),
    "change_reminders": _l("Changed a rule of reminders"),
    "come_back": _l("Took days away back"),
    "go_away": _l("Wrote down days away"),
    "change_report_policy": _l("Changed what grantees report"),
    "change_settings": _l("Changed the settings"),
    "change_stage": _l("Changed a stage"),
    "check_anew": _l("Opened the conditions again"),
    "check_name": _l("Wrote down the bank’s answer about a name"),
    "choose_scenario": _l("Chose a scenario"),
    "clear_address": _l("Let mail go to an address again"),
    "clone": _l("Cloned from an earlier round"),
    "come": _l("Came to the meeting"),
    "confirm_account": _l("Confirmed the bank account"),
    "confirm_address": _l("Confirmed the address"),
    "confirm_decision": _l("Confirmed a decision"),
    "copy": _l("Began with an earlier proposal"),
    "correct": _l("Put a receipt right"),
    "cover": _l("Covered something in a disclosure"),
    "create": _l("Made"),
    "decide_on_evaluation": _l("Recorded a decision on an evaluation"),
    "declare": _l("Declared a tie"),
    "decline": _l("Declined"),
    "describe_party": _l("Filled in who receives"),
    "detach": _l("Removed a file"),
    "discard": _l("Threw a form away"),
    "draw_reports": _l("Set the days of reports"),
    "drop": _l("Threw a rubric away"),
    "drop_key": _l("Removed a public key"),
    "drop_reminders": _l("Took a rule of reminders away"),
    "drop_report": _l("Removed a report"),
    "drop_scenario": _l("Threw a scenario away"),
    "drop_tag": _l("Dropped a tag"),
    "embargo": _l("Set an embargo"),
    "end_partner": _l("Took an organisation out"),
    "end_reason": _l("Ended a standing reason"),
    "end_role": _l("Ended a role"),
    "enter_account": _l("Entered a bank account"),
    "expect_again": _l("Put a receipt right: expected again"),
    "extend": _l("Gave more time"),
    "extend_term": _l("Made a term longer"),
    "file_under": _l("Filed under a theme or a lead"),
    "flag": _l("Raised the flag"),
    "forget_hint": _l("Dropped a possible tie"),
    "forget_view": _l("Threw a view away"),
    "found": _l("Set up"),
    "grant_role": _l("Gave a role"),
    "hand_over": _l("Handed over to another manager"),
    "hand_over_proposal": _l("Handed over to another main applicant"),
    "handle": _l("Matched a line of a statement by hand"),
    "hear": _l("Heard the applicant"),
    "hint": _l("Found a possible tie"),
    "import": _l("Imported"),
    "install": _l("Installed"),
    "invite": _l("Asked for a review"),
    "invite_applicant": _l("Invited somebody to take part"),
    "invite_evaluator": _l("Asked an outsider to judge an evaluation"),
    "invite_reviewer": _l("Invited a reviewer"),
    "judge_document": _l("Decided about a document of a disclosure"),
    "keep_key": _l("Gave a public key"),
    "keep_report": _l("Kept a report of one’s own"),
    "keep_view": _l("Kept a view"),
    "lay": _l("Laid a condition"),
    "leave": _l("Left the meeting"),
    "leave_open": _l("Left something readable in a disclosure"),
    "let_in": _l("Gave access"),
    "lift": _l("Lifted the restriction of a gift"),
    "link_party": _l("Linked to a party"),
    "list": _l("Put on the list of payments"),
    "look": _l("Checked the conditions"),
    "make_administrator": _l("Made administrator"),
    "make_pack": _l("Made a transparency pack"),
    "make_tag": _l("Made a tag"),
    "meet": _l("Found it met"),
    "merge": _l("Joined two parties"),
    "merge_tag": _l("Joined two tags"),
    "new_version": _l("Began a new version"),
    "offer_disclosure": _l("Asked a colleague to check a disclosure"),
    "open": _l("Opened"),
    "order": _l("Ordered the agenda"),
    "pin": _l("Kept an applicant away from the office’s side"),
    "plan_alive_check": _l("Noted when to ask whether a project lives on"),
    "plan_meeting": _l("Planned a meeting"),
    "pledge": _l("Wrote down a promised gift"),
    "propose_plan": _l("Proposed another plan"),
    "publish_pack": _l("Published a transparency pack"),
    "receive": _l("Booked"),
    "recommend": _l("Recorded a recommendation"),
    "record_ruling": _l("Wrote down what the committee decided"),
    "redraft": _l("Began anew"),
    "refresh_figures": _l("Took figures anew"),
    "refund": _l("Paid a gift back in full"),
    "register": _l("Made an account"),
    "release_first": _l("Released as the first of two"),
    "remark": _l("Changed the remarks of the minutes"),
    "remove_stage": _l("Took a stage away"),
    "rename_tag": _l("Renamed a tag"),
    "reopen": _l("Opened again"),
    "reorder": _l("Changed the reserve list"),
    "report": _l("Made a report"),
    "restrict": _l("Restricted a gift to a theme"),
    "retract": _l("Took a proposal back"),
    "return_disclosure": _l("Put a disclosure back to preparing"),
    "reword": _l("Changed a condition"),
    "rewrite_agreement": _l("Rewrote the agreement"),
    "rewrite_letters": _l("Wrote other words for letters"),
    "rewrite_policy": _l("Changed the rules"),
    "rotate_key": _l("Sealed bank accounts under a new key"),
    "rule": _l("Settled a difference about the conditions"),
    "save_profile": _l("Said what they know and have time for"),
    "save_scenario": _l("Kept a scenario"),
    "schedule_report": _l("Set when a report is sent"),
    "seal": _l("Sealed"),
    "send_again": _l("Let it be sent again"),
    "write_mail_text": _l("Wrote the text of a mail"),
    "restore_mail_text": _l("Went back to the shipped text of a mail"),
    "set_aside": _l("Set a payment aside"),
    "set_conditions": _l("Set the conditions of a round"),
    "set_logo": _l("Set the logo"),
    "set_password": _l("Set a new password"),
    "settle_remark": _l("Dealt with a remark"),
    "share_report": _l("Shared a report"),
    "shut_out": _l("Ended access"),
    "sign": _l("Signed"),
    "sign_in": _l("Signed in"),
    "start": _l("Started"),
    "tag": _l("Put a tag on"),
    "take": _l("Took over"),
    "take_back_invitation": _l("Took an invitation back"),
    "take_in": _l("Took in"),
    "take_logo_away": _l("Took the logo away"),
    "take_off_mark": _l("Took a mark off a disclosure"),
    "take_over_plan": _l("Took a plan over from text"),
    "take_pack_down": _l("Took a transparency pack off the public site"),
    "tell_of_themselves": _l("Answered the questions nobody has to answer"),
    "turn_down": _l("Turned an invitation down"),
    "unchoose_scenario": _l("Let another scenario be chosen"),
    "unflag": _l("Lowered the flag"),
    "unseal": _l("Took the seal off"),
    "unsign": _l("First release fell away"),
    "untag": _l("Took a tag off"),
    "waive_cooling": _l("Let an account be used before the cooling-off ended"),
    "withdraw_disclosure": _l("Stopped a disclosure"),
    "write_chapter": _l("Wrote a chapter"),
}


def deed(verb: str, subject: str) -> str:
    """Say what was done: a move in the words of its button, else as the log calls it."""
    for flow in FLOWS:
        if verb in flow.moves and flow.column.class_.__tablename__ == subject:
            return str(flow[verb].label)
    return str(DEEDS.get(verb, words.plain(verb)))


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
    return str(SUBJECTS.get(name, words.plain(name)))


def step(subject: str, before: str | None, after: str | None) -> str:
    """Say from which state to which a thing went; nothing where it stayed."""
    if after is None or before == after:
        return ""
    known = STATES.get(subject, {})
    said = [
        str(known[state][1]) if state in known else words.plain(state) for state in (before, after) if state
    ]
    return " → ".join(said)


log_lines.WORDS.append(log_lines.Words(deed, subject, step))
