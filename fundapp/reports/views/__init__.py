"""Pages about reports, by noun, in one blueprint."""

from fundapp.reports.views import (
    built_pages,
    disclosure_pages,
    disclosure_request_pages,
    evaluation_pages,
    fund_pages,
    grant_pages,
    learning_pages,
    open_pages,
    own_pages,
    public_round_pages,
    report_pages,
    shelf_pages,
    signing_pages,
    verify_pages,
)
from fundapp.reports.views.blueprint import bp

BLUEPRINTS = (bp, shelf_pages.downloads, own_pages.bp)

__all__ = [
    "BLUEPRINTS",
    "bp",
    "built_pages",
    "disclosure_pages",
    "disclosure_request_pages",
    "evaluation_pages",
    "fund_pages",
    "grant_pages",
    "learning_pages",
    "open_pages",
    "own_pages",
    "public_round_pages",
    "report_pages",
    "shelf_pages",
    "signing_pages",
    "verify_pages",
]
