"""The packet that goes along on a train: proposals and sheets in one file, without a network."""

from dataclasses import dataclass
from datetime import datetime

from itsdangerous import URLSafeSerializer

from fundapp.accounts.models import User
from fundapp.applications import reading
from fundapp.reviews import blind, worklist
from fundapp.reviews.blind import Veil
from fundapp.reviews.models import Review
from fundapp.reviews.sheet import Sheet, sheet_of, write_shown

KIND = "fundapp-reviews-1"
SALT = "review-packet"


@dataclass(frozen=True)
class Enclosed:
    """One proposal in the packet, as its reviewer may read it, with the sheet as it stands."""

    review: Review
    title: str
    applicant: str
    number: int
    sections: list[reading.Part]
    sheet: Sheet


@dataclass(frozen=True)
class Packet:
    """What goes along. token: says for whom and from when it is; signed, so that it cannot be altered."""

    token: str
    made_at: datetime
    enclosed: list[Enclosed]


def pack(user: User, language: str, *, secret: str, at: datetime) -> Packet:
    """Pack all that somebody has still to write; nothing of other reviewers goes along."""
    reviews = worklist.own_to_write(user)
    ids = [review.application_id for review in reviews]
    versions = worklist.newest_versions(ids)
    people = blind.people_of(ids) if any(review.application.stage.is_blind for review in reviews) else {}
    enclosed = []
    for review in reviews:
        application, version = review.application, versions[review.application_id]
        veil = Veil(user, version, application, people=people)
        title, who = blind.title(user, application), blind.applicant(user, application)
        enclosed.append(
            Enclosed(review, title, who, version.number, veil.sections(language), sheet_of(review))
        )
    return Packet(_token(user, enclosed, secret, at), at, enclosed)


def _token(user: User, enclosed: list[Enclosed], secret: str, at: datetime) -> str:
    shown = {str(one.review.id): [one.number, write_shown(one.sheet)] for one in enclosed}
    said = {"user": user.id, "at": at.isoformat(), "reviews": shown}
    return str(URLSafeSerializer(secret, salt=SALT).dumps(said))
