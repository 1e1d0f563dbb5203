"""The register of parties: who sees whom, corrected, joined, linked."""

import pytest
from sqlalchemy import select

from fundapp.accounts.models import Party
from fundapp.applications.models import ApplicationState as A
from fundapp.core.db import db
from fundapp.core.refusals import ChangedMeanwhile
from fundapp.parties import queries, service
from tests.factories import (
    NOW,
    make_application,
    make_award,
    make_conflict,
    make_fund,
    make_round,
    make_user,
)
from tests.parties.scene import organisation

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
