"""The pages of agreements: negotiated, shared, conditioned, changed; nothing typed is lost."""

import re

import pytest
from flask import Flask
from sqlalchemy import select

from fundapp.applications.models import Access, Capacity, Level
from fundapp.core.db import db
from fundapp.grants import amendments, conditions, offering, plan_versions, policy, texts
from fundapp.grants.amendments import Wish
from fundapp.grants.conditions import Wording
from fundapp.grants.models import Agreement, AgreementState, Condition, ConditionKind, ConditionState
from tests.factories import NOW, make_conflict
from tests.grants.scene import Start, in_force, opened, row, write
from tests.visitor import Visitor

HOSTILE = '<script>alert(1)</script> {fund.__class__} "quoted" & more'


def offered() -> Start:
    start = opened()
    write(start, row("Format", 500_000), row("Form", 300_000))
    offering.offer(start.draft, actor=start.cast.sol, at=NOW)
    db.session.commit()
    return start


def digest_on(page: str) -> str:
    found = re.search(r'name="digest" value="([0-9a-f]{64})"', page)
    assert found is not None
    return found[1]


def once_on(page: str) -> str:
    found = re.search(r'name="once" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def plan_data(version: Agreement, *rows: tuple[str, str, str], **more: str) -> dict[str, str]:
    data = {"version": str(version.row_version), "do": "save", **more}
    for place, (ref, title, amount) in enumerate(rows):
        data |= {f"rows-{place}-ref": ref, f"rows-{place}-title": title, f"rows-{place}-amount": amount}
    return data


def test_two_who_write_one_plan_see_both_and_lose_nothing(app: Flask, client: Visitor) -> None:
    start = opened()
    write(start, row("Format", 500_000))
    db.session.commit()
    client.sign_in(start.cast.ana)
    mine = plan_data(start.draft, ("", "My own milestone", "1234.56"))
    write(start, row("Theirs", 400_000))
    db.session.commit()

    page = client.post(f"/grants/{start.award.id}/plan", data=mine)

    assert page.status_code == 409
    assert "Theirs" in page.text
    assert 'value="My own milestone"' in page.text
    again = mine | {"version": str(start.draft.row_version)}
    assert client.post(f"/grants/{start.award.id}/plan", data=again).status_code == 302
    assert [line["title"] for line in start.draft.plan] == ["My own milestone"]


@pytest.mark.parametrize(
    ("name", "typed", "said"),
    [
        ("amount", "-5", None),
        ("amount", "10.0055", None),
        ("amount", "a lot", None),
        ("licence", "My own licence!", "SPDX"),
        ("due_on", "0001-01-01", "year"),
    ],
)
def test_what_no_plan_can_hold_is_shown_again(
    app: Flask, client: Visitor, name: str, typed: str, said: str | None
) -> None:
    start = opened()
    client.sign_in(start.cast.ana)
    data = plan_data(start.draft, ("", "Format", "100")) | {f"rows-0-{name}": typed}

    page = client.post(f"/grants/{start.award.id}/plan", data=data)

    assert page.status_code == 422
    assert f'value="{typed}"' in page.text
    assert said is None or said in page.text
    assert start.draft.plan == []


def test_grantee_proposes_another_plan_and_the_fund_takes_it_over(app: Flask, client: Visitor) -> None:
    start = offered()
    here = f"/grants/{start.award.id}"
    client.sign_in(start.cast.ana)
    assert "Propose another plan" in client.get(here).text
    data = plan_data(start.draft, ("M1", "Format", "4000"), ("M2", "Form", "4000"), note=HOSTILE)
    assert client.post(f"{here}/plan/proposal", data=data | {"do": "up-1"}).status_code == 200
    assert client.post(f"{here}/plan/proposal", data=data | {"note": ""}).status_code == 422
    assert client.post(f"{here}/plan/proposal", data=data).status_code == 302
    waiting = plan_versions.open_proposal(start.award)
    assert waiting is not None
    client.sign_in(start.cast.sol)
    shown = client.get(f"{here}/plan/proposals/{waiting.number}")

    assert "<script>alert" not in shown.text
    assert "+€1,000" in shown.text
    assert (
        client.post(f"{here}/plan/proposals/{waiting.number}/decline", data={"note": ""}).status_code == 422
    )
    assert client.post(f"{here}/plan/proposals/{waiting.number}/take").status_code == 302
    assert [line["amount_cents"] for line in start.draft.plan] == [400_000, 400_000]
    assert start.draft.state is AgreementState.DRAFT


def test_any_two_versions_are_compared_on_a_page(app: Flask, client: Visitor) -> None:
    start = offered()
    client.sign_in(start.cast.aud)

    listed = client.get(f"/grants/{start.award.id}/versions")
    same = client.get(f"/grants/{start.award.id}/differences?from=p1&to=a1")
    none = client.get(f"/grants/{start.award.id}/differences?from=p7&to=zz")

    assert "Plan 1" in listed.text
    assert "Both say the same" in same.text
    assert none.status_code == 200


def test_payees_are_shared_and_agree_on_their_pages(app: Flask, client: Visitor) -> None:
    start = opened()
    db.session.add(
        Access(
            application_id=start.award.application_id, user_id=start.cast.ben.id,
            capacity=Capacity.CO_APPLICANT, level=Level.WRITE, granted_at=NOW,
        )
    )  # fmt: skip
    write(start, row("Format", 500_000))
    db.session.commit()
    here = f"/grants/{start.award.id}"
    client.sign_in(start.cast.ana)
    data = {"version": str(start.draft.row_version), "mode": "percent"}
    for place, (person, share) in enumerate(((start.cast.ana, "60"), (start.cast.ben, "41"))):
        data |= {f"rows-{place}-user_id": str(person.id), f"rows-{place}-share": share}
    wrong = client.post(f"{here}/payees", data=data)
    assert wrong.status_code == 422
    assert "101" in wrong.text
    assert 'value="41"' in wrong.text
    assert client.post(f"{here}/payees", data=data | {"rows-1-share": "third"}).status_code == 422
    assert client.post(f"{here}/payees", data=data | {"rows-1-share": "40"}).status_code == 302
    offering.offer(start.draft, actor=start.cast.sol, at=NOW)
    db.session.commit()

    client.sign_in(start.cast.ben)
    page = client.get(f"{here}/share")
    assert "2.000" in page.text  # Ben reads Dutch
    digest = digest_on(page.text)
    assert client.post(f"{here}/share", data={"digest": digest}).status_code == 422
    assert client.post(f"{here}/share", data={"digest": digest, "agreed": "y"}).status_code == 302
    assert "U stemde in met dit deel" in client.get(f"{here}/share").text


def test_condition_is_laid_once_and_judged_by_its_watcher(app: Flask, client: Visitor) -> None:
    start = in_force()
    db.session.commit()
    here = f"/grants/{start.award.id}"
    client.sign_in(start.cast.sol)
    page = client.get(f"{here}/conditions/new")
    data = {
        "once": once_on(page.text), "version": "0", "kind": "value", "title": HOSTILE, "text": "Ask first.",
        "interest": "Selling figures", "public_value": "", "ref": "M1", "watcher": str(start.cast.aud.id),
    }  # fmt: skip
    assert client.post(f"{here}/conditions/new", data=data).status_code == 422
    for _twice in range(2):
        sent = client.post(f"{here}/conditions/new", data=data | {"public_value": "privacy"})
        assert sent.status_code == 302
    one = db.session.scalars(select(Condition)).one()
    assert "<script>alert" not in client.get(here).text

    client.sign_in(start.cast.aud)
    place = f"/conditions/{one.id}"
    version = re.search(r'name="version" value="(\d+)"', client.get(place).text)
    assert version is not None
    assert client.post(f"{place}/meet", data={"version": version[1], "note": ""}).status_code == 422
    assert client.post(f"{place}/explode", data={"version": version[1], "note": "x"}).status_code == 404
    assert client.post(f"{place}/meet", data={"version": version[1], "note": "Asked."}).status_code == 302
    assert one.state is ConditionState.MET


def test_condition_is_nowhere_for_who_is_tied_or_strange(app: Flask, client: Visitor) -> None:
    start = in_force()
    wording = Wording(ConditionKind.OTHER, "Quiet words", "Text", watcher_id=start.cast.aud.id)
    one = conditions.add(start.award, wording, actor=start.cast.sol, at=NOW)
    make_conflict(start.award.application, start.cast.aud)
    db.session.commit()

    for person in (start.cast.aud, start.cast.ben, start.cast.rhea):
        client.sign_in(person)
        assert client.get(f"/conditions/{one.id}").status_code == 404
        assert "Quiet words" not in client.get("/to-do").text


def test_change_goes_from_reason_to_offer_by_the_rules(app: Flask, client: Visitor) -> None:
    start = in_force()
    db.session.commit()
    here = f"/grants/{start.award.id}"
    client.sign_in(start.cast.ana)
    page = client.get(f"{here}/amendment")
    data = {"once": once_on(page.text), "version": "0", "reason": HOSTILE, "amount": "", "ends_on": ""}
    assert client.post(f"{here}/amendment", data=data | {"reason": " "}).status_code == 422
    assert client.post(f"{here}/amendment", data=data | {"amount": "-1"}).status_code == 422
    assert client.post(f"{here}/amendment", data=data).status_code == 302
    assert client.post(f"{here}/amendment", data=data).status_code == 409
    draft = start.award.agreements[-1]
    changed = plan_data(draft, ("M1", "Format", "1000"), ("M2", "Form", "7000"))
    assert client.post(f"{here}/plan", data=changed).status_code == 302
    assert "The committee decides" in client.get(f"{here}/amendment/consequences").text

    client.sign_in(start.cast.sol)
    shown = client.get(f"{here}/amendment/consequences").text
    assert "<script>alert" not in shown
    assert client.post(f"{here}/agreement/offer").status_code == 422
    ruling = {
        "once": once_on(shown), "digest": digest_on(shown), "is_yes": "yes", "decided_on": "2020-01-01",
        "decided_by": "", "meeting": "", "note": "",
    }  # fmt: skip
    assert client.post(f"{here}/amendment/ruling", data=ruling).status_code == 422
    said = client.post(f"{here}/amendment/ruling", data=ruling | {"decided_by": "All of us"})
    assert said.status_code == 302
    assert "All of us" in client.get(f"{here}/amendment/consequences").text
    assert client.get(f"{here}/agreement/offer").status_code == 200
    assert client.post(f"{here}/agreement/offer").status_code == 302
    assert draft.state is AgreementState.OFFERED


def test_managers_may_agree_in_the_committees_place_on_the_page(app: Flask, client: Visitor) -> None:
    start = in_force()
    amendments.begin(start.award, Wish("Why", aim="Else"), actor=start.cast.sol, at=NOW)
    db.session.commit()
    here = f"/grants/{start.award.id}/amendment"
    client.sign_in(start.cast.max)
    digest = digest_on(client.get(f"{here}/consequences").text)

    assert client.post(f"{here}/approve", data={"digest": digest}).status_code == 302
    assert client.post(f"{here}/approve", data={"digest": digest}).status_code == 409
    assert start.cast.max.name in client.get(f"{here}/consequences").text


def test_manager_edits_the_text_with_preview_versions_and_reset(app: Flask, client: Visitor) -> None:
    start = opened()
    db.session.commit()
    fund = start.cast.fund
    here = f"/office/funds/{fund.id}/agreement"
    client.sign_in(start.cast.sol)
    names = ("heading_en", "heading_nl", "text_en", "text_nl")
    data = {"version": "0", "do": "save", **{f"rows-0-{name}": f"{name} of {{fund}}" for name in names}}

    preview = client.post(here, data=data | {"do": "preview", "rows-0-text_en": HOSTILE})
    refused = client.post(here, data=data | {"rows-0-text_en": HOSTILE})
    added = client.post(here, data=data | {"do": "add"})
    saved = client.post(here, data=data)
    late = client.post(here, data=data | {"rows-0-text_en": "Other"})

    assert preview.status_code == 200
    assert "<script>alert" not in preview.text
    assert refused.status_code == 422
    assert 'name="rows-1-heading_en"' in added.text
    assert (saved.status_code, late.status_code) == (302, 409)
    assert "Other" in late.text
    assert client.get(f"{here}/versions/1").status_code == 200
    assert client.get(f"{here}/reset").status_code == 200
    assert client.post(f"{here}/reset").status_code == 302
    assert texts.articles_of(texts.newest(fund.id)) == texts.shipped()


def test_rules_for_changes_are_the_managers_to_set(app: Flask, client: Visitor) -> None:
    start = opened()
    db.session.commit()
    fund = start.cast.fund
    here = f"/office/funds/{fund.id}/amendments"
    data = {"version": "0"}
    for place, (key, rule) in enumerate(policy.shipped().items()):
        upto = "" if rule["upto"] is None else str(rule["upto"])
        data |= {f"rows-{place}-key": key, f"rows-{place}-by": rule["by"], f"rows-{place}-upto": upto}
    client.sign_in(start.cast.fin)
    assert client.get(here).status_code == 200
    assert client.post(here, data=data).status_code == 403
    client.sign_in(start.cast.sol)

    assert client.post(here, data=data | {"rows-0-upto": "101"}).status_code == 422
    assert client.post(here, data=data | {"rows-0-upto": "30"}).status_code == 302
    assert client.post(here, data=data | {"rows-0-upto": "40"}).status_code == 409
    assert policy.rules_of(policy.newest(fund.id))["moved"] == {"by": "committee", "upto": 30}


def test_stranger_finds_nothing_of_an_agreement(app: Flask, client: Visitor) -> None:
    start = offered()
    here = f"/grants/{start.award.id}"
    client.sign_in(start.cast.ben)

    for path in (
        "versions",
        "differences",
        "plan/proposal",
        "payees",
        "share",
        "amendment",
        "conditions/new",
    ):
        assert client.get(f"{here}/{path}").status_code == 404, path
