"""The signed cookie of a session, given anew only now and then."""

from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask, Request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from itsdangerous import BadSignature

from fundapp.core import clock

FRESH = timedelta(minutes=5)
"""A cookie younger than this is not given anew, unless something in it changed."""


class _Session(SecureCookieSession):
    """A session that knows when its cookie was signed; None: there was none."""

    signed_at: datetime | None = None


class Sessions(SecureCookieSessionInterface):
    """Let a session live on while it is used, without an answer to each request that sets it again.

    Several requests of one page are under way at once. Each carries the cookie as it was when it left; an
    answer that gave it back would undo what another changed meanwhile: a message to show, signing in,
    signing out. So an answer sets the cookie where it changed it, or where it grows old.
    """

    session_class = _Session

    def open_session(self, app: Flask, request: Request) -> Any:
        """Read the session of a request, and when its cookie was signed."""
        opened = super().open_session(app, request)
        signer = self.get_signing_serializer(app)
        if opened and signer is not None:
            try:
                _values, signed_at = signer.loads(
                    request.cookies.get(self.get_cookie_name(app), ""), return_timestamp=True
                )
            except BadSignature:
                return opened
            opened.signed_at = signed_at.astimezone(UTC)  # type: ignore[attr-defined]
        return opened

    def should_set_cookie(self, app: Flask, session: Any) -> bool:
        """Tell whether the answer sets the cookie."""
        if session.modified or session.signed_at is None or not session.permanent:
            return bool(session.modified or session.permanent)
        return bool(clock.now() - session.signed_at >= FRESH)
