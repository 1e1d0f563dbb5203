"""Long work of payouts, known to the worker once this is loaded."""

from fundapp.payouts import statement_task

__all__ = ["statement_task"]
