"""What the API refuses, after RFC 9457: a kind that programs know, and a sentence for people."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """One kind of refusal: its status, its name in the address that explains it, and its title."""

    status: int
    name: str
    title: str


UNKNOWN_KEY = Kind(401, "key", "A valid key is needed")
NOT_ALLOWED = Kind(403, "scope", "This key may not read this")
NOT_FOUND = Kind(404, "not-found", "There is nothing here that this key may read")
WRONG_METHOD = Kind(405, "method", "Data can only be read")
NOT_ACCEPTABLE = Kind(406, "not-acceptable", "Data is given as JSON only")
WRONG_QUESTION = Kind(422, "question", "The question cannot be answered as it stands")
TOO_MANY = Kind(429, "rate", "Too many requests in this minute")
BROKEN = Kind(500, "broken", "Something broke on our side")
AWAY = Kind(503, "later", "The data cannot be reached right now")
KINDS = (
    UNKNOWN_KEY, NOT_ALLOWED, NOT_FOUND, WRONG_METHOD, NOT_ACCEPTABLE, WRONG_QUESTION, TOO_MANY, BROKEN, AWAY
)  # fmt: skip


class Problem(Exception):
    """A refusal on its way to the program that asked. retry_after: seconds to wait."""

    def __init__(self, kind: Kind, detail: str = "", *, retry_after: int | None = None) -> None:
        super().__init__(detail or kind.title)
        self.kind, self.detail, self.retry_after = kind, detail, retry_after

    def headers(self) -> dict[str, str]:
        """Give the headers that go with it."""
        found = {}
        if self.kind is UNKNOWN_KEY:
            found["WWW-Authenticate"] = 'Bearer realm="fundapp"'
        if self.kind is NOT_ALLOWED:
            found["WWW-Authenticate"] = 'Bearer realm="fundapp", error="insufficient_scope"'
        if self.kind is WRONG_METHOD:
            found["Allow"] = "GET, HEAD, OPTIONS"
        if self.retry_after is not None:
            found["Retry-After"] = str(self.retry_after)
        return found

    def body(self, site: str) -> dict[str, str | int]:
        """Give the object that is sent."""
        found: dict[str, str | int] = {
            "type": f"{site}/api#problem-{self.kind.name}",
            "title": self.kind.title,
            "status": self.kind.status,
        }
        return {**found, "detail": self.detail} if self.detail else found
