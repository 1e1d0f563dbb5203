"""A second opinion: somebody from outside looks at one request and its evidence, and at nothing else."""

from datetime import date, datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from fundapp.accounts import service as accounts
from fundapp.accounts.models import User
from fundapp.accounts.queries import user_by_email
from fundapp.applications import doors
from fundapp.applications.models import (
    APPLICANTS,
    Application,
    Capacity,
    Conflict,
    ConflictKind,
    ConflictState,
    Level,
)
from fundapp.applications.queries import barred_for, is_barred
from fundapp.config import Settings
from fundapp.core import audit, clock, mail
from fundapp.core.db import db, locked
from fundapp.core.refusals import MoveRefused, Refusal
from fundapp.grants.models import Award
from fundapp.payouts.models import Claim, ClaimLine, ClaimState, OpinionState, SecondOpinion, Verdict
from fundapp.payouts.opinion_flow import EXPERT, opinions
from fundapp.payouts.rules import JUDGE

OPEN = (OpinionState.ASKED, OpinionState.ACCEPTED)
LIVE = (*OPEN, OpinionState.GIVEN)
AGAIN_AFTER = timedelta(days=1)
"""So long a question is left before it is sent again."""
JUDGED = (ClaimState.SUBMITTED, ClaimState.RETURNED)


class OpinionOver(Refusal):
    """The link is dead: answered, taken back, or the request is decided."""

    status = 410

    def __init__(self) -> None:
        super().__init__(_("This question is over: it was answered, taken back, or the request is decided."))


class Addressee:
    """Somebody without an account, as far as a letter needs to know them."""

    id = None

    def __init__(self, email: str, name: str, language: str) -> None:
        self.email, self.name, self.language = email, name, language


# --- asking ------------------------------------------------------------------------


def ask(
    claim: Claim,
    email: str,
    name: str,
    *,
    language: str,
    question: str,
    due_on: date,
    instead: SecondOpinion | None = None,
    actor: User,
    at: datetime,
) -> SecondOpinion:
    """Ask somebody by mail to look at one request. The link in the mail answers nothing by being opened.

    instead: the question it takes the place of, which is taken back. Raises MoveRefused (not who judges
    it, or decided already) and Refusal: asked already, an applicant, tied to it, oneself, a day gone by.
    """
    if not JUDGE(actor, claim) or claim.state not in JUDGED:
        raise MoveRefused(_("This step is not yours to take."))
    email = email.strip().lower()
    _check_asked(claim, email, actor)
    _check_day(claim, due_on, at)
    if instead is not None:
        take_back(instead, actor=actor, at=at)
    token = token_urlsafe(24)
    made = SecondOpinion(
        claim=claim, claim_id=claim.id, fund_id=claim.fund_id, email=email, name=name.strip(),
        language=language, question=question.strip(), digest=_digest(token), state_at=at, due_on=due_on,
        asked_by=actor.id, asked_at=at,
    )  # fmt: skip
    db.session.add(made)
    audit.record("ask_opinion", made, actor=actor, at=at, to_state=OpinionState.ASKED)
    db.session.flush()  # the mail's key carries its id
    _write(made, token, actor=actor, at=at)
    return made


def _write(opinion: SecondOpinion, token: str, *, actor: User, at: datetime) -> None:
    mail.queue(
        "opinion-asked",
        key=f"opinion-asked:{opinion.id}:{opinion.row_version}",
        to=user_by_email(opinion.email) or Addressee(opinion.email, opinion.name, opinion.language),
        at=at,
        fund_id=opinion.fund_id,
        fund=opinion.claim.award.application.fund,
        asker=actor.name,
        opinion=opinion,
        url=mail.link("payouts.opinion_asked", token=token),
    )


def send_again(opinion: SecondOpinion, due_on: date, *, actor: User, at: datetime) -> None:
    """Send the question again with a new link and day, to who did not answer; the link before it dies.

    Raises MoveRefused (answered, or not who judges the request) and Refusal: sent within a day, a day
    gone by.
    """
    held = locked(SecondOpinion, opinion.id)
    if not JUDGE(actor, held.claim) or held.claim.state not in JUDGED:
        raise MoveRefused(_("This step is not yours to take."))
    if at - held.asked_at < AGAIN_AFTER:
        raise Refusal(_("The question went out less than a day ago. Give it a little time."))
    _check_day(held.claim, due_on, at)
    token = token_urlsafe(24)
    opinions.make("send_again", held, actor=actor, at=at, detail={"due_on": due_on.isoformat()})
    held.digest, held.due_on, held.asked_at = _digest(token), due_on, at
    db.session.flush()  # the mail's key carries its version
    _write(held, token, actor=actor, at=at)


