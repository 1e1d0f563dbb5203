"""Which licences are free: what the OSI or the FSF approves for programs, and open ones for texts and data.

Sources: the lists of the Open Source Initiative and the Free Software Foundation, by their SPDX names;
for texts and data the Open Definition.
"""

from collections.abc import Collection
from enum import StrEnum
from functools import cache
from typing import Any

from license_expression import ExpressionError, Licensing, get_spdx_licensing

from fundapp.rounds.licences import EXPRESSION

PROGRAMS = frozenset(
    (
        "0BSD", "AAL", "AFL-1.1", "AFL-1.2", "AFL-2.0", "AFL-2.1", "AFL-3.0", "AGPL-1.0-only",
        "AGPL-1.0-or-later", "AGPL-3.0-only", "AGPL-3.0-or-later", "APL-1.0", "APSL-1.0", "APSL-1.1",
        "APSL-1.2", "APSL-2.0", "Apache-1.0", "Apache-1.1", "Apache-2.0", "Artistic-1.0",
        "Artistic-1.0-Perl", "Artistic-1.0-cl8", "Artistic-2.0", "BSD-1-Clause", "BSD-2-Clause",
        "BSD-2-Clause-Patent", "BSD-3-Clause", "BSD-3-Clause-Clear", "BSD-3-Clause-LBNL", "BSD-4-Clause",
        "BSL-1.0", "BitTorrent-1.1", "BlueOak-1.0.0", "CAL-1.0", "CAL-1.0-Combined-Work-Exception",
        "CATOSL-1.1", "CDDL-1.0", "CECILL-2.0", "CECILL-2.1", "CECILL-B", "CECILL-C", "CERN-OHL-1.1",
        "CERN-OHL-1.2", "CERN-OHL-P-2.0", "CERN-OHL-S-2.0", "CERN-OHL-W-2.0", "CNRI-Python", "CPAL-1.0",
        "CPL-1.0", "CUA-OPL-1.0", "ClArtistic", "Condor-1.1", "ECL-1.0", "ECL-2.0", "EFL-1.0", "EFL-2.0",
        "EPL-1.0", "EPL-2.0", "EUDatagrid", "EUPL-1.0", "EUPL-1.1", "EUPL-1.2", "Entessa", "FSFAP", "FTL",
        "Fair", "Frameworx-1.0", "GPL-1.0-only", "GPL-1.0-or-later", "GPL-2.0-only", "GPL-2.0-or-later",
        "GPL-3.0-only", "GPL-3.0-or-later", "HPND", "ICU", "IJG", "IPA", "IPL-1.0", "ISC", "Imlib2",
        "Intel", "Jam", "LGPL-2.0-only", "LGPL-2.0-or-later", "LGPL-2.1-only", "LGPL-2.1-or-later",
        "LGPL-3.0-only", "LGPL-3.0-or-later", "LPL-1.0", "LPL-1.02", "LPPL-1.2", "LPPL-1.3a", "LPPL-1.3c",
        "LiLiQ-P-1.1", "LiLiQ-R-1.1", "LiLiQ-Rplus-1.1", "MIT", "MIT-0", "MIT-Modern-Variant", "MPL-1.0",
        "MPL-1.1", "MPL-2.0", "MS-PL", "MS-RL", "MirOS", "Motosoto", "MulanPSL-2.0", "Multics",
        "NASA-1.3", "NCSA", "NGPL", "NOSL", "NPL-1.0", "NPL-1.1", "NPOSL-3.0", "NTP", "Naumen", "Nokia",
        "OCLC-2.0", "OFL-1.0", "OFL-1.1", "OFL-1.1-RFN", "OFL-1.1-no-RFN", "OGTSL", "OLDAP-2.3",
        "OLDAP-2.7", "OLDAP-2.8", "OLFL-1.3", "OSET-PL-2.1", "OSL-1.0", "OSL-1.1", "OSL-2.0", "OSL-2.1",
        "OSL-3.0", "OpenSSL", "PHP-3.0", "PHP-3.01", "PSF-2.0", "PostgreSQL", "Python-2.0",
        "Python-2.0.1", "QPL-1.0", "RPL-1.1", "RPL-1.5", "RPSL-1.0", "RSCPL", "Ruby", "SGI-B-2.0",
        "SHL-0.5", "SHL-0.51", "SISSL", "SMLNJ", "SPL-1.0", "SimPL-2.0", "Sleepycat", "TAPR-OHL-1.0",
        "UCL-1.0", "UPL-1.0", "Unicode-3.0", "Unicode-DFS-2016", "Unlicense", "VSL-1.0", "Vim", "W3C",
        "WTFPL", "Watcom-1.0", "X11", "XFree86-1.1", "Xnet", "YPL-1.1", "ZPL-2.0", "ZPL-2.1", "Zend-2.0",
        "Zimbra-1.3", "Zlib", "gnuplot", "iMatix", "xinetd",
    )
)  # fmt: skip
CONTENT = frozenset(
    (
        "CC-BY-1.0", "CC-BY-2.0", "CC-BY-2.5", "CC-BY-3.0", "CC-BY-4.0", "CC-BY-SA-1.0", "CC-BY-SA-2.0",
        "CC-BY-SA-2.5", "CC-BY-SA-3.0", "CC-BY-SA-4.0", "CC-PDDC", "CC0-1.0", "CDLA-Permissive-1.0",
        "CDLA-Permissive-2.0", "CDLA-Sharing-1.0", "DL-DE-BY-2.0", "DL-DE-ZERO-2.0", "FreeBSD-DOC",
        "GFDL-1.1-only", "GFDL-1.1-or-later", "GFDL-1.2-only", "GFDL-1.2-or-later",
        "GFDL-1.3-no-invariants-only", "GFDL-1.3-no-invariants-or-later", "GFDL-1.3-only",
        "GFDL-1.3-or-later", "LAL-1.2", "LAL-1.3", "NLOD-1.0", "NLOD-2.0", "ODC-By-1.0", "ODbL-1.0",
        "OGL-Canada-2.0", "OGL-UK-1.0", "OGL-UK-2.0", "OGL-UK-3.0", "PDDL-1.0", "etalab-2.0",
    )
)  # fmt: skip
FREE = PROGRAMS | CONTENT


