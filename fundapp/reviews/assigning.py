"""A plan in words, and carried out: all of it or nothing."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select, true

from fundapp.accounts.models import User
from fundapp.applications import queries as applications
from fundapp.applications.models import Application
from fundapp.applications.tie_words import explain
from fundapp.core.db import db
from fundapp.core.refusals import ChangedMeanwhile, Refusal
from fundapp.core.words import pick
from fundapp.reviews import asking, planning
from fundapp.reviews.asking import Wish
from fundapp.reviews.models import Review
from fundapp.reviews.planning import Plan, Settings
from fundapp.rounds.models import Round

LANGUAGES = {"nl": "Nederlands", "en": "English", "de": "Deutsch", "fr": "français", "es": "español"}


# --- in words ------------------------------------------------------------------------


def told(plan: Plan, proposal_id: int, reader_id: int) -> list[str]:
    """Say what speaks for and against a pairing, a short phrase each."""
    why = plan.why(proposal_id, reader_id)
    said = []
    if why.theme is not None:
        said.append(_("knows the theme") if why.theme else _("another theme"))
    if why.words:
        said.append(_("knows about %(words)s", words=", ".join(why.words)))
    if why.reads is False and why.language:
        said.append(_("may not read %(language)s", language=LANGUAGES.get(why.language, why.language)))
    if why.reasons:
        said.append(_("possible tie: %(why)s", why=" ".join(explain(why.reasons))))
    return said


def unmet(plan: Plan) -> list[tuple[str, str]]:
    """List what the plan can't meet: pairs (code, why)."""
    said = []
    for proposal in plan.table.proposals:
        key, code = proposal.row.id, proposal.row.code
        if missing := plan.answer.short.get(key):
            few = ngettext("one review short", "%(num)d reviews short", missing)
            said.append((code, f"{few}: {obstacles(plan, key)}"))
        if key in plan.answer.one_house:
            said.append((code, _("all reviewers work at the same place: nobody from elsewhere has room")))
    return said


def obstacles(plan: Plan, proposal_id: int) -> str:
    """Say why nobody else could be asked for a proposal, counted over all reviewers."""
    proposal = plan.proposals[proposal_id]
    new = set(plan.new.get(proposal_id, ()))
    found: Counter[str] = Counter()
    for key, reader in plan.readers.items():
        if key in new or key in proposal.held:
            continue
        found[planning.obstacle(proposal, reader) or "full"] += 1
    words = {
        "tied": lambda n: ngettext("one has a tie", "%(num)d have a tie", n),
        "declined": lambda n: ngettext("one turned it down before", "%(num)d turned it down before", n),
        "away": lambda n: ngettext("one is away", "%(num)d are away", n),
        "full": lambda n: ngettext("one has no room left", "%(num)d have no room left", n),
    }
    parts = [words[code](found[code]) for code in words if found[code]]
    return ", ".join(parts) if parts else _("there are not enough reviewers")


def theme_word(round: Round, key: str | None, language: str) -> str:
    """Name a theme of the fund."""
    return next((pick(one, language) for one in round.fund.themes if one["key"] == key), "")


# --- carried out ---------------------------------------------------------------------


def apply_shown(user: User, round: Round, settings: Settings, digest: str, *, at: datetime) -> list[Review]:
    """Make the plan again and carry it out, if it rests on what was shown.

    Raises ChangedMeanwhile when a review, a tie, a profile or a proposal changed since.
    """
    plan = planning.plan(user, round, settings, at=at)
    if plan.table.digest != digest:
        raise ChangedMeanwhile(
            _("Something changed since this plan was made. Nobody was asked; look at the new plan.")
        )
    return apply(plan, round, actor=user, at=at)


def apply(plan: Plan, round: Round, *, actor: User | None, at: datetime) -> list[Review]:
    """Ask everybody in the plan, one mail each; all of it or nothing. Raises Refusal when one can't be.

    actor: None for the command line.
    """
    rows = _applications(actor, round, [proposal_id for proposal_id, _reader in plan.answer.pairs])
    people = _people([reader_id for _proposal, reader_id in plan.answer.pairs])
    if any(proposal_id not in rows for proposal_id, _reader in plan.answer.pairs):
        raise Refusal(_("This step is not yours to take."))
    wishes = [Wish(rows[proposal_id], people[reader_id]) for proposal_id, reader_id in plan.answer.pairs]
    return ask_all(wishes, actor=actor, at=at)


def ask_all(wishes: Sequence[Wish], *, actor: User | None, at: datetime) -> list[Review]:
    """Ask everybody or nobody. Raises Refusal that names what can't be asked."""
    made, refused = asking.assign_each(wishes, actor=actor, at=at)
    if refused:
        listed = "; ".join(f"{wish.application.code}: {why}" for wish, why in refused[:10])
        raise Refusal(_("Nobody was asked: %(why)s", why=listed))
    return made


def _applications(user: User | None, round: Round, ids: Sequence[int]) -> Mapping[int, Application]:
    rows = db.session.scalars(
        select(Application).where(
            Application.id.in_(ids),
            Application.round_id == round.id,
            applications.seen(user) if user is not None else true(),
        )
    )
    return {row.id: row for row in rows}


def _people(ids: Sequence[int]) -> Mapping[int, User]:
    return {row.id: row for row in db.session.scalars(select(User).where(User.id.in_(ids)))}
