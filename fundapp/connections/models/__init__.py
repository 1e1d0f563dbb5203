"""API tokens; webhooks, what they hear of, and each delivery."""

from fundapp.connections.models.tokens import ApiToken
from fundapp.connections.models.webhooks import Delivery, DeliveryState, Webhook, WebhookEvent, WebhookState

__all__ = ["ApiToken", "Delivery", "DeliveryState", "Webhook", "WebhookEvent", "WebhookState"]
