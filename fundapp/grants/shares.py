"""Fixed shares of a grant: who is paid which part, who agreed to it, and how much of it is left."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypedDict

from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy import select

from fundapp.accounts import service as accounts
from fundapp.accounts.models import Party, User
from fundapp.core import approvals, audit, money
from fundapp.core.approvals import Approval
from fundapp.core.db import db
from fundapp.core.refusals import MoveRefused, Refusal
from fundapp.core.shares import MILLION
from fundapp.grants import paid_people
from fundapp.grants.models import Agreement, AgreementState, Award, Payee
from fundapp.grants.queries import grantees
from fundapp.rounds.reading import digest_of

MOST = 20


class NamedPayee(TypedDict):
    """A payee in a version of the agreement. ppm: millionths of the whole; None: a fixed amount in cents.

    user_id: who speaks for the party.
    """

    party_id: int
    user_id: int
    name: str
    ppm: int | None
    cents: int


@dataclass(frozen=True, slots=True)
class Part:
    """What somebody typed for one person of the project: millionths or cents, one of them."""

    user_id: int
    ppm: int | None = None
    cents: int | None = None


def split(total_cents: int, ppms: Sequence[int]) -> list[int]:
    """Divide an amount by millionths that make a whole: what is over goes to the largest remainders."""
    parts = [total_cents * ppm // MILLION for ppm in ppms]
    by_rest = sorted(range(len(ppms)), key=lambda place: (-(total_cents * ppms[place] % MILLION), place))
    for place in by_rest[: total_cents - sum(parts) if sum(ppms) == MILLION else 0]:
        parts[place] += 1
    return parts


def portions(cents: int, weights: Sequence[int]) -> list[int]:
    """Divide an amount in proportion to weights, to the cent: what is over goes to the largest remainders."""
    whole = sum(weights)
    if not whole:
        return [0] * len(weights)
    parts = [cents * weight // whole for weight in weights]
    by_rest = sorted(range(len(weights)), key=lambda place: (-(cents * weights[place] % whole), place))
    for place in by_rest[: cents - sum(parts)]:
        parts[place] += 1
    return parts


def settled(payees: Sequence[NamedPayee], total_cents: int) -> list[NamedPayee]:
    """Work shares in percent out over a total; amounts stay as they were agreed."""
    if any(one["ppm"] is None for one in payees):
        return [{**one} for one in payees]
    parts = split(total_cents, [one["ppm"] or 0 for one in payees])
    return [{**one, "cents": cents} for one, cents in zip(payees, parts, strict=True)]


def named(version: Agreement, parts: Sequence[Part], *, at: datetime) -> list[NamedPayee]:
    """Turn what was typed into the payees of a version; one payee who gets all is no list at all.

    Raises Refusal: somebody who is not in the project, twice, shares that do not make a whole.
    """
    people = {person.id: person for person in paid_people.people(version.award)}
    given = [part for part in parts if part.ppm is not None or part.cents is not None]
    if len(given) > MOST:
        raise Refusal(_("A grant has at most %(most)d payees.", most=MOST))
    if len({part.user_id for part in given}) < len(given) or not {part.user_id for part in given} <= set(
        people
    ):
        raise Refusal(_("Each payee is one of the people of this project, once."))
    if any((part.ppm or 0) <= 0 and (part.cents or 0) <= 0 for part in given):
        raise Refusal(_("Give every payee a share above zero, or leave it empty."))
    _whole(version, given)
    found: list[NamedPayee] = []
    for part in given:
        party = _party(version, people[part.user_id], at=at)
        cents = part.cents or 0
        found.append(
            {
                "party_id": party.id,
                "user_id": part.user_id,
                "name": party.legal_name,
                "ppm": part.ppm,
                "cents": cents,
            }
        )
    if len({one["party_id"] for one in found}) < len(found):
        raise Refusal(_("Two of these people are the same party; give it one share."))
    return settled(found, version.total_cents)


def _whole(version: Agreement, given: Sequence[Part]) -> None:
    """Refuse shares that do not make a whole, and a mixture of percents and amounts."""
    if not given:
        return
    if len({part.ppm is None for part in given}) > 1:
        raise Refusal(_("Give all shares in percent, or all as amounts."))
    if given[0].ppm is not None:
        if (sum_ppm := sum(part.ppm or 0 for part in given)) != MILLION:
            percent = f"{sum_ppm / 10_000:.4f}".rstrip("0").rstrip(".")
            raise Refusal(_("The shares add up to %(sum)s percent; they have to make 100.", sum=percent))
    elif (sum_cents := sum(part.cents or 0 for part in given)) != version.total_cents:
        raise Refusal(_sums(version, sum_cents))


def _sums(version: Agreement, cents: int) -> str:
    words: str = _(
        "The shares add up to %(sum)s; the plan adds up to %(total)s.",
        sum=_show(version, cents),
        total=_show(version, version.total_cents),
    )
    return words


def _show(version: Agreement, cents: int) -> str:
    return money.show(cents, version.application.fund.currency, str(get_locale() or "en")[:2])


def _party(version: Agreement, person: User, *, at: datetime) -> Party:
    """Give the party somebody is paid as: the owner's is that of the application."""
    application = version.application
    owner = next(iter(grantees(application)), None)
    if owner is not None and owner.id == person.id and application.party is not None:
        return application.party
    return accounts.party_of(person, at=at)


