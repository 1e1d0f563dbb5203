"""The pages of a grant: a plan without scripts, two signatures, and who sees what."""

import pytest
from flask import Flask
from sqlalchemy import select

from fundapp.core.db import db
from fundapp.grants import accounts, offering
from fundapp.grants.models import Agreement, AgreementState, AwardState, BankAccount
from tests.factories import NOW, make_conflict
from tests.grants.scene import Start, in_force, opened, row, write
from tests.grants.test_accounts import IBAN, enter
from tests.visitor import Visitor


def plan_data(start: Start, *rows: tuple[str, str], **more: str) -> dict[str, str]:
    """Give a typed plan: titles and amounts as somebody typed them."""
    data = {"version": str(start.draft.row_version), **more}
    for place, (title, amount) in enumerate(rows):
        data |= {f"rows-{place}-title": title, f"rows-{place}-amount": amount}
    return data


def offered() -> Start:
    start = opened()
    write(start, row("Format", 500_000), row("Form", 300_000))
    offering.offer(start.draft, actor=start.cast.sol, at=NOW)
    db.session.flush()
    return start


# --- the plan --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wish", "titles"),
    [
        ("add", ["Format", "Form", ""]),
        ("insert-0", ["Format", "", "Form"]),
        ("up-1", ["Form", "Format"]),
        ("remove-0", ["Form"]),
        ("remove-9", ["Format", "Form"]),
        ("nonsense", ["Format", "Form"]),
    ],
)
def test_rows_come_and_go_and_nothing_typed_is_lost(
    app: Flask, client: Visitor, wish: str, titles: list[str]
) -> None:
    start = opened()
    client.sign_in(start.cast.sol)

    page = client.post(
        f"/grants/{start.award.id}/plan",
        data=plan_data(start, ("Format", "5 000,50 each"), ("Form", "300"), do=wish),
    )

    assert page.status_code == 200
    found = [page.text.split(f'name="rows-{place}-title"')[1].split(">")[0] for place in range(len(titles))]
    assert [f'value="{title}"' in text for title, text in zip(titles, found, strict=True)] == [True] * len(
        titles
    )
    assert f'name="rows-{len(titles)}-title"' not in page.text
    assert ("5 000,50 each" in page.text) == ("Format" in titles)
    assert start.draft.plan == []


def test_plan_is_saved_without_its_empty_rows(app: Flask, client: Visitor) -> None:
    start = opened()
    client.sign_in(start.cast.ana)

    page = client.post(
        f"/grants/{start.award.id}/plan",
        data=plan_data(start, ("Format", "€ 5.000,50"), ("", ""), ("Form", "1k"), do="save"),
    )

    assert page.status_code == 302
    assert [(one["ref"], one["amount_cents"]) for one in start.draft.plan] == [
        ("M1", 500_050),
        ("M2", 100_000),
    ]


def test_plan_with_faults_is_shown_again_with_all_that_was_typed(app: Flask, client: Visitor) -> None:
    start = opened()
    client.sign_in(start.cast.sol)

    page = client.post(
        f"/grants/{start.award.id}/plan", data=plan_data(start, ("", "5kEUR each"), ("Form", "1"), do="save")
    )

    assert page.status_code == 422
    assert "5kEUR each" in page.text
    assert page.text.count('aria-invalid="true"') == 2
    assert start.draft.plan == []


def test_plan_saved_by_another_meanwhile_is_a_conflict(app: Flask, client: Visitor) -> None:
    start = opened()
    data = plan_data(start, ("Mine", "1"), do="save")
    write(start, row("Theirs"))
    client.sign_in(start.cast.ana)

    page = client.post(f"/grants/{start.award.id}/plan", data=data)

    assert page.status_code == 409
    assert start.draft.plan[0]["title"] == "Theirs"


def test_takentaal_goes_in_by_the_page_and_comes_out_as_a_file(app: Flask, client: Visitor) -> None:
    start = opened()
    client.sign_in(start.cast.sol)
    path = f"/grants/{start.award.id}/plan"

    bad = client.post(f"{path}/text", data={"version": start.draft.row_version, "text": "## {x} A\n"})
    good = client.post(f"{path}/text", data={"version": start.draft.row_version, "text": "## {50} A\n"})
    file = client.get(f"{path}.takentaal")

    assert (bad.status_code, good.status_code) == (422, 302)
    assert "## {x} A" in bad.text
    assert "Line 1" in bad.text
    assert "## {50} A" in file.text
    assert "attachment" in file.headers["Content-Disposition"]


# --- signatures ------------------------------------------------------------------------


