"""The columns of report tables: name, kind and meaning, once for workbook, data file and codebook."""

from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _l


class Column(NamedTuple):
    """One column. kind: text, count, figure, percent, money (cents) or day ("2026-12-07")."""

    key: str
    head: Any
    kind: str
    meaning: Any


CODE = Column("code", _l("Code"), "text", _l("The code under which the application is known."))
NAME = Column("name", _l("Name"), "text", _l("What the row is about."))
ASKED = Column("asked_cents", _l("Asked"), "money", _l("Amount that was asked for."))
AWARDED = Column("awarded_cents", _l("Awarded"), "money", _l("Amount that was granted; empty when none was."))
MEDIAN = Column("median", _l("Median"), "figure", _l("Middle value, or the mean of the two in the middle."))
MEAN = Column("mean", _l("Mean"), "figure", _l("Sum divided by number."))
SPREAD = Column("spread", _l("Spread"), "figure", _l("Highest value less the lowest."))
KEY = Column("key", _l("Key"), "text", _l("Fixed name of the row, the same in every language."))

RANKING = (
    Column(
        "rank", _l("Place"), "count", _l("Place by mean total; equal totals share one, without a total none.")
    ),
    CODE,
    Column("title", _l("Project"), "text", _l("Name of the project.")),
    Column("applicant", _l("Applicant"), "text", _l("Who applies.")),
    Column("country", _l("Country"), "text", _l("ISO 3166 code of the applicant’s country.")),
    Column("group", _l("Outcome"), "text", _l("funded, reserve, declined, open or unranked.")),
    Column("state", _l("State"), "text", _l("Where the application stands, in words.")),
    Column("reviews", _l("Reviews"), "count", _l("Reviews that count for the total.")),
    MEAN,
    MEDIAN,
    Column("lowest", _l("Lowest"), "figure", _l("Lowest of the reviews’ totals.")),
    Column("highest", _l("Highest"), "figure", _l("Highest of the reviews’ totals.")),
    SPREAD,
    Column(
        "stability", _l("Within the line"), "percent", _l("Share of 400 draws in which it would be funded.")
    ),
    ASKED,
    AWARDED,
)
STEP = (
    KEY,
    NAME,
    Column("count", _l("Number"), "count", _l("How many there are.")),
    Column("of_received", _l("Of received"), "percent", _l("Share of all applications received.")),
    Column("of_previous", _l("Of previous step"), "percent", _l("Share of those in the step before.")),
    ASKED,
)
GROUP = (
    KEY,
    NAME,
    Column("received", _l("Applications"), "count", _l("Applications received.")),
    Column("funded", _l("Funded"), "count", _l("Applications that were granted money.")),
    Column("rate", _l("Success rate"), "percent", _l("Funded as a share of received.")),
    ASKED,
    AWARDED,
    Column("share", _l("Share of awards"), "percent", _l("Share of all money granted in the round.")),
)
TIME = (
    KEY,
    NAME,
    Column("cases", _l("Cases"), "count", _l("How often this step was finished.")),
    Column("least", _l("Shortest"), "count", _l("Whole calendar days of the shortest case.")),
    MEDIAN,
    Column(
        "p90", _l("Nine in ten within"), "count", _l("Observed days within which nine in ten were finished.")
    ),
    Column("most", _l("Longest"), "count", _l("Whole calendar days of the longest case.")),
    Column("promised", _l("Term"), "count", _l("Days promised by the call, or the fund’s own term.")),
    Column("in_time", _l("In time"), "percent", _l("Share of cases within the promise.")),
)
REVIEWER = (
    Column("reviewer", _l("Reviewer"), "text", _l("R1, R2 …: reviewers are not named in reports.")),
    Column("assigned", _l("Assigned"), "count", _l("Reviews asked of this person.")),
    Column("done", _l("Handed in"), "count", _l("Reviews this person handed in.")),
    MEAN,
    Column(
        "lean",
        _l("Against others"),
        "figure",
        _l("Mean distance to the other reviews of the same applications."),
    ),
    Column(
        "days", _l("Median days"), "figure", _l("Days from the request to the review, in the middle case.")
    ),
)
AGREEMENT = (
    KEY,
    NAME,
    Column("alpha", _l("Alpha"), "figure", _l("Krippendorff’s alpha, ordinal; empty when undefined.")),
    Column("scored", _l("Scores"), "count", _l("Scores given.")),
    Column(
        "na", _l("Not applicable"), "count", _l("Times a reviewer set the criterion apart; never a zero.")
    ),
)
PROFILE = (
    KEY,
    NAME,
    Column("funded", _l("Funded"), "figure", _l("Median of the medians of funded applications.")),
    Column("others", _l("Not funded"), "figure", _l("Median of the medians of the other applications.")),
)
FIGURES = (
    Column("key", _l("Key"), "text", _l("Name of the figure in the JSON file.")),
    Column("unit", _l("Unit"), "text", _l("amount, per cent or number.")),
    Column("value", _l("Value"), "figure", _l("The figure; an amount in units of the fund’s currency.")),
)
MONEY = (KEY, NAME, Column("cents", _l("Amount"), "money", _l("Balance in the ledger.")))
SCORES = (
    Column("key", _l("Criterion"), "text", _l("Key of the criterion in the rubric.")),
    NAME,
    Column("weight", _l("Weight"), "count", _l("Weight among all criteria.")),
    Column("reviewer", _l("Reviewer"), "text", _l("R1, R2 …: reviewers are not named in reports.")),
    Column(
        "value", _l("Score"), "count", _l("Score on the criterion’s own scale; empty when not applicable.")
    ),
    Column("is_na", _l("Not applicable"), "count", _l("1 when the reviewer set the criterion apart.")),
    Column("expected", _l("Expected"), "count", _l("Score the reviewer expects after the project.")),
    Column("reason", _l("Reason"), "text", _l("The reason the reviewer gave.")),
    Column("link", _l("Link"), "text", _l("Where the evidence is.")),
)
TASK = (
    Column("ref", _l("No."), "text", _l("Number of the milestone in the plan.")),
    Column("title", _l("Task"), "text", _l("What is done.")),
    Column("deliverable", _l("Public result"), "text", _l("What it delivers.")),
    Column("due_on", _l("Planned"), "day", _l("Day on which it is due.")),
    Column("amount_cents", _l("Amount"), "money", _l("What it pays.")),
    Column("paid_cents", _l("Paid"), "money", _l("What was paid for it.")),
)
