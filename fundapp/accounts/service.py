"""What people do with their accounts, and the roles they are given."""

from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select, update

from fundapp.accounts import mail_sealing, openpgp, passwords, queries
from fundapp.accounts.models import MailToken, Party, PublicKey, Purpose, Role, RoleName, User
from fundapp.config import Settings
from fundapp.core import audit, delivery, mail
from fundapp.core.db import db
from fundapp.core.refusals import Refusal

LIFETIME = {Purpose.CONFIRM: timedelta(days=3), Purpose.RESET: timedelta(hours=2)}
TRIES_FREE = 5
LONGEST_LOCK = timedelta(minutes=15)


class LinkDead(Refusal):
    """The link was used, replaced or is too old."""

    status = 410

    def __init__(self) -> None:
        super().__init__(_("This link no longer works. Ask for a new one."))


def add(
    email: str,
    name: str,
    *,
    at: datetime,
    settings: Settings,
    password: str | None = None,
    language: str = "en",
    is_confirmed: bool = False,
    actor: Any = None,
) -> User:
    """Make an account and give its row. Raises Refusal when the address has one."""
    if queries.user_by_email(email):
        raise Refusal(_("There is an account with this address already."))
    user = User(
        email=email.strip().lower(),
        name=name.strip(),
        password_digest=passwords.digest(password, settings) if password else None,
        language=language,
        confirmed_at=at if is_confirmed else None,
        created_at=at,
    )
    db.session.add(user)
    audit.record("register", user, actor=actor, at=at)
    return user


def register(
    email: str, name: str, password: str, *, language: str, at: datetime, settings: Settings
) -> None:
    """Sign somebody up, by mail either way: a link to confirm, or word that the account exists.

    The page says the same in both cases, so nobody learns who has an account.
    """
    known = queries.user_by_email(email)
    if known is None:
        user = add(email, name, password=password, language=language, at=at, settings=settings)
        _send_link(user, Purpose.CONFIRM, "confirm-address", "accounts.confirm", at=at)
        return
    passwords.digest(password, settings)  # the same work as for a new address, so that time tells nothing
    if known.confirmed_at is None:
        _send_link(known, Purpose.CONFIRM, "confirm-address", "accounts.confirm", at=at)
    else:
        mail.queue("account-exists", key=f"account-exists:{known.id}:{at:%Y%m%d%H}", to=known, at=at)


