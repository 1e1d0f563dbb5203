"""An address that the clock paused is not silent: on the to-do page of who can mend it, and in the doctor."""

from datetime import timedelta
from typing import Any

from fundapp.connections import hooks
from fundapp.connections.models import Webhook
from fundapp.connections.wellness import webhooks
from fundapp.core import todo
from fundapp.core.db import db
from tests.connections.receivers import Receiver
from tests.connections.telling import give, work
from tests.factories import NOW, Cast, make_user
from tests.visitor import Visitor


def kinds(user: Any) -> list[str]:
    return [line.kind for line in todo.page(user, NOW).lines if line.kind.startswith("webhook")]


def gone(cast: Cast, receiver: Receiver, settings: Any) -> None:
    """Let the address answer that it is gone for good."""
    receiver.mood = 410
    give(cast)
    work(settings)
    db.session.commit()


def test_an_address_that_was_paused_by_failing_waits_for_its_managers_in_their_language(
    cast: Cast, receiver: Receiver, settings: Any, hook: tuple[Webhook, str], client: Visitor
) -> None:
    before = kinds(cast.sol)

    gone(cast, receiver, settings)

    assert before == []
    assert kinds(cast.sol) == ["webhook-paused"]
    assert kinds(cast.fin) == kinds(cast.aud) == kinds(make_user("Adi", is_administrator=True)) == []
    cast.sol.language = "nl"
    client.sign_in(cast.sol)
    page = client.get("/to-do").text
    assert "Kijk naar een adres dat niets meer hoort" in page
    assert hook[0].url in page
    assert client.get(f"/office/webhooks/{hook[0].id}").status_code == 200


def test_one_that_somebody_paused_waits_for_nobody(cast: Cast, hook: tuple[Webhook, str]) -> None:
    hooks.pause(hook[0], "hand", actor=cast.sol, at=NOW)

    assert kinds(cast.sol) == []


def test_when_it_goes_on_nothing_waits_any_more(
    cast: Cast, receiver: Receiver, settings: Any, hook: tuple[Webhook, str]
) -> None:
    gone(cast, receiver, settings)

    hooks.resume(hook[0], actor=cast.sol, at=NOW + timedelta(hours=1))

    assert kinds(cast.sol) == []


def test_the_administrator_who_made_it_is_asked_too(
    cast: Cast, receiver: Receiver, settings: Any, hook: tuple[Webhook, str]
) -> None:
    adi = make_user("Adi", is_administrator=True)
    gone(cast, receiver, settings)
    hook[0].user_id = adi.id
    db.session.flush()

    assert kinds(adi) == ["webhook-paused"]


def test_the_doctor_tells_of_what_was_paused_and_given_up(
    cast: Cast, receiver: Receiver, settings: Any, hook: tuple[Webhook, str]
) -> None:
    well = webhooks(NOW)

    gone(cast, receiver, settings)
    ill = webhooks(NOW)

    assert (well.mark, ill.mark) == ("ok", "look")
    assert ill.word == "0 written to, 1 paused by failing; 1 waiting, 0 given up"
