"""The register of parties: who sees whom, corrected, joined, linked."""

import pytest
from sqlalchemy import select

from fundapp.accounts.models import Party, PartyKind, RoleName
from fundapp.applications.models import ApplicationState as A
from fundapp.core.audit import AuditEvent
from fundapp.core.db import Base, db
from fundapp.core.refusals import ChangedMeanwhile, MoveRefused, Refusal
from fundapp.grants.models import BankAccount, Payee
from fundapp.parties import queries, service
from fundapp.rounds.models import RoundState
from tests.factories import (
    NOW,
    give_role,
    make_application,
    make_award,
    make_cast,
    make_conflict,
    make_fund,
    make_round,
    make_user,
)


@pytest.fixture
def cast(session):
    return make_cast()


@pytest.fixture
def call(cast):
    return make_round(cast.fund, state=RoundState.REVIEWING)


@pytest.fixture
def asked(call, cast):
    return make_application(call, cast.ana, title="Tide tables")


@pytest.fixture
def sol(client, cast):
    client.sign_in(cast.sol)
    return client


def organisation(name="Waddenlab", **values):
    made = Party(kind=PartyKind.ORGANISATION, legal_name=name, public_name=name, created_at=NOW, **values)
    db.session.add(made)
    db.session.flush()
    return made


def account(party, cast):
    db.session.add(
        BankAccount(
            party_id=party.id, number=1, iban_sealed="x", holder_sealed="x", iban_mark="x", masked="NL..00",
            country="NL", entered_by=cast.ana.id, entered_at=NOW,
        )
    )  # fmt: skip
    db.session.flush()


# --- who sees whom -----------------------------------------------------------------


def test_office_sees_the_parties_of_the_applications_it_sees(asked, cast):
    elsewhere = make_application(make_round(make_fund("other")), cast.ben)
    draft = make_application(asked.round, make_user("Dirk"), state=A.DRAFT)

    found = {row.id for row in queries.register(cast.sol)}

    assert asked.party_id in found
    assert not found & {elsewhere.party_id, draft.party_id}
    assert queries.party(cast.sol, elsewhere.party_id) is None


def test_barred_manager_does_not_find_the_party(asked, cast):
    make_conflict(asked, cast.sol)

    assert queries.party(cast.sol, asked.party_id) is None
    assert queries.party(cast.max, asked.party_id) is not None


def test_party_that_is_not_linked_yet_is_found_by_its_number(cast):
    made = organisation(registration="KVK 12345678")

    assert [row.id for row in queries.register(cast.sol, "1234")] == [made.id]
    assert queries.register(cast.sol, "%") == []


@pytest.mark.parametrize(("who", "status"), [("fin", 200), ("aud", 200), ("rhea", 403), ("ana", 403)])
def test_only_the_office_reads_the_register(client, cast, who, status):
    client.sign_in(getattr(cast, who))

    assert client.get("/office/parties").status_code == status
    assert client.get("/office/parties/new").status_code == (200 if who == "fin" else 403)


# --- pages -------------------------------------------------------------------------


def test_page_of_a_party_says_what_it_asked_and_got_and_how_much_is_left(sol, call, cast):
    cast.fund.cap_party_cents = 1_000_000
    granted = make_application(call, cast.ana, title="Tide tables", state=A.AWARDED)
    make_award(granted, cast.sol, cast.max, amount_cents=800_000)

    page = sol.get(f"/office/parties/{granted.party_id}").text

    assert "Tide tables" in page
    assert "€8,000" in page
    assert "of €10,000 from all funds together" in page


def test_register_has_pages_and_costs_the_same(sol):
    def look():
        sol.get("/office/parties")
        return len(sol.statements)

    organisation("Aa")
    one = look()
    for number in range(60):
        organisation(f"Party {number:02d}")
    many = look()
    second = sol.get("/office/parties?name=party+48&after=99999").text

    assert one == many
    assert "Party 49" in second
    assert "Party 47" not in second


def test_party_is_written_down_once(sol):
    given = {
        "once": "party-1",
        "kind": "organisation",
        "legal_name": "Stichting Wad",
        "registration": "KVK 1",
        "country": "NL",
    }

    for _ in range(2):
        sol.post("/office/parties/new", data=given)

    made = db.session.scalars(select(Party).where(Party.registration == "KVK 1")).one()
    assert (made.legal_name, made.public_name, made.country) == ("Stichting Wad", "Stichting Wad", "NL")


def test_number_that_another_has_is_told_beside_the_field(sol):
    organisation(registration="KVK 1")

    answer = sol.post(
        "/office/parties/new",
        data={"kind": "organisation", "legal_name": "Wad", "registration": "KVK  1", "country": ""},
    )

    assert answer.status_code == 422
    assert "Another party has this register number" in answer.text
    assert 'value="Wad"' in answer.text


def test_party_is_corrected_and_two_tabs_are_told(sol, asked):
    party = asked.party
    stale = party.row_version
    given = {
        "kind": "person",
        "legal_name": "Ana Alders-Vos",
        "public_name": "Ana",
        "country": "BE",
        "town": "Gent",
    }

    done = sol.post(f"/office/parties/{party.id}/edit", data=given | {"version": str(stale)})
    again = sol.post(
        f"/office/parties/{party.id}/edit", data=given | {"version": str(stale), "legal_name": "Mine"}
    )

    assert done.location == f"/office/parties/{party.id}"
    assert (party.legal_name, party.address["town"]) == ("Ana Alders-Vos", "Gent")
    assert again.status_code == 422
    assert "Somebody changed this" in again.text


