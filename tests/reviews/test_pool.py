"""The pool of reviewers: profiles, absences, invitations by mail."""

import re
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from fundapp.accounts.models import Absence, RoleName, User
from fundapp.core.db import db
from fundapp.core.mail import Outbox
from fundapp.core.refusals import Refusal
from fundapp.reviews import invitations, members, profiles
from fundapp.reviews.invitations import InvitationOver
from fundapp.reviews.models import InvitationState, PoolInvitation
from fundapp.reviews.profiles import Profile
from tests.factories import NOW, Cast, make_application, make_cast, make_conflict, make_round, make_user
from tests.reviews.scene import Scene, mails
from tests.visitor import Visitor

SETTINGS = "SETTINGS"


@pytest.fixture
def cast(app: Flask) -> Cast:
    return make_cast()


def invite(cast: Cast, email: str = "new@example.org", name: str = "Nia Nieuw") -> tuple[PoolInvitation, str]:
    """Invite somebody and give the token of the mail."""
    made = invitations.invite(cast.fund, email, name, language="en", actor=cast.sol, at=NOW)
    db.session.flush()
    body = mails("pool-invitation")[-1].body_text
    found = re.search(r"/reviewing/(\S+)", body)
    assert found
    return made, found[1]


# --- profiles ------------------------------------------------------------------------


def test_profile_keeps_what_was_said(cast: Cast) -> None:
    said = Profile(["web"], ["Routing", " routing", "licences"], ["nl"], " TU Delft ", ["Jan"], 12)

    row = profiles.save_profile(cast.fund, cast.rhea, said, [], actor=cast.rhea, at=NOW)

    assert (row.themes, row.expertise, row.languages) == (["web"], ["Routing", "licences"], ["nl"])
    assert (row.organisation, row.collaborators, row.capacity_hours) == ("TU Delft", ["Jan"], 12)


def test_profile_is_one_row_a_fund(cast: Cast) -> None:
    first = profiles.save_profile(cast.fund, cast.rhea, Profile(), [], actor=cast.rhea, at=NOW)
    db.session.flush()

    again = profiles.save_profile(
        cast.fund, cast.rhea, Profile(organisation="B"), [], actor=cast.rhea, at=NOW
    )

    assert again.id == first.id


def test_profile_refuses_a_theme_the_fund_does_not_have(cast: Cast) -> None:
    with pytest.raises(Refusal):
        profiles.save_profile(cast.fund, cast.rhea, Profile(["moon"]), [], actor=cast.rhea, at=NOW)


def test_profile_refuses_who_does_not_review_there(cast: Cast) -> None:
    with pytest.raises(Refusal):
        profiles.save_profile(cast.fund, cast.ana, Profile(), [], actor=cast.ana, at=NOW)


def test_absences_are_replaced_but_history_stays(cast: Cast) -> None:
    past = Absence(user_id=cast.rhea.id, from_on=date(2026, 1, 1), until_on=date(2026, 1, 5))
    later = Absence(user_id=cast.rhea.id, from_on=date(2026, 12, 1), until_on=date(2026, 12, 5))
    db.session.add_all([past, later])
    db.session.flush()
    wanted = (date(2026, 12, 20), date(2027, 1, 3))

    profiles.save_profile(cast.fund, cast.rhea, Profile(), [wanted], actor=cast.rhea, at=NOW)
    db.session.flush()

    rows = db.session.scalars(select(Absence).order_by(Absence.from_on)).all()
    assert [(row.from_on, row.until_on) for row in rows] == [(past.from_on, past.until_on), wanted]


def test_profile_page_keeps_a_form(cast: Cast, client: Visitor) -> None:
    client.sign_in(cast.rhea)
    page = f"/reviews/about-me/{cast.fund.id}"
    typed = {
        "themes": "web", "expertise": "routing, licences", "languages": ["en", "nl"], "capacity_hours": "20",
        "organisation": "TU Delft", "collaborators": "Jan\nEls", "away-0-first": "2030-12-24",
        "away-0-last": "2030-12-31", "away-1-first": "", "away-1-last": "",
    }  # fmt: skip

    done = client.post(page, data=typed)

    row = profiles.profile_of(cast.fund, cast.rhea)
    assert done.status_code == 302
    assert row is not None
    assert (row.expertise, row.languages, row.collaborators) == (
        ["routing", "licences"],
        ["en", "nl"],
        ["Jan", "Els"],
    )
    shown = client.get(page).text
    assert 'value="2030-12-24"' in shown
    assert client.get("/reviews/about-me").location == page


