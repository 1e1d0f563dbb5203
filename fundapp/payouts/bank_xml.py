"""XML from a bank, read piece by piece and never believed blindly: no DOCTYPE, no entities, no network."""

from collections.abc import Iterator
from io import BytesIO

from flask_babel import gettext as _
from lxml import etree

from fundapp.core.refusals import Refusal

LARGEST = 150_000_000
"""The longest file that is read, in bytes."""


class UnreadableAnswer(Refusal):
    """A file that is no statement or status report we can trust."""


def elements(content: bytes) -> Iterator[etree._Element]:
    """Give every element as it ends, in order; who has read one may forget it, so that little is held.

    Raises UnreadableAnswer for what is no XML, or XML as no bank sends it: too long, with a DOCTYPE (the
    door to entity bombs and to other files), nested too deep, or with a text of more than ten megabytes.
    """
    if len(content) > LARGEST:
        raise UnreadableAnswer(_("The file is larger than a statement can be."))
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise UnreadableAnswer(_("The file has a DOCTYPE: a bank sends none, so it is not read."))
    try:
        parts = etree.iterparse(
            BytesIO(content), events=("end",), resolve_entities=False, no_network=True, load_dtd=False,
            huge_tree=False, remove_comments=True, remove_pis=True,
        )  # fmt: skip
        first = True
        for _event, element in parts:
            if first and element.getroottree().docinfo.doctype:  # in UTF-16 the bytes above hide it
                raise UnreadableAnswer(_("The file has a DOCTYPE: a bank sends none, so it is not read."))
            first = False
            yield element
    except (etree.XMLSyntaxError, ValueError) as fault:
        raise UnreadableAnswer(_("The file is no XML that can be read.")) from fault


def forget_below(element: etree._Element) -> None:
    """Let go of an element that was read, and of those before it that were read too."""
    element.clear()
    before = element.getprevious()
    if before is not None and local(before) == local(element):
        parent = element.getparent()
        if parent is not None:
            parent.remove(before)


def local(element: etree._Element) -> str:
    """Give the name of an element without its namespace."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def space(element: etree._Element) -> str:
    """Give the last part of an element's namespace: camt.053.001.08."""
    return str(etree.QName(element).namespace or "").rpartition(":")[2]


def children(node: etree._Element, name: str) -> list[etree._Element]:
    """List the children of a name, whatever their namespace."""
    return [one for one in node if local(one) == name]


def first(node: etree._Element, path: str) -> etree._Element | None:
    """Find the first element along a path of names."""
    found: etree._Element | None = node
    for name in path.split("/"):
        if found is None:
            return None
        found = next((one for one in found if local(one) == name), None)
    return found


def text(node: etree._Element, path: str) -> str:
    """Give the text along a path of names, its spaces made single; empty where there is none."""
    found = first(node, path)
    return " ".join((found.text or "").split()) if found is not None else ""
