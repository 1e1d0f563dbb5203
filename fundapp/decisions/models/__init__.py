"""Decisions, and what leads to them."""

from fundapp.decisions.models.decisions import Decision, DecisionState, Outcome

__all__ = ["Decision", "DecisionState", "Outcome"]
