"""Pages for those who look after the instance: the state of things, people, jobs, mail, the log."""

from fundapp.admin.views import house, mail, people, reviewers
from fundapp.admin.views.blueprint import bp

__all__ = ["bp", "house", "mail", "people", "reviewers"]
