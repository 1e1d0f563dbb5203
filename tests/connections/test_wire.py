"""Where a message may go: outside only, to the address that was looked at, no further."""

import socket
import ssl
from dataclasses import replace
from ipaddress import ip_address
from typing import Any

import pytest
from flask import Flask

from fundapp.connections import wire
from fundapp.core.refusals import Refusal
from tests.connections.receivers import Receiver, receiving

NONE = wire.allowed("")
INSIDE = [
    "0.0.0.0",  # noqa: S104 nothing binds to it here
    "127.0.0.1", "127.8.8.8", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "0.1.2.3", "192.0.0.8", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "192.0.2.1",
    "::1", "::", "fe80::1", "fc00::1", "fd00:ec2::254", "ff02::1", "2001:db8::1", "fec0::1", "100::1",
    "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe",
    "2002:7f00:1::1", "2001:0:7f00:1::1", "fe80::1%eth0", "64:ff9b:1::1",
]  # fmt: skip
OUTSIDE = ["8.8.8.8", "193.0.6.139", "2001:67c:2e8::1", "2a00:1450:4001::1", "64:ff9b::808:808"]


@pytest.mark.parametrize("text", INSIDE)
def test_addresses_inside_are_none_of_the_internet(text: str) -> None:
    assert not wire.is_public(ip_address(text))


@pytest.mark.parametrize("text", OUTSIDE)
def test_addresses_outside_are(text: str) -> None:
    assert wire.is_public(ip_address(text))


@pytest.mark.parametrize(
    "address",
    [
        "", "example.org", "ftp://example.org/", "http://example.org/", "https://", "https:///hooks",
        "https://user:pass@example.org/", "https://example.org/#here", "https://example.org:22/",
        "https://example.org:99999/", "https://exa mple.org/", "https://example.org/\r\nX: y",
        "https://127.0.0.1/", "https://[::1]/", "https://[::ffff:10.0.0.1]/", "https://169.254.169.254/latest",
        "https://bücher.example/", "file:///etc/passwd", "https://[nonsense/",
        "https://example.org/" + "a" * 2000,
    ],
)  # fmt: skip
def test_what_is_no_address_of_a_webhook_is_refused(app: Flask, address: str) -> None:
    with pytest.raises(Refusal):
        wire.check(address, NONE)


def test_a_whole_address_is_taken(app: Flask) -> None:
    assert wire.check("https://example.org:8443/hooks?for=fund", NONE).port == 8443


@pytest.mark.parametrize("answer", ["127.0.0.1", "10.0.0.7", "::1", "169.254.169.254"])
def test_a_name_that_leads_inside_is_not_written_to(
    app: Flask, monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", _answers("93.184.215.14", answer))
    monkeypatch.setattr(socket, "create_connection", _never)

    with pytest.raises(wire.Unreachable, match="inside a network"):
        wire.post("https://hooks.example.org/", b"", {}, NONE)


def test_the_connection_goes_to_the_address_that_was_looked_at(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []
    monkeypatch.setattr(socket, "getaddrinfo", _answers("93.184.215.14"))
    monkeypatch.setattr(socket, "create_connection", lambda place, timeout: asked.append(place) or _never())

    with pytest.raises(wire.Unreachable):
        wire.post("https://hooks.example.org:8443/", b"", {}, NONE)

    assert asked == [("93.184.215.14", 8443)]


def _answers(*ips: str) -> Any:
    def getaddrinfo(host: str, port: int, **options: Any) -> list[Any]:
        return [
            (socket.AF_INET6 if ":" in ip else socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, port))
            for ip in ips
        ]

    return getaddrinfo


def _never(*_words: Any, **_options: Any) -> Any:
    raise OSError("not in a test")


def test_what_an_administrator_allows_is_that_very_place(receiver: Receiver) -> None:
    inside = wire.allowed(receiver.setting)

    assert wire.post(receiver.url, b"{}", {}, inside).status == 204
    with pytest.raises(wire.Unreachable):
        wire.post(f"http://localhost:{receiver.port}/hooks", b"{}", {}, inside)
    with pytest.raises(wire.Unreachable):
        wire.post(f"http://127.0.0.1:{receiver.port + 1}/hooks", b"{}", {}, inside)
    with pytest.raises(wire.Unreachable):
        wire.post(receiver.url, b"{}", {}, NONE)


def test_a_redirect_is_told_and_not_followed(receiver: Receiver) -> None:
    with receiving() as other:
        receiver.mood, receiver.location = 307, other.url
        inside = wire.allowed(f"{receiver.setting} {other.setting}")

        answer = wire.post(receiver.url, b"{}", {}, inside)

        assert (answer.status, other.heard) == (307, [])


def test_the_environment_has_no_say(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")

    assert wire.post(receiver.url, b"{}", {}, wire.allowed(receiver.setting)).status == 204


def test_an_answer_is_cut(receiver: Receiver) -> None:
    receiver.mood = 200

    answer = wire.post(receiver.url, b"{}", {}, wire.allowed(receiver.setting))

    assert len(answer.text) == wire.SHOWN


@pytest.mark.parametrize("drips", [b"H", b"HTTP/1.1 200 OK\r\n\r\n"])
def test_a_server_that_drips_is_cut_off(app: Flask, monkeypatch: pytest.MonkeyPatch, drips: bytes) -> None:
    monkeypatch.setattr(wire, "WHOLE_S", 0.3)
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(drips)
        monkeypatch.setattr(socket, "create_connection", lambda where, timeout: ours)

        assert _status_or_fault("http://127.0.0.1:9/") == (200 if len(drips) > 1 else "It took too long.")


def _status_or_fault(place: str) -> int | str:
    try:
        return wire.post(place, b"{}", {}, wire.allowed(place)).status
    except wire.Unreachable as fault:
        return str(fault)


def test_a_server_that_speaks_no_tls_is_refused(app: Flask) -> None:
    with receiving() as plain:
        inside = replace(wire.allowed(""), hosts=frozenset({("https", "127.0.0.1", plain.port)}))

        with pytest.raises(wire.Unreachable, match="TLS"):
            wire.post(f"https://127.0.0.1:{plain.port}/", b"{}", {}, inside)


def test_certificates_are_checked() -> None:
    assert ssl.create_default_context().verify_mode is ssl.CERT_REQUIRED
