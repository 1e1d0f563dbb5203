"""What a web server in front says counts when it is ours, and is forgotten when it is not."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from fundapp.core import clock
from fundapp.core.proxies import BEGAN, Proxies


def passed(said: dict[str, str], *, peer: str = "10.0.0.1", takes_start: bool = False) -> dict[str, Any]:
    """Send a request through, and give what the application is told."""
    seen: dict[str, Any] = {}

    def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        seen.update(environ)
        return []

    headers = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in said.items()}
    environ = {"REMOTE_ADDR": peer, "wsgi.url_scheme": "http", **headers}
    Proxies(application, "127.0.0.1, 10.0.0.0/24 ::1", takes_start=takes_start)(environ, None)
    return seen


def ago(**past: float) -> str:
    return f"t={(clock.now() - timedelta(**past)).timestamp():.3f}"


def test_our_own_server_is_believed_about_who_asked_and_over_what():
    seen = passed({"X-Forwarded-For": "1.2.3.4, 203.0.113.7", "X-Forwarded-Proto": "https"})

    assert (seen["REMOTE_ADDR"], seen["wsgi.url_scheme"]) == ("203.0.113.7", "https")


@pytest.mark.parametrize("peer", ["203.0.113.9", "", "unix"])
def test_nobody_else_is_believed(peer):
    said = {"X-Forwarded-For": "1.2.3.4", "X-Forwarded-Proto": "https", "X-Request-Start": ago(minutes=5)}

    seen = passed(said, peer=peer, takes_start=True)

    assert (seen["REMOTE_ADDR"], seen["wsgi.url_scheme"], seen.get(BEGAN)) == (peer, "http", None)


@pytest.mark.parametrize("unit", [1, 1_000, 1_000_000])
def test_the_start_counts_in_seconds_and_smaller_units(unit):
    began = clock.now().replace(microsecond=0) - timedelta(minutes=2)

    seen = passed({"X-Request-Start": f"t={began.timestamp() * unit:.3f}"}, takes_start=True)

    assert seen[BEGAN] == began


@pytest.mark.parametrize(
    "text", [{"hours": 1}, {"minutes": -1}, "t=", "yesterday", "t=nan", "t=inf", f"t={10**400}"], ids=str
)
def test_a_start_that_cannot_be_is_not_believed(text):
    text = text if isinstance(text, str) else ago(**text)

    assert BEGAN not in passed({"X-Request-Start": text}, takes_start=True)


def test_the_start_is_left_alone_unless_the_settings_say_so():
    assert BEGAN not in passed({"X-Request-Start": ago(minutes=1)})


def test_what_is_no_address_is_named():
    with pytest.raises(ValueError, match="nginx"):
        Proxies(lambda environ, start: [], "127.0.0.1 nginx", takes_start=False)


def test_a_request_counts_from_when_the_server_in_front_took_it(client):
    """The page of a call that closes now: whoever pressed the button before is in time."""
    from flask import g  # noqa: PLC0415 of the request below

    seen: list[datetime] = []
    client.application.wsgi_app.takes_start = True
    try:
        client.application.before_request_funcs.setdefault(None, []).append(lambda: seen.append(g.arrived_at))
        client.get("/healthz", headers={"X-Request-Start": ago(seconds=90)})
    finally:
        client.application.before_request_funcs[None].pop()
        client.application.wsgi_app.takes_start = False

    assert timedelta(seconds=89) < clock.now() - seen[0] < timedelta(minutes=5)