def _check_day(claim: Claim, due_on: date, at: datetime) -> None:
    if due_on < clock.day(at, claim.award.application.fund.zone):
        raise Refusal(_("Choose a day from today on."))


def _check_asked(claim: Claim, email: str, actor: User) -> None:
    known = user_by_email(email)
    if email == actor.email:
        raise Refusal(_("A second opinion comes from somebody else."))
    if known is not None:
        access = claim.award.application.access
        if any(one.user_id == known.id and one.capacity in APPLICANTS for one in access):
            raise Refusal(_("%(name)s works on this project.", name=known.name))
        if is_barred(claim.award.application_id, known.id):
            raise Refusal(_("%(name)s has a tie with this application.", name=known.name))
    twin = select(SecondOpinion.id).where(
        SecondOpinion.claim_id == claim.id, SecondOpinion.email == email, SecondOpinion.state.in_(LIVE)
    )
    if db.session.scalar(twin) is not None:
        raise Refusal(_("This person was asked about this request already."))


def take_back(opinion: SecondOpinion, *, actor: User | None, at: datetime) -> None:
    """Take a question back that was not answered; its link dies, and who accepted sees it no more."""
    opinions.make("take_back", opinion, actor=actor, at=at)
    _leave(opinion, at)


def close(claim: Claim, *, at: datetime) -> None:
    """End the questions about a request that is decided; nobody is left working for nothing."""
    for one in of(claim):
        if one.state in OPEN:
            take_back(one, actor=None, at=at)
            mail.queue(
                "opinion-over",
                key=f"opinion-over:{one.id}",
                to=_person(one) or Addressee(one.email, one.name, one.language),
                at=at,
                fund_id=one.fund_id,
                fund=claim.award.application.fund,
                opinion=one,
            )


# --- answering -----------------------------------------------------------------------


def accept(
    opinion: SecondOpinion,
    user: User | None,
    *,
    name: str = "",
    password: str | None = None,
    at: datetime,
    settings: Settings,
) -> User:
    """Say yes without a tie, and give the person: signed in, the owner of the address, or a new account.

    Raises Refusal for the one who asked, an applicant, and whom a tie bars.
    """
    held = locked(SecondOpinion, opinion.id)
    who = user or user_by_email(held.email)
    if who is None:
        who = accounts.add(
            held.email, name, password=password, language=held.language, is_confirmed=True,
            at=at, settings=settings,
        )  # fmt: skip
        db.session.flush()  # the tie refers to its id
    if who.id in (held.asked_by, held.claim.claimed_by):
        raise Refusal(_("A second opinion comes from somebody else."))
    if user is None and who.confirmed_at is None:
        who.confirmed_at = at
    application = held.application
    if is_barred(application.id, who.id):
        raise Refusal(_("%(name)s has a tie with this application.", name=who.name))
    doors.declare_conflict(application, who, ConflictState.CLEAR, actor=who, at=at)
    doors.let_in(application, who, Capacity.EXPERT, Level.CARD, actor=who, at=at)
    held.user_id = who.id
    opinions.make("accept", held, actor=who, at=at, detail={"user": who.id})
    return who


def decline(
    opinion: SecondOpinion,
    reason: str,
    *,
    user: User | None = None,
    tie: ConflictKind | None = None,
    at: datetime,
) -> None:
    """Say no, because of a tie or for another reason; who asked is told."""
    held = locked(SecondOpinion, opinion.id)
    who = user or user_by_email(held.email)
    opinions.make("decline", held, actor=who, at=at, note=reason)
    held.advice = reason.strip()
    if tie is not None and who is not None:
        doors.declare_conflict(
            held.application, who, ConflictState.BARRED, kind=tie, note=reason, actor=who, at=at
        )
    _leave(held, at)
    _tell(held, at)


