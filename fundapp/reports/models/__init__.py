"""Snapshots of reports; how a fund publishes; what is disclosed, and what of it is covered."""

from fundapp.reports.models.disclosures import (
    Disclosure,
    DisclosureJudgement,
    DisclosureMark,
    DisclosureState,
    Ground,
    Judgement,
)
from fundapp.reports.models.publishing import Publishing, TransparencyPack
from fundapp.reports.models.snapshots import Snapshot

__all__ = [
    "Disclosure",
    "DisclosureJudgement",
    "DisclosureMark",
    "DisclosureState",
    "Ground",
    "Judgement",
    "Publishing",
    "Snapshot",
    "TransparencyPack",
]
