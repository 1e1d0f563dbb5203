"""What the pages of reviewing show, put together from the queries."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from babel.numbers import format_decimal
from flask_babel import get_locale
from flask_babel import gettext as _
from markupsafe import Markup

from fundapp.accounts.models import User
from fundapp.applications.models import Application
from fundapp.core.shares import ppm
from fundapp.reviews import queries, scoring, statistics
from fundapp.reviews.drawings import CriterionFigures, Drawer
from fundapp.reviews.models import Review, ReviewState
from fundapp.reviews.queries import Told
from fundapp.reviews.ranking import Order, Place, Ranking, line_up
from fundapp.reviews.sheet import Entry, Lack, Overall, Sheet, missing, scales, sheet_of, values
from fundapp.reviews.stability import REPLICATES
from fundapp.reviews.statistics import Judged, Statistics
from fundapp.rounds.models import Criterion, Round, Stage

PAGE = 50
"""How many rows below the line are drawn at first."""
MOST = 200
"""How many proposals the page of statistics draws."""


# --- the office ------------------------------------------------------------------


@dataclass(frozen=True)
class RankingPage:
    """The ranking of a round with its line, and what it takes to draw it."""

    ranking: Ranking
    drawer: Drawer
    order: Order
    threshold_ppm: int | None
    is_whole: bool
    figures: Mapping[int, Judged]
    seed: str
    replicates: int = REPLICATES

    def corrected(self, row: Any) -> str | None:
        """The mean without the reviewers' leanings; None where they are not calibrated."""
        found = self.figures.get(row.id)
        return None if found is None or found.corrected is None else self.drawer.scale.number(found.corrected)

    def stability(self, row: Any) -> float | None:
        """The share of resampled rankings in which it is above the line."""
        found = self.figures.get(row.id)
        return found.stability if found else None

    def is_tied(self, row: Any) -> bool:
        """Tell whether chance decides on which side of the line it stands."""
        found = self.figures.get(row.id)
        return found is not None and found.is_tied

    @property
    def below(self) -> list[Place]:
        """What is drawn below the line: the first fifty, unless all are asked for."""
        return self.ranking.below if self.is_whole else self.ranking.below[:PAGE]

    @property
    def apart(self) -> list[Any]:
        """What is drawn apart, as far as the same measure goes."""
        return self.ranking.apart if self.is_whole else self.ranking.apart[:PAGE]

    @property
    def hidden(self) -> int:
        """How many are not drawn."""
        every = len(self.ranking.below) + len(self.ranking.apart)
        return every - len(self.below) - len(self.apart)

    @property
    def threshold(self) -> str:
        """The threshold on the shown scale."""
        return self.drawer.scale.total(self.threshold_ppm)


def ranking(
    user: User,
    round: Round,
    *,
    stage: Stage | None = None,
    budget_cents: int | None,
    order: Order,
    is_whole: bool = True,
) -> RankingPage:
    """Put the ranking of a stage (the first unless named) together.

    budget_cents: another budget to try, else the round's.
    """
    stage = stage or round.stage
    rubric = stage.rubric
    budget = round.budget_cents if budget_cents is None else budget_cents
    lined = line_up(
        queries.ranking(user, round, stage),
        budget_cents=budget,
        threshold_ppm=rubric.threshold_ppm,
        order=order,
    )
    where = queries.to_weigh(user, stage)
    told = statistics.of_round(round, stage=stage, where=where, budget_cents=budget, with_scores=False)
    figures = {one.id: one for one in told.applications}
    return RankingPage(
        lined, Drawer(rubric.criteria), order, rubric.threshold_ppm, is_whole, figures, told.seed
    )


@dataclass(frozen=True)
class StatisticsPage:
    """What the reviews of a round say about the reviewers and the criteria."""

    found: Statistics
    drawer: Drawer
    replicates: int = REPLICATES

    @property
    def drawn(self) -> list[Judged]:
        """The proposals that are drawn: the best two hundred."""
        return self.found.applications[:MOST]

    @property
    def hidden(self) -> int:
        """How many are not drawn."""
        return len(self.found.applications) - len(self.drawn)

    def decimal(self, figure: float) -> str:
        """Write a bare figure with two decimals."""
        return str(format_decimal(round(figure, 2), "0.00;−0.00", locale=str(get_locale() or "en")))

    def leaning(self, beta: float) -> str:
        """Write a leaning with its sign."""
        return ("+" if beta > 0 else "−" if beta < 0 else "") + self.total(abs(beta))

    def total(self, figure: float | None) -> str:
        """Write a figure of the scale; a dash where there is none."""
        return "–" if figure is None else self.drawer.scale.number(figure)


def statistics_page(user: User, round: Round, stage: Stage | None = None) -> StatisticsPage:
    """Put the statistics of one stage together, of what the person may see."""
    stage = stage or round.stage
    found = statistics.of_round(round, stage=stage, where=queries.to_weigh(user, stage))
    return StatisticsPage(found, Drawer(stage.rubric.criteria))


@dataclass(frozen=True)
class Shown:
    """One review as the office reads it. covered: the share of the weight that was scored, 0 to 1."""

    sheet: Sheet
    drawer: Drawer
    lacks: list[tuple[Criterion, Lack]]

    @property
    def scored(self) -> int:
        """How many criteria have a score, N/A included."""
        return sum(entry.is_scored for entry in self.sheet.entries.values())

    @property
    def whole(self) -> Overall:
        """What the review says as a whole."""
        return self.sheet.overall


def shown(review: Review) -> Shown:
    """Read one review for the office."""
    sheet, criteria = sheet_of(review), review.rubric.criteria
    return Shown(sheet, Drawer(criteria), missing(criteria, sheet.entries))


# --- the dossier -----------------------------------------------------------------


@dataclass(frozen=True)
class Dossier:
    """What the reviews of one application say together: reviewers as columns, criteria as rows."""

    told: list[Told]
    rows: list[CriterionFigures]
    drawer: Drawer
    mean_ppm: int | None
    median_ppm: int | None
    is_own_open: bool

    @property
    def web(self) -> Markup | None:
        """The medians as a web, where the criteria share a scale."""
        return self.drawer.web(self.rows, _("Profile over the criteria"))

    @property
    def apart(self) -> list[CriterionFigures]:
        """Criteria on which reviewers are so far apart that they should talk."""
        return [row for row in self.rows if row.is_apart]


def dossier(user: User, application: Application) -> Dossier | None:
    """Put the reviews of an application together for its dossier; one query, None when there are none."""
    told = queries.reviews_for(user, application)
    done = [one for one in told if one.state is ReviewState.SUBMITTED]
    if not told:
        return None
    drawer = Drawer(list(done[0].criteria.values()) if done else [])
    rows = [
        CriterionFigures(one, [told.entries.get(one.id, Entry()) for told in done]) for one in drawer.criteria
    ]
    weighed = scales(drawer.criteria)
    together = scoring.standing(
        scoring.review_total(weighed, values(drawer.criteria, one.entries)) for one in done
    )
    mean, median = (None if one is None else ppm(one) for one in (together.mean, together.median))
    return Dossier(done, rows, drawer, mean, median, is_own_open=len(done) < len(told))
