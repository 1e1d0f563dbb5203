"""What a verdict on a file says, in words."""

from datetime import UTC

from fundapp.core.version import VERSION
from fundapp.reports import kinds
from fundapp.reports.models import Snapshot
from fundapp.reports.verifying import Outcome, Verdict
from fundapp.reports.wording import _


def sentence(verdict: Verdict) -> str:
    """Say in one sentence what a file is."""
    if verdict.outcome is Outcome.UNKNOWN:
        return _("This file was not made here, or too much of it was changed to tell.")
    if not verdict.is_sound:
        return _("The record behind this file was changed in the database: do not rely on it.")
    if verdict.outcome is Outcome.CHANGED:
        if verdict.is_of_other_code:
            return _("Not the same, byte for byte: it was changed, or another version of fundapp printed it.")
        return _("This file was changed after it was made: it is not what its record prints.")
    if verdict.outcome is Outcome.ISSUED:
        return _("Unchanged: these are the bytes that were issued. This version of fundapp prints others.")
    return _("Unchanged: its record prints the same, byte for byte.")


def lines(verdict: Verdict) -> list[tuple[str, str]]:
    """List what is known of the record behind a file, as (label, value)."""
    if verdict.snapshot is None:
        return []
    row = verdict.snapshot
    return [
        (_("Report"), str(kinds.of(row).words)),
        (_("Record"), str(row.id)),
        (_("Digest"), row.digest),
        (_("Made"), row.made_at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")),
        (_("Version of fundapp"), _versions(row)),
        (_("Format"), " ".join(part for part in (verdict.format, verdict.lang) if part)),
        *((_("Rubric"), _named(one)) for one in (row.basis or {}).get("rubrics", [])),
        *((_("Form"), _named(one)) for one in (row.basis or {}).get("forms", [])),
    ]


def _versions(row: Snapshot) -> str:
    if row.code_version == VERSION:
        return VERSION
    return _("%(then)s (this is %(now)s)", then=row.code_version, now=VERSION)


def _named(one: dict[str, object]) -> str:
    words = _("%(slug)s, version %(version)s", slug=one["slug"], version=one["version"])
    return f"{words} ({str(one['digest'])[:16]})"
