"""The pages and the API of connections."""

from fundapp.connections.views import api_pages, reading, tokens, webhooks
from fundapp.connections.views.blueprint import api, bp

BLUEPRINTS = [bp, api]

__all__ = ["BLUEPRINTS", "api_pages", "reading", "tokens", "webhooks"]
