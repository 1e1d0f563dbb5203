"""What is filled in about a round, in the builder of forms, and in a form itself."""

from fundapp.rounds.forms.calls import MoveForm, RoundForm

__all__ = ["MoveForm", "RoundForm"]
