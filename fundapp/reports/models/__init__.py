"""Snapshots of reports; evaluations; life after a grant; how a fund publishes; what is disclosed."""

from fundapp.reports.models.aftercare import AFTER, AliveCheck
from fundapp.reports.models.built import BuiltReport, Every, ReportShare
from fundapp.reports.models.disclosures import (
    Disclosure,
    DisclosureJudgement,
    DisclosureMark,
    DisclosureState,
    Ground,
    Judgement,
)
from fundapp.reports.models.diversity import DiversityCount, DiversityGiven
from fundapp.reports.models.evaluations import (
    Course,
    Evaluation,
    EvaluationRemark,
    EvaluationSection,
    EvaluationState,
    EvaluationText,
)
from fundapp.reports.models.publishing import Publishing, TransparencyPack
from fundapp.reports.models.snapshots import IssuedFile, Snapshot

__all__ = [
    "AFTER",
    "AliveCheck",
    "BuiltReport",
    "Course",
    "Disclosure",
    "DisclosureJudgement",
    "DisclosureMark",
    "DisclosureState",
    "DiversityCount",
    "DiversityGiven",
    "Evaluation",
    "EvaluationRemark",
    "EvaluationSection",
    "EvaluationState",
    "EvaluationText",
    "Every",
    "Ground",
    "IssuedFile",
    "Judgement",
    "Publishing",
    "ReportShare",
    "Snapshot",
    "TransparencyPack",
]
