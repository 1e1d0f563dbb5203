"""What a round may tell everybody: figures without small cells, criteria, what was granted and why."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from fundapp.accounts.models import Party, PartyKind
from fundapp.applications.models import Application
from fundapp.core import clock
from fundapp.core.db import db
from fundapp.decisions import reasons
from fundapp.decisions.models import Decision, DecisionState, Outcome
from fundapp.decisions.workflow import OUTCOME_WORDS
from fundapp.funds.queries import OFFICE_ROLES
from fundapp.grants.models import Award
from fundapp.reports import round_data
from fundapp.reports.columns import KEY, NAME, Column
from fundapp.reports.covering import settled
from fundapp.reports.kinds import Kind, add
from fundapp.reports.models import Snapshot
from fundapp.reports.published import SHOWN_NAME, free_of_embargo, published
from fundapp.reports.shape import Words
from fundapp.reports.sources import said
from fundapp.reports.suppression import LEAST, is_small, public_counts, public_groups
from fundapp.reports.tables import Table
from fundapp.reports.wording import POTS, STEPS, TIMES, Say, _
from fundapp.rounds.models import Round

GROUPS: dict[str, LazyString] = {
    "themes": _l("Themes"), "countries": _l("Countries"), "forms": _l("Legal forms"),
}  # fmt: skip
ROW = (
    KEY,
    NAME,
    Column("received", _l("Applications"), "count", _l("Applications received; empty where too few.")),
    Column("funded", _l("Funded"), "count", _l("Applications granted money; empty where too few.")),
    Column("asked_cents", _l("Asked"), "money", _l("Amount asked for; empty where too few.")),
    Column("awarded_cents", _l("Awarded"), "money", _l("Amount granted; empty where too few.")),
)
COUNT = (KEY, NAME, Column("number", _l("Number"), "count", _l("How many; empty where fewer than five.")))
DAYS = (
    KEY,
    NAME,
    Column("cases", _l("Cases"), "count", _l("How often this step was finished.")),
    Column("median", _l("Median"), "figure", _l("Calendar days in the middle case.")),
    Column("p90", _l("Nine in ten within"), "count", _l("Days within which nine in ten were finished.")),
)
GRANT = (
    Column("code", _l("Code"), "text", _l("The code under which the application is known.")),
    Column("title", _l("Project"), "text", _l("Name of the project.")),
    Column("name", _l("Recipient"), "text", _l("Name by the rule of the fund; empty for a private person.")),
    Column("country", _l("Country"), "text", _l("ISO 3166 code of the country.")),
    Column("amount_cents", _l("Amount"), "money", _l("Amount granted.")),
    Column("decided_on", _l("Decided on"), "day", _l("Day on which the decision was announced.")),
    Column("reasons", _l("Reasons"), "text", _l("Standing reasons of the decision.")),
)
POT = (KEY, NAME, Column("cents", _l("Amount"), "money", _l("What stands in the ledger.")))
CRITERION = (
    Column("key", _l("Criterion"), "text", _l("Key of the criterion.")),
    NAME,
    Column("weight", _l("Weight"), "count", _l("Weight in per cent.")),
    Column("question", _l("Question"), "text", _l("What reviewers are asked.")),
)


def gather(round: Round, *, at: datetime) -> dict[str, Any]:
    """Gather what everybody may know of a decided round; no cell of a breakdown is about one to four."""
    whole = round_data.gather(round, at=at)
    decided = _decisions(round)
    return {
        "kind": "transparency",
        "made_at": whole["made_at"],
        "fund": whole["fund"],
        "round": whole["round"],
        "steps": _steps(whole["steps"]),
        **{key: public_groups(whole[key]) for key in GROUPS},  # type: ignore[literal-required]
        "times": [one for one in whole["times"] if one["cases"] >= LEAST],
        "reviewers": _or_none(whole["headline"]["reviewers"]),
        "reviews": whole["headline"]["reviews_done"],
        "alpha": whole["headline"]["alpha"],
        "ties": _or_none(whole["conflicts"]["declared"]),
        "money": whole["money"],
        "outcomes": public_counts(_outcomes(decided)),
        "refusals": public_counts(_refusals(round, decided)),
        "grants": _grants(round, at),
        "criteria": _criteria(round),
    }


def _or_none(count: int) -> int | None:
    return None if is_small(count) else count


def _steps(steps: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Show a step only where those who fell out before it are none, or too many to be told."""
    shown, before = [], None
    for one in steps:
        hides = (
            one["key"] not in ("received", "funded")
            and before is not None
            and is_small(before - one["count"])
        )
        shown.append({"key": one["key"], "number": None if hides else one["count"]})
        before = one["count"]
    return shown


def _decisions(round: Round) -> list[Any]:
    found = select(Decision.outcome, Decision.reasons).where(
        Decision.round_id == round.id, Decision.state == DecisionState.RELEASED
    )
    return list(db.session.execute(found.order_by(Decision.id)))


