"""Addresses of the public site as others keep them: whole, stable, the same from every machine."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from fundapp.rounds.models import Round


@dataclass(frozen=True)
class Site:
    """The public site. base: its address without a slash at the end."""

    base: str

    def call(self, round: Round) -> str:
        """Give the address of a call."""
        return f"{self.base}/calls/{round.fund.slug}/{round.slug}"

    def project(self, code: str) -> str:
        """Give the address of a funded project."""
        return f"{self.base}/projects/{code}"

    def open_data(self, rest: str = "") -> str:
        """Give the address of the page on open data, or of something below it."""
        return f"{self.base}/open-data{'/' + rest if rest else ''}"

    def tag(self, thing: str) -> str:
        """Name a thing for ever, after RFC 4151: also when its page moves."""
        return f"tag:{urlsplit(self.base).hostname or 'localhost'},2023:{thing}"


def instant(at: datetime) -> str:
    """Write an instant with its zone, after RFC 3339."""
    return at.isoformat(timespec="seconds").replace("+00:00", "Z")
