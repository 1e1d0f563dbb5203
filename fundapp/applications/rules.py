"""Who a person is to an application: applicant, assigned, barred."""

from typing import Any

from fundapp.accounts.rules import auditor, finance, manager
from fundapp.applications.models import APPLICANTS, WORKERS, Access, Audience, Capacity, Level
from fundapp.core.rules import Rule, person


def _live(user: Any, row: Any) -> list[Access]:
    return [
        access for access in row.application.access if access.user_id == user.id and access.ended_at is None
    ]


owner = person(lambda user, row: any(a.capacity is Capacity.OWNER for a in _live(user, row)), "owner")
partner = person(lambda user, row: any(a.capacity in APPLICANTS for a in _live(user, row)), "partner")
writer = person(
    lambda user, row: any(a.capacity in APPLICANTS and a.level is Level.WRITE for a in _live(user, row)),
    "writer",
)
assigned = person(lambda user, row: any(a.capacity in WORKERS for a in _live(user, row)), "assigned")
reads = person(
    lambda user, row: any(a.capacity in WORKERS and a.level is not Level.CARD for a in _live(user, row)),
    "reads",
)
barred = person(
    lambda user, row: any(tie.user_id == user.id and tie.bars for tie in row.application.conflicts), "barred"
)

staff = manager & ~barred & ~partner
"""A manager with no tie to the application; an applicant never handles their own."""

OFFICE = (manager | finance | auditor) & ~barred

MAY_SAY: dict[Audience, Rule] = {
    Audience.APPLICANT: staff | writer,
    Audience.REVIEWERS: staff | (reads & ~barred & ~partner),
    Audience.OFFICE: staff,
}
"""Who writes in the threads of each audience."""
