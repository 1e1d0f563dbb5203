"""What is done with an evaluation while it is written: figures, chapters, remarks, recommendation."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select

from fundapp.accounts.models import User
from fundapp.core import audit
from fundapp.core.db import db, locked
from fundapp.core.refusals import ChangedMeanwhile, MoveRefused, Refusal
from fundapp.core.words import LANGUAGES
from fundapp.funds.models import Fund
from fundapp.reports import chapters
from fundapp.reports.freezing import basis_of, digest_of, freeze
from fundapp.reports.fund_kinds import FUND
from fundapp.reports.models import (
    Course,
    Evaluation,
    EvaluationRemark,
    EvaluationSection,
    EvaluationState,
    EvaluationText,
    Snapshot,
)
from fundapp.reports.rules import WRITE_EVALUATION
from fundapp.rounds.models import Round, Stage


def begin(
    fund: Fund, title: Mapping[str, str], *, from_on: date, until_on: date, actor: User, at: datetime
) -> Evaluation:
    """Begin an evaluation of a fund, with its figures frozen as they stand now.

    title: by language. Raises Refusal for a period that ends before it begins.
    """
    if until_on < from_on:
        raise Refusal(_("The period ends before it begins."))
    locked(Fund, fund.id)
    last = select(func.max(Evaluation.number)).where(Evaluation.fund_id == fund.id)
    figures = take_figures(fund, actor=actor, at=at)
    db.session.flush()
    made = Evaluation(
        fund=fund, number=(db.session.scalar(last) or 0) + 1, title=dict(title), from_on=from_on,
        until_on=until_on, state_at=at, figures=figures, made_by=actor.id, made_at=at,
    )  # fmt: skip
    db.session.add(made)
    audit.record("begin_evaluation", made, actor=actor, at=at, to_state=EvaluationState.DRAFT)
    return made


def take_figures(fund: Fund, *, actor: User | None, at: datetime) -> Snapshot:
    """Freeze everything that is counted about a fund as it stands now."""
    return freeze(FUND.key, FUND.gather(fund, at=at), fund_id=fund.id, basis=_basis(fund), actor=actor, at=at)


def _basis(fund: Fund) -> dict[str, Any]:
    """Name the rubrics and forms of the fund's rounds."""
    stages = select(Stage).join(Round, Round.id == Stage.round_id).where(Round.fund_id == fund.id)
    return basis_of(db.session.scalars(stages.where(Round.is_trial.is_(False)).order_by(Stage.id)).all())


def refresh(evaluation: Evaluation, *, actor: User, at: datetime) -> Snapshot:
    """Take the figures anew, and give those from before. Raises MoveRefused once it is signed."""
    held = _writable(evaluation, actor)
    before = held.figures
    held.figures = take_figures(held.fund, actor=actor, at=at)
    audit.record("refresh_figures", held, actor=actor, at=at, detail={"before": before.id})
    return before


def _writable(evaluation: Evaluation, actor: User) -> Evaluation:
    """Hold an evaluation that is still being written, by somebody who may."""
    held = locked(Evaluation, evaluation.id)
    if held.state is not EvaluationState.DRAFT:
        raise MoveRefused(_("This evaluation is signed: its text and figures stand as they are."))
    if not WRITE_EVALUATION(actor, held):
        raise MoveRefused(_("This step is not yours to take."))
    return held


# --- writing -------------------------------------------------------------------------


def save_text(
    evaluation: Evaluation,
    key: str,
    language: str,
    body: str,
    *,
    base: int,
    is_kept: bool = True,
    actor: User,
    at: datetime,
) -> EvaluationText:
    """Save what is written in one chapter in one language.

    base: the revision the writer saw, 0 for none. is_kept: put it in the history as a version; without,
    it is a save by the way. What another writer left unkept goes to the history first. Raises
    ChangedMeanwhile with both texts when somebody else wrote since, and Refusal for a text too long.
    """
    held = _writable(evaluation, actor)
    if chapters.chapter(key) is None or language not in LANGUAGES:
        raise Refusal(_("There is no such chapter."))
    body = body.replace("\r\n", "\n").strip()
    if len(body) > chapters.LONGEST:
        raise Refusal(_("This chapter is longer than %(most)s characters.", most=chapters.LONGEST))
    row = db.session.get(EvaluationText, (held.id, key, language), populate_existing=True)
    if row is not None and row.revision != base and row.body != body:
        raise ChangedMeanwhile(yours=body, theirs=row.body)
    if row is None:
        row = EvaluationText(evaluation_id=held.id, key=key, language=language, body="", revision=0)
        row.saved_by, row.saved_at = actor.id, at
        db.session.add(row)
    if row.body != body:
        if row.saved_by != actor.id:
            keep(row)
        row.body, row.revision, row.saved_by, row.saved_at = body, row.revision + 1, actor.id, at
    if is_kept and keep(row):
        detail = {"chapter": key, "language": language}
        audit.record("write_chapter", held, actor=actor, at=at, detail=detail)
    return row


