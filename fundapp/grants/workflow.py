"""Where grants, agreements and milestones stand, and who moves them. Source: domain model, section 3."""

from enum import StrEnum

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from fundapp.accounts.rules import finance
from fundapp.applications.rules import writer
from fundapp.core.newer import Told
from fundapp.core.rules import CLOCK
from fundapp.core.workflow import Move, Workflow
from fundapp.grants.models import (
    Agreement,
    AgreementState,
    Award,
    AwardState,
    Condition,
    ConditionState,
    Milestone,
    MilestoneState,
    PlanState,
    PlanVersion,
)
from fundapp.grants.rules import COUNTER, COUNTERSIGN, JUDGE, KEEP, PLAN, RUN, SIGN

A, G, M = AwardState, AgreementState, MilestoneState
C, P = ConditionState, PlanState

workflow = Workflow(
    Award.state,
    Move("choose_scheme", {A.PLANNING}, None, by=RUN, label=_l("Choose how it is paid")),
    Move("start", {A.PLANNING}, A.ACTIVE, by=RUN, label=_l("Start")),
    Move("pause", {A.ACTIVE}, A.PAUSED, by=RUN, label=_l("Pause the grant"), wants_note=True),
    Move("resume", {A.PAUSED}, A.ACTIVE, by=RUN, label=_l("Resume the grant")),
    Move("complete", {A.ACTIVE}, A.COMPLETED, by=RUN, label=_l("Close as finished")),
    Move(
        "terminate",
        {A.PLANNING, A.ACTIVE, A.PAUSED},
        A.TERMINATED,
        by=RUN,
        label=_l("End the grant early"),
        danger=True,
        wants_note=True,
    ),
)

agreements = Workflow(
    Agreement.state,
    Move("write", {G.DRAFT}, None, by=PLAN | CLOCK, label=_l("Work on the plan")),
    Move("offer", {G.DRAFT}, G.OFFERED, by=RUN, label=_l("Offer the agreement")),
    Move("take_back", {G.OFFERED}, G.DRAFT, by=RUN, label=_l("Take the offer back")),
    Move("send_back", {G.OFFERED}, G.DRAFT, by=SIGN, label=_l("Ask to change it first"), wants_note=True),
    Move("accept", {G.OFFERED}, G.ACCEPTED, by=SIGN, label=_l("Read and sign")),
    Move("countersign", {G.ACCEPTED}, G.IN_FORCE, by=COUNTERSIGN, label=_l("Sign for the fund")),
    Move("supersede", {G.IN_FORCE}, G.SUPERSEDED, by=COUNTERSIGN, label=_l("Replace")),
    Move(
        "withdraw",
        {G.DRAFT, G.OFFERED, G.ACCEPTED},
        G.WITHDRAWN,
        by=RUN,
        label=_l("Drop this version"),
        danger=True,
        wants_note=True,
    ),
)

milestones = Workflow(
    Milestone.state,
    Move("hold", {M.OPEN}, M.HELD, by=KEEP, label=_l("Put on hold"), wants_note=True),
    Move("resume", {M.HELD}, M.OPEN, by=KEEP, label=_l("Go on with it"), wants_note=True),
    Move("move", {M.OPEN, M.HELD}, None, by=KEEP, label=_l("Move the date"), wants_note=True),
    Move("entrust", {M.OPEN, M.HELD}, None, by=KEEP, label=_l("Say who looks after it")),
    Move("extend", {M.OPEN, M.HELD}, None, by=RUN, label=_l("Extend the claim period"), wants_note=True),
    Move("keep_back", {M.OPEN, M.HELD}, None, by=RUN, label=_l("Nothing to publish here")),
    Move("deliver", {M.OPEN, M.HELD}, M.DELIVERED, by=RUN, label=_l("Mark as delivered")),
    # An approval can also fall away because the grantee changes the account, or a payment comes back.
    Move("reopen", {M.DELIVERED}, M.OPEN, by=RUN | writer | finance | CLOCK, label=_l("Open again")),
    Move("drop", {M.OPEN, M.HELD}, M.DROPPED, by=RUN, label=_l("Drop")),
    Move(
        "expire",
        {M.OPEN, M.HELD},
        M.EXPIRED,
        by=RUN | CLOCK,
        label=_l("Close: the term is over"),
        danger=True,
        wants_note=True,
    ),
    Move("revive", {M.EXPIRED}, M.OPEN, by=RUN, label=_l("Open it again"), wants_note=True),
)

