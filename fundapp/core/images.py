"""Checking that a picture is whole, of a size that can be shown, and nothing but a picture."""

import struct
import zlib
from collections.abc import Iterator

from flask_babel import gettext as _

from fundapp.core.refusals import Refusal

MOST_SIDE = 12_000
MOST_PIXELS = 60_000_000
PNG = b"\x89PNG\r\n\x1a\n"
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
"""Samples per pixel by PNG colour type."""
FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""JPEG markers that carry the size of the picture."""


class BrokenImage(Refusal):
    """A picture that we do not take in; the message says why."""


def check_png(content: bytes) -> None:
    """Refuse a PNG that is damaged, too large, or carries something behind the picture."""
    data, size, interlaced, depth = [], (0, 0), 0, 0
    is_closed = False
    for kind, body in _png_chunks(content):
        if kind == b"IHDR" and len(body) == 13:
            width, height, bits, colour, _c, _f, interlaced = struct.unpack(">IIBBBBB", body)
            size, depth = (width, height), bits * CHANNELS.get(colour, 0)
            _check_size(*size)
        elif kind == b"IDAT":
            data.append(body)
        is_closed = kind == b"IEND"
    if not (is_closed and depth):
        raise damaged()
    _unpack(b"".join(data), size[1] * (1 + (size[0] * depth + 7) // 8), exact=not interlaced)


def _png_chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    at, kind = len(PNG), b""
    while at + 12 <= len(content):
        (length,) = struct.unpack_from(">I", content, at)
        kind, body = content[at + 4 : at + 8], content[at + 8 : at + 8 + length]
        given = content[at + 8 + length : at + 12 + length]
        if len(body) != length or given != struct.pack(">I", zlib.crc32(kind + body)):
            raise damaged()
        yield kind, body
        at += 12 + length
        if kind == b"IEND":
            break
    if at != len(content):
        raise _behind() if kind == b"IEND" else damaged()


def _unpack(packed: bytes, expected: int, *, exact: bool) -> None:
    """Unpack the picture, never more than it may hold."""
    unpacker, total = zlib.decompressobj(), 0
    most = expected if exact else expected * 2 + 65536  # interlaced rows begin with a byte each as well
    try:
        while packed and not unpacker.eof and total <= most:
            total += len(unpacker.decompress(packed, 1 << 20))
            packed = unpacker.unconsumed_tail
    except zlib.error as fault:
        raise damaged() from fault
    if total > most or (exact and total != expected):
        raise damaged()


def check_jpeg(content: bytes) -> None:
    """Refuse a JPEG that is damaged, too large, or carries something behind the picture."""
    at, is_sized = 2, False
    while at + 4 <= len(content) and content[at] == 0xFF:
        marker = content[at + 1]
        if marker == 0xFF:  # fill bytes before a marker
            at += 1
            continue
        (length,) = struct.unpack_from(">H", content, at + 2)
        if marker in FRAMES and at + 9 <= len(content):
            height, width = struct.unpack_from(">HH", content, at + 5)
            _check_size(width, height)
            is_sized = True
        if marker == 0xDA:
            break
        at += 2 + length
    else:
        raise damaged()
    if not is_sized:
        raise damaged()
    if not content.rstrip(b"\0").endswith(b"\xff\xd9"):
        raise _behind() if b"\xff\xd9" in content[at:] else damaged()


def check_webp(content: bytes) -> None:
    """Refuse a WebP that is damaged, too large, or carries something behind the picture."""
    length = int.from_bytes(content[4:8], "little")
    end = 8 + length + length % 2
    if len(content) < 30 or end > len(content):
        raise damaged()
    if end < len(content):
        raise _behind()
    _check_size(*_webp_size(content[12:16], content[20:30]))


def _webp_size(kind: bytes, head: bytes) -> tuple[int, int]:
    if kind == b"VP8X":
        return 1 + int.from_bytes(head[4:7], "little"), 1 + int.from_bytes(head[7:10], "little")
    if kind == b"VP8L" and head[0] == 0x2F:
        bits = int.from_bytes(head[1:5], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if kind == b"VP8 " and head[3:6] == b"\x9d\x01\x2a":
        width, height = struct.unpack_from("<HH", head, 6)
        return width & 0x3FFF, height & 0x3FFF
    raise damaged()


def _check_size(width: int, height: int) -> None:
    if not (0 < width <= MOST_SIDE and 0 < height <= MOST_SIDE and width * height <= MOST_PIXELS):
        raise BrokenImage(
            _(
                "The picture is %(width)d by %(height)d dots. Make it at most %(most)d on a side.",
                width=width, height=height, most=MOST_SIDE,
            )
        )  # fmt: skip


def damaged() -> BrokenImage:
    """Give the refusal of a picture that is not whole."""
    return BrokenImage(_("The picture is damaged or not complete. Save it again and try once more."))


def _behind() -> BrokenImage:
    return BrokenImage(_("Something else is hidden behind the picture. Save it again as a plain picture."))
