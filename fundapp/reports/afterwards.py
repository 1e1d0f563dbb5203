"""What moved after it was said: decisions that were appealed, and scores that were changed."""

from collections.abc import Sequence

from fundapp.decisions.models import AppealState
from fundapp.reports import fund_rows
from fundapp.reports.round_shape import AppealFigures, MovementFigures


def appeal_figures(round_ids: Sequence[int]) -> AppealFigures:
    """Count the appeals against decisions of these rounds."""
    found = fund_rows.appeals_of(round_ids)
    return {
        "received": sum(found.values()),
        "upheld": found.get(AppealState.UPHELD, 0),
        "changed": found.get(AppealState.CHANGED, 0),
        "withdrawn": found.get(AppealState.WITHDRAWN, 0),
        "open": sum(
            found.get(one, 0) for one in (AppealState.RECEIVED, AppealState.IN_HAND, AppealState.PROPOSED)
        ),
    }


def movement_figures(round_id: int) -> MovementFigures:
    """Count the scores that reviewers changed after they had handed in, up and down."""
    moved = fund_rows.movement_of(round_id)
    steps = [
        row.to_value - row.from_value
        for row in moved
        if row.from_value is not None and row.to_value is not None
    ]
    return {
        "scores": len(moved),
        "reviews": len({row.review_id for row in moved}),
        "up": sum(step > 0 for step in steps),
        "down": sum(step < 0 for step in steps),
    }