class Standing(StrEnum):
    """What a licence expression comes to."""

    FREE = "free"
    ACCEPTED = "accepted"
    """Not free, but one that this fund named as an exception."""
    NOT_FREE = "not_free"
    UNREADABLE = "unreadable"


def judge(text: str, exceptions: Collection[str] = ()) -> Standing:
    """Tell whether an SPDX expression is free: one side of OR is enough, AND wants both.

    exceptions: SPDX names that a fund accepts beside the free ones. LicenseRef- names are never free
    unless they are among them.
    """
    if (read := _read(text)) is None:
        return Standing.UNREADABLE
    if _holds(read, FREE):
        return Standing.FREE
    return Standing.ACCEPTED if _holds(read, FREE | set(exceptions)) else Standing.NOT_FREE


def unfree(text: str, exceptions: Collection[str] = ()) -> list[str]:
    """Name the licences of an expression that are neither free nor accepted."""
    if (read := _read(text)) is None:
        return []
    names = [_name(one) for one in _licensing().license_symbols(read, unique=True)]
    return [name for name in names if name not in FREE | set(exceptions)]


def _read(text: str) -> Any:
    if not EXPRESSION.fullmatch(text.strip()):
        return None
    licensing = _licensing()
    try:
        read = licensing.parse(text.strip(), validate=False, strict=True)
        unknown = licensing.unknown_license_keys(read) if read is not None else []
    except (ExpressionError, AttributeError, IndexError, RecursionError):
        return None  # the reader itself stumbles over some wrong texts
    return None if any(not str(key).startswith("LicenseRef-") for key in unknown) else read


def _holds(read: Any, known: Collection[str]) -> bool:
    operator = getattr(read, "operator", "").strip()
    if operator == "OR":
        return any(_holds(part, known) for part in read.args)
    if operator == "AND":
        return all(_holds(part, known) for part in read.args)
    return _name(read) in known


def _name(symbol: Any) -> str:
    """Give the SPDX name; an exception only ever permits more than its licence does."""
    return str(getattr(symbol, "license_symbol", symbol).key)


@cache
def _licensing() -> Licensing:
    return get_spdx_licensing()
