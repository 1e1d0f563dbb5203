"""Every kind of mail whose text a fund may write, and those it may not."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from fundapp.mails.declared import applicants, grantees, reviewers, staff
from fundapp.mails.kinds import Kind

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        *applicants.KINDS, *grantees.KINDS, *reviewers.KINDS, *staff.KINDS, *grantees.GIVERS,
    )
}  # fmt: skip

FIXED: dict[str, LazyString] = {
    "confirm-address": _l("It opens an account, and is the same for all funds."),
    "reset-password": _l("It opens an account, and is the same for all funds."),
    "account-exists": _l("It is about an account, and is the same for all funds."),
    "no-manager-left": _l("It goes to the administrators of the instance."),
}
"""Kinds whose text nobody changes here, and why."""
