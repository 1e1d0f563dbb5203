"""Writing the text of a fund's mail, going back to the shipped one, and trying it out on oneself."""

from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import func, select

from fundapp.accounts.models import User
from fundapp.core import audit, mail
from fundapp.core.db import db, locked
from fundapp.core.mail import Outbox
from fundapp.core.refusals import ChangedMeanwhile, MoveRefused, Refusal
from fundapp.funds.models import Fund
from fundapp.mails import placeholders, queries
from fundapp.mails.kinds import Kind
from fundapp.mails.models import MailText
from fundapp.mails.shipped import shipped

TESTS = 10
"""The most mails somebody sends themselves in an hour."""
TEST = "mail-test"


class NotRight(Refusal):
    """A text that cannot be sent like this. faults: by field, in words."""

    def __init__(self, faults: list[placeholders.Fault]) -> None:
        super().__init__(" ".join(fault.message for fault in faults))
        self.faults = faults


def keep(
    fund: Fund,
    kind: Kind,
    language: str,
    text: placeholders.Text,
    *,
    version: int,
    actor: User,
    at: datetime,
) -> MailText:
    """Keep a text as the next version; from then on mail of this kind carries it.

    version: the number that was shown (0: none yet). Raises NotRight, and ChangedMeanwhile when somebody
    else wrote a version since. The same text again is kept only where the shipped text changed.
    """
    text = placeholders.cleaned(*text)
    if wrong := placeholders.faults(kind, text):
        raise NotRight(wrong)
    now = _unchanged(fund, kind, language, version, yours="\n\n".join(text))
    came_with = shipped(kind, language)
    if now is not None and (now.subject, now.body, now.shipped_digest) == (*text, came_with.digest):
        return now
    return _add(fund, kind, language, text, version=version, actor=actor, at=at)


def restore(fund: Fund, kind: Kind, language: str, *, version: int, actor: User, at: datetime) -> MailText:
    """Go back to the shipped text. Raises MoveRefused where that is what counts, and ChangedMeanwhile."""
    now = _unchanged(fund, kind, language, version)
    if now is None or now.subject is None:
        raise MoveRefused(_("The shipped text counts already."))
    return _add(fund, kind, language, None, version=version, actor=actor, at=at)


def _unchanged(fund: Fund, kind: Kind, language: str, version: int, yours: str = "") -> MailText | None:
    """Give what counts now, holding the fund. Raises ChangedMeanwhile when it is not the version shown."""
    locked(Fund, fund.id)
    now = queries.current(fund.id, kind.name, language)
    if (now.number if now else 0) != version:
        theirs = f"{now.subject}\n\n{now.body}" if now and now.subject else shipped(kind, language).whole
        raise ChangedMeanwhile(
            _("Somebody else wrote this text while you did. Nothing of theirs was overwritten."),
            yours=yours,
            theirs=theirs,
        )
    return now


def _add(
    fund: Fund,
    kind: Kind,
    language: str,
    text: placeholders.Text | None,
    *,
    version: int,
    actor: User,
    at: datetime,
) -> MailText:
    came_with = shipped(kind, language)
    made = MailText(
        fund_id=fund.id,
        name=kind.name,
        language=language,
        number=version + 1,
        subject=text.subject if text else None,
        body=text.body if text else None,
        shipped_digest=came_with.digest,
        shipped_text=came_with.whole,
        made_by=actor.id,
        made_at=at,
    )
    db.session.add(made)
    db.session.flush()
    detail = {"mail": kind.name, "language": language, "number": made.number}
    audit.record("write_mail_text" if text else "restore_mail_text", made, actor=actor, at=at, detail=detail)
    return made


def try_out(
    fund: Fund,
    written: placeholders.Written,
    html: str,
    *,
    language: str,
    application_id: int | None,
    actor: User,
    at: datetime,
) -> None:
    """Send a text to whoever wrote it, marked as a test; nothing else happens.

    html: the whole mail. application_id: whose data it shows, if anybody's.
    Raises MoveRefused after ten in an hour.
    """
    recent = select(func.count(Outbox.id)).where(
        Outbox.user_id == actor.id, Outbox.name == TEST, Outbox.created_at > at - timedelta(hours=1)
    )
    if (db.session.scalar(recent) or 0) >= TESTS:
        raise MoveRefused(_("You sent yourself ten tests in an hour. Try again later."))
    parts = {"subject": f"[{_('Test')}] {written.subject}", "txt": written.plain, "html": html}
    about = {"fund_id": fund.id, "application_id": application_id, "language": language}
    mail.post(TEST, parts, key=f"{TEST}:{actor.id}:{at.isoformat()}", to=actor, at=at, **about)


def send_again(letter: Outbox, *, actor: User, at: datetime) -> None:
    """Let a failed mail be tried from the start. Raises MoveRefused when it did not fail."""
    if letter.state is not mail.Posted.FAILED:
        raise MoveRefused(_("Only mail that failed can be sent again."))
    mail.again(letter, at=at)
    audit.record("send_again", letter, actor=actor, at=at)
