"""The transparency pack of a round: made from one snapshot, published by a person, taken down again."""

import csv
import io
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

import yaml
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from fundapp.accounts.models import User
from fundapp.core import audit, files, tasks
from fundapp.core.db import db, locked
from fundapp.core.packing import packed
from fundapp.core.refusals import Refusal
from fundapp.core.words import LANGUAGES, pick
from fundapp.reports import freezing, giving, giving_csv, printing
from fundapp.reports.models import Snapshot, TransparencyPack
from fundapp.reports.transparency_data import TRANSPARENCY
from fundapp.reports.workbook import plain
from fundapp.rounds.models import Round, RoundState

TASK = "transparency-pack"
ZIP = "application/zip"
DECIDED = (RoundState.RELEASED, RoundState.ARCHIVED)


def order(round: Round, *, site: str, actor: User, at: datetime) -> tasks.Task:
    """Have the pack of a round made. site: of the public pages. Raises Refusal before it is decided."""
    check(round)
    title = _l("Transparency pack of %(round)s", round=pick(round.name, "en"))
    payload = {"round_id": round.id, "site": site}
    return tasks.ask(TASK, payload, title=title, actor=actor, fund_id=round.fund_id, at=at)


def check(round: Round) -> None:
    """Refuse a trial, and a round of which nothing is announced yet."""
    if round.is_trial:
        raise Refusal(_("A trial has nothing to publish."))
    if round.state not in DECIDED:
        raise Refusal(_("A pack can be made once the decisions of the round are announced."))


