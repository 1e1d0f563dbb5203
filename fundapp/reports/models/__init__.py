"""Snapshots of reports."""

from fundapp.reports.models.snapshots import Snapshot

__all__ = ["Snapshot"]
