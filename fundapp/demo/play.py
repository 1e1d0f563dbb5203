"""The play itself: which day what happens, from the founding of the fund to this morning."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from fundapp.config import Settings
from fundapp.core import clock, mail
from fundapp.core.db import db
from fundapp.core.refusals import Refusal
from fundapp.demo import (
    amending,
    applying,
    being_away,
    calls,
    claiming,
    coming,
    connecting,
    content,
    deciding,
    evaluating,
    evidence,
    forms,
    granting,
    handling,
    judging,
    mail_texts,
    office,
    panels,
    paying,
    publishing,
    records,
    reporting,
    reviewers,
)
from fundapp.demo.calendar import NOT_BEFORE, ZONE, Calendar, on
from fundapp.demo.calls import Dates
from fundapp.demo.cast import PASSWORD, Cast, begin
from fundapp.funds.queries import all_funds

FIRST, SECOND, THIRD = "small-and-shared", "building-blocks", "held-together"
ROUND_ONE = [
    "losse-schroef", "wadlopen", "buurtarchief", "meshmoor", "notenschrift", "getijdenboek-2023", "trekvogel",
    "schoolbel", "stoomboek",
]  # fmt: skip
REVIEWED_ONE = [key for key in ROUND_ONE if key != "stoomboek"]
ROUND_TWO = [
    "getijdenboek", "zaadwissel", "drempelkaart", "ondertitel", "poortwachter", "buurtstroom", "veldgids",
    "kaartenbak",
]  # fmt: skip
SURE = "I was on the board of Stichting Havenbericht until last year."
UNSURE = "Griet Poelstra en ik spraken op dezelfde bibliotheekdag. Ik weet niet of dat telt."


@dataclass(frozen=True)
class Login:
    """One way in: the role it shows, and the address to sign in with."""

    role: str
    name: str
    email: str


@dataclass(frozen=True)
class Summary:
    """What was filled in, for the person at the keyboard."""

    fund: str
    scenes: int
    password: str
    logins: tuple[Login, ...]


def play(*, at: datetime, settings: Settings) -> Summary:
    """Fill an empty database with the demo as it stands at `at`, and give the logins.

    Everything happens through the services at its own past instant, so log, ledger and mail are
    true; old mails count as sent. Does not commit. Raises ValueError for a day before 2026.
    """
    if at.date() < NOT_BEFORE:
        raise ValueError(f"the demo needs a day after {NOT_BEFORE}")
    cast = Cast(Calendar(at), settings)
    begin(cast)
    _first_round(cast)
    _second_round(cast)
    _third_round(cast)
    _grants(cast)
    claiming.claiming(cast)
    publishing.open_up(cast)
    records.keep_records(cast, FIRST)
    coming.next_round(cast, THIRD)
    evaluating.evaluate(cast)
    forms.own_form(cast)
    mail_texts.own_words(cast)
    connecting.connect(cast)
    being_away.plan(cast)
    scenes = cast.calendar.run()
    mail.consider_sent(at - timedelta(hours=1))
    return Summary(str(content.fund()["slug"]), scenes, PASSWORD, logins())


def logins() -> tuple[Login, ...]:
    """List one way in for each role."""
    shown = [person for person in content.people().values() if person.shown]
    return tuple(Login(person.shown, person.name, person.email) for person in shown)


def _first_round(cast: Cast) -> None:
    """Round 1, in the autumn of 2023: nine proposals."""
    dates = Dates(
        made_at=on("2023-08-29", "11:10"),
        published_at=on("2023-09-01", "10:00"),
        opens_at=on("2023-09-01", "12:00"),
        closes_at=on("2023-11-01", "12:00"),
        reviews_due_at=on("2023-12-06", "23:59"),
        decide_by_on=on("2023-12-22", "12:00").date(),
    )
    calls.call(cast, FIRST, dates)
    _send_in(cast, FIRST, ROUND_ONE, dates.closes_at)
    plan = cast.calendar.plan
    plan(on("2023-11-06", "14:05"), partial(calls.admit, cast, REVIEWED_ONE, "maarten"))
    asked = on("2023-11-08", "10:20")
    judging.ask(cast, REVIEWED_ONE, asked=asked)
    _judge(cast, REVIEWED_ONE, asked, dates.reviews_due_at - timedelta(days=2))
    _decide_first(cast)


def _decide_first(cast: Cast) -> None:
    """Decide round 1: one not eligible at once, the others together before Christmas."""
    plan = cast.calendar.plan
    plan(on("2023-11-07", "09:40"), partial(deciding.propose, cast, "stoomboek"))
    plan(on("2023-11-07", "15:25"), partial(deciding.approve, cast, ["stoomboek"]))
    plan(on("2023-11-07", "15:30"), partial(deciding.release, cast, "stoomboek"))
    plan(on("2023-12-11", "09:15"), partial(deciding.deliberate, cast, FIRST))
    panels.hold(cast, FIRST, REVIEWED_ONE, "2023-12-11")
    plan(on("2023-12-18", "14:50"), partial(deciding.approve, cast, REVIEWED_ONE, has_read=False))
    plan(on("2023-12-19", "09:30"), partial(panels.read_over, cast, FIRST))
    plan(on("2023-12-20", "11:00"), partial(deciding.release_round, cast, FIRST))
    panels.explain(cast, "trekvogel")


def _grants(cast: Cast) -> None:
    """The five grants of round 1: agreements, requests for payment, batches."""
    for key, given in content.grants().items():
        granting.agree(cast, key)
        amending.lay(cast, key)
        if "amended" in given:
            amending.amend(cast, key)
        for number, _asked in enumerate(given["claims"]):
            paying.claim(cast, key, number)
    for number in content.batches():
        paying.batch(cast, number)
    reporting.tell(cast)


def _second_round(cast: Cast) -> None:
    """Round 2, being reviewed now: eight proposals, two ties, one reviewer late."""
    days, plan = cast.calendar.days, cast.calendar.plan
    dates = Dates(
        made_at=days(-121, "15:40"),
        published_at=days(-114, "09:30"),
        opens_at=days(-111, "12:00"),
        closes_at=days(-55, "12:00"),
        reviews_due_at=days(5, "23:59"),
        decide_by_on=cast.calendar.day(26),
    )
    calls.call(cast, SECOND, dates)
    _send_in(cast, SECOND, ROUND_TWO, dates.closes_at)
    plan(days(-50, "13:15"), partial(calls.admit, cast, ROUND_TWO[:4], "noor"))
    plan(days(-50, "16:40"), partial(calls.admit, cast, ROUND_TWO[4:], "maarten"))
    handling.second_round(cast, SECOND, ROUND_TWO)
    office.second_round(cast)
    asked = days(-47, "10:00")
    reviewers.introduce(cast)
    judging.ask(cast, ROUND_TWO, asked=asked, due={"oualid": days(-3, "23:59")})
    _judge(cast, ROUND_TWO, asked, days(-5, "20:00"))
    _ties(cast)


def _ties(cast: Cast) -> None:
    """One tie declared for certain, one not sure, and a stand-in who has not answered yet."""
    days, plan = cast.calendar.days, cast.calendar.plan
    plan(days(-47, "11:30"), partial(judging.assign, cast, "getijdenboek", "saskia"))
    plan(
        days(-46, "08:50", office=False),
        partial(judging.tie, cast, "getijdenboek", "saskia", is_sure=True, note=SURE),
    )
    plan(days(-47, "11:35"), partial(judging.assign, cast, "kaartenbak", "lieke"))
    plan(
        days(-44, "21:05", office=False),
        partial(judging.tie, cast, "kaartenbak", "lieke", is_sure=False, note=UNSURE),
    )
    plan(days(-3, "09:45"), partial(judging.assign, cast, "kaartenbak", "saskia"))
    plan(days(-2, "20:15"), partial(evidence.talk, cast, "veldgids", "saskia", "jonas"))


def _third_round(cast: Cast) -> None:
    """Round 3, open now: one proposal sent in, one being written."""
    days, plan = cast.calendar.days, cast.calendar.plan
    dates = Dates(
        made_at=days(-36, "10:25"),
        published_at=days(-29, "09:00"),
        opens_at=days(-26, "12:00"),
        closes_at=days(22, "12:00"),
        reviews_due_at=days(62, "23:59"),
        decide_by_on=cast.calendar.day(90),
    )
    calls.call(cast, THIRD, dates)
    handling.third_round(cast, THIRD)
    begun, sent = days(-12, "20:10", office=False), days(-5, "22:48", office=False)
    calls.propose(cast, THIRD, "sluiswachter", begun, sent)
    plan(days(-4, "19:32", office=False), partial(calls.send_again, cast, "sluiswachter"))
    calls.propose(cast, THIRD, "rooftop-keys", days(-1, "21:15", office=False), None)
    applying.third_round(cast)


def _send_in(cast: Cast, slug: str, keys: list[str], closes_at: datetime) -> None:
    """Let proposals be begun on an evening and sent in over the last weeks, two of them in the last night."""
    last = clock.day(closes_at, ZONE)
    for number, key in enumerate(keys):
        day = last - timedelta(days=1 + 5 * number % 23 if number > 1 else 1)
        sent = on(day, f"{22 - 3 * number % 14:02}:{(7 + 17 * number) % 60:02}")
        calls.propose(cast, slug, key, on(day - timedelta(days=9), "19:40"), sent)


def _judge(cast: Cast, keys: list[str], asked: datetime, last: datetime) -> None:
    """Spread the reviews of a round over the weeks between asking and the last hand-in."""
    first = clock.day(asked, ZONE) + timedelta(days=1)
    weeks = (clock.day(last, ZONE) - first).days - 5
    for number, key in enumerate(keys):
        for place, _judged in enumerate(content.proposal(key).reviews):
            accepted = first + timedelta(days=(number + place) % 4)
            handed_in = accepted + timedelta(days=1 + weeks * ((5 * number + 3 * place) % 24) // 24)
            minute = (13 * number + 29 * place) % 60
            judging.judge(
                cast,
                key,
                place,
                on(accepted, f"{9 + place:02}:{minute:02}"),
                on(handed_in, f"{21 - place}:{minute:02}"),
            )


def fill_in(*, at: datetime, settings: Settings, if_empty: bool, say: Callable[[str], object]) -> None:
    """Play the demo into an empty database, commit, and say how to sign in.

    if_empty: where there is a fund already, only say how to sign in to the demo, if it is there;
    otherwise that is refused. Raises Refusal.
    """
    here = all_funds()
    if here and not if_empty:
        raise Refusal("There is a fund in this database already: the demo needs an empty one.")
    if not here:
        played = play(at=at, settings=settings)
        db.session.commit()
        say(f"The demo is in place: {played.scenes} scenes.")
    if not here or any(fund.slug == content.fund()["slug"] for fund in here):
        _say_logins(say)


def _say_logins(say: Callable[[str], object]) -> None:
    ways = logins()
    wide = max(len(way.role) for way in ways)
    say(f"Sign in to the demo with the password {PASSWORD} as:")
    for way in ways:
        say(f"  {way.role:{wide}}  {way.email}")
