"""OpenPGP public keys: reading one, telling its fingerprint, holder and end; nothing secret is taken in.

Only what a page has to say about a key is read (RFC 4880 and RFC 9580). Signatures are not verified:
whoever encrypts with the key compares the fingerprint.
"""

import binascii
import re
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha1, sha256

from flask_babel import gettext as _

from fundapp.core.refusals import Refusal

LONGEST = 200_000
ARMOR = re.compile(
    r"-----BEGIN PGP PUBLIC KEY BLOCK-----\s*?\n(?:[A-Za-z]+: [^\n]*\n)*\s*\n"
    r"(?P<body>[A-Za-z0-9+/=\s]+?)(?:\n=(?P<check>[A-Za-z0-9+/]{4}))?\s*\n-----END PGP PUBLIC KEY BLOCK-----"
)
PUBLIC, SECRET, SIGNATURE, USER_ID, SUBKEY = 6, (5, 7), 2, 13, 14
SELF_SIGNATURES = range(0x10, 0x14)
DIRECT_KEY = 0x1F
KEY_ENDS = 9
RSA = (1, 2, 3)
ENCRYPTS = (1, 2)
"""Algorithms of a main key that encrypt as well; others need a part of their own for it."""
SHORTEST_RSA = 2048


class KeyRefused(Refusal):
    """A text that is no public key we can keep; the message says why."""


@dataclass(frozen=True, slots=True)
class Key:
    """What is told of a key. holder: its first user id. expires_at: None when it has no end."""

    armored: str
    fingerprint: str
    holder: str
    expires_at: datetime | None

    @property
    def shown(self) -> str:
        """The fingerprint in groups of four, to compare by eye."""
        return grouped(self.fingerprint)


def grouped(fingerprint: str) -> str:
    """Write a fingerprint in groups of four."""
    return " ".join(fingerprint[place : place + 4] for place in range(0, len(fingerprint), 4))


def read(text: str, *, at: datetime) -> Key:
    """Read one armored public key. Raises KeyRefused: secret, damaged, expired, more than one, too old."""
    if "PRIVATE KEY" in text:
        raise KeyRefused(
            _("This is a private key. Never give it to anybody; paste the public one. We have kept nothing.")
        )
    found = ARMOR.search(text.replace("\r\n", "\n").replace("\r", "\n"))
    if found is None or len(text) > LONGEST:
        raise KeyRefused(_("Paste one whole public key, with its lines BEGIN and END."))
    content = _decoded(found)
    packets = list(_packets(content))
    if any(tag in SECRET for tag, _body in packets):
        raise KeyRefused(
            _("This is a private key. Never give it to anybody; paste the public one. We have kept nothing.")
        )
    if not packets or packets[0][0] != PUBLIC or sum(tag == PUBLIC for tag, _body in packets) != 1:
        raise KeyRefused(_("Paste one public key, not several and nothing else."))
    key = _key(found[0].strip() + "\n", packets)
    if key.expires_at is not None and key.expires_at <= at:
        raise KeyRefused(_("This key has expired. Lengthen its term or make a new one."))
    return key


def _decoded(found: re.Match[str]) -> bytes:
    try:
        content = b64decode("".join(found["body"].split()), validate=True)
        check = b64decode(found["check"]) if found["check"] else None
    except binascii.Error as fault:
        raise KeyRefused(_damaged()) from fault
    if check is not None and int.from_bytes(check) != _crc24(content):
        raise KeyRefused(_damaged())
    return content


def _damaged() -> str:
    return str(_("This key is damaged: a part of it is missing or was changed. Copy it once more."))


def _crc24(content: bytes) -> int:
    crc = 0xB704CE
    for byte in content:
        crc ^= byte << 16
        for _bit in range(8):
            crc = (crc << 1) ^ (0x1864CFB if crc & 0x800000 else 0)
    return crc & 0xFFFFFF


