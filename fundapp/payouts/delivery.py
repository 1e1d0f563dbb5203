"""Open source as a condition of delivery: each result has a free licence and a place where it is public."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from flask_babel import gettext as _

from fundapp.core.refusals import Refusal
from fundapp.funds.models import Fund
from fundapp.grants import conditions
from fundapp.grants.models import Award
from fundapp.payouts import links
from fundapp.payouts.models import Claim
from fundapp.rounds.free_licences import Standing, judge, unfree

Faults = dict[int, list[str]]
"""What keeps each milestone from being approved, by its id."""


class NotDelivered(Refusal):
    """The content cannot be approved yet. faults: by milestone, in words."""

    def __init__(self, faults: Faults) -> None:
        super().__init__(" ".join(said for every in faults.values() for said in every))
        self.faults = faults


def faults_of_line(line: Any, unpublished: str, fund: Fund) -> list[str]:
    """Say what is missing of licence and place of one result.

    line: with licence, place and unpublished. unpublished: what the fund agreed for the milestone.
    """
    if unpublished.strip() or line.unpublished.strip():
        return []
    said = [_licence(line.licence.strip(), fund)]
    if not line.place.strip():
        said.append(_("It says no place where it is public."))
    elif wrong := links.fault(line.place):
        said.append(wrong)
    return [one for one in said if one]


def _licence(text: str, fund: Fund) -> str:
    if not text:
        return str(_("It states no licence."))
    standing = judge(text, fund.licence_exceptions)
    if standing is Standing.UNREADABLE:
        return str(_("“%(text)s” is not the name of a licence as SPDX writes it.", text=text[:80]))
    if standing is Standing.NOT_FREE:
        names = ", ".join(unfree(text, fund.licence_exceptions))
        return str(_("%(names)s is not a free or open licence.", names=names))
    return ""


def faults(claim: Claim, agreed: Collection[int] = ()) -> Faults:
    """Say what keeps a request from being approved: licence, place, conditions of the grant; two queries.

    agreed: milestones of which the approver agrees that nothing has to be public.
    """
    fund, open_ones = claim.award.application.fund, _unmet(claim.award)
    found: Faults = {}
    for line in claim.lines:
        said = faults_of_line(line, line.milestone.unpublished, fund)
        if wants_consent(line) and line.milestone_id not in agreed:
            said.append(_("Say whether you agree that there is nothing to publish."))
        said += [
            _("The condition “%(title)s” is not met yet.", title=title)
            for ref in dict.fromkeys((line.milestone.ref, line.milestone.ref.partition(".")[0]))
            for title in open_ones.get(ref, ())
        ]
        if said:
            found[line.milestone_id] = said
    return found


def wants_consent(line: Any) -> bool:
    """Tell whether a line says that there is nothing to publish, which the fund did not agree to yet."""
    return bool(line.unpublished.strip()) and not line.milestone.unpublished.strip()


def _unmet(award: Award) -> Mapping[str, Sequence[str]]:
    """Give the titles of conditions that are not met yet, by the milestone they are checked at."""
    found: dict[str, list[str]] = {}
    for one in conditions.unmet_of(award):
        if one.ref:
            found.setdefault(one.ref, []).append(one.title)
    return found


def check(claim: Claim, agreed: Collection[int] = ()) -> None:
    """Refuse, with everything that is missing, a content that cannot be approved. Raises NotDelivered."""
    if found := faults(claim, agreed):
        raise NotDelivered(found)


def keep(claim: Claim) -> None:
    """Write on the milestones what was delivered: licence, place, or that there is nothing to publish."""
    for line in claim.lines:
        if line.unpublished.strip():
            line.milestone.unpublished = line.unpublished.strip()
        elif line.licence.strip():
            line.milestone.licence, line.milestone.place = line.licence.strip(), line.place.strip()
