"""Two parties that turn out to be one, and proposals that are linked to a party."""

import pytest
from sqlalchemy import select

from fundapp.accounts.models import Party, RoleName
from fundapp.applications.models import ApplicationState as A
from fundapp.core.audit import AuditEvent
from fundapp.core.db import Base, db
from fundapp.core.refusals import MoveRefused, Refusal
from fundapp.grants.models import Payee
from fundapp.parties import queries, service
from tests.factories import (
    NOW,
    give_role,
    make_application,
    make_award,
    make_fund,
    make_round,
)
from tests.parties.scene import account, organisation

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

    assert keys - followed == {"party.merged_into_id", "party_detail.party_id", "bank_account.party_id"}
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
