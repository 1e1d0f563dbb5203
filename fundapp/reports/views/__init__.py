"""Pages about reports, by noun, in one blueprint."""

from fundapp.reports.views import report_pages
from fundapp.reports.views.blueprint import bp

__all__ = ["bp", "report_pages"]