def make(round: Round, *, site: str, actor: User | None, at: datetime) -> TransparencyPack:
    """Freeze what a round tells everybody and make its file."""
    check(round)
    gathered = dict(TRANSPARENCY.gather(round, at=at)) | {"giving": _giving(round, site, at)}
    snapshot = freezing.freeze(
        TRANSPARENCY.key, gathered, fund_id=round.fund_id, round_id=round.id, actor=actor, at=at,
        basis=freezing.basis_of(list(round.stages)),
    )  # fmt: skip
    db.session.flush()  # files say the number of their snapshot
    newest = select(func.max(TransparencyPack.number)).where(TransparencyPack.round_id == round.id)
    row = TransparencyPack(
        round_id=round.id, fund_id=round.fund_id, number=(db.session.scalar(newest) or 0) + 1,
        snapshot_id=snapshot.id, made_by=actor.id if actor else None, made_at=at,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()  # its file hangs under its number
    content = zipped(snapshot)
    kept = files.keep(
        row, content, name=f"{round.fund.slug}-{round.slug}-{row.number}.zip", media_type=ZIP,
        actor_id=actor.id if actor else None, at=at, kind="pack",
    )  # fmt: skip
    row.file_id, row.sha256 = kept.id, kept.sha256
    audit.record("make_pack", row, actor=actor, at=at, detail={"number": row.number, "sha256": kept.sha256})
    return row


def _giving(round: Round, site: str, at: datetime) -> dict[str, Any] | None:
    try:
        return giving.package(round.fund, at=at, site=site, round_id=round.id)
    except Refusal:
        return None  # a fund without identifiers; the pack says so


def publish(pack: TransparencyPack, *, actor: User, at: datetime) -> None:
    """Put a pack on the public site. Raises Refusal when it is there already."""
    held = locked(TransparencyPack, pack.id)
    if held.published_at is not None or held.file_id is None:
        raise Refusal(_("This pack is published already."))
    held.published_at, held.published_by = at, actor.id
    audit.record("publish_pack", held, actor=actor, at=at, detail={"number": held.number})


def take_down(pack: TransparencyPack, *, actor: User, at: datetime) -> None:
    """Take a pack off the public site; it stays with the fund."""
    held = locked(TransparencyPack, pack.id)
    if held.published_at is None:
        raise Refusal(_("This pack is not published."))
    held.published_at = held.published_by = None
    audit.record("take_pack_down", held, actor=actor, at=at, detail={"number": held.number})


# --- the file --------------------------------------------------------------------


def zipped(snapshot: Snapshot) -> bytes:
    """Make the ZIP of a snapshot: the same snapshot gives the same bytes."""
    data = snapshot.data
    named = {
        "figures.json": printing.json_bytes(snapshot),
        "grants.csv": printing.printed(snapshot, "csv"),
        "rubric.yaml": rubric_yaml(data).encode(),
        "decisions.csv": decisions_csv(data).encode(),
    }
    if data.get("giving"):
        named["360giving.json"] = giving.text(data["giving"]).encode("utf-8", "replace")
        named["360giving.csv"] = giving_csv.table(data["giving"]).encode("utf-8", "replace")
    for lang in LANGUAGES:
        with force_locale(lang):
            named[f"report.{lang}.pdf"] = printing.pdf(snapshot, lang=lang)
            named[f"figures.{lang}.xlsx"] = printing.printed(snapshot, "xlsx", lang)
            named[f"rubric.{lang}.md"] = rubric_text(data, lang).encode()
            named[f"README.{lang}.md"] = readme(data, lang).encode()
    sums = "".join(f"{sha256(content).hexdigest()}  {name}\n" for name, content in sorted(named.items()))
    return packed(
        {**named, "SHA256SUMS": sums.encode()}, folder=f"{data['fund']['slug']}-{data['round']['slug']}"
    )


def rubric_yaml(data: Mapping[str, Any]) -> str:
    """Write the public criteria with their scales, in both languages, to be used elsewhere."""
    told = {"round": data["round"]["slug"], "criteria": data["criteria"]}
    return yaml.safe_dump(told, allow_unicode=True, sort_keys=True, width=100)


def rubric_text(data: Mapping[str, Any], lang: str) -> str:
    """Write the public criteria for people."""
    lines = [f"# {_('How proposals were judged')}: {pick(data['round']['name'], lang)}", ""]
    for one in data["criteria"]:
        lines += [f"## {pick(one['name'], lang)} ({one['weight']} %)", "", pick(one["question"], lang), ""]
        lines += [f"- **{level['value']}** {pick(level['anchor'], lang)}" for level in one["levels"]]
        lines.append("")
    return "\n".join(lines)


def decisions_csv(data: Mapping[str, Any]) -> str:
    """Write the announced grants with their reasons, and how often each reason of refusal was given."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(["code", "outcome", "title", "amount", "decided_on", "reasons"])
    for one in data["grants"]:
        why = "; ".join(pick(text, "en") for text in one["reasons"])
        amount = plain(one["amount_cents"], "money")
        writer.writerow(
            [
                one["code"],
                "awarded",
                plain(one["title"], "text"),
                amount,
                one["decided_on"],
                plain(why, "text"),
            ]
        )
    for one in data["refusals"]:
        number = "" if one["number"] is None else one["number"]
        writer.writerow(["", "declined", plain(pick(one["name"], "en"), "text"), "", "", number])
    return out.getvalue()


def readme(data: Mapping[str, Any], lang: str) -> str:
    """Say what is in the pack and under what terms."""
    name = pick(data["round"]["name"], lang)
    licence = data["giving"]["license_name"] if data.get("giving") else "CC BY 4.0"
    lines = [
        f"# {_('Transparency pack')}: {name}", "", pick(data["fund"]["name"], lang), "",
        "- 360giving.json, 360giving.csv: "
        + _("grants after the 360Giving standard; private persons are not named"),
        f"- report.{lang}.pdf: " + _("the figures on paper"),
        f"- figures.json, figures.{lang}.xlsx: " + _("the figures, with a codebook"),
        "- decisions.csv: "
        + _("what was granted, with the reasons, and how often each reason of refusal was given"),
        f"- rubric.yaml, rubric.{lang}.md: " + _("the criteria and what each score means"),
        "- SHA256SUMS: " + _("checksums of all files"), "",
        _("Numbers about one to four are left out, so that nobody can be told from them."),
        _("Licence of the data: %(name)s.", name=licence),
        _("Figures as they stood on %(moment)s.", moment=data["made_at"]),
    ]  # fmt: skip
    if not data.get("giving"):
        lines.append(_("This fund has no identifiers for 360Giving yet, so those two files are missing."))
    return "\n".join(lines) + "\n"
