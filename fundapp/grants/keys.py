"""A new key for bank accounts: every one sealed anew, a few at a time, and looked at once more at the end."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from flask_babel import gettext as _
from sqlalchemy import func, select

from fundapp.config import Settings, keep_secrets, kept_secrets
from fundapp.core import audit, iban
from fundapp.core.db import db
from fundapp.core.refusals import Refusal
from fundapp.funds.models import Fund
from fundapp.grants.models import BankAccount
from fundapp.grants.sealing import current_key_id, key_id, keyring, mark, seal, unseal

ALSO_SEALED: list[Callable[[Settings], int]] = []
"""What later features keep under the same key: each seals all of its own anew and gives how many."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look at every account found. faults: account ids that the present key does not open rightly."""

    accounts: int
    faults: tuple[int, ...]


def left(settings: Settings) -> int:
    """Count the accounts that are not under the present key."""
    here = current_key_id(settings)
    return db.session.scalar(select(func.count(BankAccount.id)).where(BankAccount.key_id != here)) or 0


def sealed_under_known_keys(settings: Settings) -> bool:
    """Tell whether a rotation was begun and not ended: older keys are kept, and accounts stand under them."""
    return len(keyring(settings).keys) > 1 and left(settings) > 0


def begin(settings: Settings) -> str:
    """Make a new key, keep the present one to read with, and give the new one's name.

    Raises Refusal when the keys come from the environment: only who set them there can change them.
    """
    if settings.key_is_given:
        raise Refusal(
            _(
                "The key comes from the environment. Make a new one, set FUNDAPP_DATA_KEY to it and"
                " FUNDAPP_OLD_DATA_KEYS to the present one, start the server anew, and run this again."
            )
        )
    kept, ring = kept_secrets(settings.instance), keyring(settings)
    made = Fernet.generate_key().decode()
    keep_secrets(
        settings.instance,
        kept | {"data_key": made, "old_data_keys": " ".join(ring.keys), "mark_key": ring.mark_key.hex()},
    )
    return key_id(made)


def seal_some(settings: Settings, most: int = 100) -> int:
    """Seal up to this many accounts anew under the present key and give how many; each is read back first.

    To be committed after each call: what was done stays done when it is interrupted.
    """
    here = current_key_id(settings)
    rows = db.session.scalars(
        select(BankAccount)
        .where(BankAccount.key_id != here)
        .order_by(BankAccount.id)
        .limit(most)
        .with_for_update(key_share=True)
    ).all()
    for account in rows:
        for column in ("iban_sealed", "holder_sealed"):
            text = unseal(getattr(account, column), settings)
            sealed = seal(text, settings)
            if unseal(sealed, settings) != text:
                raise Refusal(_("Account %(id)s did not read back as it was.", id=account.id))
            setattr(account, column, sealed)
        account.key_id = here
    db.session.flush()
    return len(rows)


def seal_others(settings: Settings) -> int:
    """Seal anew what later features keep under the same key, and give how many."""
    return sum(seal_own(settings) for seal_own in ALSO_SEALED)


def look(settings: Settings) -> Looked:
    """Open every account with the present key alone, and hold number and mark against each other."""
    alone = Fernet(keyring(settings).keys[0])
    faults, count = [], 0
    columns = (BankAccount.id, BankAccount.iban_sealed, BankAccount.holder_sealed, BankAccount.iban_mark)
    for id, number, holder, kept_mark in db.session.execute(select(*columns).order_by(BankAccount.id)):
        count += 1
        try:
            plain = alone.decrypt(number.encode()).decode()
            alone.decrypt(holder.encode())
            iban.read(plain)
            is_right = mark(plain, settings) == kept_mark
        except (InvalidToken, Refusal):
            is_right = False
        if not is_right:
            faults.append(id)
    return Looked(count, tuple(faults))


def tell(settings: Settings, accounts: int, *, actor: Any, at: datetime) -> None:
    """Write in the log of every fund that the key was changed."""
    detail = {"key": current_key_id(settings), "accounts": accounts}
    for fund in db.session.scalars(select(Fund).order_by(Fund.id)):
        audit.record("rotate_key", fund, actor=actor, at=at, detail=detail)


def forget_old(settings: Settings) -> int:
    """Throw older keys away and give how many. Raises Refusal while one account still needs them."""
    found = look(settings)
    if found.faults or left(settings):
        raise Refusal(_("Some accounts are still under an older key. Run the rotation to its end first."))
    if settings.key_is_given:
        raise Refusal(_("The keys come from the environment: take FUNDAPP_OLD_DATA_KEYS away there."))
    kept = kept_secrets(settings.instance)
    older = kept.pop("old_data_keys", "").split()
    keep_secrets(settings.instance, kept)
    return len(older)
