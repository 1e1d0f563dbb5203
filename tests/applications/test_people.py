"""Co-applicants and partners: invited by mail, with rights, and never their own reviewers."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from fundapp.accounts.models import PublicKey
from fundapp.applications import inviting, partners, people, queries, service
from fundapp.applications.models import Access, ApplicationState, Capacity, Invitation, Level
from fundapp.core import audit, clock
from fundapp.core.db import db
from fundapp.core.mail import Outbox
from fundapp.core.refusals import MoveRefused, Refusal
from tests.factories import make_application, make_cast, make_round, make_user

S = ApplicationState
NOW = clock.now()


@pytest.fixture
def cast(session):
    return make_cast()


@pytest.fixture
def draft(cast):
    call = make_round(
        cast.fund, opens_at=NOW - timedelta(days=1), closes_at=clock.now() + timedelta(days=5), slug="call"
    )
    return make_application(call, cast.ana, state=S.DRAFT, title="Sluis")


def invite(draft, cast, email="", **more):
    values = {"name": "", "level": Level.WRITE, "language": "nl", "actor": cast.ana, "at": NOW} | more
    return inviting.invite(draft, email or cast.ben.email, **values)


def mails(name):
    return list(db.session.scalars(select(Outbox).where(Outbox.name == name).order_by(Outbox.id)))


def token_in(mail):
    return re.search(r"/join/([\w-]+)", mail.body_text)[1]


def joined(draft, cast, **more):
    return inviting.accept(invite(draft, cast, **more), actor=cast.ben, at=NOW)


# --- inviting ---------------------------------------------------------------------


def test_invitation_is_a_mail_in_the_language_of_its_reader(cast, draft):
    invite(draft, cast, "Nieuw@Example.org")
    cast.ben.language = "en"
    invite(draft, cast)

    dutch, english = mails("invited-to-proposal")
    assert (dutch.address, dutch.language) == ("nieuw@example.org", "nl")
    assert "nodigt u uit" in dutch.subject
    assert (english.user_id, english.language) == (cast.ben.id, "en")
    assert inviting.by_token(token_in(dutch), at=NOW).email == "nieuw@example.org"


def test_second_invitation_replaces_the_first(cast, draft):
    invite(draft, cast)
    invite(draft, cast)

    first, second = [token_in(mail) for mail in mails("invited-to-proposal")]
    with pytest.raises(inviting.InvitationDead):
        inviting.by_token(first, at=NOW)
    assert inviting.by_token(second, at=NOW).is_open


def test_only_the_owner_invites_and_not_without_end(cast, draft):
    joined(draft, cast)
    with pytest.raises(MoveRefused):
        invite(draft, cast, "x@example.org", actor=cast.ben)
    with pytest.raises(Refusal, match="takes part"):
        invite(draft, cast)
    for number in range(inviting.MOST_OPEN):
        invite(draft, cast, f"{number}@example.org")
    with pytest.raises(Refusal, match="a lot of invitations"):
        invite(draft, cast, "more@example.org")


def test_link_dies_with_time_and_with_an_answer(cast, draft):
    made = invite(draft, cast)
    token = token_in(mails("invited-to-proposal")[0])

    with pytest.raises(inviting.InvitationDead):
        inviting.by_token(token, at=NOW + inviting.LIFETIME)
    inviting.turn_down(made, actor=None, at=NOW)
    with pytest.raises(inviting.InvitationDead):
        inviting.by_token(token, at=NOW)
    with pytest.raises(inviting.InvitationDead):
        inviting.accept(made, actor=cast.ben, at=NOW)


def test_database_keeps_one_open_invitation_to_an_address(cast, draft):
    made = invite(draft, cast)
    twin = {
        column.name: getattr(made, column.name)
        for column in Invitation.__table__.columns
        if column.name != "id"
    }
    with pytest.raises(IntegrityError):
        db.session.execute(Invitation.__table__.insert().values(**twin | {"digest": "other"}))


# --- joining ----------------------------------------------------------------------


def test_joining_gives_the_rights_and_tells_the_owner(cast, draft):
    access = joined(draft, cast, level=Level.READ)

    assert (access.capacity, access.level) == (Capacity.CO_APPLICANT, Level.READ)
    assert queries.own_application(cast.ben, draft.id) is not None
    assert [mail.user_id for mail in mails("joined-proposal")] == [cast.ana.id]
    verbs = db.session.scalars(
        select(audit.AuditEvent.verb).where(audit.AuditEvent.application_id == draft.id)
    )
    assert {"invite_applicant", "let_in"} <= set(verbs)


def test_who_joins_can_never_review(cast):
    sent = make_application(make_round(cast.fund), cast.ana)
    service.let_in(sent, cast.rhea, Capacity.REVIEWER, Level.READ, actor=cast.sol, at=NOW)
    assert queries.seen_application(cast.rhea, sent.id) is not None

    made = invite(sent, cast, cast.rhea.email)
    inviting.accept(made, actor=cast.rhea, at=NOW)

    assert queries.seen_application(cast.rhea, sent.id) is None
    assert queries.live_access(sent.id, cast.rhea.id, Capacity.REVIEWER) is None
    assert queries.conflict_of(sent.id, cast.rhea.id).is_pinned
    with pytest.raises(Refusal):
        service.let_in(sent, cast.rhea, Capacity.REVIEWER, Level.READ, actor=cast.sol, at=NOW)
    people.remove(queries.live_access(sent.id, cast.rhea.id, Capacity.CO_APPLICANT), actor=cast.ana, at=NOW)
    with pytest.raises(Refusal):
        service.let_in(sent, cast.rhea, Capacity.REVIEWER, Level.READ, actor=cast.sol, at=NOW)


def test_partner_speaks_for_an_organisation(cast, draft):
    water = partners.add_partner(draft, {"name": "Water BV", "role": "Pumps"}, actor=cast.ana, at=NOW)
    access = joined(draft, cast, partner=water)

    assert access.capacity is Capacity.PARTNER
    assert partners.organisations_of(draft.id) == {cast.ben.id: "Water BV"}
    partners.end_partner(water, actor=cast.ana, at=NOW)
    assert partners.of(draft.id) == []


# --- rights -----------------------------------------------------------------------


def test_reader_cannot_write_until_let(cast, draft):
    access = joined(draft, cast, level=Level.READ)
    with pytest.raises(MoveRefused):
        service.save(draft, {"title": "Ben's"}, {"title": 1}, actor=cast.ben, at=NOW)

    people.change_level(access, Level.WRITE, actor=cast.ana, at=NOW)
    db.session.flush()
    db.session.expire_all()

    service.save(draft, {"title": "Ben's"}, {"title": 1}, actor=cast.ben, at=NOW)
    assert "lezen en wijzigen" in mails("rights-changed")[0].body_text


def test_only_the_owner_sends(cast, draft):
    joined(draft, cast)
    db.session.expire_all()

    with pytest.raises(MoveRefused):
        service.submit(draft, actor=cast.ben, at=clock.now())
    assert service.submit(draft, actor=cast.ana, at=clock.now()).number == 1


def test_hand_over_changes_the_owner_and_keeps_the_old_one(cast, draft):
    access = joined(draft, cast)

    people.hand_over(access, actor=cast.ana, at=NOW)
    db.session.expire_all()

    assert [(one.user_id, one.capacity, one.level) for one in people.live_access(draft.id)] == [
        (cast.ben.id, Capacity.OWNER, Level.WRITE), (cast.ana.id, Capacity.CO_APPLICANT, Level.WRITE),
    ]  # fmt: skip
    with pytest.raises(MoveRefused):
        people.leave(draft, actor=cast.ben, at=NOW)
    people.leave(draft, actor=cast.ana, at=NOW)
    assert queries.own_application(cast.ana, draft.id) is None


def test_removed_person_sees_nothing(client, cast, draft):
    access = joined(draft, cast)
    people.remove(access, actor=cast.ana, at=NOW)

    client.sign_in(cast.ben)
    assert client.get(f"/proposals/{draft.id}/check").status_code == 404
    assert "niet meer openen" in mails("rights-changed")[0].body_text
    own = db.session.scalars(select(Access).where(Access.capacity == Capacity.OWNER)).one()
    with pytest.raises(MoveRefused):
        people.remove(own, actor=cast.ana, at=NOW)


# --- pages ------------------------------------------------------------------------


def test_owner_invites_on_the_page(client, cast, draft):
    client.sign_in(cast.ana)

    data = {"email": "new@example.org", "name": "Nora", "level": "read", "language": "en", "once": "a"}
    places = {client.post(f"/proposals/{draft.id}/people", data=data).location for _ in range(2)}

    assert places == {f"/proposals/{draft.id}/people"}
    assert len(mails("invited-to-proposal")) == 1
    assert "Nora" in client.get(f"/proposals/{draft.id}/people").text
    wrong = client.post(f"/proposals/{draft.id}/people", data=data | {"email": "no", "once": "b"})
    assert (wrong.status_code, "This is not a mail address" in wrong.text) == (422, True)


def test_visit_of_the_link_joins_nobody(client, cast, draft):
    invite(draft, cast)
    token = token_in(mails("invited-to-proposal")[0])

    page = client.get(f"/join/{token}").text
    assert "Make an account" in page
    assert client.post(f"/join/{token}").location.startswith("/login")
    assert queries.own_application(cast.ben, draft.id) is None

    client.sign_in(cast.ben)
    assert client.post(f"/join/{token}").location == f"/proposals/{draft.id}"
    assert queries.own_application(cast.ben, draft.id) is not None
    assert client.get(f"/join/{token}").status_code == 410


def test_link_may_be_turned_down_without_an_account(client, cast, draft):
    invite(draft, cast, "new@example.org")
    token = token_in(mails("invited-to-proposal")[0])

    client.post(f"/join/{token}/no")

    assert client.get(f"/join/{token}").status_code == 410


def test_invitation_waits_on_ones_own_list(client, cast, draft):
    made = invite(draft, cast)
    client.sign_in(cast.fin)
    assert client.post(f"/proposals/invitations/{made.id}").status_code == 404

    client.sign_in(cast.ben)
    assert "nodigt u uit" in client.get("/proposals").text
    assert client.post(f"/proposals/invitations/{made.id}").location == f"/proposals/{draft.id}"


def test_co_applicant_reads_the_people_and_changes_nothing(client, cast, draft):
    access = joined(draft, cast)
    other = inviting.accept(invite(draft, cast, "c@example.org"), actor=make_user("Cas Cornelis"), at=NOW)
    client.sign_in(cast.ben)

    assert "Cas Cornelis" in client.get(f"/proposals/{draft.id}/people").text
    for path in (
        f"people/{other.id}",
        f"people/{other.id}/remove",
        f"people/{access.id}/hand-over",
        "partners",
    ):
        assert client.post(f"/proposals/{draft.id}/{path}").status_code == 403
    assert client.get(f"/proposals/{draft.id}/leave").status_code == 200
    assert client.post(f"/proposals/{draft.id}/leave").location == "/proposals"
    assert client.get(f"/proposals/{draft.id}/people").status_code == 404


def test_owner_changes_rights_hands_over_and_names_organisations(client, cast, draft):
    access = joined(draft, cast)
    client.sign_in(cast.ana)
    base = f"/proposals/{draft.id}"

    client.post(f"{base}/people/{access.id}", data={"level": "read"})
    assert access.level is Level.READ
    data = {"partner-name": "Water BV", "partner-role": "Pumps", "partner-country": "NL", "partner-once": "p"}
    client.post(f"{base}/partners", data=data)
    named = partners.of(draft.id)[0]
    assert "Water BV" in client.get(f"{base}/people").text
    client.post(f"{base}/partners/{named.id}", data=data | {"partner-name": "Water NV"})
    assert partners.of(draft.id)[0].name == "Water NV"
    assert client.get(f"{base}/partners/{named.id}").status_code == 200
    client.post(f"{base}/partners/{named.id}/end")
    assert partners.of(draft.id) == []
    assert client.get(f"{base}/people/{access.id}/hand-over").status_code == 200
    assert client.get(f"{base}/people/{access.id}/remove").status_code == 200
    client.post(f"{base}/people/{access.id}/hand-over")
    assert client.post(f"{base}/people/{access.id}/remove").status_code == 404


# --- the office -------------------------------------------------------------------


def test_office_sees_people_keys_and_organisations(client, cast):
    sent = make_application(make_round(cast.fund), cast.ana)
    partners.add_partner(sent, {"name": "Water BV", "registration": "12345"}, actor=cast.ana, at=NOW)
    db.session.add(
        PublicKey(user_id=cast.ana.id, armored="the key", fingerprint="AB" * 20, holder="Ana", added_at=NOW)
    )
    client.sign_in(cast.sol)

    page = client.get(f"/office/applications/{sent.id}/people").text

    assert "Water BV" in page
    assert "ABAB ABAB" in page
    assert client.get(f"/office/applications/{sent.id}/people/{cast.ana.id}.asc").text == "the key"
    assert client.get(f"/office/applications/{sent.id}/people/{cast.ben.id}.asc").status_code == 404
    client.sign_in(cast.ana)
    assert client.get(f"/office/applications/{sent.id}/people").status_code == 404


def test_page_of_a_reader_offers_nothing_that_only_writers_may(client, cast, draft):
    joined(draft, cast, level=Level.READ)
    client.sign_in(cast.ben)

    page = client.get(f"/proposals/{draft.id}/check").text

    assert "anderen schrijven het" in page
    for path in ("edit/", "prefill", "withdraw", "submit"):
        assert f"/proposals/{draft.id}/{path}" not in page
