"""Mail about a grant, to everyone who writes for it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from fundapp.accounts.models import User
from fundapp.applications.models import Application
from fundapp.core import mail
from fundapp.grants.queries import grantees


def queue(
    name: str,
    application: Application,
    key: str,
    *,
    at: datetime,
    to: Sequence[User] | None = None,
    **values: Any,
) -> None:
    """Queue one mail for each grantee, or for the people given.

    name: folder under templates/mail. key: with the name, says for ever what this mail is about.
    values: what the templates print beside the application and its fund.
    """
    for person in grantees(application) if to is None else to:
        mail.queue(
            name,
            key=f"{name}:{key}:{person.id}",
            to=person,
            at=at,
            application=application,
            fund=application.fund,
            **values,
        )