def _send_link(user: User, purpose: Purpose, template: str, endpoint: str, *, at: datetime) -> None:
    """Mail a fresh link; older ones for the same purpose stop working."""
    db.session.execute(
        update(MailToken)
        .where(MailToken.user_id == user.id, MailToken.purpose == purpose, MailToken.used_at.is_(None))
        .values(used_at=at)
    )
    token = token_urlsafe(24)
    kept = MailToken(
        digest=_digest(token), user_id=user.id, purpose=purpose, expires_at=at + LIFETIME[purpose]
    )
    db.session.add(kept)
    db.session.flush()  # the mail's key carries its id
    hours = int(LIFETIME[purpose].total_seconds() // 3600)
    mail.queue(
        template,
        key=f"{template}:{kept.id}",
        to=user,
        at=at,
        url=mail.link(endpoint, token=token),
        hours=hours,
    )


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def token_of(token: str, purpose: Purpose, *, at: datetime) -> MailToken:
    """Find a live link. Raises LinkDead."""
    found = queries.live_token(_digest(token), purpose)
    if found is None or found.expires_at <= at:
        raise LinkDead
    return found


def confirm(token: MailToken, *, at: datetime) -> User:
    """Confirm the address of a link's owner; uses the link up."""
    token.used_at = at
    token.user.confirmed_at = token.user.confirmed_at or at
    audit.record("confirm_address", token.user, actor=token.user, at=at)
    return token.user


def sign_in(email: str, password: str, *, at: datetime, settings: Settings) -> User | None:
    """Give the person whose address and password these are, or None.

    After five wrong tries in a row an account waits, longer each time, a quarter of an hour at most.
    An unconfirmed account gets a new link by mail and None.
    """
    user = queries.user_by_email(email)
    fits = passwords.matches(password, user.password_digest if user else None, settings)
    if user is None or (user.locked_until_at is not None and at < user.locked_until_at):
        return None
    if not fits:
        _count_failure(user, at)
        return None
    user.failed_logins, user.locked_until_at, user.last_seen_at = 0, None, at
    if user.password_digest and passwords.is_outdated(user.password_digest, settings):
        user.password_digest = passwords.digest(password, settings)
    if user.confirmed_at is None:
        _send_link(user, Purpose.CONFIRM, "confirm-address", "accounts.confirm", at=at)
        return None
    audit.record("sign_in", user, actor=user, at=at)
    return user


def _count_failure(user: User, at: datetime) -> None:
    user.failed_logins += 1
    if user.failed_logins >= TRIES_FREE:
        user.locked_until_at = at + min(
            LONGEST_LOCK, timedelta(seconds=30 * 2 ** (user.failed_logins - TRIES_FREE))
        )


def prove_again(user: User, password: str, *, at: datetime, settings: Settings) -> bool:
    """Tell whether somebody who is signed in knows their password, before a step that can't be undone.

    Wrong tries count as at signing in, and lock the account in the same way.
    """
    fits = passwords.matches(password, user.password_digest, settings)
    if user.locked_until_at is not None and at < user.locked_until_at:
        return False
    if not fits:
        _count_failure(user, at)
        return False
    user.failed_logins, user.locked_until_at = 0, None
    return True


def ask_reset(email: str, *, at: datetime) -> None:
    """Mail a link to choose a new password, when there is such an account; say nothing either way."""
    user = queries.user_by_email(email)
    if user is not None:
        _send_link(user, Purpose.RESET, "reset-password", "accounts.reset", at=at)


def reset(token: MailToken, password: str, *, at: datetime, settings: Settings) -> User:
    """Set a new password by a link: confirms the address too, and signs out everywhere."""
    token.used_at = at
    user = token.user
    user.confirmed_at = user.confirmed_at or at
    _set_password(user, password, at=at, settings=settings)
    return user


def change_password(user: User, old: str, new: str, *, actor: User, at: datetime, settings: Settings) -> None:
    """Change one's own password. Raises Refusal when the old one is wrong."""
    if not passwords.matches(old, user.password_digest, settings):
        raise Refusal(_("This is not your present password."))
    _set_password(user, new, at=at, settings=settings)


def _set_password(user: User, password: str, *, at: datetime, settings: Settings) -> None:
    user.password_digest = passwords.digest(password, settings)
    user.session_number += 1
    user.failed_logins, user.locked_until_at = 0, None
    audit.record("set_password", user, actor=user, at=at)


def change_details(user: User, *, name: str, language: str, actor: User, at: datetime) -> None:
    """Change name and language of one's own account."""
    user.name, user.language = name.strip(), language
    audit.record("change_details", user, actor=actor, at=at)


def keep_key(user: User, text: str, *, actor: User, at: datetime) -> PublicKey:
    """Keep one's OpenPGP public key, in the place of an earlier one. Raises openpgp.KeyRefused."""
    key = openpgp.read(text, at=at)
    kept = db.session.get(PublicKey, user.id) or PublicKey(user_id=user.id)
    kept.armored, kept.fingerprint, kept.holder = key.armored, key.fingerprint, key.holder
    kept.expires_at, kept.added_at = key.expires_at, at
    db.session.add(kept)
    audit.record("keep_key", user, actor=actor, at=at, detail={"fingerprint": key.fingerprint})
    return kept


def drop_key(user: User, *, actor: User, at: datetime) -> None:
    """Forget one's OpenPGP key."""
    kept = db.session.get(PublicKey, user.id)
    if kept is not None:
        db.session.delete(kept)
        audit.record("drop_key", user, actor=actor, at=at)


def grant_role(
    user: User, fund_id: int, name: RoleName, *, actor: Any, at: datetime, round_id: int | None = None
) -> Role:
    """Give a person a role at a fund, or a seat in the panel of one of its rounds; twice changes nothing."""
    held = db.session.scalar(
        select(Role).where(
            Role.user_id == user.id,
            Role.fund_id == fund_id,
            Role.round_id == round_id if round_id is not None else Role.round_id.is_(None),
            Role.name == name,
            Role.ended_at.is_(None),
        )
    )
    if held is not None:
        return held
    role = Role(
        user_id=user.id,
        fund_id=fund_id,
        round_id=round_id,
        name=name,
        granted_by=actor.id if actor is not None else None,
        granted_at=at,
    )
    db.session.add(role)
    audit.record("grant_role", role, actor=actor, at=at, detail={"user": user.id, "role": name.value})
    db.session.expire(user, ["roles"])
    return role


def make_administrator(user: User, *, actor: Any, at: datetime) -> None:
    """Let a person look after the instance: roles, jobs, mail; not read proposals."""
    if not user.is_administrator:
        user.is_administrator = True
        audit.record("make_administrator", user, actor=actor, at=at)


def end_role(role: Role, *, actor: Any, at: datetime) -> None:
    """End a role; the row stays for the record. Raises Refusal when it ended already."""
    if role.ended_at is not None:
        raise Refusal(_("This role has ended already."))
    role.ended_at = at
    audit.record("end_role", role, actor=actor, at=at, detail={"user": role.user_id, "role": role.name.value})
    db.session.flush()  # the person's roles are read again right after
    db.session.expire(role.user, ["roles"])


def party_of(user: User, *, at: datetime) -> Party:
    """Give the party a person is, making it the first time it is needed."""
    if user.party is None:
        user.party = Party(legal_name=user.name, public_name=user.name, created_at=at)
        db.session.flush()  # others refer to its id
    return user.party


delivery.SEALS.append(mail_sealing.seal)
