"""Possible ties: found at admission, at assignment and by the clock; shown, never barring."""

from typing import Any

import pytest
from sqlalchemy import select

from fundapp.accounts.models import RoleName
from fundapp.applications import service as applications
from fundapp.applications.models import (
    Application,
    ApplicationState,
    Capacity,
    Conflict,
    ConflictKind,
    ConflictSource,
    ConflictState,
    Level,
)
from fundapp.core.db import db
from fundapp.reviews import hinting, profiles
from fundapp.reviews.profiles import Profile
from tests.factories import NOW, give_role, make_application, make_conflict, make_user
from tests.reviews.scene import Scene, mails
from tests.visitor import Visitor


def declare(scene: Scene, **said: Any) -> None:
    """Let Rhea say something of herself."""
    cast = scene.cast
    profiles.save_profile(cast.fund, cast.rhea, Profile(**said), [], actor=cast.rhea, at=NOW)
    db.session.flush()


def tie(application: Application, user_id: int) -> Conflict | None:
    return db.session.scalar(
        select(Conflict).where(Conflict.application_id == application.id, Conflict.user_id == user_id)
    )


def test_look_keeps_what_it_finds_and_bars_nobody(scene: Scene) -> None:
    declare(scene, collaborators=["Ana Alders"])

    news = hinting.look([scene.application], at=NOW)

    found = tie(scene.application, scene.cast.rhea.id)
    assert news == 1
    assert found is not None
    assert (found.state, found.bars, found.source) == (
        ConflictState.HINTED,
        False,
        ConflictSource.DETECTED,
    )
    assert found.reasons == [{"why": "collaborator", "who": "Ana Alders"}]


def test_look_twice_finds_nothing_new(scene: Scene) -> None:
    declare(scene, collaborators=["Ana Alders"])
    hinting.look([scene.application], at=NOW)
    db.session.flush()

    assert hinting.look([scene.application], at=NOW) == 0


def test_hint_goes_when_its_reason_goes(scene: Scene) -> None:
    declare(scene, collaborators=["Ana Alders"])
    hinting.look([scene.application], at=NOW)
    db.session.flush()
    declare(scene)

    hinting.look([scene.application], at=NOW)
    db.session.flush()

    assert tie(scene.application, scene.cast.rhea.id) is None


def test_hint_never_weakens_what_was_said(scene: Scene) -> None:
    make_conflict(scene.application, scene.cast.rhea)
    declare(scene, collaborators=["Ana Alders"])

    hinting.look([scene.application], at=NOW)

    found = tie(scene.application, scene.cast.rhea.id)
    assert found is not None
    assert (found.state, found.bars) == (ConflictState.BARRED, True)
    assert found.reasons


def test_what_was_said_stays_when_the_reason_goes(scene: Scene) -> None:
    declare(scene, collaborators=["Ana Alders"])
    hinting.look([scene.application], at=NOW)
    db.session.flush()
    said = tie(scene.application, scene.cast.rhea.id)
    assert said is not None
    applications.declare_conflict(
        scene.application, scene.cast.rhea, ConflictState.CLEAR, actor=scene.cast.rhea, at=NOW
    )
    declare(scene)

    hinting.look([scene.application], at=NOW)
    db.session.flush()

    found = tie(scene.application, scene.cast.rhea.id)
    assert found is not None
    assert (found.state, found.reasons) == (ConflictState.CLEAR, [])


def test_earlier_work_together_is_found(scene: Scene) -> None:
    earlier = make_application(scene.round, scene.cast.ana)
    applications.let_in(
        earlier, scene.cast.rhea, Capacity.CO_APPLICANT, Level.READ, actor=scene.cast.ana, at=NOW
    )
    db.session.flush()

    hinting.look([scene.application], at=NOW)

    found = tie(scene.application, scene.cast.rhea.id)
    assert found is not None
    assert [one["why"] for one in found.reasons] == ["together"]


def test_managers_are_looked_at_too(scene: Scene) -> None:
    scene.cast.sol.party_id = scene.application.party_id
    db.session.flush()

    hinting.look([scene.application], at=NOW)

    assert tie(scene.application, scene.cast.sol.id) is not None


