"""The words with which applications are looked for by what stands on them; loaded as part of the feature."""

from collections.abc import Callable
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import String, cast, exists, select

from fundapp.accounts.models import User
from fundapp.applications.models import (
    Application,
    ApplicationState,
    ApplicationTag,
    ApplicationVersion,
    Conflict,
    Flag,
    Tag,
    Thread,
    ThreadKind,
    ThreadState,
)
from fundapp.applications.search_keys import Asking, Condition, Key, add, inside
from fundapp.applications.search_texts import fold, tokens
from fundapp.applications.search_values import (
    NOBODY,
    WrongValue,
    cents,
    compared,
    number,
    one_of,
    when,
    yes,
)
from fundapp.applications.workflow import WORDS
from fundapp.core import countries
from fundapp.core.words import LANGUAGES
from fundapp.funds.models import Fund
from fundapp.rounds.models import Round, Stage


def states() -> dict[str, ApplicationState]:
    """Give every way to write a state: its key and its word in both languages."""
    known = {fold(state.value).replace("_", " "): state for state in WORDS}
    for language in LANGUAGES:
        with force_locale(language):
            known |= {fold(str(word)): state for state, (_shape, word) in WORDS.items()}
    return known


def _state(value: str, sign: str, asking: Asking) -> Condition:
    known = {word: state.value for word, state in states().items()}
    return Application.state == ApplicationState(one_of(value, known))


def _theme(value: str, sign: str, asking: Asking) -> Condition:
    if fold(value) in NOBODY:
        return Application.theme.is_(None)
    known = {fold(key).replace("_", " "): key for key in asking.themes or {}}
    known |= {fold(name): key for key, names in (asking.themes or {}).items() for name in names.values()}
    return Application.theme == one_of(value, known)


def _country(value: str, sign: str, asking: Asking) -> Condition:
    code = countries.code_of(value)
    if fold(value) in NOBODY - {"no"}:
        return Application.country.is_(None)
    if code is None:
        raise WrongValue(_("There is no country “%(value)s”.", value=value))
    return Application.country == code


def _amount(value: str, sign: str, asking: Asking) -> Condition:
    if sign == "=" and fold(value) in NOBODY - {"-"}:
        return Application.requested_cents.is_(None)
    return compared(Application.requested_cents, sign, value, cents)


def _lead(value: str, sign: str, asking: Asking) -> Condition:
    wanted = fold(value)
    if wanted in ("me", "mij", "ik"):
        return Application.lead_id == asking.user.id
    if wanted in NOBODY:
        return Application.lead_id.is_(None)
    named = select(User.id).where(User.name.icontains(value, autoescape=True))
    return Application.lead_id.in_(named)


def _tag(value: str, sign: str, asking: Asking) -> Condition:
    tagged = select(ApplicationTag.application_id)
    if fold(value) in NOBODY:
        return Application.id.not_in(tagged)
    of_word = tagged.join(Tag, Tag.id == ApplicationTag.tag_id)
    return Application.id.in_(of_word.where(Tag.folded == " ".join(tokens(value))))


def _flag(value: str, sign: str, asking: Asking) -> Condition:
    raised = select(Flag.application_id)
    if fold(value) in ("me", "mine", "mij", "ik"):
        return Application.id.in_(raised.where(Flag.raised_by == asking.user.id))
    return Application.id.in_(raised) if yes(value) else Application.id.not_in(raised)


def _round(value: str, sign: str, asking: Asking) -> Condition:
    fund, _slash, slug = value.lower().rpartition("/")
    named = select(Round.id).where(Round.slug == slug)
    if fund:
        named = named.join(Fund, Fund.id == Round.fund_id).where(Fund.slug == fund)
    return Application.round_id.in_(named)


def _fund(value: str, sign: str, asking: Asking) -> Condition:
    return Application.fund_id.in_(select(Fund.id).where(Fund.slug == value.lower()))


def _submitted(value: str, sign: str, asking: Asking) -> Condition:
    return when(Application.submitted_at, sign, value, asking.at, asking.zone)


def _since(value: str, sign: str, asking: Asking) -> Condition:
    return when(Application.state_at, sign, value, asking.at, asking.zone)