def test_stale_party_is_refused_by_the_service(asked, cast):
    with pytest.raises(ChangedMeanwhile):
        service.change(
            asked.party, version=asked.party.row_version - 1, registration="", country=None,
            actor=cast.sol, at=NOW,
        )  # fmt: skip


# --- joining -----------------------------------------------------------------------


def test_every_reference_follows_a_merge(asked, call, cast):
    into = organisation()
    granted = make_application(call, cast.ana, state=A.AWARDED)
    make_award(granted, cast.sol, cast.max)
    source = asked.party

    moved = service.merge(source, into, actor=cast.sol, at=NOW)

    assert (asked.party_id, granted.party_id, cast.ana.party_id) == (into.id, into.id, into.id)
    assert db.session.scalars(select(Payee.party_id)).all() == [into.id]
    assert moved == {"user": 1, "application": 2, "payee": 1}
    assert db.session.get(Party, source.id).merged_into_id == into.id


def test_merge_knows_every_table_that_refers_to_a_party():
    """A table added later is found by its key, or has to be named as one that stays."""
    keys = {
        f"{table.name}.{key.parent.name}"
        for table in Base.metadata.sorted_tables
        for key in table.foreign_keys
        if key.column.table.name == "party"
    }

    followed = {f"{table.name}.{column}" for table, column in service.references()}

    assert keys - followed == {"party.merged_into_id", "bank_account.party_id"}
    assert {"application.party_id", "user.party_id", "payee.party_id"} <= followed


def test_what_was_merged_is_found_under_its_new_name(asked, cast):
    into, further = organisation("Waddenlab"), organisation("Waddenlab B.V.")
    old = asked.party_id
    service.merge(asked.party, into, actor=cast.sol, at=NOW)
    service.merge(into, further, actor=cast.sol, at=NOW)

    assert queries.party(cast.sol, old).id == further.id
    assert [row.id for row in queries.register(cast.sol)] == [further.id]


def test_one_that_stays_takes_over_what_it_lacks(cast):
    source, into = organisation("A", registration="KVK 9", country="NL"), organisation("B")

    service.merge(source, into, actor=cast.sol, at=NOW)

    assert (into.registration, into.country, source.registration) == ("KVK 9", "NL", None)


def test_party_with_an_account_is_the_one_to_keep(asked, cast):
    account(asked.party, cast)
    other = organisation()

    with pytest.raises(Refusal):
        service.merge(asked.party, other, actor=cast.sol, at=NOW)
    service.merge(other, asked.party, actor=cast.sol, at=NOW)

    assert other.merged_into_id == asked.party_id


def test_party_is_not_merged_with_itself_or_twice(cast):
    one, other, third = organisation("A"), organisation("B"), organisation("C")
    service.merge(one, other, actor=cast.sol, at=NOW)

    for source, into in ((other, other), (one, third), (third, one)):
        with pytest.raises(Refusal):
            service.merge(source, into, actor=cast.sol, at=NOW)


def test_merge_shows_both_before_it_is_done_in_the_browser(sol, asked, cast):
    other = organisation("Ana Alders Onderzoek")

    listed = sol.get(f"/office/parties/{asked.party_id}/merge").text
    shown = sol.get(f"/office/parties/{asked.party_id}/merge?into={other.id}").text
    done = sol.post(f"/office/parties/{asked.party_id}/merge", data={"party": other.id})

    assert "Ana Alders Onderzoek" in listed
    assert "This can’t be undone" in shown
    assert (done.location, asked.party_id) == (f"/office/parties/{other.id}", other.id)
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.verb == "merge")).one()
    assert event.subject_id == other.id


def test_nobody_joins_a_party_they_do_not_see(sol, asked, cast):
    elsewhere = make_application(make_round(make_fund("other")), cast.ben)

    answer = sol.post(f"/office/parties/{asked.party_id}/merge", data={"party": elsewhere.party_id})

    assert answer.status_code == 404
    assert elsewhere.party.merged_into_id is None


# --- linking -----------------------------------------------------------------------


def test_office_links_an_application_to_a_party(sol, asked):
    other = organisation()

    page = sol.get(f"/office/applications/{asked.id}/party?q=wadden").text
    done = sol.post(f"/office/applications/{asked.id}/party", data={"party": other.id})

    assert "Waddenlab" in page
    assert (done.location, asked.party_id) == (f"/office/applications/{asked.id}", other.id)


def test_party_is_written_down_from_an_application_and_linked_at_once(sol, asked):
    page = sol.get(f"/office/parties/new?application={asked.id}").text
    given = {"kind": "organisation", "legal_name": "Stichting Wad", "country": "NL"}

    done = sol.post("/office/parties/new", data=given | {"application": str(asked.id)})

    assert "is linked to it at once" in page
    assert 'value="Ana Alders"' in page
    assert (done.location, asked.party.legal_name) == (f"/office/applications/{asked.id}", "Stichting Wad")


def test_party_that_is_paid_stays(call, cast):
    granted = make_application(call, cast.ana, state=A.AWARDED)
    make_award(granted, cast.sol, cast.max)

    with pytest.raises(Refusal):
        service.link(granted, organisation(), actor=cast.sol, at=NOW)


def test_who_has_a_tie_does_not_link(asked, cast):
    give_role(cast.ana, cast.fund, RoleName.MANAGER)

    with pytest.raises(MoveRefused):
        service.link(asked, organisation(), actor=cast.ana, at=NOW)
