"""Pages of rounds in the office, and of the forms they ask."""

from fundapp.rounds.views import calls, clones
from fundapp.rounds.views.blueprint import bp

__all__ = ["bp", "calls", "clones"]
