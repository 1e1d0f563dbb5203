"""Applicants work together: an organisation is named, one joins, another is asked still."""

from datetime import datetime
from functools import partial

from fundapp.applications import inviting, partners
from fundapp.applications.models import Level
from fundapp.demo.cast import Cast, join

DRAFT = "rooftop-keys"
GUILD = {
    "name": "Galway Roof Guild CLG",
    "role": "Looks after the masts and the keys to the roofs, and tries the hand-over with four networks.",
    "country": "IE",
    "registration": "IE-CRO-DEMO-4471",
}


def third_round(cast: Cast) -> None:
    """Aoife names a partner, Samir joins her draft as a reader, and a third has not answered yet."""
    days, plan = cast.calendar.days, cast.calendar.plan
    plan(days(-1, "21:40", office=False), partial(_invite, cast))


def _invite(cast: Cast, at: datetime) -> None:
    draft, aoife, samir = cast.applications[DRAFT], cast["aoife"], join(cast, "samir", at=at)
    guild = partners.add_partner(draft, GUILD, actor=aoife, at=at)
    asked = inviting.invite(
        draft, samir.email, name=samir.name, level=Level.READ, language="nl", actor=aoife, at=at
    )
    inviting.accept(asked, actor=samir, at=at)
    inviting.invite(
        draft, "roofs@galwayguild.example", name="Ciara Nolan", level=Level.WRITE, language="en",
        partner=guild, actor=aoife, at=at,
    )  # fmt: skip
