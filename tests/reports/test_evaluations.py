"""An evaluation from the first word to the public page: two languages, an outsider, two people."""

from datetime import date, timedelta

import pytest
from flask import current_app
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from fundapp.core.db import db
from fundapp.core.mail import Outbox
from fundapp.core.refusals import ChangedMeanwhile, MoveRefused, Refusal
from fundapp.funds import ledger
from fundapp.reports import chapters, evaluation_signing, evaluations, evaluators
from fundapp.reports.models import Course, Evaluation, EvaluationSection, EvaluationState
from tests.factories import NOW, make_user

DAY = timedelta(days=1)


@pytest.fixture
def begun(story):
    """An evaluation that Sol began."""
    made = evaluations.begin(
        story.cast.fund, {"en": "Two seasons on", "nl": "Twee seizoenen verder"},
        from_on=date(2026, 1, 1), until_on=date(2026, 11, 22), actor=story.cast.sol, at=NOW,
    )  # fmt: skip
    db.session.commit()
    return made


def write_all(evaluation, actor):
    """Write every chapter in both languages."""
    for one in chapters.chapters():
        for lang in ("en", "nl"):
            text = f"{one.key} {lang}: {{paid}}."
            evaluations.save_text(evaluation, one.key, lang, text, base=0, actor=actor, at=NOW)
    evaluations.recommend(evaluation, Course.CHANGE, actor=actor, at=NOW)
    db.session.commit()
    db.session.expire_all()


def invite(evaluation, actor, email="eva@example.org"):
    settings = current_app.config["SETTINGS"]
    who = evaluators.invite(
        evaluation, email, "Eva Zandpad", office="Bureau Zandpad", actor=actor, at=NOW, settings=settings
    )
    db.session.commit()
    return who


@pytest.fixture
def signed(story, begun):
    """An evaluation that Eva signed."""
    write_all(begun, story.cast.sol)
    eva = invite(begun, story.cast.sol)
    digest = evaluations.content_digest(begun)
    evaluation_signing.sign(begun, "E. Zandpad", digest, actor=eva, at=NOW)
    db.session.commit()
    return begun


def test_chapter_is_kept_with_its_history(story, begun):
    sol, max_ = story.cast.sol, story.cast.max
    evaluations.save_text(begun, "goals", "nl", "Eerst.", base=0, actor=sol, at=NOW)
    evaluations.save_text(begun, "goals", "nl", "Eerst. Dan", base=1, is_kept=False, actor=sol, at=NOW)
    evaluations.save_text(begun, "goals", "nl", "Heel anders.", base=2, actor=max_, at=NOW)
    db.session.commit()

    kept = db.session.scalars(select(EvaluationSection).order_by(EvaluationSection.number)).all()
    assert [(one.number, one.body, one.written_by) for one in kept] == [
        (1, "Eerst.", sol.id), (2, "Eerst. Dan", sol.id), (3, "Heel anders.", max_.id),
    ]  # fmt: skip


def test_two_writers_meet_and_nothing_is_lost(story, begun):
    evaluations.save_text(begun, "goals", "en", "Mine.", base=0, actor=story.cast.sol, at=NOW)

    with pytest.raises(ChangedMeanwhile) as clash:
        evaluations.save_text(begun, "goals", "en", "Yours.", base=0, actor=story.cast.max, at=NOW)

    assert (clash.value.yours, clash.value.theirs) == ("Yours.", "Mine.")


def test_figures_stay_until_they_are_taken_anew(story, begun):
    first = begun.figures
    before = first.data["money"]["paid"]
    pay_more(story)

    assert begun.figures.data["money"]["paid"] == before
    evaluations.refresh(begun, actor=story.cast.sol, at=NOW + DAY)
    assert begun.figures.id != first.id
    assert begun.figures.data["money"]["paid"] == before + 100_000


def pay_more(story):
    """Move another thousand euro of the grant to its grantee."""
    where = ledger.Where(round_id=story.award.round_id, award_id=story.award.id)
    for step in (ledger.APPROVE, ledger.ORDER, ledger.PAY):
        ledger.move(
            story.cast.fund, step, f"more:{step.event}", 100_000, at_source=where, onto=where, actor=None,
            at=NOW,
        )  # fmt: skip
    db.session.commit()


def test_nothing_is_signed_that_lacks_something(story, begun):
    eva = invite(begun, story.cast.sol)

    with pytest.raises(Refusal, match="Not written yet"):
        evaluation_signing.sign(begun, "Eva", evaluations.content_digest(begun), actor=eva, at=NOW)


def test_figure_that_does_not_exist_keeps_it_from_being_signed(story, begun):
    write_all(begun, story.cast.sol)
    evaluations.save_text(begun, "goals", "en", "We paid {gold}.", base=1, actor=story.cast.sol, at=NOW)
    db.session.commit()
    db.session.expire_all()

    assert any("{gold}" in one for one in evaluations.lacks(begun))


def test_open_remark_keeps_it_from_being_signed(story, begun):
    write_all(begun, story.cast.sol)
    eva = invite(begun, story.cast.sol)
    made = evaluations.remark(begun, "goals", "On which page?", actor=eva, at=NOW)
    db.session.commit()
    db.session.expire_all()
    digest = evaluations.content_digest(begun)

    with pytest.raises(Refusal, match="remarks"):
        evaluation_signing.sign(begun, "Eva", digest, actor=eva, at=NOW)

    evaluations.settle_remark(begun, made.id, actor=story.cast.sol, at=NOW)
    evaluation_signing.sign(begun, "Eva", digest, actor=eva, at=NOW)
    assert begun.state is EvaluationState.SIGNED