def test_admission_looks(scene: Scene) -> None:
    declare(scene, collaborators=["Ben Bosch"])
    late = make_application(scene.round, scene.cast.ben, state=ApplicationState.SUBMITTED)
    assert hinting.on_admit in applications.ON_ADMIT

    for react in applications.ON_ADMIT:
        react([late], NOW)

    assert tie(late, scene.cast.rhea.id) is not None


def test_assignment_looks_and_the_card_asks(scene: Scene, client: Visitor) -> None:
    declare(scene, collaborators=["Ana Alders"])

    review = scene.ask()
    client.sign_in(scene.cast.rhea)

    assert "You named Ana Alders as somebody you work with." in client.get(f"/reviews/{review.id}").text
    assert "You named Ana Alders as somebody you work with." in client.get("/reviews").text


def test_blind_card_does_not_say_who(scene: Scene, client: Visitor) -> None:
    declare(scene, collaborators=["Ana Alders"])
    scene.application.stage.is_blind = True

    review = scene.ask()
    client.sign_in(scene.cast.rhea)

    page = client.get(f"/reviews/{review.id}").text
    assert "A check found something that may be a tie" in page
    assert "You named Ana Alders" not in page


def test_clock_looks_everywhere_and_pins_who_applies(scene: Scene) -> None:
    declare(scene, collaborators=["Ana Alders"])

    done = hinting.look_around(NOW)
    again = hinting.look_around(NOW)

    own = tie(scene.application, scene.cast.ana.id)
    assert done == {"pinned": 1, "hints": 1}
    assert again == {"pinned": 0, "hints": 0}
    assert own is not None
    assert (own.bars, own.is_pinned, own.source) == (True, True, ConflictSource.ACCESS)


def test_applicant_who_gets_a_role_later_stays_out(scene: Scene, client: Visitor) -> None:
    hinting.pin_all(at=NOW)
    give_role(scene.cast.ana, scene.cast.fund, RoleName.MANAGER)
    client.sign_in(scene.cast.ana)

    assert client.get(f"/office/applications/{scene.application.id}").status_code == 404


@pytest.mark.parametrize("was_lead", [True, False])
def test_tied_manager_hands_over(scene: Scene, was_lead: bool) -> None:
    cast = scene.cast
    scene.application.lead_id = cast.sol.id if was_lead else None

    applications.declare_conflict(
        scene.application, cast.sol, ConflictState.BARRED, kind=ConflictKind.FAMILY, actor=cast.sol, at=NOW
    )

    assert scene.application.lead_id == (cast.max.id if was_lead else None)
    assert [letter.user_id for letter in mails("handed-over")] == ([cast.max.id] if was_lead else [])


def test_several_others_are_told_when_nobody_was_chosen(scene: Scene) -> None:
    cast = scene.cast
    third = make_user("Tom", roles={cast.fund: [RoleName.MANAGER]})
    scene.application.lead_id = cast.sol.id

    applications.declare_conflict(
        scene.application, cast.sol, ConflictState.BARRED, kind=ConflictKind.FAMILY, actor=cast.sol, at=NOW
    )

    assert scene.application.lead_id is None
    assert {letter.user_id for letter in mails("handed-over")} == {cast.max.id, third.id}


def test_chosen_heir_takes_over(scene: Scene) -> None:
    cast = scene.cast
    third = make_user("Tom", roles={cast.fund: [RoleName.MANAGER]})
    scene.application.lead_id = cast.sol.id

    applications.declare_conflict(
        scene.application, cast.sol, ConflictState.BARRED, kind=ConflictKind.FAMILY, heir=third,
        actor=cast.sol, at=NOW,
    )  # fmt: skip

    assert scene.application.lead_id == third.id
    assert [letter.user_id for letter in mails("handed-over")] == [third.id]


def test_administrators_hear_without_the_proposal_when_nobody_is_left(scene: Scene) -> None:
    cast = scene.cast
    make_conflict(scene.application, cast.max)
    chief = make_user("Ilse", is_administrator=True)

    applications.declare_conflict(
        scene.application, cast.sol, ConflictState.BARRED, kind=ConflictKind.FAMILY, actor=cast.sol, at=NOW
    )

    letter = next(one for one in mails("no-manager-left") if one.user_id == chief.id)
    assert scene.application.code not in letter.body_text
    assert scene.application.title not in letter.body_text
