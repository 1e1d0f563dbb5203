"""The outsider who judges an evaluation: invited for one report, and for nothing else."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import exists, select

from fundapp.accounts import service as accounts
from fundapp.accounts.models import Role, User
from fundapp.accounts.queries import user_by_email
from fundapp.applications.models import APPLICANTS, Access, Application
from fundapp.config import Settings
from fundapp.core import audit, mail
from fundapp.core.db import db, locked
from fundapp.core.refusals import MoveRefused, Refusal
from fundapp.funds.models import Fund
from fundapp.reports.models import Evaluation, EvaluationState
from fundapp.reports.rules import WRITE_EVALUATION


def is_insider(fund: Fund, user: User) -> bool:
    """Tell whether a person holds or held a role at a fund, or asks or asked money of it."""
    role = exists().where(Role.user_id == user.id, Role.fund_id == fund.id)
    asks = exists().where(
        Access.user_id == user.id,
        Access.capacity.in_(APPLICANTS),
        Application.id == Access.application_id,
        Application.fund_id == fund.id,
    )
    return bool(db.session.scalar(select(role | asks)))


def invite(
    evaluation: Evaluation,
    email: str,
    name: str,
    *,
    office: str = "",
    language: str = "en",
    actor: User,
    at: datetime,
    settings: Settings,
) -> User:
    """Ask an outsider to read, remark upon and sign one evaluation; give the person.

    An account is made where the address has none; its owner chooses a password by mail. Who was asked
    before sees the evaluation no longer. Raises Refusal for people of the fund and its applicants, and
    MoveRefused once it is signed.
    """
    held = locked(Evaluation, evaluation.id)
    if held.state is not EvaluationState.DRAFT or not WRITE_EVALUATION(actor, held):
        raise MoveRefused(_("An evaluator is asked while the evaluation is being written."))
    who = user_by_email(email.strip().lower())
    is_new = who is None
    if who is None:
        who = accounts.add(email, name, at=at, settings=settings, language=language, actor=actor)
        db.session.flush()  # the invitation refers to its id
    if who.id in (actor.id, held.made_by) or is_insider(held.fund, who):
        raise Refusal(
            _(
                "%(name)s works at this fund or asks money of it. An evaluation is signed by somebody from "
                "outside.",
                name=who.name,
            )
        )
    held.evaluator, held.evaluator_office = who, office.strip()
    held.invited_by, held.invited_at = actor.id, at
    audit.record("invite_evaluator", held, actor=actor, at=at, detail={"user": who.id})
    mail.queue(
        "evaluation-invited", key=f"evaluation-invited:{held.id}:{at:%Y%m%d%H%M%S}", to=who, at=at,
        fund_id=held.fund_id, fund=held.fund, evaluation=held, inviter=actor.name, is_new=is_new,
    )  # fmt: skip
    return who