def _part_of(column: Any) -> Callable[[str, str, Asking], Condition]:
    return lambda value, sign, asking: column.icontains(value, autoescape=True)


def _open_question() -> Condition:
    return exists().where(
        Thread.application_id == Application.id,
        Thread.state == ThreadState.OPEN,
        Thread.kind.in_((ThreadKind.QUESTION, ThreadKind.COMPLETION)),
    )


def _attachment() -> Condition:
    """Find a file among the answers of the version that counts: only a file carries a digest so."""
    return exists().where(
        ApplicationVersion.application_id == Application.id,
        ApplicationVersion.number == Application.version_number,
        cast(ApplicationVersion.answers, String).contains('"sha256": "'),
    )


HAS: dict[str, Callable[[], Condition]] = {
    "note": lambda: exists().where(Thread.application_id == Application.id, Thread.kind == ThreadKind.NOTE),
    "question": _open_question,
    "attachment": _attachment,
    "tag": lambda: Application.id.in_(select(ApplicationTag.application_id)),
    "flag": lambda: Application.id.in_(select(Flag.application_id)),
    "lead": lambda: Application.lead_id.is_not(None),
    "tie": lambda: exists().where(Conflict.application_id == Application.id, ~Conflict.is_pinned),
    "earlier": lambda: Application.previous_id.is_not(None),
    "versions": lambda: Application.version_number > 1,
    "extension": lambda: Application.extended_until_at.is_not(None),
}
"""What `has:` knows; later features and parts add theirs."""
INSIDE = {"tie"}
"""Of these, what finance does not see."""
HAS_NL = {
    "notitie": "note", "vraag": "question", "label": "tag", "vlag": "flag", "behandelaar": "lead",
    "belang": "tie", "eerdere": "earlier", "versies": "versions", "uitstel": "extension",
    "bijlage": "attachment",
}  # fmt: skip


def _has(value: str, sign: str, asking: Asking) -> Condition:
    known = {name: name for name in HAS} | {word: name for word, name in HAS_NL.items() if name in HAS}
    name = one_of(value, known)
    return inside(HAS[name](), asking.user) if name in INSIDE else HAS[name]()


def _stage(value: str, sign: str, asking: Asking) -> Condition:
    in_it = select(Stage.id).where(compared(Stage.number, sign, value, number))
    return Application.stage_id.in_(in_it)


add(
    Key("stage", ("fase",), _l("the stage it is in, of several"), "stage:2", _stage, compares=True),
    Key("state", ("status", "staat"), _l("where it stands"), "state:in_review", _state),
    Key("theme", ("thema",), _l("its theme; none for those without"), 'theme:"open data"', _theme),
    Key("country", ("land",), _l("country of the applicant"), "country:nl", _country),
    Key("amount", ("bedrag", "asked"), _l("what is asked"), "amount>20000", _amount, compares=True),
    Key("lead", ("behandelaar",), _l("who looks after it: me, none, or a name"), "lead:me", _lead),
    Key("tag", ("label", "etiket"), _l("a word of the office"), "tag:urgent", _tag),
    Key("flag", ("vlag",), _l("flagged: yes, no or mine"), "flag:yes", _flag),
    Key("round", ("ronde",), _l("short name of the round"), "round:spring", _round),
    Key("fund", ("fonds",), _l("short name of the fund"), "fund:commons", _fund),
    Key(
        "submitted", ("received", "ingediend", "ontvangen"), _l("when it came in: a day, a month, today, 7d"),
        "submitted>2026-10-01", _submitted, compares=True,
    ),
    Key(
        "since", ("sinds",), _l("since when it stands where it stands"), "since<2026-10-01", _since,
        compares=True,
    ),
    Key(
        "has", ("heeft",), _l("attachment, note, question, tag, flag, lead, tie, earlier, versions"),
        "has:note", _has,
    ),
    Key("title", ("titel",), _l("part of the title"), "title:atlas", _part_of(Application.title)),
    Key(
        "applicant", ("aanvrager",), _l("part of the applicant's name"), "applicant:hub",
        _part_of(Application.applicant_name),
    ),
    Key("code", ("nummer",), _l("part of the number"), "code:2026-10", _part_of(Application.code)),
)  # fmt: skip
