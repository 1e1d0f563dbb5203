"""Identifiers by which the world knows a fund and who it gives to, and licences of data."""

import re

from flask_babel import gettext as _

from fundapp.accounts.models import Party
from fundapp.core.refusals import Refusal

ORG_ID = re.compile(r"[A-Z]{2}-[A-Z0-9]{2,12}-[A-Za-z0-9][A-Za-z0-9._]{1,40}")
PREFIX = re.compile(r"360G-[A-Za-z0-9_]{2,60}")
LEI = re.compile(r"[A-Z0-9]{18}[0-9]{2}")
ROR = re.compile(r"(?:https://ror\.org/)?(0[0-9a-hj-km-np-tv-z]{6}[0-9]{2})")
LICENCES = {
    "CC-BY-4.0": ("Creative Commons Attribution 4.0 International", "https://creativecommons.org/licenses/by/4.0/"),
    "CC0-1.0": ("Creative Commons Zero 1.0", "https://creativecommons.org/publicdomain/zero/1.0/"),
    "CC-BY-SA-4.0": (
        "Creative Commons Attribution-ShareAlike 4.0 International",
        "https://creativecommons.org/licenses/by-sa/4.0/",
    ),
    "ODC-By-1.0": ("Open Data Commons Attribution 1.0", "https://opendatacommons.org/licenses/by/1-0/"),
    "PDDL-1.0": ("Open Data Commons Public Domain 1.0", "https://opendatacommons.org/licenses/pddl/1-0/"),
}  # fmt: skip
"""Licences of open data by SPDX identifier: (name, address)."""


def check_org_id(text: str) -> str:
    """Give an identifier after org-id.guide as it is kept. Raises Refusal."""
    found = text.strip()
    if not ORG_ID.fullmatch(found):
        raise Refusal(
            _(
                "An organisation identifier has the code of a register and the number in it, such as"
                " NL-KVK-41215393; org-id.guide lists the codes."
            )
        )
    return found


def check_prefix(text: str) -> str:
    """Give a publisher prefix as it is kept. Raises Refusal."""
    found = text.strip()
    if not PREFIX.fullmatch(found):
        raise Refusal(
            _("A publisher prefix begins with 360G- and goes on with letters, digits or underscores.")
        )
    return found


def of_party(party: Party, prefix: str) -> str:
    """Name an organisation that received money: by its register where that is clear, else by the prefix."""
    number = "".join((party.registration or "").split())
    if ORG_ID.fullmatch(number):
        return number
    if found := ROR.fullmatch(number):
        return f"XI-ROR-{found[1]}"
    if LEI.fullmatch(number):
        return f"XI-LEI-{number}"
    digits = re.sub(r"^(?:NL-?)?KVK[:\s-]*", "", number, flags=re.IGNORECASE)
    if party.country == "NL" and re.fullmatch(r"\d{8}", digits):
        return f"NL-KVK-{digits}"
    return f"{prefix}-ORG-{party.id}"
