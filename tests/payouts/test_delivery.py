"""Open source as a condition of delivery, the approver's list, and evidence that was used before."""

from dataclasses import replace

import pytest
from flask import Flask

from fundapp.applications.models import ApplicationState
from fundapp.core.db import db
from fundapp.core.refusals import ChangedMeanwhile, Refusal
from fundapp.grants import accounts, conditions, dates
from fundapp.grants.conditions import Wording
from fundapp.grants.models import ConditionKind
from fundapp.payouts import checklist, delivery, evidence, service
from fundapp.payouts.models import Claim, ClaimState
from tests.factories import NOW, make_application, make_award, make_conflict
from tests.payouts.scene import LINK, Scene, enter, make_scene
from tests.visitor import Visitor


def approve(claim: Claim, scene: Scene, **options: object) -> None:
    service.approve(claim, "", claim.digest, actor=scene.cast.sol, at=NOW, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"licence": ""}, "It states no licence."),
        ({"licence": "CC-BY-NC-4.0"}, "CC-BY-NC-4.0 is not a free or open licence."),
        ({"licence": "LicenseRef-Ours"}, "LicenseRef-Ours is not a free or open licence."),
        ({"licence": "MIT AND BUSL-1.1"}, "BUSL-1.1 is not a free or open licence."),
        ({"place": ""}, "It says no place where it is public."),
    ],
)
def test_content_is_not_approved_and_the_line_says_why(
    app: Flask, client: Visitor, changes: dict[str, str], said: str
) -> None:
    scene = make_scene()
    claim = scene.claim(replace(scene.asked(), **changes))
    client.sign_in(scene.cast.sol)
    ticks = {"is_public": "y", "is_agreed": "y", "is_free": "y", "digest": claim.digest}

    found = delivery.faults(claim)
    page = client.post(f"/claims/{claim.id}/approve", data=ticks)

    assert found == {scene.award.milestones[0].id: [said]}
    assert page.status_code == 422
    assert said in page.text
    assert claim.state is ClaimState.SUBMITTED


@pytest.mark.parametrize("licence", ["MIT", "CC-BY-SA-4.0", "MIT OR BUSL-1.1", "CERN-OHL-S-2.0"])
def test_free_licence_is_approved_and_stays_with_the_milestone(app: Flask, licence: str) -> None:
    scene = make_scene()
    claim = scene.claim(replace(scene.asked(), licence=licence))

    approve(claim, scene)

    milestone = scene.award.milestones[0]
    assert (claim.state, milestone.licence, milestone.place) == (ClaimState.APPROVED, licence, LINK)


def test_fund_names_exceptions(app: Flask) -> None:
    scene = make_scene()
    claim = scene.claim(replace(scene.asked(), licence="CC-BY-ND-4.0"))
    scene.cast.fund.licence_exceptions = ["CC-BY-ND-4.0"]

    approve(claim, scene)

    assert claim.state is ClaimState.APPROVED


def test_nothing_to_publish_is_agreed_by_the_approver(app: Flask, client: Visitor) -> None:
    scene = make_scene()
    claim = scene.claim(replace(scene.asked(), licence="", place="", unpublished="A meeting."))
    milestone = scene.award.milestones[0]
    client.sign_in(scene.cast.sol)
    page = client.get(f"/claims/{claim.id}").text
    ticks = {"is_public": "y", "is_agreed": "y", "is_free": "y", "digest": claim.digest}

    refused = client.post(f"/claims/{claim.id}/approve", data=ticks)
    agreed = client.post(f"/claims/{claim.id}/approve", data=ticks | {f"agree_{milestone.id}": "y"})

    assert "Nothing to publish: A meeting." in page
    assert (refused.status_code, agreed.status_code) == (422, 302)
    assert "Say whether you agree" in refused.text
    assert milestone.unpublished == "A meeting."


def test_what_the_fund_agreed_before_needs_no_licence(app: Flask) -> None:
    scene = make_scene()
    milestone = scene.award.milestones[0]
    dates.keep_back(milestone, "An audit.", base=milestone.row_version, actor=scene.cast.sol, at=NOW)
    claim = scene.claim(replace(scene.asked(), licence="", place=""))

    approve(claim, scene)

    assert claim.state is ClaimState.APPROVED


def test_condition_that_is_not_met_keeps_its_milestone_unapproved(app: Flask) -> None:
    scene = make_scene()
    wording = Wording(ConditionKind.OTHER, "Audit done", "By a third party.", ref="M1")
    made = conditions.add(scene.award, wording, actor=scene.cast.sol, at=NOW)
    claim, other = scene.claim(), scene.claim(scene.asked(2))

    with pytest.raises(Refusal, match="Audit done"), db.session.begin_nested():
        approve(claim, scene)
    approve(other, scene)
    conditions.judge(made, "meet", base=made.row_version, actor=scene.cast.sol, at=NOW, note="Seen.")
    approve(claim, scene)

    assert (claim.state, other.state) == (ClaimState.APPROVED, ClaimState.APPROVED)


