"""The public pages, by noun, in one blueprint."""

from fundapp.public.views import evaluation_pages, open_data_pages, pages
from fundapp.public.views.blueprint import bp

__all__ = ["bp", "evaluation_pages", "open_data_pages", "pages"]
