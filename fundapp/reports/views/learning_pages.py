"""What scores foretold: a page for the office, and a few words where the next rubric is edited."""

from typing import Any

from flask import render_template
from flask_babel import gettext, ngettext
from flask_login import current_user

from fundapp.core.guard import guard
from fundapp.core.web import language
from fundapp.reports.foretelling import LEAST, Foretold
from fundapp.reports.learning import OUTCOMES, RubricLine, learned
from fundapp.reports.rules import READ
from fundapp.reports.views.blueprint import bp
from fundapp.reports.wording import Say


@bp.get("/learning")
@guard(READ)
def learning() -> Any:
    """Show which criteria foretold what came of the grants, and how sure that is."""
    return render_template(
        "reports/learning.html", rubrics=learned(current_user), outcomes=OUTCOMES, told=told, least=LEAST
    )


def told(found: Foretold) -> tuple[str, str]:
    """Say how far a score and an outcome went together: the figure with its interval, and the verdict."""
    say = Say(language(), "EUR")
    number = ngettext("one grant", "%(num)s grants", found.n)
    if found.rho is None:
        return number, gettext("nothing to compare") if found.n < LEAST else gettext("never differed")
    figure = f"ρ = {say.signed(found.rho, 2)}"
    if found.low is not None:
        figure += f" ({say.signed(found.low, 2)} … {say.signed(found.high, 2)})"
    verdicts = {
        "few": gettext("too few to say"),
        "none": gettext("did not foretell it"),
        "up": gettext("higher scores, more of it"),
        "down": gettext("higher scores, less of it"),
    }
    return f"{figure}, {number}", verdicts[found.verdict]


def _foretold(slug: str) -> RubricLine | None:
    """Give what is known of a rubric and its criteria, for the pages where it is edited."""
    return next(iter(learned(current_user, slug)), None)


@bp.app_context_processor
def _for_rubrics() -> dict[str, Any]:
    return {"foretold": _foretold, "foretold_words": told, "FORETOLD": OUTCOMES, "FORETOLD_LEAST": LEAST}
