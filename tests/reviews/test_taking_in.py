"""Reviews from a table: headings as people write them, the whole file or nothing, never overwritten."""

from pathlib import Path

import pytest
from flask import current_app
from sqlalchemy import func, select

from fundapp import create_app
from fundapp.accounts.models import RoleName, User
from fundapp.applications.models import Application, ApplicationState
from fundapp.config import Settings
from fundapp.core.db import db
from fundapp.reviews import imports, queries, taking_in
from fundapp.reviews.imports import Taken, Unreadable
from fundapp.reviews.models import Review, ReviewState, Score
from fundapp.rounds.models import RoundState
from tests.command import Run
from tests.factories import NOW, make_application, make_cast, make_conflict, make_review, make_round
from tests.reviews.scene import Scene

HEAD = "application code,reviewer,criterion,score or N/A,reason"


def settings() -> Settings:
    found: Settings = current_app.config["SETTINGS"]
    return found


@pytest.fixture
def table(tmp_path: Path, scene: Scene):
    def take(*lines: str, head: str = HEAD, encoding: str = "utf-8") -> Taken:
        path = tmp_path / "reviews.csv"
        rows = [line.replace("CODE", scene.application.code or "") for line in lines]
        path.write_text("\n".join([head, *rows]) + "\n", encoding)
        return taking_in.take_in(scene.round, imports.read(path), settings=settings(), at=NOW)

    return take


def faults(take, *lines: str, **options: str) -> list[tuple[int, str]]:
    before = db.session.scalar(select(func.count(Score.id)))
    with pytest.raises(Unreadable) as caught:
        take(*lines, **options)
    assert db.session.scalar(select(func.count(Score.id))) == before
    return [(fault.line, fault.message) for fault in caught.value.faults]


def test_a_whole_review_counts(scene, table):
    taken = table("CODE,Rhea Rood,P1,3,Clear.", "CODE,rhea rood,p2,2,", "CODE,Rhea Rood,Criterion T,6,Good.")

    assert (taken.scores, taken.reviews, taken.known, taken.people, taken.partial) == (3, 1, 0, [], 0)
    review = db.session.scalars(select(Review)).one()
    assert (review.reviewer_id, review.state) == (scene.cast.rhea.id, ReviewState.SUBMITTED)
    assert review.total_ppm == 716_667
    assert queries.standing_of(scene.application).mean_ppm == 716_667


def test_not_applicable_has_many_spellings(scene, table):
    table("CODE,Rhea Rood,P1,n.v.t.,", "CODE,Rhea Rood,P2,N/A,", "CODE,Rhea Rood,T,6.0,")

    assert [(score.value, score.is_na) for score in db.session.scalars(select(Score).order_by(Score.id))] == [
        (None, True), (None, True), (6, False)
    ]  # fmt: skip


def test_the_label_of_a_level_is_a_score(scene, table):
    table("CODE,Rhea Rood,P1,Niveau 3,")

    assert db.session.scalars(select(Score.value)).one() == 3


@pytest.mark.parametrize(
    ("head", "line", "encoding"),
    [
        ("Code;Beoordelaar;Criterium;Cijfer;Toelichting", "CODE;Rhea Rood;P1;3;Góed", "cp1252"),
        ("\ufeffApplication\tReviewer\tCriterion\tScore\tComment", "CODE\tRhea Rood\tP1\t3\tGóed", "utf-8"),
        ("reason,SCORE,Criterion key,Reviewer,application", "Góed,3,P1,Rhea Rood,CODE", "utf-8"),
    ],
)  # fmt: skip
def test_headings_and_separators_as_people_write_them(scene, table, head, line, encoding):
    assert table(line, head=head, encoding=encoding).scores == 1
    assert db.session.scalars(select(Score.reason)).one() == "Góed"


def test_twice_changes_nothing(scene, table):
    table("CODE,Rhea Rood,P1,3,Clear.")

    again = table("CODE,Rhea Rood,P1,3,Clear.", "CODE,Rhea Rood,P2,1,New.")

    assert (again.scores, again.known, again.reviews) == (1, 1, 0)