def test_profile_page_shows_faults_beside_the_field(cast: Cast, client: Visitor) -> None:
    client.sign_in(cast.rhea)

    back = client.post(
        f"/reviews/about-me/{cast.fund.id}",
        data={"organisation": "TU", "capacity_hours": "-4", "away-0-first": "2030-12-24", "away-0-last": ""},
    )

    assert back.status_code == 422
    assert "Between 0 and 500 hours." in back.text
    assert "Give the first and the last day." in back.text
    assert 'value="TU"' in back.text


def test_profile_of_another_fund_is_not_there(cast: Cast, client: Visitor) -> None:
    other = make_cast()
    client.sign_in(cast.rhea)

    assert client.get(f"/reviews/about-me/{other.fund.id}").status_code == 404


# --- the office's list -----------------------------------------------------------------


def test_pool_counts_only_what_the_manager_sees(scene: Scene) -> None:
    scene.ask()
    hidden = make_application(scene.round, scene.cast.ben)
    make_conflict(hidden, scene.cast.max)

    whole = members.members(scene.cast.sol, scene.cast.fund)
    make_conflict(scene.application, scene.cast.max)
    db.session.flush()
    part = members.members(scene.cast.max, scene.cast.fund)

    assert [(row.name, row.to_do) for row in whole] == [("Rhea Rood", 1)]
    assert [(row.name, row.to_do) for row in part] == [("Rhea Rood", 0)]


def test_pool_page_says_who_is_away_and_finds_by_word(cast: Cast, client: Visitor) -> None:
    today = date.today()  # noqa: DTZ011 - the page compares with its own day
    away = (today - timedelta(days=2), today + timedelta(days=9))
    profiles.save_profile(
        cast.fund, cast.rhea, Profile(expertise=["routing"]), [away], actor=cast.rhea, at=NOW
    )
    client.sign_in(cast.sol)

    page = client.get(f"/office/funds/{cast.fund.id}/reviewers?q=rout").text
    none = client.get(f"/office/funds/{cast.fund.id}/reviewers?q=soil").text

    assert "Rhea Rood" in page
    assert "Away until" in page
    assert "Rhea Rood" not in none


def test_member_page_shows_work_and_keeps_what_the_office_knows(scene: Scene, client: Visitor) -> None:
    scene.ask()
    client.sign_in(scene.cast.sol)
    page = f"/office/funds/{scene.cast.fund.id}/reviewers/{scene.cast.rhea.id}"

    shown = client.get(page).text
    done = client.post(page, data={"organisation": "TU Delft"})

    row = profiles.profile_of(scene.cast.fund, scene.cast.rhea)
    assert scene.application.title in shown
    assert done.status_code == 302
    assert row is not None
    assert row.organisation == "TU Delft"


def test_member_page_is_not_for_who_only_applies(scene: Scene, client: Visitor) -> None:
    client.sign_in(scene.cast.ana)

    page = f"/office/funds/{scene.cast.fund.id}/reviewers/{scene.cast.rhea.id}"

    assert client.get(page).status_code == 404


# --- invitations -------------------------------------------------------------------------


def test_invitation_goes_by_mail_in_the_chosen_language(cast: Cast) -> None:
    invitations.invite(cast.fund, "Nia@Example.org ", "Nia", language="nl", actor=cast.sol, at=NOW)

    letter = mails("pool-invitation")[0]

    assert (letter.address, letter.language, letter.user_id) == ("nia@example.org", "nl", None)
    assert "beoordelaar" in letter.body_text


def test_visit_answers_nothing(cast: Cast, client: Visitor) -> None:
    made, token = invite(cast)

    first, second = client.get(f"/reviewing/{token}"), client.get(f"/reviewing/{token}")

    assert (first.status_code, second.status_code) == (200, 200)
    assert made.state is InvitationState.SENT


def test_newcomer_joins_with_a_new_account(cast: Cast, client: Visitor) -> None:
    made, token = invite(cast)

    done = client.post(f"/reviewing/{token}", data={"name": "Nia Nieuw", "password": "a long sentence"})

    user = db.session.scalar(select(User).where(User.email == "new@example.org"))
    assert user is not None
    assert user.holds(RoleName.REVIEWER, cast.fund.id)
    assert user.confirmed_at is not None
    assert (made.state, made.user_id) == (InvitationState.ACCEPTED, user.id)
    assert client.get(done.location).status_code == 200
    assert mails("pool-answer")[0].user_id == cast.sol.id


