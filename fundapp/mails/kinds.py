"""What a kind of mail offers to whoever writes its text: its placeholders, and who gets it."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l


class Readers(StrEnum):
    """Who gets a kind of mail."""

    APPLICANTS = "applicants"
    GRANTEES = "grantees"
    REVIEWERS = "reviewers"
    STAFF = "staff"
    GIVERS = "givers"


class Sort(StrEnum):
    """What stands in a placeholder: a few words, an address, what a person wrote, or a fixed passage."""

    TEXT = "text"
    LINK = "link"
    QUOTE = "quote"
    PASSAGE = "passage"


@dataclass(frozen=True)
class Place:
    """One placeholder. reads: what the shipped templates print there; the first says how it is filled.

    A passage reads the block of that name in the shipped templates. needed: no text without it.
    is_secret: an address that opens something, kept out of previews.
    """

    name: str
    words: LazyString
    reads: tuple[str, ...]
    sort: Sort = Sort.TEXT
    needed: bool = False
    is_secret: bool = False
    sample: LazyString | str = ""

    @property
    def mark(self) -> str:
        """The placeholder as it is written in a text."""
        return f"{{{{ {self.name} }}}}"


@dataclass(frozen=True)
class Kind:
    """One kind of mail: the folder of its shipped text, its readers and its placeholders."""

    name: str
    readers: Readers
    own: tuple[Place, ...]

    @property
    def places(self) -> dict[str, Place]:
        """Every placeholder by name, those of all mails first."""
        return {place.name: place for place in (*EVERYWHERE, *self.own)}

    def needed(self) -> Iterator[Place]:
        """Give the placeholders no text of this kind can do without."""
        return (place for place in self.own if place.needed)


def text(name: str, words: LazyString, *reads: str, needed: bool = False, sample: str = "") -> Place:
    """Declare a placeholder of a few words."""
    return Place(name, words, reads, needed=needed, sample=sample)


def link(
    words: LazyString, *reads: str, name: str = "page", secret: bool = False, needed: bool = True
) -> Place:
    """Declare the address the mail is about; needed unless said otherwise."""
    return Place(name, words, reads, Sort.LINK, needed=needed, is_secret=secret)


def quote(name: str, words: LazyString, *reads: str, needed: bool = False) -> Place:
    """Declare what a person wrote, set apart when it stands on a line of its own."""
    return Place(name, words, reads, Sort.QUOTE, needed=needed)


def passage(name: str, words: LazyString, *, needed: bool = True) -> Place:
    """Declare a passage that depends on what happened: it stays as shipped, as a block of the template."""
    return Place(name, words, (), Sort.PASSAGE, needed=needed)


EVERYWHERE = (
    text("reader.name", _l("name of the reader"), "reader.name", sample="Robin Voorbeeld"),
    text("fund.name", _l("name of the fund"), "brand_name", "fund.name|pick"),
)
TITLE = text(
    "application.title",
    _l("title of the proposal"),
    "application.title",
    'application.title or _("New proposal")',
    sample="Getijdenboek",
)
CODE = text("application.code", _l("number of the proposal"), "application.code", sample="2026-03-014")
ROUND = text("round.name", _l("name of the call"), "round.name|pick")
ZONE = text("zone", _l("time zone of the fund"), "zone()", sample="Europe/Amsterdam")
REASON = quote("reason", _l("the reason that was given"), "reason", needed=True)
NOTE = quote("note", _l("what was written with it"), "note")
PROPOSAL = link(_l("page of the proposal"), 'link("applications.show", id=application.id)')
DOSSIER = link(_l("the dossier in the office"), 'link("applications.office_show", id=application.id)')
GREETING = passage("greeting", _l("“Dear …,” or “Hello,” for who has no account"), needed=False)


def amount(name: str, words: LazyString, column: str, *, needed: bool = True) -> Place:
    """Declare an amount in the fund's currency."""
    return text(name, words, f"{column}|money(fund.currency)", needed=needed, sample="€ 12.500")
