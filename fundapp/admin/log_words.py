"""What the log calls things: what was done, to what, and where it stood then."""

from collections.abc import Mapping
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from fundapp.admin import words
from fundapp.applications import workflow as applications
from fundapp.core.workflow import FLOWS
from fundapp.decisions import workflow as decisions
from fundapp.grants import report_flow
from fundapp.grants import workflow as grants
from fundapp.payouts import opinion_flow, settling
from fundapp.payouts import workflow as payouts
from fundapp.reviews import workflow as reviews
from fundapp.rounds import workflow as rounds

STATES: dict[str, Mapping[Any, tuple[str, LazyString]]] = {
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
    "agreement_text": _l("Text of agreements"),
    "amendment_policy": _l("Rules for changes"),
    "condition": _l("Condition"),
    "plan_version": _l("Plan"),
}
DEEDS: dict[str, LazyString] = {
    "ask": _l("Asked a report"),
    "change_report_policy": _l("Changed what grantees report"),
    "draw_reports": _l("Set the days of reports"),
    "add_partner": _l("Named an organisation"),
    "add_reason": _l("Added a standing reason"),
    "add_stage": _l("Added a stage"),
    "agree": _l("Agreed"),
    "answer_warning": _l("Answered a warning about a payment"),
    "approve_disclosure": _l("Approved a disclosure"),
    "ask-download": _l("Asked for a download"),
    "ask_opinion": _l("Asked for a second opinion"),
    "attach": _l("Added a file"),
    "begin": _l("Began a rubric"),
    "begin_disclosure": _l("Began a disclosure"),
    "call_different": _l("Said that two proposals are different"),
    "cancel-download": _l("Cancelled a download"),
    "capture": _l("Wrote down what the panel came to"),
    "change": _l("Changed"),
    "change_checklist": _l("Changed the list for approvers"),
    "change_details": _l("Changed own details"),
    "clear_address": _l("Let mail go to an address again"),
    "change_reminders": _l("Changed a rule of reminders"),
    "cover": _l("Covered something in a disclosure"),
    "drop_reminders": _l("Took a rule of reminders away"),
    "change_form": _l("Let a round ask another form"),
    "change_partner": _l("Changed an organisation"),
    "change_publishing": _l("Changed how the fund publishes"),
    "change_reason": _l("Changed a standing reason"),
    "change_settings": _l("Changed the settings"),
    "change_stage": _l("Changed a stage"),
    "check_anew": _l("Opened the conditions again"),
    "check_name": _l("Wrote down the bank’s answer about a name"),
    "choose_scenario": _l("Chose a scenario"),
    "clone": _l("Cloned from an earlier round"),
    "come": _l("Came to the meeting"),
    "confirm_account": _l("Confirmed the bank account"),
    "confirm_address": _l("Confirmed the address"),
    "copy": _l("Began with an earlier proposal"),
    "create": _l("Made"),
    "declare": _l("Declared a tie"),
    "describe_party": _l("Filled in who receives"),
    "detach": _l("Removed a file"),
    "discard": _l("Threw a form away"),
    "drop": _l("Threw a rubric away"),
    "drop_key": _l("Removed a public key"),
    "drop_scenario": _l("Threw a scenario away"),
    "drop_tag": _l("Dropped a tag"),
    "embargo": _l("Set an embargo"),
    "end_partner": _l("Took an organisation out"),
    "end_reason": _l("Ended a standing reason"),
    "end_role": _l("Ended a role"),
    "enter_account": _l("Entered a bank account"),
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
    "invite_reviewer": _l("Invited a reviewer"),
    "judge_document": _l("Decided about a document of a disclosure"),
    "keep_key": _l("Gave a public key"),
    "keep_view": _l("Kept a view"),
    "leave": _l("Left the meeting"),
    "leave_open": _l("Left something readable in a disclosure"),
    "let_in": _l("Gave access"),
    "link_party": _l("Linked to a party"),
    "list": _l("Put on the list of payments"),
    "look": _l("Checked the conditions"),
    "make_administrator": _l("Made administrator"),
    "make_pack": _l("Made a transparency pack"),
    "make_tag": _l("Made a tag"),
    "merge": _l("Joined two parties"),
    "merge_tag": _l("Joined two tags"),
    "new_version": _l("Began a new version"),
    "offer_disclosure": _l("Asked a colleague to check a disclosure"),
    "open": _l("Opened"),
    "order": _l("Ordered the agenda"),
    "pin": _l("Kept an applicant away from the office’s side"),
    "plan_meeting": _l("Planned a meeting"),
    "publish_pack": _l("Published a transparency pack"),
    "receive": _l("Booked"),
    "redraft": _l("Began anew"),
    "register": _l("Made an account"),
    "remark": _l("Changed the remarks of the minutes"),
    "remove_stage": _l("Took a stage away"),
    "rename_tag": _l("Renamed a tag"),
    "reorder": _l("Changed the reserve list"),
    "release_first": _l("Released as the first of two"),
    "report": _l("Made a report"),
    "return_disclosure": _l("Put a disclosure back to preparing"),
    "rewrite_letters": _l("Wrote other words for letters"),
    "rotate_key": _l("Sealed bank accounts under a new key"),
    "rule": _l("Settled a difference about the conditions"),
    "save_profile": _l("Said what they know and have time for"),
    "save_scenario": _l("Kept a scenario"),
    "send_again": _l("Let it be sent again"),
    "set_aside": _l("Set a payment aside"),
    "set_conditions": _l("Set the conditions of a round"),
    "set_logo": _l("Set the logo"),
    "set_password": _l("Set a new password"),
    "shut_out": _l("Ended access"),
    "sign": _l("Signed"),
    "sign_in": _l("Signed in"),
    "start": _l("Started"),
    "tag": _l("Put a tag on"),
    "take_back_invitation": _l("Took an invitation back"),
    "take_in": _l("Took in"),
    "take_logo_away": _l("Took the logo away"),
    "take_off_mark": _l("Took a mark off a disclosure"),
    "take_over_plan": _l("Took a plan over from text"),
    "take_pack_down": _l("Took a transparency pack off the public site"),
    "turn_down": _l("Turned an invitation down"),
    "unchoose_scenario": _l("Let another scenario be chosen"),
    "unflag": _l("Lowered the flag"),
    "unseal": _l("Took the seal off"),
    "unsign": _l("First release fell away"),
    "untag": _l("Took a tag off"),
    "waive_cooling": _l("Let an account be used before the cooling-off ended"),
    "pledge": _l("Wrote down a promised gift"),
    "lift": _l("Lifted the restriction of a gift"),
    "restrict": _l("Restricted a gift to a theme"),
    "ask_refund": _l("Asked to pay a gift back"),
    "refund": _l("Paid a gift back in full"),
    "correct": _l("Put a receipt right"),
    "expect_again": _l("Put a receipt right: expected again"),
    "ask_correction": _l("Asked to take a posting back"),
    "carry_out": _l("Took a posting back"),
    "withdraw_disclosure": _l("Stopped a disclosure"),
    "lay": _l("Laid a condition"),
    "reword": _l("Changed a condition"),
    "meet": _l("Found it met"),
    "break": _l("Found it broken"),
    "take": _l("Took over"),
    "decline": _l("Declined"),
    "retract": _l("Took a proposal back"),
    "propose_plan": _l("Proposed another plan"),
    "agree_share": _l("Agreed to a share"),
    "rewrite_agreement": _l("Rewrote the agreement"),
    "rewrite_policy": _l("Changed the rules"),
    "record_ruling": _l("Wrote the committee's decision down"),
    "approve_change": _l("Agreed to a change"),
    "reopen": _l("Opened again"),
    "seal": _l("Sealed"),
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
