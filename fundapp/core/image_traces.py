"""Taking out of a picture what tells where, when and with what it was made; the picture itself stays.

The parts are cut out of the file, so that no dot changes. Only a picture that lies on its side, and says
so in what goes, is turned and written anew.
"""

import struct
from collections.abc import Callable, Iterator
from io import BytesIO

from PIL import Image, ImageOps
from PIL.Image import DecompressionBombError

from fundapp.core.images import PNG, damaged

UPRIGHT = 1
ORIENTATION = 0x0112
KEPT_SEGMENTS = {0xE0: b"JFIF\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}
"""Application parts of a JPEG that say how to show it; all others, and comments, go."""
TOLD_CHUNKS = frozenset({b"eXIf", b"tEXt", b"zTXt", b"iTXt", b"tIME"})
TOLD_PARTS = frozenset({b"EXIF", b"XMP "})
VP8X_TOLD = 0x08 | 0x04
"""The bits of a WebP that announce EXIF and XMP."""
QUALITY = 95


def without_traces(content: bytes, media_type: str) -> bytes:
    """Give a picture without place, time, camera, words and thumbnails in it; other files unchanged.

    content: of a picture that was checked (images.py). Raises BrokenImage.
    """
    clean = CLEANERS.get(media_type)
    if clean is None:
        return content
    try:
        return _turned(clean(content), content, clean)
    except (struct.error, IndexError, ValueError) as fault:
        raise damaged() from fault


def _turned(cleaned: bytes, content: bytes, clean: Callable[[bytes], bytes]) -> bytes:
    """Turn a picture upright whose orientation stood in what was taken out."""
    if cleaned == content:
        return content
    try:
        with Image.open(BytesIO(content)) as picture:
            if picture.getexif().get(ORIENTATION, UPRIGHT) in (None, UPRIGHT):
                return cleaned
            kind, profile = picture.format or "", picture.info.get("icc_profile")
            upright = ImageOps.exif_transpose(picture)
    except (OSError, SyntaxError, DecompressionBombError) as fault:
        raise damaged() from fault
    made = BytesIO()
    options = {"icc_profile": profile} if profile else {}
    if kind != "PNG":
        options["quality"] = QUALITY
    upright.save(made, kind, **options)
    return clean(made.getvalue())


# --- JPEG --------------------------------------------------------------------------


def _clean_jpeg(content: bytes) -> bytes:
    """Keep what is needed to show the first picture; a second one behind it (a thumbnail) goes too."""
    kept, at = [content[:2]], 2
    while content[at + 1] != 0xD9:
        if content[at] != 0xFF:
            raise damaged()
        marker = content[at + 1]
        if marker == 0xFF:  # fill
            at += 1
            continue
        end = at + 2 + int(struct.unpack_from(">H", content, at + 2)[0])
        if marker == 0xDA:
            end = _after_scan(content, end)
        if _is_shown(marker, content[at + 4 : at + 16]):
            kept.append(content[at:end])
        at = end
    return b"".join([*kept, b"\xff\xd9"])


def _after_scan(content: bytes, at: int) -> int:
    """Find the marker that ends the dots of a scan: not a stuffed 0xFF, not a restart."""
    while (at := content.find(b"\xff", at)) >= 0:
        following = content[at + 1]
        if following not in (0x00, 0xFF) and not 0xD0 <= following <= 0xD7:
            return at
        at += 1
    raise damaged()


def _is_shown(marker: int, head: bytes) -> bool:
    if marker == 0xFE or 0xE0 <= marker <= 0xEF:
        return marker in KEPT_SEGMENTS and head.startswith(KEPT_SEGMENTS[marker])
    return True


# --- PNG and WebP --------------------------------------------------------------------


def _clean_png(content: bytes) -> bytes:
    kept, at = [PNG], len(PNG)
    while at + 12 <= len(content):
        end = at + 12 + int(struct.unpack_from(">I", content, at)[0])
        if content[at + 4 : at + 8] not in TOLD_CHUNKS:
            kept.append(content[at:end])
        at = end
    return b"".join(kept)


def _clean_webp(content: bytes) -> bytes:
    parts = [part for kind, part in _webp_parts(content) if kind not in TOLD_PARTS]
    body = b"".join(parts)
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def _webp_parts(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 12
    while at + 8 <= len(content):
        kind, length = content[at : at + 4], int(struct.unpack_from("<I", content, at + 4)[0])
        end = at + 8 + length + length % 2
        part = content[at:end]
        if kind == b"VP8X":
            part = part[:8] + bytes([part[8] & ~VP8X_TOLD]) + part[9:]
        yield kind, part
        at = end


CLEANERS: dict[str, Callable[[bytes], bytes]] = {
    "image/jpeg": _clean_jpeg,
    "image/png": _clean_png,
    "image/webp": _clean_webp,
}
