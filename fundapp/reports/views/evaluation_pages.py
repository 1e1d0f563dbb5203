"""Pages of an evaluation: begun, written chapter by chapter, read, remarked upon."""

from io import BytesIO
from typing import Any

from flask import abort, flash, g, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from flask_login import current_user

from fundapp.applications.word_changes import folded, pieces
from fundapp.core import clock, once
from fundapp.core.db import db
from fundapp.core.guard import guard
from fundapp.core.refusals import Refusal
from fundapp.core.web import language
from fundapp.core.words import LANGUAGES
from fundapp.funds.models import Fund
from fundapp.funds.queries import office_fund
from fundapp.reports import chapters, evaluations, fund_service
from fundapp.reports import evaluation_queries as queries
from fundapp.reports.evaluation_page import chapter_lines, overview, whole
from fundapp.reports.evaluation_workflow import COURSES, WORDS, workflow
from fundapp.reports.forms.evaluating import ChapterForm, CourseForm, EmptyForm, EvaluationForm, RemarkForm
from fundapp.reports.models import Course, Evaluation
from fundapp.reports.rules import MAKE_ROUND, READ_EVALUATION, WRITE_EVALUATION
from fundapp.reports.views.blueprint import bp
from fundapp.reports.wording import Say

PDF = "application/pdf"


def load(user: Any, id: int, **values: Any) -> Evaluation | None:
    """Load an evaluation for a page, and show times in its fund's zone."""
    found = queries.visible_evaluation(user, id)
    if found is not None:
        g.zone = found.fund.zone
    return found


@bp.get("/funds/<int:id>/evaluations/new")
@guard(MAKE_ROUND, office_fund)
def new_evaluation(fund: Fund) -> Any:
    """Ask what an evaluation is called and over which period it looks."""
    given = {"from_on": clock.day(fund.created_at, fund.zone), "until_on": clock.day(clock.now(), fund.zone)}
    return render_template("reports/evaluation_new.html", fund=fund, form=EvaluationForm(None, data=given))


@bp.post("/funds/<int:id>/evaluations/new")
@guard(MAKE_ROUND, office_fund)
def begin_evaluation(fund: Fund) -> Any:
    """Begin an evaluation; its figures are frozen as they stand."""
    form = EvaluationForm()
    if (done := once.result(form.once.data)) is not None:
        return redirect(done)
    if not form.validate() or form.from_on.data is None or form.until_on.data is None:
        return render_template("reports/evaluation_new.html", fund=fund, form=form), 422
    now = clock.now()
    period = {"from_on": form.from_on.data, "until_on": form.until_on.data}
    made = evaluations.begin(fund, form.title(), **period, actor=current_user, at=now)
    db.session.flush()
    to = url_for(".evaluation", id=made.id)
    once.remember(form.once.data, to, at=now)
    db.session.commit()
    flash(_("The evaluation is begun. Its figures are frozen as they stood just now."))
    return redirect(to)


@bp.get("/evaluations/<int:id>")
@guard(READ_EVALUATION, load)
def evaluation(row: Evaluation) -> Any:
    """Show how far an evaluation has come, and what can be done next."""
    say = Say(language(), row.fund.currency)
    form = CourseForm(None, data={"course": row.recommendation})
    return render_template(
        "reports/evaluation.html",
        row=row,
        page=overview(row, say),
        state=WORDS[row.state],
        moves=[move for move in workflow.open_to(current_user, row) if move.name != "sign"],
        may_sign=workflow.allows("sign", current_user, row),
        may_write=WRITE_EVALUATION(current_user, row) and row.state == "draft",
        may_decide=WRITE_EVALUATION(current_user, row) and row.state in ("signed", "published"),
        form=form,
        courses=COURSES,
    )


@bp.get("/evaluations/<int:id>/read")
@guard(READ_EVALUATION, load)
def read_evaluation(row: Evaluation) -> Any:
    """Show the whole evaluation as its readers will see it."""
    return render_template("reports/evaluation_read.html", row=row, text=whole(row, language()))


@bp.get("/evaluations/<int:id>/<any(en, nl):lang>.pdf")
@guard(READ_EVALUATION, load)
def evaluation_pdf(row: Evaluation) -> Any:
    """Give the evaluation as PDF: as it was signed, or as a draft that says so."""
    lang = (request.view_args or {})["lang"]
    content = fund_service.evaluation_pdf(row, lang=lang, at=clock.now())
    name = f"evaluation-{row.fund.slug}-{row.number}-{lang}.pdf"
    return send_file(BytesIO(content), mimetype=PDF, as_attachment=True, download_name=name)


# --- writing -------------------------------------------------------------------------


def _chapter() -> chapters.Chapter:
    found = chapters.chapter(str((request.view_args or {}).get("key")))
    if found is None:
        abort(404)
    return found


def _chapter_page(row: Evaluation, form: ChapterForm, remark: RemarkForm) -> str:
    found, say = _chapter(), Say(language(), row.fund.currency)
    figures = chapters.values(row.figures.data, say)  # type: ignore[arg-type]
    return render_template(
        "reports/chapter.html",
        row=row,
        chapter=found,
        lines=chapter_lines(row),
        form=form,
        remark=remark,
        remarks=[one for one in row.remarks if one.key == found.key],
        may_write=WRITE_EVALUATION(current_user, row) and row.state == "draft",
        is_open=row.state == "draft",
        figures=[(f"{{{key}}}", words, figures[key]) for key, words in chapters.TOKENS.items()],
        text={one.language: one.body for one in row.texts if one.key == found.key},
    )


