"""Pages of rounds in the office, and of the forms they ask."""

from fundapp.rounds.views import calls, choices, clones, making, stages
from fundapp.rounds.views.blueprint import bp

__all__ = ["bp", "calls", "choices", "clones", "making", "stages"]
