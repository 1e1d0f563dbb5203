"""The walk, first part: a call is published, somebody signs up, writes a proposal and sends it."""

from fundapp.core.words import pick
from fundapp.rounds.definitions import load_library
from tests.browser.conftest import LiveServer
from tests.browser.people import Person
from tests.factories import PASSWORD
from tests.mailbox import text_of

ROUND = "Commons call 2026"
CALL = {
    "Name in English": ROUND,
    "Name in Dutch": "Commonsronde 2026",
    "Address": "commons-2026",
    "What the call is about, in English": "Software that keeps water, light and words in common hands.",
    "What the call is about, in Dutch": "Software die water, licht en woorden van iedereen houdt.",
    "Conditions, in English": "- The result is free software.\n- You say how it is looked after.",
    "Conditions, in Dutch": "- Het resultaat is vrije software.\n- U zegt hoe het wordt onderhouden.",
    "Budget of the round": "60.000",
    "Lowest amount one can ask": "5.000",
    "Highest amount one can ask": "50.000",
    "Opens": "2026-11-20T09:00",
    "Closes": "2026-12-04T12:00",
    "Reviews are due": "2026-12-18T17:00",
    "Reviews for each proposal": "1",
    "Letters go out by": "2027-01-15",
}
TITLE, CODE = "Sluiswachter", "2026-12-001"
PROPOSAL = {
    "you": {"contact_name": "Ana Alders", "email": "ana@example.org", "country": "Nederland"},
    "project": {
        "title": TITLE,
        "website": "https://sluiswachter.example",
        "abstract": "Wij maken open software waarmee kleine waterschappen hun sluizen samen bedienen.",
    },
    "work": {
        "experience": "Tien jaar sluisbesturing bij drie waterschappen.",
        "comparison": "Bestaande pakketten zijn gesloten en duur.",
        "challenges": "Oude besturingen spreken geen gemeenschappelijke taal.",
    },
    "commons": {
        "ecosystem": "Zes waterschappen doen mee en leveren elk een tester.",
        "stewardship": "Een vereniging houdt naam en sleutels; ieder lid heeft één stem.",
    },
    "money": {"amount": "32.500,00", "budget": "Vierhonderd uren ontwikkeling en een audit."},
    "closing": {},
}
MILESTONES = [
    {"Resultaat": "Werkend prototype", "Wat u openbaar maakt": "Broncode en handleiding", "Bedrag": "12.500"},
    {
        "Resultaat": "Proef bij zes sluizen",
        "Wat u openbaar maakt": "Verslag van de proef",
        "Bedrag": "20.000",
    },
]


def publish(sol: Person) -> None:
    """The manager prepares a round, looks at it and publishes it."""
    sol.go("/office/rounds")
    sol.follow("New round")
    for label, text in CALL.items():
        sol.fill(label, text)
    sol.choose("Form", "Proposal for an open project")
    sol.choose("Rubric", "Eight principles of a lasting commons")
    sol.look("01-new-round")
    sol.press("Prepare the round")
    sol.sees("Nobody outside the office sees this yet")
    sol.look("02-draft-round")
    sol.follow("Publish the call")
    sol.press("Publish the call")
    sol.sees("received")
    sol.look("03-published-round")


def register(ana: Person, server: LiveServer) -> None:
    """Somebody new finds the call, makes an account and confirms it by the mailed link."""
    ana.go("/")
    ana.look("04-front")
    ana.follow("Commonsronde 2026")
    ana.look("05-call")
    ana.go("/register")
    ana.fill("Your name", ana.name)
    ana.fill("E-mail address", ana.email)
    ana.fill("Choose a password", PASSWORD)
    ana.look("06-register")
    ana.press("Make the account")
    server.tick()
    link = server.link_in(ana.email, "/confirm/")
    ana.go(link.removeprefix(server.url))
    ana.press("Yes, this is my address")
    assert ana.path.startswith("/proposals"), ana.path


def write_and_send(ana: Person, server: LiveServer) -> None:
    """The applicant writes section by section, is told what lacks, sends, and gets a receipt."""
    ana.go("/calls/commons/commons-2026")
    ana.press("Write a proposal")
    sections = load_library("proposal_form").sections
    for number, section in enumerate(sections, 1):
        for field in section.fields:
            if text := PROPOSAL[section.key].get(field.key):
                _answer(ana, pick(field.label, ana.language), field.type, text)
        if section.key == "money":
            _milestones(ana)
        if number < len(sections):
            ana.press("Save and go to section %(number)d", number=number + 1)
    ana.press("Save and check the whole")
    ana.look("09-what-lacks")
    _send(ana, server)


def _answer(ana: Person, label: str, kind: str, text: str) -> None:
    if kind == "country":
        ana.choose(label, text)
    else:
        ana.fill(label, text)


def _milestones(ana: Person) -> None:
    """Write two rows; the second is asked for by its button."""
    for number, row in enumerate(MILESTONES, 1):
        if number > 1:
            ana.add_row()
        for column, text in row.items():
            ana.fill(ana.say("%(column)s, row %(row)d", column=column, row=number), text)
    ana.look("08-money")


def _send(ana: Person, server: LiveServer) -> None:
    """Answer what was forgotten, by the links of the list; read once more; send."""
    ana.follow("Gebruikte u generatieve AI")
    ana.tick("No", within=ana.main.get_by_role("group", name="Gebruikte u generatieve AI"))
    ana.tick("Ik ga ermee akkoord")
    ana.press("Save and check the whole")
    ana.look("10-ready-to-send")
    ana.press("Send the proposal")
    ana.sees(CODE)
    ana.look("11-sent")
    server.tick()
    receipt = server.mailbox.to(ana.email)[-1]
    subject = ana.say("We received your proposal %(title)s (%(code)s)", title=TITLE, code=CODE)
    assert receipt["Subject"] == subject, receipt["Subject"]
    assert "Vierhonderd uren" in text_of(receipt)
