"""All that can be read through the API, each kind declared once."""

from fundapp.connections.declared import Resource
from fundapp.connections.resources.calls import CALLS, FUNDS, PROJECTS
from fundapp.connections.resources.gifts import GIFTS
from fundapp.connections.resources.grants import GRANTS
from fundapp.connections.resources.money import CLAIMS, PAYMENTS, POSTINGS
from fundapp.connections.resources.proposals import APPLICATIONS, DECISIONS

RESOURCES: dict[str, Resource] = {
    one.key: one
    for one in (
        FUNDS, CALLS, PROJECTS, APPLICATIONS, DECISIONS, GRANTS, CLAIMS, PAYMENTS, POSTINGS, GIFTS
    )
}  # fmt: skip
