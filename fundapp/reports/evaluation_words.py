"""Names for what stands in a fund's report: its breakdowns, and the course that is advised."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

BREAKDOWNS: dict[str, tuple[LazyString, LazyString]] = {
    "themes": (_l("Theme"), _l("Asked and awarded per theme")),
    "countries": (_l("Country"), _l("Applications and awards by country")),
    "forms": (_l("Legal form"), _l("Applications and awards by legal form")),
    "licences": (_l("Licence"), _l("Applications and awards by licence of the result")),
    "layers": (_l("Layer of the stack"), _l("Applications and awards by layer of the stack")),
    "first": (_l("Asked before?"), _l("First applications and repeated ones")),
}
"""Head of the first column, and title of the table."""

COURSE_WORDS: dict[str, LazyString] = {
    "continue": _l("Continue"),
    "change": _l("Continue with changes"),
    "stop": _l("Stop"),
}
