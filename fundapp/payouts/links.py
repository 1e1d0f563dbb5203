"""Addresses that stand as evidence: what a browser can open and everybody may see."""

from urllib.parse import urlsplit

from flask_babel import gettext as _

from fundapp.rounds.values import is_web_address

MOST_LINKS = 20
LONGEST_LINK = 500


def fault(link: str) -> str:
    """Say what is wrong with an address; empty when nothing is.

    Only http and https, no name or password in it, no spaces: no javascript:, no data:.
    """
    shown = link[:80]
    if len(link) > LONGEST_LINK:
        return str(
            _("This address is longer than %(most)d characters: %(link)s", most=LONGEST_LINK, link=shown)
        )
    if any(sign.isspace() or ord(sign) < 32 for sign in link.strip()):
        return str(_("This address has a space in it; write one address on each line: %(link)s", link=shown))
    if not is_web_address(link):
        return str(_("This is not an http or https address: %(link)s", link=shown))
    if "@" in urlsplit(link.strip()).netloc:
        return str(_("This address has a name or a password in it, which others must not see: %(link)s",
                     link=urlsplit(link.strip()).hostname))  # fmt: skip
    return ""


def first_fault(links: list[str]) -> str:
    """Say what is wrong with the first of these addresses that is wrong, or that there are too many."""
    if len(links) > MOST_LINKS:
        return str(_("Give the addresses that matter most, at most %(most)s.", most=MOST_LINKS))
    return next((said for link in links if (said := fault(link))), "")
