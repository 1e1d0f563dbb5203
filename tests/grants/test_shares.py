"""Several payees with fixed shares: sums to the cent, consent, and a limit that the database keeps."""

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from fundapp.applications.models import Access, Capacity, Level
from fundapp.core.db import db
from fundapp.core.refusals import MoveRefused, Refusal
from fundapp.core.shares import MILLION
from fundapp.grants import offering, queries, service, shares
from fundapp.grants.forms.agreeing import percent
from fundapp.grants.models import AgreementState, Award, Payee
from fundapp.grants.shares import Part
from tests.factories import NOW
from tests.grants.scene import Start, opened, row, write


def with_partner(amount: int = 500_000) -> Start:
    """Open a grant in which Ben takes part beside Ana."""
    start = opened()
    application = start.award.application
    db.session.add(
        Access(
            application_id=application.id, user_id=start.cast.ben.id, capacity=Capacity.CO_APPLICANT,
            level=Level.WRITE, granted_at=NOW,
        )
    )  # fmt: skip
    db.session.flush()
    db.session.expire(application, ["access"])
    write(start, row("Format", amount))
    return start


def share(start: Start, *parts: Part) -> None:
    draft = start.draft
    service.share(draft, parts, base=draft.row_version, actor=start.cast.ana, at=NOW)
    db.session.flush()


@given(total=st.integers(0, 10**12), weights=st.lists(st.integers(1, 10_000), min_size=1, max_size=12))
def test_parts_make_the_whole_to_the_cent(total: int, weights: list[int]) -> None:
    whole = sum(weights)
    ppms = [weight * MILLION // whole for weight in weights]
    ppms[0] += MILLION - sum(ppms)

    parts = shares.split(total, ppms)

    assert sum(parts) == total
    assert all(abs(part - total * ppm / MILLION) < 1.5 for part, ppm in zip(parts, ppms, strict=True))


@pytest.mark.parametrize(
    ("text", "ppm"), [("33.5", 335_000), ("33,3333", 333_333), ("100%", MILLION), ("0.0001", 1)]
)
def test_percentages_are_read_exactly(app: Flask, text: str, ppm: int) -> None:
    assert percent(text) == ppm


@pytest.mark.parametrize("text", ["33.33333", "0", "-5", "101", "half", "1e2", "١٠", "33.3.3"])
def test_percentages_that_leave_a_doubt_are_refused(app: Flask, text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        percent(text)


def test_shares_in_percent_follow_the_total(app: Flask) -> None:
    start = with_partner(500_001)
    share(start, Part(start.cast.ana.id, ppm=333_333), Part(start.cast.ben.id, ppm=666_667))
    before = [one["cents"] for one in start.draft.payees]

    write(start, row("Format", 300_000))

    assert sum(before) == 500_001
    assert [one["cents"] for one in start.draft.payees] == [100_000, 200_000]


@pytest.mark.parametrize(
    "parts",
    [
        [("ana", 500_000, None), ("ben", 400_000, None)],
        [("ana", None, 250_000), ("ben", None, 250_001)],
        [("ana", 500_000, None), ("ben", None, 250_000)],
        [("ana", 500_000, None), ("ana", 500_000, None)],
        [("ana", MILLION, None), ("ben", 0, None)],
        [("sol", MILLION, None)],
    ],
)
def test_shares_that_do_not_make_a_whole_are_refused(
    app: Flask, parts: list[tuple[str, int | None, int | None]]
) -> None:
    start = with_partner()

    with pytest.raises(Refusal):
        share(start, *(Part(getattr(start.cast, who).id, ppm, cents) for who, ppm, cents in parts))


def test_amounts_that_no_longer_fit_the_plan_keep_the_offer_back(app: Flask) -> None:
    start = with_partner()
    share(start, Part(start.cast.ana.id, cents=200_000), Part(start.cast.ben.id, cents=300_000))
    write(start, row("Format", 400_000))

    with pytest.raises(Refusal, match="add up"):
        offering.offer(start.draft, actor=start.cast.sol, at=NOW)


def offered() -> Start:
    start = with_partner()
    share(start, Part(start.cast.ana.id, ppm=600_000), Part(start.cast.ben.id, ppm=400_000))
    offering.offer(start.draft, actor=start.cast.sol, at=NOW)
    db.session.flush()
    return start


def test_fund_signs_once_every_payee_has_agreed(app: Flask) -> None:
    start = offered()
    draft = start.draft
    offering.accept(draft, draft.digest or "", actor=start.cast.ana, at=NOW)
    db.session.flush()

    with pytest.raises(Refusal, match=start.cast.ben.name):
        offering.countersign(draft, draft.digest or "", actor=start.cast.max, at=NOW)
    own = shares.own_share(draft, start.cast.ben)
    assert own is not None
    shares.consent(draft, shares.consent_digest(draft.award_id, own), actor=start.cast.ben, at=NOW)
    offering.countersign(draft, draft.digest or "", actor=start.cast.max, at=NOW)
    db.session.flush()

    assert draft.state is AgreementState.IN_FORCE
    assert [payee.share_cents for payee in queries.payees(start.award)] == [300_000, 200_000]
    assert sum(shares.left(start.award).values()) == 500_000


def test_consent_is_for_the_share_on_the_page_and_ones_own(app: Flask) -> None:
    start = offered()
    own = shares.own_share(start.draft, start.cast.ben)
    assert own is not None
    digest = shares.consent_digest(start.draft.award_id, own)
    other = shares.consent_digest(start.draft.award_id, {**own, "cents": 1})

    for actor, seen in ((start.cast.ben, other), (start.cast.ana, digest), (start.cast.sol, digest)):
        with pytest.raises(MoveRefused):
            shares.consent(start.draft, seen, actor=actor, at=NOW)

    assert start.cast.ben.id in {one["user_id"] for one in shares.waiting(start.draft)}


def in_force() -> Award:
    start = offered()
    draft = start.draft
    own = shares.own_share(draft, start.cast.ben)
    assert own is not None
    shares.consent(draft, shares.consent_digest(draft.award_id, own), actor=start.cast.ben, at=NOW)
    offering.accept(draft, draft.digest or "", actor=start.cast.ana, at=NOW)
    db.session.flush()
    offering.countersign(draft, draft.digest or "", actor=start.cast.max, at=NOW)
    db.session.flush()
    return start.award


def test_payee_gets_no_cent_more_than_the_share(app: Flask) -> None:
    award = in_force()
    ana, ben = queries.payees(award)

    shares.take(award, ben.party_id, 200_000)
    with pytest.raises(Refusal, match="share"):
        shares.take(award, ben.party_id, 1)
    shares.give_back(award, ben.party_id, 50_000)

    assert shares.left(award) == {ana.party_id: 300_000, ben.party_id: 50_000}


def test_database_keeps_the_limit_too(app: Flask) -> None:
    award = in_force()
    payee = queries.payees(award)[1]
    payee.approved_cents = 200_001

    with pytest.raises(IntegrityError):
        db.session.flush()

    db.session.rollback()


def test_stranger_is_no_payee(app: Flask) -> None:
    start = opened()

    with pytest.raises(Refusal):
        shares.take(start.award, 999_999, 1)

    assert db.session.query(Payee).count() == 1
