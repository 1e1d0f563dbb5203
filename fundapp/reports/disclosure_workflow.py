"""Where a disclosure stands, who moves it, and its grounds in words. Source: Woo, articles 5.1 and 5.2."""

from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from fundapp.applications.rules import staff
from fundapp.core.newer import Told
from fundapp.core.rules import person
from fundapp.core.workflow import Move, Workflow
from fundapp.reports.models import Disclosure, DisclosureState, Ground, Judgement

S, G = DisclosureState, Ground

offerer = person(lambda user, row: row.offered_by == user.id, "offerer")
CHECK = staff & ~offerer
"""A second person reads what goes out; never the one who offered it."""

TERM_DAYS = 28
"""Within four weeks a request is answered; two more when that is told in time (Woo, article 4.4)."""

workflow = Workflow(
    Disclosure.state,
    Move("offer_disclosure", {S.PREPARING}, S.OFFERED, by=staff, label=_l("Ask a colleague to check it")),
    Move(
        "return_disclosure", {S.OFFERED}, S.PREPARING, by=staff, label=_l("Back to preparing"),
        wants_note=True,
    ),
    Move(
        "approve_disclosure", {S.OFFERED}, S.APPROVED, by=CHECK, label=_l("Approve and make the pack"),
        danger=True,
    ),
    Move(
        "withdraw_disclosure", {S.PREPARING, S.OFFERED}, S.WITHDRAWN, by=staff,
        label=_l("Stop this disclosure"), danger=True,
    ),
)  # fmt: skip

WORDS: dict[DisclosureState, tuple[str, LazyString]] = Told(
    {
        S.PREPARING: ("run", _l("Being prepared")),
        S.OFFERED: ("wait", _l("To be checked")),
        S.APPROVED: ("ok", _l("Checked")),
        S.WITHDRAWN: ("none", _l("Stopped")),
    }
)
JUDGEMENTS: dict[Judgement, tuple[str, LazyString]] = Told(
    {
        Judgement.PUBLIC: ("ok", _l("public")),
        Judgement.PARTLY: ("warn", _l("partly public")),
        Judgement.REFUSED: ("bad", _l("not public")),
    }
)
GROUNDS: dict[Ground, LazyString] = Told(
    {
        G.COMPANY: _l("Company data told in confidence"),
        G.SPECIAL: _l("Special categories of personal data"),
        G.NUMBERS: _l("Numbers that identify a person"),
        G.FINANCE: _l("Economic or financial interests"),
        G.INSPECTION: _l("Inspection, control and supervision"),
        G.PRIVACY: _l("Respect for private life"),
        G.COMPETITION: _l("Company data that matter to competitors"),
        G.SAFETY: _l("Safety of people and companies"),
        G.FUNCTIONING: _l("Good functioning of public bodies"),
        G.HARM: _l("Disproportionate harm"),
        G.OPINIONS: _l("Personal views on policy, said inside"),
    }
)


def ground_words(ground: Any) -> str:
    """Give an article with its words: 5.1.2.e Respect for private life."""
    return f"{Ground(ground).value} {GROUNDS[Ground(ground)]}"
