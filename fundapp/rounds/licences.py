"""Licences by their SPDX names: which expressions are right, without asking the network."""

import re
from functools import cache

from license_expression import ExpressionError, Licensing, get_spdx_licensing

COMMON = (
    "AGPL-3.0-or-later", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC-BY-4.0", "CC-BY-SA-4.0",
    "CC0-1.0", "CERN-OHL-S-2.0", "EUPL-1.2", "GPL-2.0-or-later", "GPL-3.0-only", "GPL-3.0-or-later",
    "ISC", "LGPL-2.1-or-later", "LGPL-3.0-or-later", "MIT", "MIT OR Apache-2.0", "MPL-2.0", "ODbL-1.0",
    "OFL-1.1", "Unlicense",
)  # fmt: skip
"""What a field offers while one types; any other name of the SPDX list is taken as well."""
EXPRESSION = re.compile(r"[A-Za-z0-9.+() -]{1,500}")


def is_expression(text: str) -> bool:
    """Tell whether a text is an expression of SPDX licences: MIT, or (MIT OR Apache-2.0) AND CC-BY-4.0."""
    if not EXPRESSION.fullmatch(text.strip()):
        return False
    try:
        read = _licensing().parse(text.strip(), validate=True, strict=True)
    except (ExpressionError, AttributeError, IndexError, RecursionError):
        return False  # the reader itself stumbles over some wrong texts (aboutcode-org/license-expression)
    return read is not None


@cache
def _licensing() -> Licensing:
    return get_spdx_licensing()
