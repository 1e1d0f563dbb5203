"""One request to an address that somebody typed: outside only, over TLS, to the machine that was looked at.

A name is resolved once; every address behind it has to be public; the connection goes to the address that
was looked at, so a second answer of the name server changes nothing. No redirect is followed, no proxy of
the environment used, time and answer are cut.
"""

import socket
import ssl
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from threading import Timer
from urllib.parse import SplitResult, urlsplit

from flask_babel import gettext as _

from fundapp.core.refusals import Refusal

PORTS = frozenset({443, 8443})
STEP_S, WHOLE_S = 10.0, 20.0
"""The longest wait for one step, and for the whole."""
ANSWER, SHOWN = 4096, 300
"""How much of an answer is read, in bytes, and kept, in letters."""
LONGEST = 2000
NAT64 = ip_network("64:ff9b::/96")
CLOSED = tuple(
    ip_network(one)
    for one in ("0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.88.99.0/24", "198.18.0.0/15",
                "240.0.0.0/4", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "3fff::/20",
                "5f00::/16", "fec0::/10")
)  # fmt: skip
"""Not of the public internet, beside what the standard library calls private, local or reserved."""


class Unreachable(Exception):
    """It was not delivered, with the reason in a few words."""


@dataclass(frozen=True)
class Answer:
    """What came back: status, how the body began, and after how many seconds to come again, if it said so."""

    status: int
    text: str
    retry_after: int | None


@dataclass(frozen=True)
class Allowed:
    """Hosts inside that an administrator allows: (scheme, host, port), port 0 for the usual ones."""

    hosts: frozenset[tuple[str, str, int]]

    def covers(self, url: SplitResult) -> bool:
        """Tell whether an address was allowed by name."""
        host, port = (url.hostname or "").lower(), _port(url)
        return bool({(url.scheme, host, port), (url.scheme, host, 0)} & self.hosts) and (
            (url.scheme, host, port) in self.hosts or port in PORTS
        )


def allowed(setting: str) -> Allowed:
    """Read the setting webhooks_allow: hosts apart by spaces, each host, host:port, or http://host:port."""
    found = set()
    for one in setting.split():
        url = urlsplit(one if "//" in one else f"https://{one}")
        found.add((url.scheme, (url.hostname or "").lower(), url.port or 0))
    return Allowed(frozenset(found))


def check(address: str, inside: Allowed) -> SplitResult:
    """Refuse what can't be an address of a webhook, in words for who typed it; nothing is resolved yet."""
    url = _read(address)
    if url.username is not None or url.password is not None:
        raise Refusal(_("Leave name and password out of the address: what is sent is signed instead."))
    if url.fragment:
        raise Refusal(_("Leave out what follows #: it is never sent."))
    if inside.covers(url):
        return url
    if url.scheme != "https":
        raise Refusal(_("The address has to begin with https://."))
    if _port(url) not in PORTS:
        raise Refusal(_("Only the ports 443 and 8443 are written to."))
    literal = _literal(url.hostname or "")
    if literal is not None and not is_public(literal):
        raise Refusal(_("This address lies inside a network; only addresses on the internet are written to."))
    return url


def _read(address: str) -> SplitResult:
    """Take an address apart. Raises Refusal for what is none."""
    try:
        url = urlsplit(address)
        is_whole = bool(url.hostname) and _port(url) > 0
    except ValueError:
        is_whole = False
    if not is_whole or len(address) > LONGEST or not address.isascii() or any(c <= " " for c in address):
        raise Refusal(_("Write a whole web address, such as https://example.org/hooks."))
    return url


def is_public(ip: IPv4Address | IPv6Address) -> bool:
    """Tell whether an address is one of the public internet, whatever form it hides in."""
    if isinstance(ip, IPv6Address):
        if ip.scope_id is not None:
            return False
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None) or _nat64(ip)
        if inner is not None:
            return ip.ipv4_mapped is None and ip.sixtofour is None and ip.teredo is None and is_public(inner)
        if int(ip) >> 32 == 0:  # ::/96, the old way of writing an IPv4 address
            return False
    if ip.is_multicast or not ip.is_global:
        return False
    return not any(ip in network for network in CLOSED if network.version == ip.version)


