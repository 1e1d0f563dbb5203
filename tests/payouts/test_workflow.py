"""Who may take which step of a request, a payment and a batch, in every state."""

from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from fundapp.core.workflow import Workflow
from fundapp.payouts.models import BatchState, ClaimState, PaymentState
from fundapp.payouts.workflow import batches, payments, workflow
from tests.payouts.scene import Scene, make_scene

C, B, P = ClaimState, BatchState, PaymentState
PEOPLE = ("ana", "ben", "rhea", "sol", "max", "fin", "aud")
MANAGERS = ("sol", "max")

CLAIM: dict[ClaimState, dict[str, list[str]]] = {
    C.DRAFT: {"ana": ["submit", "withdraw"]},
    C.SUBMITTED: {
        "ana": ["revise", "withdraw"],
        **{name: ["approve", "return", "refuse"] for name in MANAGERS},
    },
    C.RETURNED: {"ana": ["submit", "revise", "withdraw"]},
    C.APPROVED: {"ana": ["revise", "void"], **{name: ["void"] for name in MANAGERS}, "fin": ["void", "pay"]},
    C.PAID: {"fin": ["bounce"]},
}
PAYMENT: dict[PaymentState, dict[str, list[str]]] = {
    P.LISTED: {"ana": ["remove"], **{name: ["remove"] for name in MANAGERS}, "fin": ["order", "remove"]},
    P.ORDERED: {"fin": ["settle", "return"]},
    P.PAID: {"fin": ["return"]},
}
BATCH: dict[BatchState, dict[str, list[str]]] = {
    B.OPEN: {"fin": ["release", "cancel"]},
    B.RELEASED: {"fin": ["settle", "cancel"]},
}


def offered(flow: Workflow, scene: Scene, state: Any) -> dict[str, list[str]]:
    """Give each person's open moves on a row of Ana's grant in this state."""
    application = scene.award.application
    twin = SimpleNamespace(
        state=state, application=application, fund_id=application.fund_id, claimed_by=scene.cast.ana.id
    )
    moves = {name: [move.name for move in flow.open_to(getattr(scene.cast, name), twin)] for name in PEOPLE}
    return {name: found for name, found in moves.items() if found}


@pytest.mark.parametrize("state", C)
def test_request_offers_each_person_exactly_their_moves(app: Flask, state: ClaimState) -> None:
    assert offered(workflow, make_scene(account=False), state) == CLAIM.get(state, {})


@pytest.mark.parametrize("state", P)
def test_payment_offers_each_person_exactly_their_moves(app: Flask, state: PaymentState) -> None:
    assert offered(payments, make_scene(account=False), state) == PAYMENT.get(state, {})


@pytest.mark.parametrize("state", B)
def test_batch_offers_each_person_exactly_their_moves(app: Flask, state: BatchState) -> None:
    assert offered(batches, make_scene(account=False), state) == BATCH.get(state, {})
