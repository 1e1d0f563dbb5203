"""Reviewers say what they know and when they are away; the office invites another one."""

from datetime import datetime, timedelta
from functools import partial

from fundapp.demo.cast import Cast
from fundapp.reviews import invitations, profiles
from fundapp.reviews.profiles import Profile

SAID = {
    "saskia": Profile(
        ["learning", "data"], ["archives", "metadata", "libraries"], ["nl", "en", "de"],
        "Noordelijk Archief", ["Griet Poelstra", "Noordelijk Archief"], 16,
    ),
    "jonas": Profile(["internet"], ["routing", "protocols"], ["en", "de"], "Universität Emden", [], 20),
    "lieke": Profile(["access", "learning"], ["accessibility", "screen reader"], ["nl", "en"], "", [], 12),
    "oualid": Profile(["data", "access"], ["open data", "maps"], ["nl", "en", "fr"], "Kaartkamer", [], 10),
    "elodie": Profile(["internet", "data"], ["licences", "federation"], ["fr", "en"], "", [], None),
}  # fmt: skip
"""What each reviewer says of themselves; one of Saskia's colleagues sends a proposal in."""


def introduce(cast: Cast) -> None:
    """Let the reviewers fill in their pages before round 2, and ask one more person to join them."""
    days, plan = cast.calendar.days, cast.calendar.plan
    for number, by in enumerate(SAID):
        plan(days(-79 + number, "20:30", office=False), partial(_say, cast, by))
    plan(days(-6, "11:20"), partial(_invite, cast))


def _say(cast: Cast, by: str, at: datetime) -> None:
    away = [(at.date() + timedelta(days=100), at.date() + timedelta(days=114))] if by == "elodie" else []
    profiles.save_profile(cast.fund, cast[by], SAID[by], away, actor=cast[by], at=at)


def _invite(cast: Cast, at: datetime) -> None:
    invitations.invite(
        cast.fund, "mirthe.vandalen@example.org", "Mirthe van Dalen", language="nl",
        message="Uw werk aan leesbare formulieren kennen wij goed; zou u met ons willen meelezen?",
        actor=cast["noor"], at=at,
    )  # fmt: skip