def _nat64(ip: IPv6Address) -> IPv4Address | None:
    return IPv4Address(int(ip) & 0xFFFFFFFF) if ip in NAT64 else None


def _literal(host: str) -> IPv4Address | IPv6Address | None:
    with suppress(ValueError):
        return ip_address(host)
    return None


def _port(url: SplitResult) -> int:
    return url.port or (443 if url.scheme == "https" else 80)


def post(address: str, body: bytes, headers: Mapping[str, str], inside: Allowed) -> Answer:
    """Send one message and give the answer, whatever its status. Raises Unreachable."""
    try:
        url = check(address, inside)
    except Refusal as refused:
        raise Unreachable(refused.message) from refused
    try:
        with _connected(url, _places(url, inside)) as line, _deadline(line):
            return _exchange(line, url, body, headers)
    except ssl.SSLError as fault:
        raise Unreachable(f"TLS: {fault.reason or fault}"[:300]) from fault
    except TimeoutError as fault:
        raise Unreachable("It took too long.") from fault
    except (OSError, HTTPException, ValueError) as fault:
        raise Unreachable(f"{type(fault).__name__}: {fault}"[:300]) from fault


def _places(url: SplitResult, inside: Allowed) -> list[str]:
    """Resolve a name once, and refuse it when any address behind it is not public."""
    try:
        found = socket.getaddrinfo(url.hostname, _port(url), type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError) as fault:
        raise Unreachable("Its name is not known.") from fault
    places = [str(where[0]) for _family, _type, _proto, _name, where in found]
    if not inside.covers(url):
        for ip in places:
            if not is_public(ip_address(ip)):
                raise Unreachable(
                    "Its name leads inside a network; only addresses on the internet are written to."
                )
    return places


def _connected(url: SplitResult, places: list[str]) -> socket.socket:
    """Connect to the first of the addresses that answers; over TLS with the name that was typed."""
    fault: OSError | None = None
    for ip in places[:4]:
        try:
            line = socket.create_connection((ip, _port(url)), timeout=STEP_S)
            break
        except OSError as failed:
            fault = failed
    else:
        raise fault or OSError("no address")
    if url.scheme == "http":
        return line
    try:
        return ssl.create_default_context().wrap_socket(line, server_hostname=url.hostname)
    except BaseException:
        line.close()
        raise


class _deadline:  # noqa: N801 reads as a word of `with`
    """Cut a line when the whole takes too long: a server that drips would hold a worker for ever."""

    def __init__(self, line: socket.socket) -> None:
        self._line = line
        self._timer = Timer(WHOLE_S, self._cut)
        self._timer.daemon = True
        self._is_cut = False

    def _cut(self) -> None:
        self._is_cut = True
        with suppress(OSError):
            self._line.shutdown(socket.SHUT_RDWR)

    def __enter__(self) -> None:
        self._timer.start()

    def __exit__(self, kind: object, fault: BaseException | None, trace: object) -> None:
        self._timer.cancel()
        self._timer.join()
        if self._is_cut and isinstance(fault, OSError | HTTPException):
            raise TimeoutError from fault


def _exchange(line: socket.socket, url: SplitResult, body: bytes, headers: Mapping[str, str]) -> Answer:
    talk = HTTPConnection(url.hostname or "", _port(url))
    talk.sock = line
    path = (url.path or "/") + (f"?{url.query}" if url.query else "")
    host = url.netloc.rpartition("@")[2]
    talk.request("POST", path, body, {**headers, "Host": host, "Connection": "close"})
    answer = talk.getresponse()
    try:
        text = answer.read(ANSWER).decode("utf-8", "replace")[:SHOWN]
        return Answer(answer.status, "".join(c if c.isprintable() else " " for c in text), _again(answer))
    finally:
        answer.close()


def _again(answer: HTTPResponse) -> int | None:
    told = answer.getheader("Retry-After", "")
    return min(int(told), 86_400) if told.isascii() and told.isdecimal() and len(told) < 9 else None