def keep(row: EvaluationText) -> bool:
    """Put what a chapter says in its history; gives False when it stands there already."""
    of = (
        EvaluationSection.evaluation_id == row.evaluation_id,
        EvaluationSection.key == row.key,
        EvaluationSection.language == row.language,
    )
    last = db.session.scalar(
        select(EvaluationSection).where(*of).order_by(EvaluationSection.number.desc()).limit(1)
    )
    if (last.body if last else "") == row.body:
        return False
    db.session.add(
        EvaluationSection(
            evaluation_id=row.evaluation_id, key=row.key, language=row.language,
            number=(last.number if last else 0) + 1, body=row.body, written_by=row.saved_by,
            written_at=row.saved_at,
        )
    )  # fmt: skip
    return True


def recommend(evaluation: Evaluation, course: Course | None, *, actor: User, at: datetime) -> None:
    """Say what is advised about the next investment."""
    held = _writable(evaluation, actor)
    held.recommendation = course
    audit.record("recommend", held, actor=actor, at=at, detail={"course": course.value if course else None})


def remark(evaluation: Evaluation, key: str, body: str, *, actor: User, at: datetime) -> EvaluationRemark:
    """Remark something about a chapter; only while it is being written."""
    held = locked(Evaluation, evaluation.id)
    if held.state is not EvaluationState.DRAFT:
        raise MoveRefused(_("This evaluation is signed: its text and figures stand as they are."))
    if not body.strip() or chapters.chapter(key) is None:
        raise Refusal(_("Write down what you want to remark."))
    made = EvaluationRemark(
        evaluation_id=held.id, key=key, body=body.strip(), written_by=actor.id, written_at=at
    )
    db.session.add(made)
    audit.record("remark", held, actor=actor, at=at, detail={"chapter": key})
    return made


def settle_remark(evaluation: Evaluation, remark_id: int, *, actor: User, at: datetime) -> None:
    """Say that a remark is dealt with. Raises Refusal when there is no such remark."""
    found = next((one for one in evaluation.remarks if one.id == remark_id), None)
    if found is None:
        raise Refusal(_("There is no such remark."))
    if found.settled_at is None:
        found.settled_by, found.settled_at = actor.id, at
        audit.record("settle_remark", evaluation, actor=actor, at=at, detail={"chapter": found.key})


# --- what is signed -------------------------------------------------------------------------


def content_digest(evaluation: Evaluation) -> str:
    """Give the digest of what is signed: figures, texts, recommendation, title and period."""
    texts = sorted((one.key, one.language, one.body) for one in evaluation.texts if one.body)
    course = evaluation.recommendation
    return digest_of(
        {
            "fund": evaluation.fund.slug,
            "number": evaluation.number,
            "title": evaluation.title,
            "period": [evaluation.from_on.isoformat(), evaluation.until_on.isoformat()],
            "figures": evaluation.figures.digest,
            "texts": [list(one) for one in texts],
            "recommendation": course.value if course else None,
        }
    )


def lacks(evaluation: Evaluation) -> list[str]:
    """List what is still missing before an evaluation can be signed, in words."""
    written = {(one.key, one.language): one.body for one in evaluation.texts}
    empty = [
        f"{chapters.title_of(one, 'en')} ({lang})"
        for one in chapters.chapters()
        for lang in evaluation.fund.languages
        if not written.get((one.key, lang), "").strip()
    ]
    wrong = sorted({name for body in written.values() for name in chapters.unknown(body)})
    found = []
    if empty:
        found.append(_("Not written yet: %(list)s.", list=", ".join(empty)))
    if wrong:
        found.append(_("No figure is called %(names)s.", names=", ".join(f"{{{name}}}" for name in wrong)))
    if evaluation.recommendation is None:
        found.append(_("There is no recommendation yet."))
    if digest_of(evaluation.figures.data) != evaluation.figures.digest:
        found.append(_("The figures are not those of the snapshot. Take them anew."))
    return found
