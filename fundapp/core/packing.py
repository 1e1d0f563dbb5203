"""Files in one ZIP with the same bytes each time: sorted, dated like no day, packed alike."""

import io
import zipfile
from collections.abc import Mapping

LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""The first instant a ZIP can tell; what is inside carries its own dates."""


def packed(files: Mapping[str, bytes], *, folder: str) -> bytes:
    """Pack files (name → content) under one folder. The same files give the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(files):
            member = zipfile.ZipInfo(f"{folder}/{name}", LONG_AGO)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.external_attr = 0o644 << 16
            archive.writestr(member, files[name])
    return out.getvalue()
