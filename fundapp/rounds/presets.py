"""Questions that many funds ask, ready to put into a form; later pages know some of them by key."""

from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from fundapp.rounds import drafting
from fundapp.rounds.drafting import Data


def _text(en: str, nl: str) -> dict[str, str]:
    return {"en": en, "nl": nl}


def _column(key: str, kind: str, en: str, nl: str, **more: Any) -> Data:
    return {"key": key, "type": kind, "label": _text(en, nl), **more}


AMOUNT: Data = {
    "key": "amount",
    "type": "amount",
    "label": _text("How much do you ask?", "Hoeveel vraagt u?"),
    "help": _text(
        "For the whole project. VAT included if you cannot reclaim it.",
        "Voor het hele project. Inclusief btw als u die niet kunt terugvragen.",
    ),
    "required": True,
}
COUNTRY: Data = {
    "key": "country",
    "type": "country",
    "label": _text("Country", "Land"),
    "help": _text(
        "Where you live, or where the organisation is established.",
        "Waar u woont, of waar de organisatie is gevestigd.",
    ),
}
MILESTONES: Data = {
    "key": "milestones",
    "type": "table",
    "label": _text("Milestones", "Mijlpalen"),
    "help": _text(
        "Results that anyone can look at, with an amount each. Three to six is usual.",
        "Resultaten die iedereen kan bekijken, elk met een bedrag. Drie tot zes is gebruikelijk.",
    ),
    "rows": 50,
    "columns": [
        _column("title", "short", "Result", "Resultaat", required=True, hard=200),
        _column("description", "long", "What you will publish", "Wat u openbaar maakt", hard=5000),
        _column("amount_cents", "amount", "Amount", "Bedrag"),
    ],
}
BUDGET: Data = {
    "key": "budget_lines",
    "type": "table",
    "label": _text("Budget", "Begroting"),
    "help": _text(
        "One line for each kind of cost. The amount is the quantity times the rate.",
        "Eén regel per soort kosten. Het bedrag is het aantal keer het tarief.",
    ),
    "rows": 50,
    "columns": [
        _column("what", "short", "What it is for", "Waarvoor", required=True, hard=200),
        _column("quantity", "number", "Number, for example hours", "Aantal, bijvoorbeeld uren", decimals=2),
        _column("rate", "amount", "Rate", "Tarief"),
        _column("cost", "amount", "Amount", "Bedrag", product=["quantity", "rate"]),
    ],
}
TEAM: Data = {
    "key": "team",
    "type": "table",
    "label": _text("Who takes part", "Wie er meedoen"),
    "help": _text("Everyone who does part of the work.", "Iedereen die een deel van het werk doet."),
    "rows": 30,
    "identifying": True,
    "columns": [
        _column("name", "short", "Name", "Naam", required=True, hard=200),
        _column("role", "short", "Role in the project", "Rol in het project", hard=200),
        _column("link", "url", "Web page", "Webpagina", hard=500),
    ],
}
LICENCE: Data = {
    "key": "licence",
    "type": "spdx",
    "label": _text("Licence of the result", "Licentie van het resultaat"),
    "help": _text(
        "Its SPDX name, such as EUPL-1.2. Several: MIT AND CC-BY-4.0.",
        "De SPDX-naam, zoals EUPL-1.2. Meerdere: MIT AND CC-BY-4.0.",
    ),
}
LAYER: Data = {
    "key": "layer",
    "type": "choice",
    "label": _text("On which layer of the stack does it work?", "Op welke laag van de stack werkt het?"),
    "help": _text("The lowest one that it changes.", "De laagste die het verandert."),
    "choices": [
        {"value": value, "label": _text(en, nl)}
        for value, en, nl in (
            ("hardware", "Hardware", "Hardware"),
            ("network", "Networks", "Netwerken"),
            ("protocol", "Protocols and standards", "Protocollen en standaarden"),
            ("data", "Data", "Data"),
            ("identity", "Identity and trust", "Identiteit en vertrouwen"),
            ("cloud", "Cloud and hosting", "Cloud en hosting"),
            ("application", "Applications and platforms", "Toepassingen en platforms"),
        )
    ],
}
GENAI: Data = {
    "key": "uses_genai",
    "type": "yes_no",
    "label": _text(
        "Did you use generative AI to write this proposal?",
        "Gebruikte u generatieve AI bij het schrijven van dit voorstel?",
    ),
    "required": True,
}
CONTACT: Data = {
    "key": "email",
    "type": "email",
    "label": _text("E-mail address", "E-mailadres"),
    "help": _text(
        "We send the receipt, our questions and the decision here.",
        "Hierheen sturen we de ontvangstbevestiging, onze vragen en het besluit.",
    ),
    "required": True,
    "hard": 100,
    "identifying": True,
}
ORGANISATION: Data = {
    "key": "organisation",
    "type": "short",
    "label": _text("Organisation", "Organisatie"),
    "help": _text("Leave this empty if you apply as a person.", "Laat dit leeg als u als persoon aanvraagt."),
    "hard": 100,
    "identifying": True,
}
PRIVACY: Data = {
    "key": "privacy",
    "type": "consent",
    "label": _text(
        "I agree that the fund and its reviewers keep and read this proposal to judge it.",
        "Ik ga ermee akkoord dat het fonds en de beoordelaars dit voorstel bewaren en lezen "
        "om het te beoordelen.",
    ),
    "required": True,
}

PRESETS: dict[str, tuple[LazyString, Data]] = {
    "amount": (_l("What is asked for. The round's lowest and highest amount are checked."), AMOUNT),
    "milestones": (_l("Steps with an amount each; they become the plan of a grant."), MILESTONES),
    "budget_lines": (_l("Lines with a quantity and a rate that add up to what is asked."), BUDGET),
    "team": (_l("People with their role."), TEAM),
    "country": (_l("Shown in lists, and in public once funded."), COUNTRY),
    "email": (_l("Where letters go."), CONTACT),
    "organisation": (_l("The name that lists and letters show."), ORGANISATION),
    "licence": (_l("Checked against the list of SPDX."), LICENCE),
    "layer": (_l("From hardware up to platforms; reports count by it."), LAYER),
    "uses_genai": (_l("Asks for disclosure."), GENAI),
    "privacy": (_l("Has to be ticked before the proposal can be sent."), PRIVACY),
}
"""What each is for, and the question itself; its key is the name under which later pages find the answer."""


def preset(name: str, definition: Data) -> Data | None:
    """Give a ready question; a table of costs adds up to the amount where the form asks one."""
    if name not in PRESETS:
        return None
    field = dict(PRESETS[name][1])
    column = {"milestones": "amount_cents", "budget_lines": "cost"}.get(name)
    if column and any(one.get("key") == "amount" for one in drafting.fields(definition)):
        field["total"] = {"column": column, "field": "amount"}
    return field
