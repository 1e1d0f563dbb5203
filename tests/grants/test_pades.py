"""A seal on the agreement: made with the installation's own certificate, valid, and broken by one byte."""

import io
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from cryptography.x509.oid import NameOID
from flask import Flask

from fundapp.core import pdf
from fundapp.grants import pades, papers
from tests.factories import NOW
from tests.grants.scene import in_force
from tests.visitor import Visitor

pytest.importorskip("pyhanko")
pytestmark = pytest.mark.skipif(not pdf.available(), reason="no PDF engine here")
PHRASE = "open sesame"


@pytest.fixture
def certificate(app: Flask, tmp_path: Path) -> x509.Certificate:
    """Make a certificate, and let the app seal with it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Seal of a test")])
    usage = x509.KeyUsage(
        digital_signature=True, content_commitment=True, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=False, crl_sign=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )
    sealed = pkcs12.serialize_key_and_certificates(
        b"seal", key, made, None, BestAvailableEncryption(PHRASE.encode())
    )
    place = tmp_path / "seal.p12"
    place.write_bytes(sealed)
    given = {"seal_file": str(place), "seal_passphrase": PHRASE}
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], **given)
    return made


def status(content: bytes, certificate: x509.Certificate) -> Any:
    """Verify the one seal of a PDF against the certificate."""
    from asn1crypto.x509 import Certificate  # noqa: PLC0415 - optional
    from cryptography.hazmat.primitives.serialization import Encoding  # noqa: PLC0415 - optional
    from pyhanko.pdf_utils.reader import PdfFileReader  # noqa: PLC0415 - optional
    from pyhanko.sign.validation import validate_pdf_signature  # noqa: PLC0415 - optional
    from pyhanko_certvalidator import ValidationContext  # noqa: PLC0415 - optional

    root = Certificate.load(certificate.public_bytes(Encoding.DER))
    (seal,) = PdfFileReader(io.BytesIO(content)).embedded_signatures
    context = ValidationContext(trust_roots=[root], allow_fetching=False)
    with ThreadPoolExecutor(1) as alone:  # pyHanko runs an event loop of its own
        return alone.submit(validate_pdf_signature, seal, context).result()


def test_agreement_in_force_is_sealed_and_the_seal_holds(app: Flask, certificate: x509.Certificate) -> None:
    version = in_force().award.agreements[0]
    plain = papers.agreement(version)

    assert pades.waiting() == [version]
    pades.keep_sealed(version, app.config["SETTINGS"], at=NOW)

    content = pades.kept(version)
    assert content is not None
    assert content.startswith(plain)
    found = status(content, certificate)
    assert (found.bottom_line, found.intact, found.trusted) == (True, True, True)
    assert pades.waiting() == []


def test_one_other_byte_breaks_the_seal(app: Flask, certificate: x509.Certificate) -> None:
    version = in_force().award.agreements[0]
    content = bytearray(pades.sealed(papers.agreement(version), app.config["SETTINGS"], reason="test"))
    place = content.index(b"/Lang")
    content[place + 8] ^= 1

    assert not status(bytes(content), certificate).intact


def test_wrong_passphrase_and_missing_file_are_told(app: Flask, certificate: x509.Certificate) -> None:
    settings = app.config["SETTINGS"]

    for changed in ({"seal_passphrase": "wrong"}, {"seal_file": "nowhere.p12"}):
        with pytest.raises(pades.Unsealable):
            pades.sealed(b"%PDF-1.7", replace(settings, **changed), reason="test")


def test_page_says_that_nothing_is_sealed_where_there_is_no_certificate(app: Flask, client: Visitor) -> None:
    start = in_force()
    client.sign_in(start.cast.sol)

    page = client.get(f"/grants/{start.award.id}/agreements/1")

    assert not pades.is_ready(app.config["SETTINGS"])
    assert "The PDF is not sealed" in page.text


def test_sealed_pdf_is_the_one_that_is_given_out(
    app: Flask, client: Visitor, certificate: x509.Certificate
) -> None:
    start = in_force()
    version = start.award.agreements[0]
    pades.keep_sealed(version, app.config["SETTINGS"], at=NOW)
    client.sign_in(start.cast.ana)

    paper = client.get(f"/grants/{start.award.id}/agreements/1.pdf")

    assert paper.data == pades.kept(version)
