"""Secrets as texts: keys of programs with a checksum, and secrets that sign."""

import re
from base64 import b64encode
from hashlib import sha256
from secrets import token_bytes
from string import ascii_letters, digits
from zlib import crc32

LETTERS = digits + ascii_letters
BYTES = 32
SHAPE = re.compile(r"fund_([0-9A-Za-z]{43})([0-9A-Za-z]{6})")
"""What scanners of secrets look for: a prefix, 256 random bits, and a checksum of both."""


def new_key() -> str:
    """Make a key: fund_, 43 letters for 256 random bits, 6 letters of checksum."""
    body = _letters(int.from_bytes(token_bytes(BYTES)), 43)
    return f"fund_{body}{_checksum(body)}"


def is_key(text: str) -> bool:
    """Tell whether a text can be a key of ours at all; a mistake is seen without asking the database."""
    found = SHAPE.fullmatch(text)
    return found is not None and _checksum(found[1]) == found[2]


def digest(key: str) -> str:
    """Give what is kept of a key: it has 256 random bits, so a plain hash is enough."""
    return sha256(key.encode()).hexdigest()


def new_signing_secret() -> str:
    """Make a secret that signs, as Standard Webhooks writes it: whsec_ and base64 of 32 bytes."""
    return "whsec_" + b64encode(token_bytes(BYTES)).decode()


def _checksum(body: str) -> str:
    return _letters(crc32(f"fund_{body}".encode()), 6)


def _letters(number: int, width: int) -> str:
    found = ""
    while number:
        number, rest = divmod(number, len(LETTERS))
        found = LETTERS[rest] + found
    return found.rjust(width, LETTERS[0])
