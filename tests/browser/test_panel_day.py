"""A whole panel day with five people: the chair leads, the secretary writes, three vote from their phones."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pypdf
import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from fundapp.accounts.models import RoleName
from fundapp.core import clock
from fundapp.core.db import db
from fundapp.decisions.models import AgendaItem, Decision, DecisionState, Vote
from fundapp.reviews import standings
from fundapp.reviews.models import ReviewState
from fundapp.rounds.models import RoundState
from tests.browser.axe import assert_fits
from tests.browser.conftest import LiveServer
from tests.browser.people import Person
from tests.browser.pictures import picture
from tests.databases import Database
from tests.decisions.scene import A
from tests.factories import (
    PASSWORD,
    make_application,
    make_conflict,
    make_fund,
    make_review,
    make_round,
    make_user,
)

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
TITLES = ("Getijdenboek", "Meshmoor", "Losse schroef")
TIED = "Meshmoor"
"""What Mo has a tie with; so it comes last on the agenda."""
SOON_MS = 9000
"""A phone asks every three seconds; it may miss one."""


@dataclass
class Day:
    """The round and the five, each with a browser of their own: two at desks, three on phones."""

    server: LiveServer
    round_id: int
    chair: Person
    secretary: Person
    mia: Person
    mo: Person
    mel: Person
    meeting: str = ""

    @property
    def members(self) -> tuple[Person, Person, Person]:
        return self.mia, self.mo, self.mel

    def count(self, kind: Any) -> int:
        with self.server.app.app_context():
            return len(list(db.session.scalars(select(kind))))


@pytest.fixture
def day(live_server: LiveServer, browse: Callable[..., Page], database: Database) -> Day:
    with live_server.app.app_context():
        fund = make_fund("commons")
        round = make_round(fund, state=RoundState.DECIDING)
        names = {"Sol Smit": RoleName.MANAGER, "Max Maas": RoleName.MANAGER, "Mia Mol": RoleName.REVIEWER,
                 "Mo Moes": RoleName.REVIEWER, "Mel Meer": RoleName.REVIEWER}  # fmt: skip
        users = [
            make_user(
                name, roles={fund: [role]}, password=PASSWORD, language="nl" if name == "Mel Meer" else "en"
            )
            for name, role in names.items()
        ]
        rhea = make_user("Rhea Rood", roles={fund: [RoleName.REVIEWER]})
        for place, title in enumerate(TITLES):
            row = make_application(round, make_user("Ana Alders"), state=A.IN_REVIEW, title=title)
            review = make_review(row, rhea, state=ReviewState.SUBMITTED, values=[3, 2, 6 - place])
            review.to_applicant = "Noem een tweede sleutelhouder."
            standings.refresh(row, at=clock.now())
            if title == TIED:
                make_conflict(row, users[3])
        db.session.commit()
        emails, round_id = [user.email for user in users], round.id
    looks = database.engine == "sqlite"
    desks = [browse() for _ in range(2)]
    phones = [
        browse(**PHONE),
        browse(color_scheme="dark", **PHONE),
        browse(locale="nl-NL", **PHONE),
    ]
    people = [
        Person(page, name, email, language="nl" if name == "Mel Meer" else "en", looks=looks)
        for page, name, email in zip([*desks, *phones], names, emails, strict=True)
    ]
    return Day(live_server, round_id, *people)


def test_a_panel_meets_votes_and_signs(day: Day, tmp_path: Path) -> None:
    plan(day)
    begin(day)
    first_item(day)
    second_item(day)
    item_with_a_tie(day)
    propose_and_close(day)
    sign(day, tmp_path)


# --- the parts of the day ------------------------------------------------------------------


def plan(day: Day) -> None:
    """The chair plans the meeting; everything in review is on its agenda, the tied one last."""
    chair = day.chair.sign_in()
    chair.go(f"/office/rounds/{day.round_id}/meetings")
    chair.follow("Plan a meeting")
    chair.fill("Begins", "2027-01-11T10:00")
    chair.fill("Place", "Oudegracht 999, Utrecht")
    chair.choose("Chair", "Sol Smit")
    chair.choose("Secretary", "Max Maas")
    for name in ("Mia Mol", "Mo Moes", "Mel Meer"):
        chair.tick(name)
    chair.look("60-plan-a-meeting")
    chair.press("Plan the meeting")
    chair.sees("all who sit there are invited. The agenda is in the order in which people with ties")
    day.meeting = chair.path
    items = chair.main.locator(".agenda > li")
    expect(items).to_have_count(3)
    expect(items.last).to_contain_text(TIED)


def begin(day: Day) -> None:
    """The chair opens the meeting; the others come in from their own devices."""
    for person in (day.secretary, *day.members):
        person.sign_in()
        person.go(day.meeting)
    day.mia.go("/panel").follow("Meeting %(number)d, %(round)s", number=1, round=round_name(day, "en"))
    day.mia.sees("The meeting has not begun")
    expect(day.mo.main.locator(".agenda > li").last).to_contain_text("You are out for item 3")
    day.chair.press("Open the meeting")
    for person in (day.secretary, *day.members):
        # The page follows by itself: nobody loads it again.
        expect(person.main.get_by_role("button", name=person.say("I am here"))).to_be_visible(timeout=SOON_MS)
        person.press("I am here")
    day.chair.page.reload()
    day.chair.sees("5 there")


def round_name(day: Day, language: str) -> str:
    with day.server.app.app_context():
        item = db.session.scalars(select(AgendaItem)).first()
        assert item is not None
        return str(item.meeting.round.name[language])


def first_item(day: Day) -> None:
    """Secret votes from phones; the secretary captures the decision with both texts at once."""
    day.chair.press("First item")
    for person in day.members:
        expect(person.main.get_by_role("heading", name=TITLES[0])).to_be_visible(timeout=SOON_MS)
    day.chair.press("Open the voting")
    for person in day.members:
        ballot = person.main.get_by_role("button", name=person.say("Yes"), exact=True)
        expect(ballot).to_be_visible(timeout=SOON_MS)
    day.mia.fill("Amount you would give", "9000")
    look_on_phone(day.mia, "61-ballot")
    look_on_phone(day.mo, "61-ballot-dark")
    look_on_phone(day.mel, "61-ballot-nl")
    day.mia.press("Yes")
    day.mo.press("No")
    day.mel.press("Yes")
    day.mia.sees("The votes can be read once the voting is closed.")
    expect(day.mia.main).not_to_contain_text("Mo Moes: No")
    day.chair.press("Yes")
    day.chair.press("Close the voting")
    expect(day.mia.main).to_contain_text("Mo Moes: No", timeout=SOON_MS)
    expect(day.mia.main).to_contain_text("Yes 3", timeout=SOON_MS)
    capture(day.secretary, "Award", amount="9000", text="De commissie is onder de indruk.")
    day.secretary.look("62-captured")


def second_item(day: Day) -> None:
    """The next item; somebody changes their mind before the voting closes."""
    day.chair.go(day.meeting)
    day.chair.press("Next item")
    expect(day.mel.main.get_by_role("heading", name=TITLES[2])).to_be_visible(timeout=SOON_MS)
    day.chair.press("Open the voting")
    yes = day.mel.main.get_by_role("button", name=day.mel.say("Yes"), exact=True)
    expect(yes).to_be_visible(timeout=SOON_MS)
    day.mel.press("Yes")
    day.mel.press("Abstain")
    day.chair.press("Close the voting")
    day.secretary.go(day.meeting)
    capture(day.secretary, "Reserve list", text="")


def item_with_a_tie(day: Day) -> None:
    """Mo is called out: a number, no title, nothing to vote on, nothing to open."""
    day.chair.go(day.meeting)
    day.chair.press("Next item")
    expect(day.mo.main.get_by_role("heading", name="You are out for item 3")).to_be_visible(timeout=SOON_MS)
    expect(day.mo.main).not_to_contain_text(TIED)
    expect(day.mo.main.get_by_role("button", name="Yes", exact=True)).to_have_count(0)
    look_on_phone(day.mo, "63-out-dark")
    with day.server.app.app_context():
        tied = max(db.session.scalars(select(AgendaItem)), key=lambda item: item.position)
        id = tied.id
    answer = day.mo.page.goto(f"/panel/items/{id}")
    assert answer is not None
    assert answer.status == 404
    day.mo.go(day.meeting)
    day.mia.sees("Out of the room: Mo Moes")
    day.chair.look("64-cockpit")
    day.chair.press("Open the voting")
    expect(day.mia.main.get_by_role("button", name="No", exact=True)).to_be_visible(timeout=SOON_MS)
    day.mia.press("No")
    day.chair.press("Close the voting")
    day.secretary.go(day.meeting)
    capture(day.secretary, "Decline", text="Een tweede netwerk zou helpen.")


def capture(secretary: Person, outcome: str, *, amount: str = "", text: str) -> None:
    """Write down what the panel comes to."""
    secretary.page.reload()
    form = secretary.main.locator("#capture")
    form.get_by_label("Decision").select_option(label=outcome)
    if amount:
        form.get_by_label("Amount").fill(amount)
    if text:
        form.get_by_label("To the applicant").fill(text)
    form.get_by_label("For the office only").fill("Besproken op 11 januari.")
    secretary.press("Keep what the panel comes to")
    secretary.sees("Kept.")


def propose_and_close(day: Day) -> None:
    """The secretary proposes what the panel came to; the chair closes."""
    day.secretary.press("Propose the decisions of %(num)d items".replace("%(num)d", "3"))
    day.secretary.sees("3 decisions are proposed.")
    day.chair.go(day.meeting)
    day.chair.press("Close the meeting")
    with day.server.app.app_context():
        made = {row.outcome.value: row.amount_cents for row in db.session.scalars(select(Decision))}
        states = {row.state for row in db.session.scalars(select(Decision))}
    assert made == {"awarded": 900_000, "reserve": None, "declined": None}
    assert states == {DecisionState.PROPOSED}
    assert day.count(Vote) == 6  # four, one changed, one


def sign(day: Day, tmp_path: Path) -> None:
    """Each signs what they may read; a remark asks for new signatures."""
    expect(day.mia.main.get_by_role("link", name="Read and sign the minutes")).to_be_visible(timeout=SOON_MS)
    day.mia.follow("Read and sign the minutes")
    day.mia.press("I sign these minutes")
    day.secretary.go(f"{day.meeting}/minutes")
    day.secretary.fill("Remarks", "De vergadering begon tien minuten later.")
    day.secretary.press("Keep the remarks")
    for person in (day.chair, day.secretary, *day.members):
        person.go(f"{day.meeting}/minutes")
        person.press("I sign these minutes")
    day.chair.page.reload()
    expect(day.chair.main.get_by_role("button", name="I sign these minutes")).to_have_count(0)
    day.chair.look("65-minutes")
    expect(day.mo.main).not_to_contain_text(TIED)
    look_on_phone(day.mel, "65-minutes-nl")
    texts = [paper(person, day.meeting, tmp_path) for person in (day.mia, day.mo)]
    assert [(TIED in text, "Besproken op 11 januari." in text) for text in texts] == [
        (True, True),
        (False, True),
    ]


def paper(person: Person, meeting: str, folder: Path) -> str:
    """Give the text of the minutes on paper."""
    answer = person.page.request.get(f"{meeting}/minutes.pdf", timeout=90_000)
    path = folder / f"{person.email}.pdf"
    path.write_bytes(answer.body())
    said = "".join(page.extract_text() for page in pypdf.PdfReader(path).pages)
    return said.replace("\xa0", " ")


def look_on_phone(person: Person, name: str) -> None:
    """Keep a picture of a phone, and judge its width and what a thumb must hit."""
    assert_fits(person.page)
    for button in person.main.locator(".ballot__choices .btn").all():
        box = button.bounding_box()
        assert box is not None
        assert box["height"] >= 60
        assert box["width"] >= 90
    picture(person.page, f"panel/{name}")
