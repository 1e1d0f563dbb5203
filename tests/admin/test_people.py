"""Accounts and roles: given and ended by administrators, reviewers let in by managers of the fund."""

from flask import Flask
from sqlalchemy import select

from fundapp.accounts.models import Role, RoleName
from fundapp.core.audit import AuditEvent
from fundapp.core.db import db
from fundapp.funds.models import Fund
from tests.factories import Cast, give_role, make_cast, make_fund, make_user
from tests.visitor import Visitor


def live(fund: Fund, user_id: int) -> list[RoleName]:
    held = select(Role.name).where(Role.fund_id == fund.id, Role.user_id == user_id, Role.ended_at.is_(None))
    return list(db.session.scalars(held.order_by(Role.id)))


def enter(client: Visitor) -> Cast:
    cast = make_cast()
    client.sign_in(make_user("Ilse Imker", is_administrator=True))
    return cast


def test_an_administrator_gives_a_role(app: Flask, client: Visitor) -> None:
    cast = enter(client)
    path = f"/admin/users/{cast.ana.id}"

    answer = client.post(f"{path}/roles", data={"fund": cast.fund.id, "role": "finance"})

    assert answer.location == path
    assert live(cast.fund, cast.ana.id) == [RoleName.FINANCE]
    assert "Finance officer" in client.get(path).text
    event = db.session.scalars(
        select(AuditEvent).where(AuditEvent.verb == "grant_role").order_by(AuditEvent.id.desc())
    ).first()
    assert event is not None
    assert event.detail == {"user": cast.ana.id, "role": "finance"}


def test_a_role_needs_a_fund_and_a_name(app: Flask, client: Visitor) -> None:
    cast = enter(client)

    bad = [
        {},
        {"fund": cast.fund.id},
        {"fund": 999, "role": "finance"},
        {"fund": cast.fund.id, "role": "king"},
    ]
    answers = [client.post(f"/admin/users/{cast.ana.id}/roles", data=data).status_code for data in bad]

    assert answers == [422] * 4
    assert live(cast.fund, cast.ana.id) == []


def test_nobody_gives_a_role_to_themselves(app: Flask, client: Visitor) -> None:
    fund, ilse = make_fund(), make_user("Ilse Imker", is_administrator=True)
    client.sign_in(ilse)

    answer = client.post(f"/admin/users/{ilse.id}/roles", data={"fund": fund.id, "role": "manager"})

    assert answer.status_code == 422
    assert live(fund, ilse.id) == []
    assert "Ask another administrator" in client.get(f"/admin/users/{ilse.id}").text


def test_a_role_ends_after_a_question_and_stays_on_record(app: Flask, client: Visitor) -> None:
    cast = enter(client)
    role = cast.fin.roles[0]
    path = f"/admin/roles/{role.id}/end"

    asked = client.get(path)
    still = live(cast.fund, cast.fin.id)
    ended = client.post(path)
    again = client.post(path)

    assert "no longer be finance officer of" in asked.text
    assert (still, live(cast.fund, cast.fin.id)) == ([RoleName.FINANCE], [])
    assert (ended.location, again.status_code) == (f"/admin/users/{cast.fin.id}", 422)
    assert "Finance officer" in client.get(f"/admin/users/{cast.fin.id}").text


def test_people_are_found_by_name_or_address(app: Flask, client: Visitor) -> None:
    cast = enter(client)

    by_name = client.get("/admin/users?q=aLDERs").text
    by_address = client.get(f"/admin/users?q={cast.ana.email.split('@')[0]}").text
    by_percent = client.get("/admin/users?q=%25").text

    assert all(cast.ana.email in text and cast.ben.email not in text for text in (by_name, by_address))
    assert "Nobody is found." in by_percent


def test_people_come_fifty_a_page(app: Flask, client: Visitor) -> None:
    enter(client)
    for number in range(60):
        make_user(f"Zoe Zwart {number:02d}")

    first = client.get("/admin/users?q=Zwart").text
    older = next(part.split('"')[0] for part in first.split('href="') if "before=" in part)
    second = client.get(older.replace("&amp;", "&")).text

    assert (first.count("Zoe Zwart"), second.count("Zoe Zwart")) == (50, 10)
    assert "Zoe Zwart 59" in first
    assert "Zoe Zwart 09" in second


