"""A panel of five around three applications, one of which a member has a tie with."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from fundapp.accounts.models import RoleName, User
from fundapp.applications.models import Application
from fundapp.core.db import db
from fundapp.decisions import meetings, voting
from fundapp.decisions.models import AgendaItem, Meeting, Outcome
from fundapp.rounds.models import Round, RoundState
from tests.decisions.scene import A
from tests.factories import (
    NOW,
    Cast,
    make_application,
    make_cast,
    make_conflict,
    make_round,
    make_user,
)

MONDAY = NOW + timedelta(days=1)


@dataclass
class Panel:
    """Sol in the chair, Max keeps the minutes; Mia, Mo and Mel are members; Mo is out for `tied`."""

    cast: Cast
    round: Round
    mia: User
    mo: User
    mel: User
    applications: list[Application]
    tied: Application
    meeting: Meeting

    @property
    def people(self) -> list[User]:
        return [self.cast.sol, self.cast.max, self.mia, self.mo, self.mel]

    def item(self, application: Application) -> AgendaItem:
        return next(one for one in self.meeting.items if one.application_id == application.id)

    def begin(self, at: datetime = MONDAY) -> None:
        """Open the meeting with everybody there."""
        meetings.open_meeting(self.meeting, actor=self.cast.sol, at=at)
        for person in self.people[1:]:
            meetings.attend(self.meeting, person, is_there=True, actor=person, at=at)
        db.session.flush()


def make_panel(count: int = 3, *, is_secret: bool = True, quorum: int = 2) -> Panel:
    """Make a round being decided and a planned meeting of five; Mo has a tie with the second proposal."""
    cast = make_cast()
    round = make_round(cast.fund, state=RoundState.DECIDING)
    mia, mo, mel = (
        make_user(name, roles={cast.fund: [RoleName.REVIEWER]}) for name in ("Mia M", "Mo M", "Mel M")
    )
    applications = [
        make_application(round, cast.ana if n % 2 else cast.ben, state=A.IN_REVIEW, title=f"Plan {n}")
        for n in range(count)
    ]
    tied = applications[1]
    make_conflict(tied, mo)
    meeting = meetings.plan(
        round, starts_at=MONDAY, place="Oudegracht", chair=cast.sol, secretary=cast.max,
        members=[mia, mo, mel], is_secret=is_secret, quorum=quorum, actor=cast.sol, at=NOW,
    )  # fmt: skip
    db.session.flush()
    for person in (mia, mo, mel):
        db.session.expire(person, ["roles"])
    return Panel(cast, round, mia, mo, mel, applications, tied, meeting)


def awarded(panel: Panel, item: object, actor: object = None, **values: object) -> None:
    row = item
    given = {
        "outcome": Outcome.AWARDED, "amount_cents": 800_000, "codes": [], "to_applicant": "Well planned.",
        "internal": "Close call.", "shown": row.row_version,  # type: ignore[attr-defined]
        **values,
    }  # fmt: skip
    voting.capture(row, actor=actor or panel.cast.max, at=MONDAY, **given)  # type: ignore[arg-type]
