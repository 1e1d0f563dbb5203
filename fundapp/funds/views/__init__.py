"""Pages of funds: their money, their settings, how they look."""

from fundapp.funds.views import brand_pages, fund_pages, gift_pages, giver_pages, settings_pages
from fundapp.funds.views.blueprint import bp

__all__ = ["bp", "brand_pages", "fund_pages", "gift_pages", "giver_pages", "settings_pages"]