def test_newcomer_without_a_password_is_asked_again(cast: Cast, client: Visitor) -> None:
    made, token = invite(cast)

    back = client.post(f"/reviewing/{token}", data={"name": "Nia Nieuw", "password": "short"})

    assert back.status_code == 422
    assert 'value="Nia Nieuw"' in back.text
    assert made.state is InvitationState.SENT


def test_known_address_joins_with_its_account(cast: Cast, client: Visitor) -> None:
    _made, token = invite(cast, cast.ben.email, "Ben")

    done = client.post(f"/reviewing/{token}")

    db.session.refresh(cast.ben)
    assert done.status_code == 302
    assert cast.ben.holds(RoleName.REVIEWER, cast.fund.id)
    assert "/login" in client.get(done.location).location


def test_signed_in_person_joins_as_themselves(cast: Cast, client: Visitor) -> None:
    _made, token = invite(cast, "work-address@example.org", "Ben")
    client.sign_in(cast.ben)

    client.post(f"/reviewing/{token}")

    db.session.refresh(cast.ben)
    assert cast.ben.holds(RoleName.REVIEWER, cast.fund.id)


def test_no_needs_no_reason_and_is_told(cast: Cast, client: Visitor) -> None:
    made, token = invite(cast)

    done = client.post(f"/reviewing/{token}/no", data={"reason": "No time this year"})

    assert done.status_code == 200
    assert (made.state, made.reason) == (InvitationState.DECLINED, "No time this year")
    assert "No time this year" in mails("pool-answer")[0].body_text


@pytest.mark.parametrize("after", ["answered", "taken back", "too old"])
def test_link_dies(cast: Cast, client: Visitor, after: str) -> None:
    made, token = invite(cast)
    if after == "answered":
        invitations.decline(made, "", at=NOW)
    elif after == "taken back":
        invitations.take_back(made, actor=cast.sol, at=NOW)
    else:
        made.expires_at = NOW - timedelta(days=1)

    assert client.get(f"/reviewing/{token}").status_code == 410
    with pytest.raises(InvitationOver):
        invitations.by_token(token, at=NOW)


def test_second_invitation_takes_the_first_back(cast: Cast) -> None:
    first, token = invite(cast)
    second, _other = invite(cast)

    assert (first.state, second.state) == (InvitationState.TAKEN_BACK, InvitationState.SENT)
    with pytest.raises(InvitationOver):
        invitations.by_token(token, at=NOW)


def test_nobody_invites_themselves_or_who_is_there(cast: Cast, client: Visitor) -> None:
    made, token = invite(cast, "other-address-of-sol@example.org", "Sol")
    client.sign_in(cast.sol)

    for email in (cast.sol.email, cast.rhea.email):
        with pytest.raises(Refusal):
            invitations.invite(cast.fund, email, "X", language="en", actor=cast.sol, at=NOW)
    assert client.post(f"/reviewing/{token}").status_code == 422
    assert made.state is InvitationState.SENT


def test_office_invites_and_takes_back_by_page(cast: Cast, client: Visitor) -> None:
    client.sign_in(cast.sol)
    page = f"/office/funds/{cast.fund.id}/reviewers"

    sent = client.post(page, data={"name": "Nia", "email": "nia@example.org", "language": "en"})
    listed = client.get(page).text
    made = db.session.scalars(select(PoolInvitation)).one()
    asked = client.get(f"/office/invitations/{made.id}/take-back")
    client.post(f"/office/invitations/{made.id}/take-back")

    assert (sent.status_code, asked.status_code) == (302, 200)
    assert "nia@example.org" in listed
    assert made.state is InvitationState.TAKEN_BACK
    assert db.session.scalar(select(Outbox.id).where(Outbox.name == "pool-invitation"))


def test_office_is_told_beside_the_field_who_is_there_already(cast: Cast, client: Visitor) -> None:
    client.sign_in(cast.sol)

    back = client.post(
        f"/office/funds/{cast.fund.id}/reviewers",
        data={"name": "Rhea", "email": cast.rhea.email, "language": "en"},
    )

    assert back.status_code == 422
    assert "is a reviewer of this fund already" in back.text


def test_finance_and_strangers_do_not_see_the_pool(cast: Cast, client: Visitor) -> None:
    round = make_round(cast.fund)
    stranger = make_user("Mia", roles={make_cast().fund: [RoleName.MANAGER]})
    answers = {}
    for person in (cast.fin, stranger, cast.rhea):
        client.sign_in(person)
        answers[person.name] = client.get(f"/office/funds/{round.fund_id}/reviewers").status_code

    assert answers == {"Fin Faber": 403, "Mia": 404, "Rhea Rood": 404}
