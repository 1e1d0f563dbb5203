"""Finding out who a text mentions: @first.last, or @ and a name in full."""

import re
import unicodedata
from collections.abc import Iterable

from fundapp.accounts.models import User


def named(body: str, people: Iterable[User]) -> list[User]:
    """List those of the people whom a text mentions, in the order given.

    A mention is an @ with the part of their address before its @ (@noor.verhage), with their name in
    full (@Noor Verhage), or with its words joined by dots; case and accents do not count.
    """
    if "@" not in body:
        return []
    text = _plain(body)
    return [person for person in people if any(_says(text, handle) for handle in handles(person))]


def handles(person: User) -> set[str]:
    """Give the ways to mention somebody, without the @."""
    name = _plain(person.name)
    return {_plain(person.email.partition("@")[0]), name, ".".join(name.split())} - {""}


def _says(text: str, handle: str) -> bool:
    return re.search(rf"(?<![\w@.]){re.escape('@' + handle)}(?!\.?\w|[-@])", text) is not None


def _plain(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text)
    bare = "".join(letter for letter in apart if not unicodedata.combining(letter))
    return " ".join(bare.casefold().split())
