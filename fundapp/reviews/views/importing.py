"""What taking reviews in adds to the pages on which files are taken in."""

import csv
from io import StringIO
from typing import Any

from flask_babel import lazy_gettext as _l

from fundapp.applications.import_kinds import KINDS, Asking, ImportKind
from fundapp.core.spreadsheet import harmless
from fundapp.core.tasks import Task
from fundapp.reviews import import_task
from fundapp.reviews.forms.importing import reviews_form
from fundapp.rounds.models import Round


def _order(content: bytes, form: Any, asking: Asking) -> Task:
    stage = form.chosen(asking.round) if "stage" in form else None
    return import_task.order(
        content, name=asking.name, round=asking.round, stage=stage, actor=asking.actor, at=asking.at
    )


def _sample(round: Round) -> tuple[str, str]:
    """Give a table with a line for each criterion of the round's rubric."""
    text = StringIO()
    out = csv.writer(text)
    out.writerow(["application code", "reviewer", "criterion", "score or N/A", "reason"])
    for criterion in round.stage.rubric.criteria:
        out.writerow(
            [
                "2026-12-001",
                "reviewer@example.org",
                harmless(criterion.key),
                criterion.highest,
                "Says how, and when.",
            ]
        )
    return "reviews-sample.csv", text.getvalue()


KINDS["reviews"] = ImportKind(
    key="reviews",
    task=import_task.TASK,
    title=_l("Take in reviews"),
    about="reviews/_import_reviews.html",
    sample=_sample,
    order=_order,
    form=reviews_form,
    stays=False,
)