def _outcomes(decided: Sequence[Any]) -> list[dict[str, Any]]:
    counts = Counter(one.outcome for one in decided)
    return [
        {"key": outcome.value, "name": said(OUTCOME_WORDS[outcome][1]), "number": counts[outcome]}
        for outcome in Outcome
        if counts[outcome]
    ]


def _refusals(round: Round, decided: Sequence[Any]) -> list[dict[str, Any]]:
    """Count the standing reasons of what was not granted; who got which is nobody's business."""
    known = {one.code: one for one in reasons.reasons_of(round.fund_id, ended=True)}
    counts = Counter(
        code
        for one in decided
        if one.outcome in (Outcome.DECLINED, Outcome.INELIGIBLE)
        for code in one.reasons
    )
    return [
        {"key": code, "name": dict(known[code].name), "number": number}
        for code, number in sorted(counts.items())
        if code in known
    ]


def _grants(round: Round, at: datetime) -> list[dict[str, Any]]:
    known = {one.code: one for one in reasons.reasons_of(round.fund_id, ended=True)}
    rows = db.session.execute(
        published(
            Application.code, Application.title, Application.country, Party.kind, SHOWN_NAME.label("name"),
            Award.amount_cents, Decision.released_at, Decision.reasons,
        )
        .where(Award.round_id == round.id, free_of_embargo(at))
        .order_by(Application.code)
    )  # fmt: skip
    return [
        {
            "code": row.code,
            "title": settled(row.title),
            "name": "" if row.kind is PartyKind.PERSON else settled(row.name),
            "country": row.country or "",
            "amount_cents": row.amount_cents,
            "decided_on": clock.day(row.released_at, round.fund.zone).isoformat(),
            "reasons": [dict(known[code].name) for code in row.reasons if code in known],
        }
        for row in rows
    ]


def _criteria(round: Round) -> list[dict[str, Any]]:
    return [
        {
            "key": one.key,
            "name": dict(one.name),
            "question": dict(one.question),
            "weight": one.weight,
            "lowest": one.lowest,
            "highest": one.highest,
            "levels": [
                {"value": level["value"], "label": level.get("label", {}), "anchor": level.get("anchor", {})}
                for level in one.levels
            ],
        }
        for one in round.stage.rubric.criteria
        if one.is_public
    ]


# --- as tables -------------------------------------------------------------------


def tables(data: Mapping[str, Any], lang: str) -> list[Table]:
    """Give the tables of a pack, what was granted first; call it with `lang` in force."""
    grants: list[Mapping[str, Any]] = [
        {**one, "reasons": "; ".join(_in(text, lang) for text in one["reasons"])} for one in data["grants"]
    ]
    steps: list[Mapping[str, Any]] = [{**one, "name": str(STEPS[one["key"]])} for one in data["steps"]]
    times: list[Mapping[str, Any]] = [{**one, "name": str(TIMES[one["key"]])} for one in data["times"]]
    pots: list[Mapping[str, Any]] = [
        {"key": key, "name": str(name), "cents": data["money"][key]} for key, name in POTS.items()
    ]
    return [
        Table("grants", _("Granted"), GRANT, grants),
        Table("steps", _("Steps"), COUNT, steps),
        Table("outcomes", _("Decisions"), COUNT, _named(data["outcomes"], lang)),
        Table("refusals", _("Reasons for refusal"), COUNT, _named(data["refusals"], lang)),
        *(Table(key, str(name), ROW, _named(data[key], lang)) for key, name in GROUPS.items()),
        Table("times", _("Days per step"), DAYS, times),
        Table("money", _("Money"), POT, pots),
        Table("criteria", _("Criteria"), CRITERION, _criterion_rows(data, lang)),
    ]


def _criterion_rows(data: Mapping[str, Any], lang: str) -> list[Mapping[str, Any]]:
    return [
        {**one, "name": _in(one["name"], lang), "question": _in(one["question"], lang)}
        for one in data["criteria"]
    ]


def _named(rows: Sequence[Mapping[str, Any]], lang: str) -> list[Mapping[str, Any]]:
    return [{**row, "name": _in(row["name"], lang)} for row in rows]


def _in(text: Words | str, lang: str) -> str:
    return text if isinstance(text, str) else str(text.get(lang) or next(iter(text.values()), ""))


def drawn(data: Mapping[str, Any], say: Say) -> dict[str, Any]:
    """Give what the paper prints beside the data: its tables, but for the criteria, which have a file."""
    return {"tables": [one for one in tables(data, say.lang) if one.rows and one.key != "criteria"]}


def _may_read(user: Any, snapshot: Snapshot) -> bool:
    return snapshot.fund_id in user.funds(*OFFICE_ROLES)


TRANSPARENCY = add(
    Kind(
        key="transparency",
        words=_l("What a round tells everybody"),
        gather=gather,
        template="transparency.html",
        figures=drawn,
        tables=tables,
        name=lambda data: f"transparency-{data['round']['slug']}",
        may_read=_may_read,
    )
)
