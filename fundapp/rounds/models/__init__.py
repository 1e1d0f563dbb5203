"""Rounds, their stages, and the frozen form and rubric."""

from fundapp.rounds.models.calls import Round, RoundState
from fundapp.rounds.models.forms import Form
from fundapp.rounds.models.rubrics import Criterion, Rubric
from fundapp.rounds.models.stages import Stage

__all__ = ["Criterion", "Form", "Round", "RoundState", "Rubric", "Stage"]