def _filled(row: Evaluation, key: str) -> ChapterForm:
    texts = {one.language: one for one in row.texts if one.key == key}
    seen = [str(texts[lang].revision if lang in texts else 0) for lang in LANGUAGES]
    bodies = {f"text_{lang}": texts[lang].body if lang in texts else "" for lang in LANGUAGES}
    return ChapterForm(None, data={"version": " ".join(seen), **bodies})


@bp.get("/evaluations/<int:id>/chapters/<key>")
@guard(READ_EVALUATION, load)
def chapter(row: Evaluation) -> Any:
    """Show one chapter to write, or to read and remark upon."""
    return _chapter_page(row, _filled(row, _chapter().key), RemarkForm(None))


@bp.post("/evaluations/<int:id>/chapters/<key>")
@guard(WRITE_EVALUATION, load)
def save_chapter(row: Evaluation) -> Any:
    """Keep a chapter as a version of its history."""
    form, key = ChapterForm(), _chapter().key
    if not form.validate():
        return _chapter_page(row, form, RemarkForm(None)), 422
    _save(row, key, form, is_kept=True)
    db.session.commit()
    flash(_("The chapter is saved."))
    return redirect(url_for(".chapter", id=row.id, key=key))


@bp.post("/evaluations/<int:id>/chapters/<key>/autosave")
@guard(WRITE_EVALUATION, load)
def autosave_chapter(row: Evaluation) -> Any:
    """Keep a chapter while it is being typed; answers with the time and the new revisions."""
    form, key = ChapterForm(), _chapter().key
    if not form.validate():
        return {"message": _("This chapter is too long.")}, 422
    try:
        version = _save(row, key, form, is_kept=False)
    except Refusal as clash:
        return {"message": clash.message}, 409
    db.session.commit()
    return {"saved_at": f"{clock.local(g.arrived_at, row.fund.zone):%H:%M}", "version": version}


def _save(row: Evaluation, key: str, form: ChapterForm, *, is_kept: bool) -> str:
    bases, now = form.bases(), clock.now()
    kept = [
        evaluations.save_text(
            row, key, lang, body, base=bases[lang], is_kept=is_kept, actor=current_user, at=now
        )
        for lang, body in form.texts().items()
    ]
    return " ".join(str(one.revision) for one in kept)


@bp.get("/evaluations/<int:id>/chapters/<key>/history/<any(en, nl):lang>")
@guard(READ_EVALUATION, load)
def chapter_history(row: Evaluation) -> Any:
    """Show the kept versions of a chapter in one language, each with what it changed."""
    found, lang = _chapter(), str((request.view_args or {})["lang"])
    versions = queries.sections_of(row.id, found.key, lang)
    before = [*(one.body for one in versions[1:]), ""]
    told = [(one, folded(pieces(old, one.body))) for one, old in zip(versions, before, strict=True)]
    return render_template("reports/chapter_history.html", row=row, chapter=found, lang=lang, told=told)


@bp.post("/evaluations/<int:id>/chapters/<key>/remarks")
@guard(READ_EVALUATION, load)
def remark(row: Evaluation) -> Any:
    """Remark something about a chapter."""
    form, found = RemarkForm(), _chapter()
    to = url_for(".chapter", id=row.id, key=found.key, _anchor="remarks")
    if (done := once.result(form.once.data)) is not None:
        return redirect(done)
    if not form.validate():
        return _chapter_page(row, _filled(row, found.key), form), 422
    now = clock.now()
    evaluations.remark(row, found.key, form.body.data or "", actor=current_user, at=now)
    once.remember(form.once.data, to, at=now)
    db.session.commit()
    flash(_("Your remark stands beside the chapter."))
    return redirect(to)


@bp.post("/evaluations/<int:id>/remarks/<int:remark_id>")
@guard(READ_EVALUATION, load)
def settle_remark(row: Evaluation) -> Any:
    """Say that a remark is dealt with."""
    if not EmptyForm().validate():
        abort(400)
    chosen = (request.view_args or {})["remark_id"]
    evaluations.settle_remark(row, chosen, actor=current_user, at=clock.now())
    db.session.commit()
    return redirect(_back(row, chosen))


def _back(row: Evaluation, remark_id: int) -> str:
    key = next(one.key for one in row.remarks if one.id == remark_id)
    return url_for(".chapter", id=row.id, key=key, _anchor="remarks")


# --- figures and advice --------------------------------------------------------------


@bp.post("/evaluations/<int:id>/figures")
@guard(WRITE_EVALUATION, load)
def refresh_figures(row: Evaluation) -> Any:
    """Take the figures anew, and show what changed."""
    evaluations.refresh(row, actor=current_user, at=clock.now())
    db.session.commit()
    return redirect(url_for(".figure_changes", id=row.id))


@bp.get("/evaluations/<int:id>/figures")
@guard(READ_EVALUATION, load)
def figure_changes(row: Evaluation) -> Any:
    """Show what differs between the figures an evaluation counts with and those before them."""
    before, say = queries.figures_before(row), Say(language(), row.fund.currency)
    found: Any = chapters.changed(before.data, row.figures.data, say) if before else []  # type: ignore[arg-type]
    return render_template("reports/evaluation_figures.html", row=row, before=before, changes=found)


@bp.post("/evaluations/<int:id>/recommendation")
@guard(WRITE_EVALUATION, load)
def recommend(row: Evaluation) -> Any:
    """Keep what is advised."""
    form = CourseForm()
    if not form.validate():
        flash(_("Choose one of the three."), "warn")
        return redirect(url_for(".evaluation", id=row.id, _anchor="recommendation"))
    evaluations.recommend(row, Course(form.course.data), actor=current_user, at=clock.now())
    db.session.commit()
    flash(_("The recommendation is saved."))
    return redirect(url_for(".evaluation", id=row.id, _anchor="recommendation"))
