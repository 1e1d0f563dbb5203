"""Mail encrypted to the OpenPGP key of its reader (RFC 3156), by Sequoia: kept by the people of Sequoia-PGP.

The subject goes inside with the text (protected headers); outside stands only that there is a message.
Links that open an account are never encrypted: who has lost the private half must be able to come back.
"""

from email.message import EmailMessage, Message
from email.mime.application import MIMEApplication
from email.mime.multipart import MIMEMultipart
from email.policy import SMTP

import structlog
from flask_babel import force_locale
from flask_babel import gettext as _
from pysequoia import Cert, encrypt
from sqlalchemy import select

from fundapp.accounts.models import PublicKey
from fundapp.core import clock, mail
from fundapp.core.db import db
from fundapp.core.mail import Outbox

log = structlog.get_logger()
NEVER = frozenset({"account-exists", "confirm-address", "reset-password"})
OUTSIDE = (
    "From", "To", "Date", "Message-ID", "Auto-Submitted", "Content-Language", "List-Unsubscribe",
    "List-Unsubscribe-Post",
)  # fmt: skip


def seal(posted: Outbox, message: EmailMessage) -> Message:
    """Encrypt a mail to its reader's key, where they gave one; else give it as it is.

    With a key that takes nothing (expired, revoked, no part that encrypts) the text stays here: the mail
    then only says that something waits, and why.
    """
    if posted.user_id is None or posted.name in NEVER:
        return message
    armored = db.session.scalar(select(PublicKey.armored).where(PublicKey.user_id == posted.user_id))
    if armored is None:
        return message
    try:
        sealed = encrypt(_inside(message), recipients=[_usable(armored)])
    except Exception as fault:
        log.warning("key takes no mail", mail=posted.id, fault=str(fault))
        return _without_text(posted, message)
    return _outside(posted, message, bytes(sealed))


def _usable(armored: str) -> Cert:
    """Read a key. Raises ValueError, or what the library raises, for one that must not be used any more."""
    cert = Cert.from_bytes(armored.encode())
    if cert.is_revoked or (cert.expiration is not None and cert.expiration <= clock.now()):
        raise ValueError("revoked or expired")
    return cert


def _inside(message: EmailMessage) -> bytes:
    """Give what is encrypted: the parts, with the subject as a protected header."""
    inner = EmailMessage(policy=SMTP)
    inner["Subject"] = message["Subject"]
    inner.set_content(message.get_body(("plain",)).get_content())  # type: ignore[union-attr]
    html = message.get_body(("html",))
    if html is not None:
        inner.add_alternative(html.get_content(), subtype="html")
    inner.set_param("protected-headers", "v1", header="Content-Type")
    return inner.as_bytes()


def _outside(posted: Outbox, message: EmailMessage, sealed: bytes) -> Message:
    outer = MIMEMultipart("encrypted", protocol="application/pgp-encrypted")
    _heads(outer, message)
    with force_locale(posted.language):
        outer["Subject"] = _("A message that only you can read")
    version = MIMEApplication(b"Version: 1\n", "pgp-encrypted", _encoder=lambda part: None)
    text = MIMEApplication(sealed, "octet-stream", name="encrypted.asc", _encoder=lambda part: None)
    for part, content in ((version, b"Version: 1\n"), (text, sealed)):
        part.set_payload(content.decode("ascii"))
        outer.attach(part)
    text["Content-Disposition"] = 'inline; filename="encrypted.asc"'
    return outer


def _without_text(posted: Outbox, message: EmailMessage) -> Message:
    bare = EmailMessage()
    _heads(bare, message)
    with force_locale(posted.language):
        bare["Subject"] = _("Something waits for you")
        bare.set_content(
            _("Your OpenPGP key takes no mail any more, so we leave the text out. Sign in to read it:")
            + f"\n{mail.link('reminders.to_do')}\n\n"
            + _("Give a new key, or take the old one away, here:")
            + f"\n{mail.link('accounts.details')}\n"
        )
    return bare


def _heads(outer: Message, message: EmailMessage) -> None:
    for name in OUTSIDE:
        if message[name] is not None:
            outer[name] = str(message[name])