# --- the list ------------------------------------------------------------------------------


def test_ticks_stay_with_the_approval_in_their_words(app: Flask, client: Visitor) -> None:
    scene = make_scene()
    claim = scene.claim()
    client.sign_in(scene.cast.sol)
    ticks = {"is_public": "y", "is_agreed": "y", "is_free": "y", "digest": claim.digest}

    client.post(f"/claims/{claim.id}/approve", data=ticks)
    page = client.get(f"/claims/{claim.id}").text

    kept = claim.signoffs[0]
    assert [one["key"] for one in kept.checks] == ["is_public", "is_agreed", "is_free"]
    assert (kept.approved_by, kept.approved_at is not None) == (scene.cast.sol.id, True)
    assert "What was checked" in page


def test_fund_writes_its_own_list(app: Flask, client: Visitor) -> None:
    scene = make_scene()
    fund, claim = scene.cast.fund, scene.claim()
    client.sign_in(scene.cast.sol)
    path = f"/office/funds/{fund.id}/claims"
    data = {"fund_version": fund.row_version, "items-0-en": "The tests run.", "items-0-nl": "De tests lopen."}

    half = client.post(f"{path}/checklist", data=data | {"items-0-nl": ""})
    client.post(f"{path}/checklist", data=data)
    page = client.get(f"/claims/{claim.id}").text
    key = checklist.of(fund)[0]["key"]
    unticked = client.post(f"/claims/{claim.id}/approve", data={"digest": claim.digest})
    ticked = client.post(f"/claims/{claim.id}/approve", data={"digest": claim.digest, key: "y"})

    assert half.status_code == 422
    assert "The tests run." in page
    assert "I opened every address" not in page
    assert (unticked.status_code, ticked.status_code) == (422, 302)
    with pytest.raises(ChangedMeanwhile):
        checklist.rewrite(fund, [], version=1, actor=scene.cast.sol, at=NOW)
    checklist.rewrite(fund, [("", "")], version=fund.row_version, actor=scene.cast.sol, at=NOW)
    assert checklist.of(fund) == list(checklist.SHIPPED)


def test_terms_of_a_fund_are_changed_by_its_managers(app: Flask, client: Visitor) -> None:
    scene = make_scene()
    fund = scene.cast.fund
    path = f"/office/funds/{fund.id}/claims"
    data = {"version": fund.row_version, "claim_window_months": "3", "idle_days": "30", "move_days": "0"}
    client.sign_in(scene.cast.fin)
    finance = client.get(path).status_code
    client.sign_in(scene.cast.sol)

    wrong = client.post(path, data=data | {"licence_exceptions": "MIT"})
    client.post(path, data=data | {"licence_exceptions": "CC-BY-ND-4.0\nLicenseRef-Archive"})

    assert finance == 403
    assert "MIT is free" in wrong.text
    assert (fund.claim_window_months, fund.idle_days, fund.move_days) == (3, 30, 0)
    assert fund.licence_exceptions == ["CC-BY-ND-4.0", "LicenseRef-Archive"]


# --- used before -----------------------------------------------------------------------------


def another(scene: Scene) -> Scene:
    """A second running grant at the same fund, of Ben."""
    application = make_application(scene.round, scene.cast.ben, state=ApplicationState.AWARDED)
    award = make_award(application, scene.cast.sol, scene.cast.max)
    db.session.refresh(award)
    entered = enter(award, scene.cast.ben, "DE89370400440532013000")
    accounts.confirm_account(award, entered.id, actor=scene.cast.fin, at=NOW)
    return Scene(scene.cast, scene.round, award)


def test_evidence_of_another_grant_is_found_again(app: Flask, client: Visitor) -> None:
    scene = make_scene()
    first = scene.claim(scene.asked(1, links=("https://Example.org/Release/1.0/",)))
    other = another(scene)
    second = other.claim(actor=scene.cast.ben)
    make_conflict(scene.award.application, scene.cast.max)

    for_sol = evidence.used_before(second, scene.cast.sol)
    for_max = evidence.used_before(second, scene.cast.max)
    client.sign_in(scene.cast.sol)
    page = client.get(f"/claims/{second.id}").text
    client.sign_in(scene.cast.ben)
    own = client.get(f"/claims/{second.id}").text

    assert {(one.code, one.claim_id) for one in for_sol} == {(first.code, first.id)}
    assert {(one.code, one.claim_id, one.what) for one in for_max} == {("", None, "")}
    assert f"/claims/{first.id}" in page
    assert "used before" not in own
    assert evidence.used_before(first, scene.cast.sol) == []
