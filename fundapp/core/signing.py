"""Values in addresses that only this instance can have made."""

from typing import Any

from flask import current_app
from itsdangerous import BadData, URLSafeSerializer


def sign(purpose: str, value: Any) -> str:
    """Give a text for an address that carries a value (JSON) for one purpose."""
    return str(_signer(purpose).dumps(value))


def read(purpose: str, text: str) -> Any:
    """Give the value of a signed text; None when it was not made here for this purpose."""
    try:
        return _signer(purpose).loads(text)
    except BadData:
        return None


def _signer(purpose: str) -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt=purpose)
