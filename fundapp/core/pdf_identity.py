"""What a PDF says of itself to machines: from which record it was printed, and which standards it keeps.

PDF/A wants every property that is not its own explained inside the file; that is the second half.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from xml.sax.saxutils import escape, unescape

SPACE = "urn:fundapp:report#"
ENTRY = re.compile(r"<fundapp:(\w+)>([^<]*)</fundapp:\1>")

_UA = '<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" pdfuaid:part="1"/>'
_EXTENSION = (
    '<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"'
    ' xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"'
    ' xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">'
    "<pdfaExtension:schemas><rdf:Bag>{schemas}</rdf:Bag></pdfaExtension:schemas></rdf:Description>"
)
_SCHEMA = (
    '<rdf:li rdf:parseType="Resource"><pdfaSchema:schema>{name}</pdfaSchema:schema>'
    "<pdfaSchema:namespaceURI>{space}</pdfaSchema:namespaceURI>"
    "<pdfaSchema:prefix>{prefix}</pdfaSchema:prefix>"
    "<pdfaSchema:property><rdf:Seq>{properties}</rdf:Seq></pdfaSchema:property></rdf:li>"
)
_PROPERTY = (
    '<rdf:li rdf:parseType="Resource"><pdfaProperty:name>{name}</pdfaProperty:name>'
    "<pdfaProperty:valueType>{kind}</pdfaProperty:valueType>"
    "<pdfaProperty:category>internal</pdfaProperty:category>"
    "<pdfaProperty:description>{words}</pdfaProperty:description></rdf:li>"
)
_ABOUT_UA = (("part", "Integer", "Part of ISO 14289 that the file keeps to"),)


@dataclass(frozen=True)
class Attached:
    """A file inside the PDF: the data it was printed from."""

    name: str
    content: bytes
    words: str


def described(identity: Mapping[str, str]) -> bytes:
    """Write the part of the XMP metadata that says PDF/UA-1 and, when given, what the file is."""
    schemas = [_schema("PDF/UA identification", "http://www.aiim.org/pdfua/ns/id/", "pdfuaid", _ABOUT_UA)]
    parts = [_UA]
    if identity:
        told = "".join(f"<fundapp:{key}>{escape(value)}</fundapp:{key}>" for key, value in identity.items())
        parts.append(f'<rdf:Description rdf:about="" xmlns:fundapp="{SPACE}">{told}</rdf:Description>')
        about = tuple((key, "Text", f"The {key} of the record behind the file") for key in identity)
        schemas.append(_schema("Record behind a fundapp report", SPACE, "fundapp", about))
    parts.append(_EXTENSION.format(schemas="".join(schemas)))
    return "".join(parts).encode()


def _schema(name: str, space: str, prefix: str, properties: tuple[tuple[str, str, str], ...]) -> str:
    listed = "".join(_PROPERTY.format(name=key, kind=kind, words=words) for key, kind, words in properties)
    return _SCHEMA.format(name=name, space=space, prefix=prefix, properties=listed)


def read(xmp: str) -> dict[str, str]:
    """Read what `described` wrote: {"snapshot": "12", "digest": …}; empty for any other file."""
    return {key: unescape(value) for key, value in ENTRY.findall(xmp)} if SPACE in xmp else {}