def test_lists_ask_as_much_for_one_person_as_for_many(app: Flask, client: Visitor) -> None:
    cast = make_cast()
    client.sign_in(make_user("Ilse Imker", is_administrator=True, roles={cast.fund: [RoleName.MANAGER]}))
    paths = ("/admin/users", f"/admin/funds/{cast.fund.id}/people")

    def asked() -> list[int]:
        return [len(client.statements) for path in paths if client.get(path)]

    few = asked()
    for number in range(50):
        make_user(f"Zoe Zwart {number:02d}", roles={cast.fund: [RoleName.REVIEWER]})

    assert asked() == few


# --- the people of a fund ----------------------------------------------------------


def test_a_manager_lets_a_reviewer_in_by_address(app: Flask, client: Visitor) -> None:
    cast = make_cast()
    client.sign_in(cast.sol)
    path = f"/admin/funds/{cast.fund.id}/people"

    answer = client.post(path, data={"email": f" {cast.ana.email.upper()} "})

    assert answer.location == path
    assert live(cast.fund, cast.ana.id) == [RoleName.REVIEWER]
    assert cast.ana.email in client.get(path).text


def test_an_unknown_address_and_one_that_reviews_already_are_refused(app: Flask, client: Visitor) -> None:
    cast = make_cast()
    client.sign_in(cast.sol)
    path = f"/admin/funds/{cast.fund.id}/people"

    unknown, twice, empty = (
        client.post(path, data={"email": email}) for email in ("nobody@example.org", cast.rhea.email, "")
    )

    assert (unknown.status_code, twice.status_code, empty.status_code) == (422, 422, 422)
    assert "Nobody has an account with this address." in unknown.text
    assert "Rhea Rood is a reviewer of this fund already." in twice.text


def test_a_manager_ends_a_reviewers_role_and_no_other(app: Flask, client: Visitor) -> None:
    cast = make_cast()
    client.sign_in(cast.sol)
    reviewer, other = cast.rhea.roles[0], cast.fin.roles[0]
    path = f"/admin/funds/{cast.fund.id}/people"

    answers = [client.post(f"{path}/{role.id}/end").status_code for role in (reviewer, other)]

    assert answers == [302, 404]
    assert (live(cast.fund, cast.rhea.id), live(cast.fund, cast.fin.id)) == ([], [RoleName.FINANCE])


def test_a_manager_of_another_fund_stays_out(app: Flask, client: Visitor) -> None:
    cast, other = make_cast(), make_fund()
    stranger = make_user("Mo Maan", roles={other: [RoleName.MANAGER]})
    client.sign_in(stranger)
    path, role = f"/admin/funds/{cast.fund.id}/people", cast.rhea.roles[0]
    own = give_role(make_user("Rob Riet"), other, RoleName.REVIEWER)

    answers = [
        client.get(path).status_code,
        client.post(path, data={"email": cast.ana.email}).status_code,
        client.post(f"{path}/{role.id}/end").status_code,
        client.get(f"{path}/{own.id}/end").status_code,
        client.get(f"/admin/funds/{other.id}/people").status_code,
    ]

    assert answers == [404, 404, 404, 404, 200]


def test_who_may_come_in(app: Flask, client: Visitor) -> None:
    cast = make_cast()
    role = cast.rhea.roles[0]
    pages = [
        "/admin", "/admin/users", f"/admin/users/{cast.ana.id}", f"/admin/roles/{role.id}/end", "/admin/jobs",
        "/admin/mail", "/admin/audit", f"/admin/funds/{cast.fund.id}/people",
    ]  # fmt: skip

    seen = {}
    ilse = make_user("Ilse Imker", is_administrator=True)
    for person in (cast.ana, cast.rhea, cast.sol, cast.fin, ilse):
        client.sign_in(person)
        seen[person.name.split()[0]] = [client.get(page).status_code for page in pages]
    client.sign_out()
    strangers = {client.get(page).status_code for page in pages}

    assert strangers == {302}
    assert seen == {
        "Ana": [403] * 7 + [404],
        "Rhea": [403] * 7 + [404],
        "Sol": [403] * 7 + [200],
        "Fin": [403] * 7 + [403],
        "Ilse": [200] * 7 + [404],
    }
