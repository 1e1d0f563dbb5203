"""A seal on the agreement: a PAdES signature of the fund's own certificate over the whole PDF.

pyHanko makes it, an optional dependency; without it, or without a certificate, nothing is sealed and
pages say so. What was signed is told by the fingerprint in either case.
"""

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from sqlalchemy import select

from fundapp.config import Settings
from fundapp.core import audit, files
from fundapp.core.db import db
from fundapp.core.refusals import Refusal
from fundapp.grants import papers
from fundapp.grants.models import Agreement, AgreementState

FIELD = "FundSeal"
AT_ONCE = 20
"""Sealed in one run of the job: each takes half a second."""


class Unsealable(Refusal):
    """The certificate cannot be used; the message says why."""

    status = 503


def is_ready(settings: Settings) -> bool:
    """Tell whether agreements are sealed here: a PKCS#12 file is named and pyHanko installed."""
    return bool(settings.seal_file) and find_spec("pyhanko") is not None


def sealed(pdf: bytes, settings: Settings, *, reason: str) -> bytes:
    """Give a PDF with the fund's seal added behind it; the bytes before stay as they were.

    Raises Unsealable when the PKCS#12 file cannot be read with its passphrase.
    """
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter  # noqa: PLC0415 - optional
    from pyhanko.sign import fields, signers  # noqa: PLC0415 - optional

    signer = _signer(settings, signers)
    meta = signers.PdfSignatureMetadata(
        field_name=FIELD, subfilter=fields.SigSeedSubFilter.PADES, md_algorithm="sha256", reason=reason
    )
    out = io.BytesIO()
    # pyHanko runs an event loop of its own; in a thread of its own it never meets another one.
    with ThreadPoolExecutor(1) as alone:
        writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
        alone.submit(signers.sign_pdf, writer, meta, signer=signer, output=out).result()
    return out.getvalue()


def _signer(settings: Settings, signers: Any) -> Any:
    place = Path(settings.seal_file)
    if not place.is_absolute():
        place = settings.instance / place
    if not place.is_file():
        raise Unsealable(f"seal_file: there is no file {place.name}")
    phrase = settings.seal_passphrase.encode() or None
    signer = signers.SimpleSigner.load_pkcs12(str(place), passphrase=phrase)
    if signer is None:
        raise Unsealable("seal_file: this is no PKCS#12 file, or the passphrase is another")
    return signer


def waiting() -> list[Agreement]:
    """List versions in force that are not sealed yet, the oldest first."""
    statement = select(Agreement).where(
        Agreement.state == AgreementState.IN_FORCE, Agreement.sealed_at.is_(None)
    )
    return list(db.session.scalars(statement.order_by(Agreement.id).limit(AT_ONCE)))


def keep_sealed(version: Agreement, settings: Settings, *, at: datetime) -> None:
    """Seal the PDF of a version in force and keep it: from now on it is the one that is given out."""
    pdf = sealed(papers.agreement(version), settings, reason=f"SHA-256 {version.digest}")
    name = f"{version.application.code or version.award_id}-v{version.number}.pdf"
    kept = files.keep(
        version, pdf, name=name, media_type="application/pdf", actor_id=None, at=at, kind="sealed agreement"
    )
    version.file_id, version.sealed_at = kept.id, at
    audit.record("seal", version, actor=None, at=at, detail={"sha256": kept.sha256})


def kept(version: Agreement) -> bytes | None:
    """Give the sealed PDF of a version, where there is one."""
    file = db.session.get(files.File, version.file_id) if version.sealed_at and version.file_id else None
    return files.content(file) if file else None
