"""A 360Giving package as a table: the headings of the standard, one line a grant."""

import csv
import io
from collections.abc import Callable, Mapping
from typing import Any

from fundapp.core.spreadsheet import harmless

Grant = Mapping[str, Any]


def _plain(key: str) -> Callable[[Grant], Any]:
    return lambda grant: grant.get(key)


def _first(key: str, name: str) -> Callable[[Grant], Any]:
    """Read a value of the first object in a list."""
    return lambda grant: next(iter(grant.get(key) or [{}]))[name] if _has(grant, key, name) else None


def _has(grant: Grant, key: str, name: str) -> bool:
    return name in next(iter(grant.get(key) or [{}]))


def _under(key: str, name: str) -> Callable[[Grant], Any]:
    return lambda grant: (grant.get(key) or {}).get(name)


def _place(name: str) -> Callable[[Grant], Any]:
    def find(grant: Grant) -> Any:
        receiver = next(iter(grant.get("recipientOrganization") or [{}]))
        return next(iter(receiver.get("location") or [{}])).get(name)

    return find


HEADINGS: tuple[tuple[str, Callable[[Grant], Any]], ...] = (
    ("Identifier", _plain("id")),
    ("Title", _plain("title")),
    ("Description", _plain("description")),
    ("Currency", _plain("currency")),
    ("Amount Applied For", _plain("amountAppliedFor")),
    ("Amount Awarded", _plain("amountAwarded")),
    ("Amount Disbursed", _plain("amountDisbursed")),
    ("Award Date", _plain("awardDate")),
    ("URL", _plain("url")),
    ("Planned Dates:Start Date", _first("plannedDates", "startDate")),
    ("Planned Dates:End Date", _first("plannedDates", "endDate")),
    ("Planned Dates:Duration (months)", _first("plannedDates", "duration")),
    ("Actual Dates:Start Date", _first("actualDates", "startDate")),
    ("Actual Dates:End Date", _first("actualDates", "endDate")),
    ("Recipient Org:Identifier", _first("recipientOrganization", "id")),
    ("Recipient Org:Name", _first("recipientOrganization", "name")),
    ("Recipient Org:Location:0:Country Code", _place("countryCode")),
    ("Recipient Org:Location:0:Name", _place("name")),
    ("Recipient Ind:Identifier", _under("recipientIndividual", "id")),
    ("Recipient Ind:Name", _under("recipientIndividual", "name")),
    ("To Individuals Details:Primary Grant Reason", _under("toIndividualsDetails", "primaryGrantReason")),
    ("To Individuals Details:Grant Purpose", lambda grant: ";".join(_purposes(grant))),
    ("Beneficiary Location:0:Country Code", _first("beneficiaryLocation", "countryCode")),
    ("Beneficiary Location:0:Name", _first("beneficiaryLocation", "name")),
    ("Funding Org:Identifier", _first("fundingOrganization", "id")),
    ("Funding Org:Name", _first("fundingOrganization", "name")),
    ("Grant Programme:Code", _first("grantProgramme", "code")),
    ("Grant Programme:Title", _first("grantProgramme", "title")),
    ("Grant Programme:URL", _first("grantProgramme", "url")),
    ("From An Open Call?", _plain("fromOpenCall")),
    ("Classifications:Vocabulary", _first("classifications", "vocabulary")),
    ("Classifications:Code", _first("classifications", "code")),
    ("Classifications:Title", _first("classifications", "title")),
    ("Data Source", _plain("dataSource")),
    ("Last Modified", _plain("dateModified")),
)


def table(package: Mapping[str, Any]) -> str:
    """Write the grants of a package as CSV; what a spreadsheet would run gets an apostrophe before it."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([heading for heading, _read in HEADINGS])
    for grant in package["grants"]:
        writer.writerow([_cell(read(grant)) for _heading, read in HEADINGS])
    return out.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, float):
        return f"{value:.2f}"
    return harmless(value) if isinstance(value, str) else value


def _purposes(grant: Grant) -> list[str]:
    return list((grant.get("toIndividualsDetails") or {}).get("grantPurpose", []))
