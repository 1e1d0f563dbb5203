"""The columns of the registers of a fund."""

from flask_babel import lazy_gettext as _l

from fundapp.reports.columns import CODE, Column

ROUND = Column("round", _l("Round"), "text", _l("The round, by its short name."))
TITLE = Column("title", _l("Project"), "text", _l("Name of the project."))
TIES = (
    ROUND,
    CODE,
    Column("person", _l("Person"), "text", _l("Who has, or may have, a tie.")),
    Column("state", _l("State"), "text", _l("hinted, clear, unsure or barred.")),
    Column("kind", _l("Kind"), "text", _l("What kind of tie it is.")),
    Column("source", _l("Found by"), "text", _l("declared, detected, office or access.")),
    Column("since", _l("Since"), "day", _l("Day of the present state.")),
    Column("settled_by", _l("Settled by"), "text", _l("Who decided, when that was not the person.")),
)
DECISIONS = (
    ROUND,
    CODE,
    TITLE,
    Column("number", _l("Number"), "count", _l("Which decision about this application it is.")),
    Column("outcome", _l("Outcome"), "text", _l("awarded, reserve, declined, ineligible or invited.")),
    Column("amount_cents", _l("Amount"), "money", _l("Amount granted; empty when none was.")),
    Column("state", _l("State"), "text", _l("released, or superseded by a later one.")),
    Column("released_on", _l("Announced"), "day", _l("Day on which it was announced.")),
    Column("proposed_by", _l("Proposed by"), "text", _l("Who proposed it.")),
    Column("approved_by", _l("Approved by"), "text", _l("Who approved it; never the same person.")),
    Column("released_by", _l("Released by"), "text", _l("Who announced it.")),
)
PAYMENTS = (
    Column("year", _l("Year"), "count", _l("Calendar year of the payment.")),
    Column("party", _l("Recipient"), "text", _l("Legal name.")),
    Column("country", _l("Country"), "text", _l("ISO 3166 code of the country.")),
    Column("is_person", _l("Private person"), "flag", _l("1 for a private person.")),
    Column("payments", _l("Payments"), "count", _l("How many were paid.")),
    Column("amount_cents", _l("Paid"), "money", _l("Sum of what was paid, less what came back.")),
)
CASCADE = (
    CODE,
    Column("name", _l("Legal name"), "text", _l("Legal name of the recipient.")),
    Column("is_person", _l("Private person"), "flag", _l("1 for a private person.")),
    Column("country", _l("Country"), "text", _l("ISO 3166 code of the country.")),
    TITLE,
    ROUND,
    Column("amount_cents", _l("Amount"), "money", _l("Amount granted.")),
    Column("paid_cents", _l("Paid"), "money", _l("What was paid so far.")),
    Column("decided_on", _l("Decided on"), "day", _l("Day on which the decision was announced.")),
    Column("ends_on", _l("Until"), "day", _l("End of the grant.")),
)
