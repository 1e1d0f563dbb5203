"""Reviews taken in by the worker: told line by line, the whole file or nothing."""

from io import BytesIO

import pytest
from sqlalchemy import func, select

from fundapp.applications.models import Application
from fundapp.core import clock, handed_in, task_work
from fundapp.core.audit import AuditEvent
from fundapp.core.db import db
from fundapp.core.tasks import State, Task
from fundapp.reviews import import_task
from fundapp.reviews.models import Review, Score
from tests.factories import make_conflict
from tests.reviews.scene import Scene

HEAD = "application code,reviewer,criterion,score or N/A,reason"


def table(scene: Scene, *lines: str) -> bytes:
    return "\n".join([HEAD, *(line.replace("CODE", scene.application.code or "") for line in lines)]).encode()


def look_through(scene: Scene, content: bytes) -> Task:
    row = import_task.order(
        content, name="old.csv", round=scene.round, stage=None, actor=scene.cast.sol, at=clock.now()
    )
    db.session.commit()
    task_work.work(clock.now())
    return row


def take_in(scene: Scene, checked: Task) -> Task:
    row = handed_in.take_in(checked, title="Import", actor=scene.cast.sol, at=clock.now())
    db.session.commit()
    task_work.work(clock.now())
    return row


def told(row: Task) -> list[tuple[int, str]]:
    return [(line.number, line.outcome) for line in handed_in.outcomes(row)]


def scores() -> int:
    return db.session.scalar(select(func.count(Score.id)))


def test_reviews_come_in_whole_and_are_told(scene):
    checked = look_through(scene, table(scene, "CODE,Rhea Rood,P1,3,Clear.", "CODE,Rhea Rood,P2,2,"))
    before = scores()
    row = take_in(scene, checked)
    again = take_in(scene, look_through(scene, table(scene, "CODE,Rhea Rood,P1,3,Clear.")))

    assert (told(checked), before) == ([(2, "imported"), (3, "imported")], 0)
    assert (told(row), scores(), row.state) == ([(2, "imported"), (3, "imported")], 2, State.DONE)
    assert told(again) == [(2, "known")]
    review = db.session.scalars(select(Review)).one()
    by = select(AuditEvent.actor_id).where(AuditEvent.verb == "import", AuditEvent.subject_id == review.id)
    assert db.session.scalars(by).one() == scene.cast.sol.id


def test_one_line_that_is_wrong_holds_up_the_rest(client, scene):
    checked = look_through(scene, table(scene, "CODE,Rhea Rood,P1,3,", "CODE,Rhea Rood,P2,99,"))
    client.sign_in(scene.cast.sol)

    page = client.get(f"/office/imports/{checked.id}").text
    row = take_in(scene, checked)

    assert told(checked) == [(2, "imported"), (3, "refused")]
    assert ("It is the whole file or nothing" in page, f"/imports/{checked.id}/take" in page) == (True, False)
    assert (row.state, scores()) == (State.FAILED, 0)
    assert "Line 3" in (row.fault or "")


def test_a_table_without_its_columns_is_told(scene):
    row = look_through(scene, b"who,what\nRhea,3\n")

    (line,) = handed_in.outcomes(row)
    assert (line.outcome, line.number) == ("refused", 1)


def test_of_a_proposal_one_is_tied_to_nothing_is_known_here(scene):
    make_conflict(scene.application, scene.cast.sol)
    db.session.commit()

    row = look_through(scene, table(scene, "CODE,Rhea Rood,P1,3,"))

    (line,) = handed_in.outcomes(row)
    assert (line.outcome, line.code) == ("refused", None)
    assert line.reason.startswith("No application ")


def test_the_whole_way_through_the_pages(client, scene):
    client.sign_in(scene.cast.sol)
    at = f"/office/rounds/{scene.round.id}/import/reviews"

    begin, sample = client.get(at).text, client.get(f"{at}/sample").text
    content = table(scene, "CODE,Rhea Rood,P1,3,Clear.")
    to = client.post(
        at, data={"file": (BytesIO(content), "old.csv")}, content_type="multipart/form-data"
    ).headers["Location"]
    task_work.work(clock.now())
    taking = client.post(f"{to}/take").headers["Location"]
    task_work.work(clock.now())
    done = client.get(taking).text

    assert sample.splitlines()[0] == HEAD
    assert [f"<code>{one.key}</code>" in begin for one in scene.round.stage.rubric.criteria] == [True] * 3
    assert "Rhea Rood, P1: 3" in done
    assert f'/office/applications/{db.session.scalar(select(Application.id))}"' in done
    assert scores() == 1


@pytest.mark.parametrize(("who", "status"), [("fin", 403), ("aud", 403), ("rhea", 404), ("ana", 404)])
def test_only_a_manager_takes_reviews_in(client, scene, who, status):
    db.session.commit()
    client.sign_in(getattr(scene.cast, who))

    answer = client.get(f"/office/rounds/{scene.round.id}/import/reviews")

    assert answer.status_code == status
