"""What a web server in front says of a request: who asked, over what, and since when. Only if it is ours."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network
from typing import Any

from fundapp.core import clock

LONGEST = timedelta(minutes=15)
"""A request that claims to have begun longer ago is not believed: an upload on a slow line ends sooner."""
SAID = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_REQUEST_START")
BEGAN = "fundapp.began"

Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]


class Proxies:
    """Takes in what a trusted web server says, and forgets it when anybody else says so."""

    def __init__(self, app: Wsgi, trusted: str, *, takes_start: bool) -> None:
        """Wrap an application. trusted: addresses and networks, apart by spaces or commas.

        takes_start: deadlines count from X-Request-Start, which that server must set on every request.
        Raises ValueError naming what is not an address.
        """
        self.app, self.takes_start = app, takes_start
        self.trusted = [ip_network(one) for one in trusted.replace(",", " ").split()]

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer one request."""
        said = {name: str(environ.pop(name, "")) for name in SAID}
        if self._is_ours(str(environ.get("REMOTE_ADDR", ""))):
            self._believe(environ, said)
        return self.app(environ, start_response)

    def _is_ours(self, text: str) -> bool:
        try:
            address = ip_address(text.removeprefix("::ffff:"))
        except ValueError:
            return False
        return any(address in network for network in self.trusted)

    def _believe(self, environ: dict[str, Any], said: dict[str, str]) -> None:
        # The last is what our own server saw; those before it are what it was told.
        if who := said["HTTP_X_FORWARDED_FOR"].rpartition(",")[2].strip():
            environ["REMOTE_ADDR"] = who
        if (scheme := said["HTTP_X_FORWARDED_PROTO"].rpartition(",")[2].strip().lower()) in ("http", "https"):
            environ["wsgi.url_scheme"] = scheme
        if self.takes_start and (began := _instant(said["HTTP_X_REQUEST_START"])):
            environ[BEGAN] = began


def _instant(text: str) -> datetime | None:
    """Read t=1764590400.123: seconds since 1970, or milliseconds or microseconds without a point."""
    try:
        seconds = float(text.strip().removeprefix("t="))
    except ValueError:
        return None
    for _step in range(2):
        if seconds > 1e11:
            seconds /= 1000
    now = clock.now()
    if not (now - LONGEST).timestamp() <= seconds <= now.timestamp():
        return None
    return datetime.fromtimestamp(seconds, UTC)