def give(opinion: SecondOpinion, verdict: Verdict, advice: str, *, actor: User, at: datetime) -> None:
    """Give one's advice about the request as it is now. Raises Refusal without a word of why."""
    if not advice.strip():
        raise Refusal(_("Say in a few words why."))
    held = locked(SecondOpinion, opinion.id)
    held.verdict, held.advice, held.claim_digest = verdict, advice.strip(), held.claim.digest
    opinions.make("give", held, actor=actor, at=at, detail={"verdict": verdict.value})
    _tell(held, at)


def _leave(opinion: SecondOpinion, at: datetime) -> None:
    """End the expert's place at the application once nothing is open for them there."""
    person = _person(opinion)
    if person is None:
        return
    others = (
        select(SecondOpinion.id)
        .join(Claim, Claim.id == SecondOpinion.claim_id)
        .where(
            Claim.award_id == opinion.claim.award_id,
            SecondOpinion.user_id == person.id,
            SecondOpinion.id != opinion.id,
            SecondOpinion.state == OpinionState.ACCEPTED,
        )
    )
    if db.session.scalar(others.limit(1)) is None:
        doors.shut_out(opinion.application, person, Capacity.EXPERT, actor=None, at=at)


def _person(opinion: SecondOpinion) -> User | None:
    return db.session.get(User, opinion.user_id) if opinion.user_id else user_by_email(opinion.email)


def _tell(opinion: SecondOpinion, at: datetime) -> None:
    asker = db.session.get(User, opinion.asked_by)
    if asker is not None and not is_barred(opinion.application_id, asker.id):
        mail.queue(
            "opinion-answered",
            key=f"opinion-answered:{opinion.id}:{opinion.state}",
            to=asker,
            at=at,
            application=opinion.application,
            fund=opinion.application.fund,
            opinion=opinion,
        )


def drop_barred(tie: Conflict, at: datetime) -> None:
    """End what somebody was asked who turns out to have a tie."""
    found = (
        select(SecondOpinion)
        .join(Claim, Claim.id == SecondOpinion.claim_id)
        .join(Award, Award.id == Claim.award_id)
        .where(
            Award.application_id == tie.application_id,
            SecondOpinion.user_id == tie.user_id,
            SecondOpinion.state == OpinionState.ACCEPTED,
        )
    )
    for one in db.session.scalars(found):
        opinions.make("take_back", one, actor=None, at=at)


doors.ON_BAR.append(drop_barred)


# --- finding them ----------------------------------------------------------------------


def of(claim: Claim) -> list[SecondOpinion]:
    """List the second opinions about a request, the newest first."""
    statement = select(SecondOpinion).where(SecondOpinion.claim_id == claim.id)
    return list(db.session.scalars(statement.order_by(SecondOpinion.id.desc())))


def by_token(token: str) -> SecondOpinion:
    """Find the open question a link belongs to. Raises OpinionOver."""
    found = db.session.scalar(
        select(SecondOpinion).where(
            SecondOpinion.digest == _digest(token), SecondOpinion.state == OpinionState.ASKED
        )
    )
    if found is None or found.claim.state not in JUDGED:
        raise OpinionOver
    return found


def own(user: User, id: int) -> SecondOpinion | None:
    """Load a second opinion that the person agreed to give, with the request and nothing around it.

    Nothing for whom a tie bars, and nothing before they said that they have none.
    """
    request = joinedload(SecondOpinion.claim)
    project = request.joinedload(Claim.award).joinedload(Award.application)
    statement = (
        select(SecondOpinion)
        .join(Claim, Claim.id == SecondOpinion.claim_id)
        .join(Award, Award.id == Claim.award_id)
        .where(
            SecondOpinion.id == id,
            SecondOpinion.user_id == user.id,
            SecondOpinion.state.in_([OpinionState.ACCEPTED.value, OpinionState.GIVEN.value]),
            Award.application_id.not_in(barred_for(user)),
        )
        .options(
            request.selectinload(Claim.lines).joinedload(ClaimLine.milestone),
            project.joinedload(Application.fund),
            project.joinedload(Application.access),
            project.selectinload(Application.conflicts),
        )
    )
    return db.session.scalars(statement).unique().one_or_none()


def is_mine(user: User, opinion: SecondOpinion) -> bool:
    """Tell whether somebody may look at the request of this opinion."""
    return EXPERT(user, opinion)


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()
