"""The way of an evaluation: written, signed by an outsider, published, or withdrawn."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from fundapp.core.newer import Told
from fundapp.core.workflow import Move, Workflow
from fundapp.reports.evaluation_words import COURSE_WORDS
from fundapp.reports.models import Course, Evaluation
from fundapp.reports.models import EvaluationState as S
from fundapp.reports.rules import READ_EVALUATION, SIGN_EVALUATION, WRITE_EVALUATION

workflow = Workflow(
    Evaluation.state,
    Move("sign", {S.DRAFT}, S.SIGNED, by=SIGN_EVALUATION, label=_l("Sign the evaluation")),
    Move(
        "take_up_again", {S.SIGNED}, S.DRAFT, by=WRITE_EVALUATION, label=_l("Take it up again"),
        danger=True, wants_note=True,
    ),
    Move("publish", {S.SIGNED}, S.PUBLISHED, by=WRITE_EVALUATION, label=_l("Publish it"), danger=True),
    Move(
        "withdraw", {S.DRAFT, S.SIGNED, S.PUBLISHED}, S.WITHDRAWN, by=WRITE_EVALUATION,
        label=_l("Withdraw it"), danger=True, wants_note=True,
    ),
)  # fmt: skip

WORDS: dict[S, tuple[str, LazyString]] = Told(
    {
        S.DRAFT: ("run", _l("Being written")),
        S.SIGNED: ("ok", _l("Signed")),
        S.PUBLISHED: ("ok", _l("Published")),
        S.WITHDRAWN: ("none", _l("Withdrawn")),
    }
)
COURSES: dict[Course, LazyString] = {course: COURSE_WORDS[course.value] for course in Course}

__all__ = ["COURSES", "READ_EVALUATION", "WORDS", "workflow"]
