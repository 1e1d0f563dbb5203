"""What happens around a request for payment: a question, a second opinion, a draft with its evidence."""

from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import select

from fundapp.accounts.models import User
from fundapp.applications import threads
from fundapp.applications.attachments import Room
from fundapp.core.db import db
from fundapp.demo import content
from fundapp.demo.cast import Cast
from fundapp.grants import dates
from fundapp.payouts import claim_drafts, opinions, queries, talk
from fundapp.payouts.models import Claim, SecondOpinion

ASKED, DRAFTED = "meshmoor", "buurtarchief"
EXPERT = "saskia"
NOTES = b"Opening hours per village, first count.\n12 villages, 31 volunteers, 4,100 pages described.\n"


def claiming(cast: Cast) -> None:
    """Let the newest request be talked about, and let another grantee begin the next one."""
    plan, days = cast.calendar.plan, cast.calendar.days
    plan(days(-3, "10:25"), partial(_question, cast))
    plan(days(-3, "10:40"), partial(_ask_opinion, cast))
    plan(days(-2, "19:10"), partial(_answer, cast))
    plan(days(-2, "21:30"), partial(_accept, cast))
    plan(days(-1, "17:20"), partial(_draft, cast))
    plan(days(-1, "17:45"), partial(_entrust, cast))


def _newest(cast: Cast) -> Claim:
    award = cast.award(ASKED)
    newest = select(Claim).where(Claim.award_id == award.id).order_by(Claim.number.desc()).limit(1)
    return db.session.scalars(newest).one()


def _owner(cast: Cast, key: str) -> User:
    return cast[content.proposal(key).applicant]


def _question(cast: Cast, at: datetime) -> None:
    text = "Does the report say which board the one failure happened on? I could not find it."
    talk.ask(_newest(cast), text, actor=cast["noor"], at=at)


def _answer(cast: Cast, at: datetime) -> None:
    claim, owner = _newest(cast), _owner(cast, ASKED)
    thread = talk.of(claim, owner, own=True)[0]
    threads.say(thread, "Page 7, the table at the top: board 14, the oldest one.", actor=owner, at=at)


def _ask_opinion(cast: Cast, at: datetime) -> None:
    expert = cast[EXPERT]
    text = "Are 200 forced failures enough to call the roll-back safe? Would you have tested something else?"
    opinions.ask(
        _newest(cast), expert.email, expert.name, language=expert.language, question=text,
        due_on=at.date() + timedelta(days=14), actor=cast["noor"], at=at,
    )  # fmt: skip


def _accept(cast: Cast, at: datetime) -> None:
    asked = db.session.scalars(select(SecondOpinion).where(SecondOpinion.claim_id == _newest(cast).id)).one()
    opinions.accept(asked, cast[EXPERT], at=at, settings=cast.settings)


def _draft(cast: Cast, at: datetime) -> None:
    award, owner = cast.award(DRAFTED), _owner(cast, DRAFTED)
    rest = queries.open_rest(award)
    milestone = next(one for one in award.milestones if one.state == "open" and rest.get(one.id, 0) > 0)
    typed = {
        "wanted": True, "amount": f"{rest[milestone.id] // 200}", "licence": "CC-BY-4.0",
        "evidence": "https://buurtarchief.example.org/telling",
        "place": "https://buurtarchief.example.org/gegevens",
    }  # fmt: skip
    given = {"note": "", "party": None, "rows": {str(milestone.id): typed}}
    draft = claim_drafts.save(award, None, given, base="", actor=owner, at=at)
    claim_drafts.add_file(draft, milestone.id, "telling.txt", NOTES, room=Room(), actor=owner, at=at)


def _entrust(cast: Cast, at: datetime) -> None:
    award, owner = cast.award(ASKED), _owner(cast, ASKED)
    last = award.milestones[-1]
    dates.entrust(last, owner.id, base=last.row_version, actor=owner, at=at)