def test_signature_is_under_what_was_read_and_nothing_else(story, begun):
    write_all(begun, story.cast.sol)
    eva = invite(begun, story.cast.sol)
    read = evaluations.content_digest(begun)
    evaluations.save_text(begun, "goals", "en", "Something else.", base=1, actor=story.cast.sol, at=NOW)
    db.session.commit()
    db.session.expire_all()

    with pytest.raises(Refusal, match="changed while you read"):
        evaluation_signing.sign(begun, "Eva", read, actor=eva, at=NOW)


def test_only_an_outsider_is_asked(story, begun):
    for insider in (story.cast.max, story.cast.rhea, story.cast.ana, story.cast.sol):
        with pytest.raises(Refusal):
            invite(begun, story.cast.sol, insider.email)


def test_only_the_evaluator_signs(story, begun):
    write_all(begun, story.cast.sol)
    invite(begun, story.cast.sol)

    with pytest.raises(Refusal):
        evaluation_signing.sign(begun, "Max", evaluations.content_digest(begun), actor=story.cast.max, at=NOW)
    with pytest.raises(MoveRefused):
        evaluation_signing.sign(
            begun, "Me", evaluations.content_digest(begun), actor=make_user("Else"), at=NOW
        )


def test_signed_evaluation_is_not_written_on(story, signed):
    with pytest.raises(MoveRefused):
        evaluations.save_text(signed, "goals", "en", "x", base=1, actor=story.cast.sol, at=NOW)
    with pytest.raises(MoveRefused):
        evaluations.refresh(signed, actor=story.cast.sol, at=NOW)

    assert signed.document.data["signed"]["name"] == "E. Zandpad"
    assert signed.document.data["chapters"][0]["html"]["nl"] == "<p>summary nl: €&nbsp;3.000.</p>\n"


def test_taken_up_again_the_signature_is_void_and_the_evaluator_hears_why(story, signed):
    evaluation_signing.take_up_again(signed, actor=story.cast.sol, at=NOW + DAY, note="A wrong year.")
    db.session.commit()

    assert (signed.state, signed.signed_by, signed.document) == (EvaluationState.DRAFT, None, None)
    mail = db.session.scalars(select(Outbox).where(Outbox.name == "evaluation-reopened")).one()
    assert "A wrong year." in mail.body_text


def test_decision_takes_two_people_and_a_day_that_has_come(story, signed):
    text = {"en": "A second call.", "nl": "Een tweede oproep."}
    given = {"text": text, "actor": story.cast.sol, "at": NOW}
    with pytest.raises(Refusal, match="not come yet"):
        evaluation_signing.decide(signed, Course.CONTINUE, decided_on=(NOW + 2 * DAY).date(), **given)

    evaluation_signing.decide(signed, Course.CONTINUE, decided_on=NOW.date(), **given)
    with pytest.raises(MoveRefused):
        evaluation_signing.confirm_decision(signed, actor=story.cast.sol, at=NOW)
    evaluation_signing.confirm_decision(signed, actor=story.cast.max, at=NOW)
    db.session.commit()

    assert signed.document.data["decision"]["course"] == "continue"
    assert "tweede oproep" in signed.document.data["decision"]["html"]["nl"]


def test_database_keeps_two_people_and_the_evaluator_apart(story, signed):
    for values in (
        {"decision": "stop", "decided_by": story.cast.sol.id, "confirmed_by": story.cast.sol.id,
         "decided_on": NOW.date()},
        {"signed_by": story.cast.max.id},
        {"evaluator_id": story.cast.sol.id, "signed_by": None},
    ):  # fmt: skip
        with pytest.raises(IntegrityError), db.session.begin_nested():
            db.session.execute(db.update(Evaluation).values(**values))


def test_published_stands_on_the_public_site_and_withdrawn_says_why(client, story, signed):
    path = f"/evaluations/{story.cast.fund.slug}/{signed.number}"
    assert client.get(path).status_code == 404

    evaluation_signing.publish(signed, actor=story.cast.sol, at=NOW)
    db.session.commit()
    page = client.get(path)
    assert page.status_code == 200
    assert "€3,000." in page.text
    assert "summary en:" in page.text
    assert client.get(f"{path}/nl.pdf").data.startswith(b"%PDF")
    assert signed.title["en"] in client.get("/evaluations").text

    evaluation_signing.withdraw(signed, actor=story.cast.sol, at=NOW, note="The period was wrong.")
    db.session.commit()
    gone = client.get(path)
    assert "The period was wrong." in gone.text
    assert "summary en" not in gone.text
    assert client.get(f"{path}/nl.pdf").status_code == 404


def test_evaluator_sees_this_evaluation_and_nothing_else(client, story, begun):
    other = evaluations.begin(
        story.cast.fund, {"en": "Other", "nl": "Andere"}, from_on=date(2026, 1, 1),
        until_on=date(2026, 1, 2), actor=story.cast.sol, at=NOW,
    )  # fmt: skip
    eva = invite(begun, story.cast.sol)
    client.sign_in(eva)

    assert client.get(f"/office/reports/evaluations/{begun.id}").status_code == 200
    assert client.get(f"/office/reports/evaluations/{begun.id}/chapters/goals").status_code == 200
    assert client.get(f"/office/reports/evaluations/{begun.id}/sign").status_code == 200
    assert "Two seasons on" in client.get("/office/reports").text
    assert client.get(f"/office/reports/evaluations/{other.id}").status_code == 404
    assert client.get(f"/office/reports/rounds/{story.round.id}").status_code in (403, 404)
    saved = client.post(f"/office/reports/evaluations/{begun.id}/chapters/goals", data={"text_en": "x"})
    assert saved.status_code == 403