def test_agreement_is_offered_signed_and_countersigned_by_three_people(app: Flask, client: Visitor) -> None:
    start = opened()
    write(start, row("Format", 500_000))
    path = f"/grants/{start.award.id}"

    client.sign_in(start.cast.sol)
    assert "Offer the agreement of €5,000" in client.get(f"{path}/agreement/offer").text
    client.post(f"{path}/agreement/offer")
    for person, step in ((start.cast.ana, "sign"), (start.cast.max, "countersign")):
        client.sign_in(person)
        page = client.get(f"{path}/agreement/{step}")
        assert "Sign the agreement of €5,000" in page.text
        digest = start.draft.digest
        unread = client.post(f"{path}/agreement/{step}", data={"digest": digest})
        signed = client.post(f"{path}/agreement/{step}", data={"digest": digest, "agreed": "y"})
        assert (unread.status_code, signed.status_code) == (422, 302)

    assert start.award.state is AwardState.ACTIVE
    text = client.get(f"{path}/agreements/1").text
    assert ("Ana Alders" in text, "Max Maas" in text) == (True, True)


def test_other_text_than_on_the_page_is_not_signed(app: Flask, client: Visitor) -> None:
    start = offered()
    client.sign_in(start.cast.ana)

    page = client.post(f"/grants/{start.award.id}/agreement/sign", data={"digest": "0" * 64, "agreed": "y"})

    assert page.status_code == 409
    assert start.draft.state is AgreementState.OFFERED


def test_grantee_asks_for_another_text_and_says_which(app: Flask, client: Visitor) -> None:
    start = offered()
    client.sign_in(start.cast.ana)
    path, digest = f"/grants/{start.award.id}", start.draft.digest

    assert f"{path}/agreement/send-back" in client.get(path).text
    asked = client.get(f"{path}/agreement/send-back")
    silent = client.post(f"{path}/agreement/send-back", data={"digest": digest, "note": "  "})
    sent = client.post(f"{path}/agreement/send-back", data={"digest": digest, "note": "One month later."})
    too_late = client.get(f"{path}/agreement/send-back")

    assert (asked.status_code, silent.status_code, sent.status_code, too_late.status_code) == (
        200,
        422,
        302,
        302,
    )
    assert "Say what should be different." in silent.text
    assert start.draft.state is AgreementState.DRAFT
    client.sign_in(start.cast.sol)
    assert "One month later." in client.get(f"{path}/timeline").text


@pytest.mark.parametrize(
    ("step", "allowed"),
    [
        ("offer", ["sol", "max"]),
        ("sign", ["ana"]),
        ("countersign", ["max"]),
        ("take-back", ["sol", "max"]),
        ("send-back", ["ana"]),
    ],
)
def test_each_step_is_for_its_own_people(app: Flask, client: Visitor, step: str, allowed: list[str]) -> None:
    start = offered()
    codes = {}
    for name in ("ana", "ben", "rhea", "sol", "max", "fin", "aud"):
        client.sign_in(getattr(start.cast, name))
        codes[name] = client.post(f"/grants/{start.award.id}/agreement/{step}", data={"x": "y"}).status_code
        if step == "take-back" and name in allowed:
            codes[name] = 302

    assert [name for name, code in codes.items() if code not in (403, 404)] == allowed
    assert (codes["ben"], codes["rhea"]) == (404, 404)


def test_paper_is_the_same_each_time(app: Flask, client: Visitor) -> None:
    start = in_force()
    client.sign_in(start.cast.ana)

    first = client.get(f"/grants/{start.award.id}/agreements/1.pdf")
    second = client.get(f"/grants/{start.award.id}/agreements/1.pdf")

    assert (first.status_code, first.mimetype) == (200, "application/pdf")
    assert first.data == second.data


# --- who sees it -----------------------------------------------------------------------


def test_grant_is_seen_by_its_people_and_the_office_only(app: Flask, client: Visitor) -> None:
    start = in_force()
    make_conflict(start.award.application, start.cast.max)
    seen = {}
    for name in ("ana", "ben", "rhea", "sol", "max", "fin", "aud"):
        client.sign_in(getattr(start.cast, name))
        seen[name] = client.get(f"/grants/{start.award.id}").status_code

    assert seen == {"ana": 200, "ben": 404, "rhea": 404, "sol": 200, "max": 404, "fin": 200, "aud": 200}


def test_list_shows_each_what_is_theirs(app: Flask, client: Visitor) -> None:
    start = in_force()
    title = start.award.application.title

    shown = {}
    for name in ("ana", "ben", "sol", "fin"):
        client.sign_in(getattr(start.cast, name))
        shown[name] = title in client.get("/grants").text

    assert shown == {"ana": True, "ben": False, "sol": True, "fin": True}


