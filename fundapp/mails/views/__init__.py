"""Pages of mail: what it says, and what was sent."""

from fundapp.mails import own_words
from fundapp.mails.views import log_pages, text_pages
from fundapp.mails.views.blueprint import bp

__all__ = ["bp", "log_pages", "own_words", "text_pages"]