def _packets(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Give the packets one by one: (tag, body). Raises KeyRefused where they do not add up."""
    at = 0
    while at < len(content):
        head = content[at]
        if not head & 0x80:
            raise KeyRefused(_damaged())
        is_new = bool(head & 0x40)
        tag = head & 0x3F if is_new else (head >> 2) & 0x0F
        start, size = _new_length(content, at + 1) if is_new else _old_length(content, at + 1, head & 3)
        if start + size > len(content):
            raise KeyRefused(_damaged())
        yield tag, content[start : start + size]
        at = start + size


def _new_length(content: bytes, at: int) -> tuple[int, int]:
    first = content[at] if at < len(content) else 255
    if first < 192:
        return at + 1, first
    if first < 224 and at + 1 < len(content):
        return at + 2, ((first - 192) << 8) + content[at + 1] + 192
    if first == 255 and at + 4 < len(content):
        return at + 5, int.from_bytes(content[at + 1 : at + 5])
    raise KeyRefused(_damaged())  # partial lengths are for messages, not for keys


def _old_length(content: bytes, at: int, kind: int) -> tuple[int, int]:
    if kind == 3:
        raise KeyRefused(_damaged())
    octets = (1, 2, 4)[kind]
    return at + octets, int.from_bytes(content[at : at + octets])


def _key(armored: str, packets: list[tuple[int, bytes]]) -> Key:
    body = packets[0][1]
    if len(body) < 8 or body[0] not in (4, 6):
        raise KeyRefused(_("This key is of an old kind that is not safe any more. Make a new one."))
    if body[0] == 4 and body[5] in RSA and int.from_bytes(body[6:8]) < SHORTEST_RSA:
        raise KeyRefused(_("This key is too short to be safe. Make a new one."))
    if body[5] not in ENCRYPTS and all(tag != SUBKEY for tag, _content in packets):
        raise KeyRefused(_("This key can only sign. Paste one that mail can be encrypted to."))
    names = [content.decode("utf-8", "replace") for tag, content in packets if tag == USER_ID]
    made_at = int.from_bytes(body[1:5])
    lasts = _lasts(packets)
    return Key(
        armored=armored,
        fingerprint=_fingerprint(body),
        holder=" ".join(names[0].split())[:200] if names else "",
        expires_at=datetime.fromtimestamp(made_at, UTC) + timedelta(seconds=lasts) if lasts else None,
    )


def _fingerprint(body: bytes) -> str:
    if body[0] == 4:
        framed = b"\x99" + len(body).to_bytes(2) + body
        return sha1(framed).hexdigest().upper()  # noqa: S324 the standard says how a fingerprint is made
    return sha256(b"\x9b" + len(body).to_bytes(4) + body).hexdigest().upper()


def _lasts(packets: list[tuple[int, bytes]]) -> int:
    """Give how many seconds the key lasts from its making, by its newest own signature; 0: for ever."""
    newest, lasts = -1, 0
    for tag, body in packets:
        if tag == SUBKEY:
            break
        if tag == SIGNATURE and len(body) > 6 and body[0] in (4, 6):
            if body[1] not in SELF_SIGNATURES and body[1] != DIRECT_KEY:
                continue
            parts = dict(_subpackets(body))
            made = int.from_bytes(parts.get(2, b""))
            if made >= newest:
                newest, lasts = made, int.from_bytes(parts.get(KEY_ENDS, b""))
    return lasts


def _subpackets(body: bytes) -> Iterator[tuple[int, bytes]]:
    octets = 2 if body[0] == 4 else 4
    at, end = 4 + octets, 4 + octets + int.from_bytes(body[4 : 4 + octets])
    while at < min(end, len(body)):
        first = body[at]
        if first < 192:
            size, at = first, at + 1
        elif first < 255:
            size, at = ((first - 192) << 8) + int.from_bytes(body[at + 1 : at + 2]) + 192, at + 2
        else:
            size, at = int.from_bytes(body[at + 1 : at + 5]), at + 5
        if size < 1:
            return
        yield body[at] & 0x7F, body[at + 1 : at + size]
        at += size
