"""Snapshots of reports, the files printed from them, and reports people put together themselves."""

from fundapp.reports.models.built import BuiltReport, Every, ReportShare
from fundapp.reports.models.snapshots import IssuedFile, Snapshot

__all__ = ["BuiltReport", "Every", "IssuedFile", "ReportShare", "Snapshot"]