def test_nothing_is_overwritten(scene, table):
    table("CODE,Rhea Rood,P1,3,Clear.")

    assert faults(table, "CODE,Rhea Rood,P1,4,Clear.")[0][0] == 2


def test_every_mistake_is_told_by_line_and_nothing_comes_in(scene, table):
    found = faults(
        table, "CODE,Rhea Rood,P1,3,", "NOPE,Rhea Rood,P1,3,", "CODE,Rhea Rood,X9,3,", "CODE,Rhea Rood,P2,9,",
        "CODE,,P2,3,", "CODE,Rhea Rood,T,,", "CODE,Rhea Rood,P1,2,",
    )  # fmt: skip

    assert [line for line, _message in found] == [3, 4, 5, 6, 7, 8]
    assert "No criterion “X9”; this stage has P1, P2, T." in dict(found)[4]
    assert db.session.scalar(select(func.count(Review.id))) == 0


def test_a_table_without_a_column_says_which(scene, table):
    assert faults(table, "CODE,P1,3", head="application,criterion,score") == [(1, "No column for: reviewer.")]


def test_who_is_not_known_gets_an_account_without_password(scene, table):
    taken = table("CODE,reviewer-07,P1,3,", "CODE,Eva.Vos@Example.org,P1,2,")

    assert taken.people == ["reviewer-07", "Eva.Vos"]
    people = {user.name: user for user in db.session.scalars(select(User))}
    assert people["reviewer-07"].email.endswith(".reviewers.invalid")
    assert people["Eva.Vos"].email == "eva.vos@example.org"
    assert people["Eva.Vos"].password_digest is None
    assert people["Eva.Vos"].holds(RoleName.REVIEWER, scene.round.fund_id)


def test_ties_and_applicants_are_refused(scene, table):
    make_conflict(scene.application, scene.cast.rhea)

    found = faults(table, "CODE,Rhea Rood,P1,3,", f"CODE,{scene.cast.ana.email},P1,4,")

    assert found == [
        (2, "Rhea Rood has a tie with this proposal."), (3, "Ana Alders is one of the applicants.")
    ]  # fmt: skip


def test_a_review_that_is_being_written_here_stays_its_writers(scene, table):
    make_review(scene.application, scene.cast.rhea)

    assert "has not handed it in" in faults(table, "CODE,Rhea Rood,P1,3,")[0][1]


def test_reviews_of_another_round_are_not_found(scene, table):
    other = make_application(make_round(scene.cast.fund, budget_cents=100), state=ApplicationState.IN_REVIEW)

    assert faults(table, f"{other.code},Rhea Rood,P1,3,")[0][0] == 2


def test_the_command_prints_faults_and_figures(run: Run, environment: dict[str, str], tmp_path: Path):
    app = create_app(Settings.load(None, environment))
    with app.app_context():
        cast = make_cast()
        round = make_round(cast.fund, state=RoundState.REVIEWING, slug="spring")
        code = make_application(round, cast.ana, state=ApplicationState.IN_REVIEW).code
        db.session.commit()
    file = tmp_path / "in.csv"
    file.write_text(f"{HEAD}\n{code},Rhea Rood,P1,3,Yes.\n{code},Rhea Rood,P2,9,\n")

    wrong = run("reviews", "import", "spring", str(file))
    file.write_text(f"{HEAD}\n{code},Rhea Rood,P1,3,Yes.\n")
    tried = run("reviews", "import", "spring", str(file), "--dry-run")
    done = run("reviews", "import", "spring", str(file))
    again = run("reviews", "import", "spring", str(file))

    assert (wrong.exit_code, "line 3:" in wrong.stderr) == (1, True)
    assert tried.stdout == "1 scores would be taken in, 1 new reviews, 0 scores were known\n"
    assert done.stdout == "1 scores taken in, 1 new reviews, 0 scores were known\n"
    assert again.stdout == "0 scores taken in, 0 new reviews, 1 scores were known\n"
    with app.app_context():
        assert db.session.scalar(select(func.count(Score.id))) == 1
        assert db.session.scalars(select(Application)).one().state is ApplicationState.IN_REVIEW
        db.session.remove()
        db.engine.dispose()