def open_points(version: Agreement) -> list[str]:
    """Say what keeps the shares of a version from being offered; nothing when they make a whole."""
    payees: list[NamedPayee] = version.payees
    points: list[str] = []
    if not payees:
        return points
    if (cents := sum(one["cents"] for one in payees)) != version.total_cents:
        points.append(_sums(version, cents))
    wanted = {one["party_id"]: one["cents"] for one in payees}
    for payee in _all(version.award_id):
        least = payee.approved_cents
        if least > wanted.get(payee.party_id, 0):
            points.append(
                _(
                    "The share of %(name)s cannot go below %(least)s: that much is approved or paid.",
                    name=payee.party.legal_name,
                    least=_show(version, least),
                )
            )
    return points


# --- consent -------------------------------------------------------------------------


def consent_digest(award_id: int, payee: Mapping[str, Any]) -> str:
    """Give what a payee says yes to: this part of this grant. Another amount needs another yes."""
    return digest_of({"award": award_id, "party": payee["party_id"], "cents": payee["cents"]})


def waiting(version: Agreement) -> list[NamedPayee]:
    """List the payees of a version who have not agreed to their share yet; one query."""
    payees: list[NamedPayee] = version.payees
    if not payees:
        return []
    digests = {consent_digest(version.award_id, one): one for one in payees}
    versions = select(Agreement.id).where(Agreement.award_id == version.award_id)
    given = db.session.execute(
        select(Approval.digest, Approval.user_id).where(
            Approval.subject_type == Agreement.__tablename__,
            Approval.subject_id.in_(versions),
            Approval.digest.in_(digests),
            Approval.answer == "yes",
        )
    )
    agreed = {(row.digest, row.user_id) for row in given}
    return [one for digest, one in digests.items() if (digest, one["user_id"]) not in agreed]


def own_share(version: Agreement, user: Any) -> NamedPayee | None:
    """Give the share that somebody speaks for in a version."""
    payees: list[NamedPayee] = version.payees
    return next((one for one in payees if one["user_id"] == user.id), None)


def consent(version: Agreement, shown_digest: str, *, actor: User, at: datetime) -> None:
    """Agree to one's own share, as it stood on the page. Raises MoveRefused when it is another now."""
    own = own_share(version, actor)
    if (
        own is None
        or consent_digest(version.award_id, own) != shown_digest
        or version.state not in (AgreementState.OFFERED, AgreementState.ACCEPTED)
    ):
        raise MoveRefused(_("This is no longer the share that was offered to you. Look at it again."))
    if own in waiting(version):
        approvals.give(version, shown_digest, user_id=actor.id, at=at)
        detail = {"party": own["party_id"], "cents": own["cents"]}
        audit.record("agree_share", version, actor=actor, at=at, detail=detail)


# --- in force, and used ----------------------------------------------------------------


def _all(award_id: int) -> list[Payee]:
    return list(db.session.scalars(select(Payee).where(Payee.award_id == award_id).order_by(Payee.id)))


def bring_into_force(version: Agreement, *, at: datetime) -> None:
    """Make the payees of a grant those of the version that both signed; what was paid to others stays."""
    known = {payee.party_id: payee for payee in _all(version.award_id)}
    own = version.application.party_id
    wanted: Iterable[tuple[int, int | None, int | None]] = [
        (one["party_id"], one["user_id"], one["cents"]) for one in version.payees
    ] or ([(own, None, None)] if own else [])
    for party_id, user_id, cents in wanted:
        payee = known.pop(party_id, None)
        if payee is None:
            payee = Payee(award_id=version.award_id, fund_id=version.fund_id, party_id=party_id)
            db.session.add(payee)
        payee.user_id, payee.share_cents, payee.left_at = user_id, cents, None
    for gone in known.values():
        gone.left_at = gone.left_at or at
    db.session.flush()


def left(award: Award) -> dict[int, int]:
    """Give what every payee of a grant may still be paid, by party, in cents; one query.

    A payee without a fixed share may get what nobody got yet.
    """
    payees = _all(award.id)
    rest = award.amount_cents - sum(payee.approved_cents for payee in payees)
    return {
        payee.party_id: rest if payee.share_cents is None else payee.share_cents - payee.approved_cents
        for payee in payees
        if payee.left_at is None
    }


def take(award: Award, party_id: int, cents: int) -> None:
    """Count an approved amount against a payee's share; the database keeps the limit too.

    Call it where money goes from committed to approved, with the fund held. Raises Refusal: no payee of
    this grant, or more than is left of the share.
    """
    payee = _held(award.id, party_id)
    if payee is None or payee.left_at is not None:
        raise Refusal(_("This party is no payee of this grant."))
    if payee.share_cents is not None and payee.approved_cents + cents > payee.share_cents:
        raise Refusal(_("This is more than is left of the share of %(name)s.", name=payee.party.legal_name))
    payee.approved_cents += cents


def give_back(award: Award, party_id: int, cents: int) -> None:
    """Take an amount off again that is approved no more."""
    payee = _held(award.id, party_id)
    if payee is not None:
        payee.approved_cents -= cents


def _held(award_id: int, party_id: int) -> Payee | None:
    return db.session.scalar(
        select(Payee)
        .where(Payee.award_id == award_id, Payee.party_id == party_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