def test_list_is_narrowed_by_state_and_round(app: Flask, client: Visitor) -> None:
    start = in_force()
    client.sign_in(start.cast.sol)
    title = start.award.application.title

    found = [
        title in client.get(f"/grants?{query}").text
        for query in (
            "state=active",
            "state=planning",
            f"round={start.award.round_id}",
            "round=99",
            "state=x&round=y",
        )
    ]

    assert found == [True, False, True, False, True]


# --- account and party -------------------------------------------------------------------


def test_account_is_entered_and_confirmed_on_pages_that_show_it_masked(app: Flask, client: Visitor) -> None:
    start = in_force()
    path = f"/grants/{start.award.id}/account"
    client.sign_in(start.cast.ana)

    wrong = client.post(path, data={"holder": "A. Alders", "iban": "NL91 ABNA 0417 1643 01", "bic": "x"})
    right = client.post(path, data={"holder": "A. Alders", "iban": IBAN, "bic": ""})
    client.sign_in(start.cast.fin)
    page = client.get(f"{path}/confirm")
    account = db.session.scalars(select(BankAccount)).one()
    confirmed = client.post(f"{path}/confirm", data={"account": account.id})

    assert (wrong.status_code, right.status_code, confirmed.status_code) == (422, 302, 302)
    assert ("A. Alders" in page.text, "••43 00" in page.text, "0417" in page.text) == (True, True, False)
    assert account.confirmed_by == start.cast.fin.id


def test_account_changed_while_it_was_being_confirmed_is_a_conflict(app: Flask, client: Visitor) -> None:
    start = in_force()
    seen = enter(start)
    enter(start, "DE89370400440532013000")
    client.sign_in(start.cast.fin)

    page = client.post(f"/grants/{start.award.id}/account/confirm", data={"account": seen.id})

    assert page.status_code == 409
    assert accounts.live_account(seen.party_id).confirmed_at is None  # type: ignore[union-attr]


def test_grantee_writes_down_who_they_are(app: Flask, client: Visitor) -> None:
    start = opened()
    client.sign_in(start.cast.ana)
    values = {
        "kind": "organisation",
        "legal_name": "Stichting Wadpad",
        "registration": "KvK 12345678",
        "street": "Dijk",
        "number": "1",
        "postcode": "8861 AA",
        "town": "Harlingen",
        "country": "NL",
    }

    bad = client.post(f"/grants/{start.award.id}/grantee", data={**values, "legal_name": " "})
    good = client.post(f"/grants/{start.award.id}/grantee", data=values)

    party = start.award.application.party
    assert (bad.status_code, good.status_code) == (422, 302)
    assert party is not None
    assert (party.legal_name, party.country, party.address["town"]) == ("Stichting Wadpad", "NL", "Harlingen")
    assert "Harlingen" in client.get(f"/grants/{start.award.id}/agreements/1").text


# --- steps -------------------------------------------------------------------------------


def test_steps_ask_first_and_want_their_reason(app: Flask, client: Visitor) -> None:
    start = in_force()
    client.sign_in(start.cast.sol)
    path = f"/grants/{start.award.id}/steps/pause"

    asked = client.get(path)
    silent = client.post(path, data={"note": " "})
    done = client.post(path, data={"note": "Waits for an audit."})

    assert (asked.status_code, silent.status_code, done.status_code) == (200, 422, 302)
    assert start.award.state is AwardState.PAUSED
    assert client.get(f"/grants/{start.award.id}/steps/start").status_code == 404


def test_milestone_is_put_on_hold_and_goes_on(app: Flask, client: Visitor) -> None:
    start = in_force()
    client.sign_in(start.cast.sol)
    path = f"/grants/{start.award.id}/milestones/M1"

    client.get(f"{path}/hold")
    client.post(f"{path}/hold", data={"note": "Waits."})
    held = start.award.milestones[0].state
    client.post(f"{path}/resume", data={"note": "It came."})

    assert (held, start.award.milestones[0].state) == ("held", "open")
    assert client.get(f"/grants/{start.award.id}/milestones/M9/hold").status_code == 404


def test_new_version_is_begun_and_dropped(app: Flask, client: Visitor) -> None:
    start = in_force()
    client.sign_in(start.cast.sol)
    path = f"/grants/{start.award.id}"

    begun = client.post(f"{path}/plan/new")
    page = client.get(f"{path}/plan")
    silent = client.post(f"{path}/agreement/withdraw", data={})
    client.get(f"{path}/agreement/withdraw")
    dropped = client.post(f"{path}/agreement/withdraw", data={"note": "Not needed."})

    assert (begun.status_code, page.status_code, silent.status_code, dropped.status_code) == (
        302,
        200,
        422,
        302,
    )
    states = db.session.scalars(select(Agreement.state).order_by(Agreement.number)).all()
    assert states == [AgreementState.IN_FORCE, AgreementState.WITHDRAWN]
