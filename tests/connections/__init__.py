"""Keys, the API, webhooks."""
