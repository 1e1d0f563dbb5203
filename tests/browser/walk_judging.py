"""The walk, second part: the proposal is taken into review, scored, ranked and decided about."""

from collections.abc import Callable
from datetime import datetime

from fundapp.core.words import pick
from fundapp.rounds.definitions import load_library
from tests.browser.conftest import LiveServer
from tests.browser.people import Person
from tests.browser.walk_call import ROUND, TITLE
from tests.mailbox import text_of

PAGES = "/office/rounds/1"
"""The office pages of the one round there is."""
LEVELS = (3, 2, 3, 2, 1, 2, 4, 3)
"""What the reviewer finds for each of the eight principles."""
REASON = "It is written down and it works, as the link shows."
FOR_APPLICANT = "Uw zeggenschap is goed geregeld; denk nog na over sancties."


def admit_and_assign(sol: Person, server: LiveServer) -> None:
    """The call closes by itself; the manager takes the proposal into review and asks a reviewer."""
    server.tick()
    sol.go("/office/rounds")
    sol.follow(ROUND)
    sol.look("20-closed-round")
    sol.go(f"{PAGES}/applications")
    sol.look("21-applications")
    sol.follow("Take 1 into review")
    sol.press("Take one into review")
    sol.follow(TITLE)
    sol.sees("Vierhonderd uren")
    sol.look("22-dossier")
    sol.go(f"{PAGES}/reviewers")
    sol.choose("Reviewer", "Rhea Rood (0 to do, 0 done)")
    sol.tick(TITLE)
    sol.look("23-who-reviews")
    sol.press("Ask for what is ticked")
    sol.sees("Rhea Rood")


def review(rhea: Person, server: LiveServer, time_passes: Callable[..., datetime]) -> None:
    """The reviewer follows the mail, declares no tie, is reminded, scores everything and hands in."""
    server.tick()
    rhea.sign_in()
    rhea.go(server.link_in(rhea.email, "/reviews").removeprefix(server.url))
    rhea.look("24-my-reviews")
    rhea.tick("None")
    rhea.press("Save my answers")
    time_passes(days=12)
    server.tick()
    assert server.mailbox.to(rhea.email)[-1]["Subject"].startswith("Reminder: Hand in your review")
    rhea.go("/reviews")
    rhea.follow(f"Begin with {TITLE}")
    rhea.sees("Wij maken open software")
    rhea.look("25-desk")
    for criterion, level in zip(load_library("ostrom").criteria, LEVELS, strict=True):
        _score(rhea, pick(criterion.name, "en"), level)
    rhea.fill("For the applicant", FOR_APPLICANT)
    rhea.look("26-desk-scored")
    rhea.press("Hand in")
    rhea.sees("Handed in")
    rhea.look("27-handed-in")


def _score(rhea: Person, name: str, level: int) -> None:
    """Open one criterion, choose its anchor and say why; it saves itself."""
    group = rhea.main.get_by_role("group", name=f"Score for {name}")
    if not group.is_visible():
        rhea.main.get_by_text(name, exact=True).first.click()
    group.get_by_role("radio").nth(level).check()
    rhea.fill("Why, in a sentence or two", REASON)
    rhea.fill("A link that shows it", "https://sluiswachter.example/governance")


def propose(sol: Person) -> None:
    """The manager looks at the ranking, goes on to deciding and proposes an award."""
    sol.go(f"{PAGES}/ranking")
    sol.sees(TITLE)
    sol.look("30-ranking")
    sol.go(PAGES)
    sol.follow("Go on to deciding")
    sol.press("Go on to deciding")
    sol.go(f"{PAGES}/decisions")
    sol.look("31-decisions")
    sol.follow("Propose")
    sol.tick("Award")
    sol.fill("Amount", "30.000")
    sol.fill("Reasons, as the letter says them", f"Sluizen zijn gemeengoed. {FOR_APPLICANT}")
    sol.look("32-proposal-of-award")
    sol.press("Propose")
    sol.sees("Another manager approves")


def approve_and_release(max_: Person) -> None:
    """Another manager reads the letter, approves it and sends it out."""
    max_.sign_in()
    max_.go(f"{PAGES}/decisions")
    max_.follow("Read")
    max_.look("33-letter")
    max_.press("Approve this decision")
    max_.follow("Release this decision")
    max_.look("34-release")
    max_.press("Release:")
    max_.sees("Released")


def get_the_letter(ana: Person, server: LiveServer) -> None:
    """The letter arrives in the applicant's own language, with the reasons; her page says the same."""
    server.tick()
    letter = text_of(server.mailbox.to(ana.email)[-1])
    assert f"Beste {ana.name}" in letter or f"Geachte {ana.name}" in letter, letter
    assert "30.000" in letter, letter
    assert FOR_APPLICANT in letter, letter
    ana.go(server.link_in(ana.email, "/proposals/").removeprefix(server.url))
    ana.sees(FOR_APPLICANT)
    ana.look("35-awarded")
