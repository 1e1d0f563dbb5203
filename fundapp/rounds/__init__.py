"""Rounds: calls with their dates and money, the form that is asked, the rubric that judges."""
