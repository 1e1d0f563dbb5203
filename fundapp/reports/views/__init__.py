"""Pages about reports, by noun, in one blueprint."""

from fundapp.reports.views import report_pages, shelf_pages, verify_pages
from fundapp.reports.views.blueprint import bp

BLUEPRINTS = (bp, shelf_pages.downloads)

__all__ = ["BLUEPRINTS", "bp", "report_pages", "shelf_pages", "verify_pages"]
