"""Bank details under seal: the key stands outside the database."""

import hmac
from hashlib import sha256

from cryptography.fernet import Fernet

from fundapp.config import Settings


def seal(text: str, settings: Settings) -> str:
    """Encrypt a text so that only this instance can read it again; twice the same text looks different."""
    return Fernet(settings.data_key).encrypt(text.encode()).decode()


def unseal(sealed: str, settings: Settings) -> str:
    """Read a sealed text. Raises cryptography.fernet.InvalidToken when it was sealed under another key."""
    return Fernet(settings.data_key).decrypt(sealed.encode()).decode()


def mark(text: str, settings: Settings) -> str:
    """Give a keyed digest: equal for equal texts, and telling nothing to who has only the database."""
    own_key = sha256(b"mark of a bank account:" + settings.data_key.encode()).digest()
    return hmac.new(own_key, text.encode(), sha256).hexdigest()
