"""An expert who does not answer: the question goes out again, or to somebody else."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from fundapp.core.db import db
from fundapp.core.mail import Outbox
from fundapp.core.refusals import MoveRefused, Refusal
from fundapp.payouts import opinions
from fundapp.payouts.models import OpinionState, SecondOpinion
from tests.factories import NOW
from tests.payouts.scene import TODAY, make_scene

LATER = NOW + timedelta(days=3)
SOON, SOONER = TODAY + timedelta(days=20), TODAY + timedelta(days=9)


@pytest.fixture
def asked(app):
    """Sol asked Eva about Ana's request."""
    scene = make_scene()
    claim = scene.claim()
    given = {"language": "en", "question": "Is it sound?", "actor": scene.cast.sol, "at": NOW}
    made = opinions.ask(claim, "eva@example.org", "Eva Expert", due_on=SOONER, **given)
    db.session.flush()
    return scene, claim, made


def links(address="eva@example.org"):
    """Give the links that were mailed to an address, the oldest first."""
    found = select(Outbox.body_text).where(Outbox.address == address, Outbox.name == "opinion-asked")
    texts = db.session.scalars(found.order_by(Outbox.id))
    return [re.search(r"/second-opinion/[\w-]+", text)[0] for text in texts]


def test_question_goes_out_again_with_a_new_link_and_day(client, asked):
    scene, _claim, opinion = asked

    opinions.send_again(opinion, SOON, actor=scene.cast.sol, at=LATER)
    db.session.commit()

    first, second = links()
    assert (opinion.state, opinion.due_on) == (OpinionState.ASKED, SOON)
    assert client.get(first).status_code == 410
    assert client.get(second).status_code == 200


def test_question_is_not_sent_twice_a_day_nor_by_anybody_nor_after_an_answer(asked):
    scene, _claim, opinion = asked

    with pytest.raises(Refusal, match="less than a day"):
        opinions.send_again(opinion, SOON, actor=scene.cast.sol, at=NOW + timedelta(hours=2))
    with pytest.raises(Refusal, match="from today"):
        opinions.send_again(opinion, TODAY, actor=scene.cast.sol, at=LATER)
    with pytest.raises(MoveRefused):
        opinions.send_again(opinion, SOON, actor=scene.cast.fin, at=LATER)
    opinions.decline(opinion, "No time.", at=LATER)
    with pytest.raises(MoveRefused):
        opinions.send_again(opinion, SOON, actor=scene.cast.sol, at=LATER)

    assert len(links()) == 1


def test_somebody_else_is_asked_instead(client, asked):
    scene, claim, opinion = asked
    db.session.commit()
    client.sign_in(scene.cast.sol)
    there = f"/claims/{claim.id}/second-opinion?instead={opinion.id}"
    page = client.get(there)
    data = {"email": "otto@example.org", "name": "Otto Other", "language": "nl", "question": "Deugt het?"}

    answer = client.post(there, data=data | {"due_on": "2027-06-01"})

    assert "Instead of Eva Expert" in page.text
    assert "Is it sound?" in page.text
    assert answer.status_code == 302
    found = db.session.execute(select(SecondOpinion.name, SecondOpinion.state).order_by(SecondOpinion.id))
    assert [tuple(row) for row in found] == [
        ("Eva Expert", OpinionState.TAKEN_BACK),
        ("Otto Other", OpinionState.ASKED),
    ]
    assert client.get(links()[0]).status_code == 410
    assert client.get(links("otto@example.org")[0]).status_code == 200


def test_wrong_answer_leaves_the_first_question_open(client, asked):
    scene, claim, opinion = asked
    db.session.commit()
    client.sign_in(scene.cast.sol)
    data = {"email": scene.cast.ana.email, "name": "Ana", "language": "en", "question": "?"}

    answer = client.post(
        f"/claims/{claim.id}/second-opinion?instead={opinion.id}", data=data | {"due_on": "2027-06-01"}
    )

    assert answer.status_code == 422
    assert db.session.get(SecondOpinion, opinion.id).state is OpinionState.ASKED


def test_page_asks_by_when_and_says_what_is_wrong(client, asked):
    scene, claim, opinion = asked
    db.session.commit()
    client.sign_in(scene.cast.sol)
    there = f"/claims/{claim.id}/second-opinion/{opinion.id}/again"

    page, wrong = client.get(there), client.post(there, data={"due_on": "2020-01-01"})

    assert "Send the question to Eva Expert again?" in page.text
    assert wrong.status_code == 422
    assert opinion.state is OpinionState.ASKED
    assert there in client.get(f"/claims/{claim.id}").text