conditions = Workflow(
    Condition.state,
    Move("meet", {C.OPEN, C.BROKEN}, C.MET, by=JUDGE, label=_l("It is met"), wants_note=True),
    Move(
        "break",
        {C.OPEN, C.MET},
        C.BROKEN,
        by=JUDGE,
        label=_l("It is broken"),
        danger=True,
        wants_note=True,
    ),
    Move("reopen", {C.MET, C.BROKEN}, C.OPEN, by=JUDGE, label=_l("Look at it again"), wants_note=True),
    Move("lift", {C.OPEN, C.BROKEN}, C.LIFTED, by=RUN, label=_l("Lift it"), danger=True, wants_note=True),
)

proposals = Workflow(
    PlanVersion.state,
    Move("take", {P.OPEN}, P.TAKEN, by=RUN, label=_l("Take it over")),
    Move("decline", {P.OPEN}, P.DECLINED, by=RUN, label=_l("Decline it"), wants_note=True),
    Move("retract", {P.OPEN}, P.WITHDRAWN, by=COUNTER, label=_l("Take your proposal back")),
)

BY_HAND = frozenset({"pause", "resume", "complete", "terminate"})
"""Moves of a grant with a page of their own; the others follow from an agreement."""
MILESTONES_BY_HAND = frozenset({"hold", "resume", "expire", "revive"})

Words = dict[StrEnum, tuple[str, LazyString]]

AWARD_WORDS: Words = Told(
    {
        A.PLANNING: ("run", _l("We make the plan together")),
        A.ACTIVE: ("now", _l("In progress")),
        A.PAUSED: ("warn", _l("On hold")),
        A.COMPLETED: ("ok", _l("Finished")),
        A.TERMINATED: ("none", _l("Ended early")),
    }
)
AGREEMENT_WORDS: Words = Told(
    {
        G.DRAFT: ("run", _l("Being written")),
        G.OFFERED: ("now", _l("Ready to sign")),
        G.ACCEPTED: ("run", _l("Signed by the grantee")),
        G.IN_FORCE: ("ok", _l("In force")),
        G.SUPERSEDED: ("none", _l("Replaced")),
        G.WITHDRAWN: ("none", _l("Dropped")),
    }
)
OWN_AGREEMENT_WORDS: Words = AGREEMENT_WORDS | {G.ACCEPTED: ("run", _l("Signed by you"))}
"""What the grantee reads where the office reads something else."""

MILESTONE_WORDS: Words = Told(
    {
        M.OPEN: ("wait", _l("To do")),
        M.HELD: ("warn", _l("On hold")),
        M.DELIVERED: ("ok", _l("Delivered")),
        M.DROPPED: ("none", _l("Dropped")),
        M.EXPIRED: ("none", _l("Claim period over")),
    }
)
CONDITION_WORDS: Words = Told(
    {
        C.OPEN: ("wait", _l("To be checked")),
        C.MET: ("ok", _l("Met")),
        C.BROKEN: ("bad", _l("Broken")),
        C.LIFTED: ("none", _l("Lifted")),
    }
)
PLAN_WORDS: Words = Told(
    {
        P.SAVED: ("none", _l("Saved")),
        P.OPEN: ("now", _l("Proposed by the grantee")),
        P.TAKEN: ("ok", _l("Taken over")),
        P.DECLINED: ("bad", _l("Declined")),
        P.WITHDRAWN: ("none", _l("Taken back")),
    }
)
