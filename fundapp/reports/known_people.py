"""Who is known in the file of one application, so that no page of a disclosure names them."""

from typing import Any

from sqlalchemy import Select, select, union

from fundapp.accounts.models import Party, PartyKind, User
from fundapp.applications.models import Access, Application, Conflict, Invitation, Knockout, Message, Thread
from fundapp.core.audit import AuditEvent
from fundapp.core.db import db
from fundapp.decisions.models import Appeal, Decision, Letter
from fundapp.grants.models import Agreement, Award, Payee
from fundapp.payouts.models import Claim, Payment, SecondOpinion, Signoff
from fundapp.reports.covering import Term
from fundapp.reports.models import Ground
from fundapp.reviews.models import Review
from fundapp.rounds import definitions
from fundapp.rounds.fields import FieldType

PLACES = ("street", "postcode", "town")
FIRST_OF_PERSON = ("name", "person", "contact", "team")
"""What keys of questions begin or end with that ask for people."""


def terms_of(application: Application) -> list[Term]:
    """List the texts that tell who somebody in the file is: names, addresses for mail and of houses."""
    privacy = Ground.PRIVACY.value
    found: dict[str, Term] = {}
    title = application.title.strip().casefold()

    def add(text: Any, is_name: bool = False) -> None:
        plain = str(text or "").strip()
        if len(plain) > 1:
            # An import without an applicant is named after its project: its single words are no names.
            found.setdefault(plain, Term(plain, privacy, is_name and plain.casefold() != title))

    for name, email in _people(application):
        add(name, True)
        add(email)
    for party in _private_parties(application):
        add(party.legal_name, True)
        add(party.public_name, True)
        add(party.registration)
        place = party.address or {}
        add(f"{place.get('street', '')} {place.get('number', '')}")
        for key in PLACES:
            add(place.get(key))
    for name, email in _asked(application):
        add(name, True)
        add(email)
    for text in _answered(application):
        add(text, True)
    return sorted(found.values(), key=lambda term: (-len(term.text), term.text))


def _asked(application: Application) -> list[tuple[str, str]]:
    """Give (name, address) of who was asked by mail: to take part, or for a second opinion."""
    award = select(Award.id).where(Award.application_id == application.id).scalar_subquery()
    claims = select(Claim.id).where(Claim.award_id == award)
    invited = select(Invitation.name, Invitation.email).where(Invitation.application_id == application.id)
    experts = select(SecondOpinion.name, SecondOpinion.email).where(SecondOpinion.claim_id.in_(claims))
    return [(name, email) for asked in (invited, experts) for name, email in db.session.execute(asked)]


def _people(application: Application) -> list[tuple[str, str]]:
    """Give (name, address) of everybody who had a part in it."""
    rows = db.session.execute(
        select(User.name, User.email).where(User.id.in_(_ids(application))).order_by(User.id)
    )
    return [(name, email) for name, email in rows]


def _ids(application: Application) -> Any:
    """Select the numbers of all people named by a row of the file."""
    id = application.id
    award = select(Award.id).where(Award.application_id == id).scalar_subquery()
    claims = select(Claim.id).where(Claim.award_id == award)
    direct: list[Select[Any]] = [
        select(column).where(where == id)
        for column, where in (
            (Access.user_id, Access.application_id), (Conflict.user_id, Conflict.application_id),
            (Conflict.settled_by, Conflict.application_id), (Knockout.by_id, Knockout.application_id),
            (Review.reviewer_id, Review.application_id), (Decision.proposed_by, Decision.application_id),
            (Decision.approved_by, Decision.application_id), (Decision.released_by, Decision.application_id),
            (Letter.user_id, Letter.application_id), (Letter.read_by, Letter.application_id),
            (Appeal.written_by, Appeal.application_id), (Appeal.handler_id, Appeal.application_id),
            (AuditEvent.actor_id, AuditEvent.application_id), (Application.lead_id, Application.id),
        )
    ]  # fmt: skip
    further = [
        select(Message.author_id)
        .join(Thread, Thread.id == Message.thread_id)
        .where(Thread.application_id == id),
        *(
            select(column).where(Agreement.award_id == award)
            for column in (Agreement.offered_by, Agreement.accepted_by)
        ),
        select(Claim.claimed_by).where(Claim.award_id == award),
        select(Signoff.approved_by).where(Signoff.claim_id.in_(claims)),
        *(
            select(column).where(Payment.claim_id.in_(claims))
            for column in (Payment.released_by, Payment.marked_by)
        ),
    ]
    return select(union(*direct, *further).subquery().c[0])


def _private_parties(application: Application) -> list[Party]:
    award = select(Award.id).where(Award.application_id == application.id).scalar_subquery()
    payees = select(Payee.party_id).where(Payee.award_id == award)
    return list(
        db.session.scalars(
            select(Party)
            .where((Party.id == application.party_id) | Party.id.in_(payees), Party.kind == PartyKind.PERSON)
            .order_by(Party.id)
        )
    )


def _answered(application: Application) -> list[str]:
    """Give what was answered to questions for people's names, in every version."""
    found: list[str] = []
    for version in application.versions:
        form = definitions.read_form(version.form.definition)
        for field in form.fields:
            value = version.answers.get(field.key)
            if (
                field.identifying
                and field.type is FieldType.SHORT
                and isinstance(value, str)
                and _asks(field.key)
            ):
                found.append(value)
    return found


def _asks(key: str) -> bool:
    return any(key.startswith(word) or key.endswith(word) for word in FIRST_OF_PERSON)
