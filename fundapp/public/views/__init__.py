"""The public pages, by noun, in one blueprint."""

from fundapp.public.views import pages
from fundapp.public.views.blueprint import bp

__all__ = ["bp", "pages"]
