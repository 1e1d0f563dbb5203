"""The pack of a disclosure: documents and inventory made of what is left after covering, nothing else."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from flask_babel import force_locale
from flask_babel import gettext as _

from fundapp.applications.models import Application
from fundapp.core import clock, papers
from fundapp.core.packing import packed
from fundapp.core.spreadsheet import harmless
from fundapp.core.words import pick
from fundapp.reports import covering, disclosed, file_papers, known_people
from fundapp.reports.disclosed import Shown
from fundapp.reports.disclosure_workflow import GROUNDS, JUDGEMENTS, ground_words
from fundapp.reports.models import Disclosure, Ground, Judgement


@dataclass(frozen=True)
class Pack:
    """What a pack is about. is_checked: a second person read it; where not, every page says so."""

    code: str
    fund: str
    language: str
    made_at: datetime
    zone: str
    documents: Sequence[Shown]
    is_checked: bool
    reference: str = ""
    asked_on: date | None = None


def of(disclosure: Disclosure) -> Pack:
    """Give the pack of a disclosure, as it stands or as it was approved."""
    application = disclosure.application
    return Pack(
        code=str(application.code),
        fund=pick(application.fund.name, disclosure.language),
        language=disclosure.language,
        made_at=disclosure.checked_at or disclosure.state_at,
        zone=application.fund.zone,
        documents=disclosed.of(disclosure),
        is_checked=disclosure.checked_at is not None,
        reference=disclosure.reference,
        asked_on=disclosure.asked_on,
    )


def automatic(application: Application, *, language: str, at: datetime) -> Pack:
    """Give the pack a machine makes alone: names, addresses and numbers covered, nobody has read it."""
    documents = file_papers.gather(application, language=language)
    return Pack(
        code=str(application.code),
        fund=pick(application.fund.name, language),
        language=language,
        made_at=at,
        zone=application.fund.zone,
        documents=disclosed.shown(documents, known_people.terms_of(application)),
        is_checked=False,
    )


def zipped(pack: Pack) -> bytes:
    """Make the ZIP: documents, inventory as PDF and CSV, what it is, checksums. The same each time."""
    with force_locale(pack.language):
        named = {
            _("documents.pdf"): _paper("disclosure.html", pack),
            _("inventory.pdf"): _paper("inventory.html", pack),
            _("inventory.csv"): inventory_csv(pack).encode(),
            _("readme.txt"): readme(pack).encode(),
        }
    sums = "".join(f"{sha256(content).hexdigest()}  {name}\n" for name, content in sorted(named.items()))
    return packed({**named, "SHA256SUMS": sums.encode()}, folder=f"disclosure-{pack.code}")


def _paper(template: str, pack: Pack) -> bytes:
    used = sorted({ground for one in pack.documents for ground in one.grounds})
    return papers.paper(
        template,
        lang=pack.language,
        made_at=pack.made_at,
        currency="EUR",
        d=pack,
        made_on=clock.day(pack.made_at, pack.zone),
        words={judgement: str(words[1]) for judgement, words in JUDGEMENTS.items()},
        grounds=[(ground, str(GROUNDS[Ground(ground)])) for ground in used],
        counts={one: sum(row.judgement is one for row in pack.documents) for one in Judgement},
        refused=Judgement.REFUSED,
    )


def inventory_csv(pack: Pack) -> str:
    """Write the inventory: number, document, kind, date, judgement, grounds, passages covered, remark."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(
        [
            _("no."),
            _("document"),
            _("kind"),
            _("date"),
            _("judgement"),
            _("grounds"),
            _("passages covered"),
            _("remark"),
        ]
    )
    for one in pack.documents:
        texts = [harmless(text) for text in (one.name, one.kind)]
        grounds = "; ".join(ground_words(ground) for ground in one.grounds)
        judged = str(JUDGEMENTS[one.judgement][1])
        writer.writerow(
            [one.number, *texts, one.date or "", judged, grounds, one.covered, harmless(one.note)]
        )
    return out.getvalue()


def readme(pack: Pack) -> str:
    """Say what is in the pack, and how what is missing was taken out."""
    lines = [
        _("Disclosure of everything about application %(code)s, %(fund)s", code=pack.code, fund=pack.fund),
        "",
        _("What is covered is not under a bar: it was taken out before these files were made. In each bar"
          " stands the article of the Wet open overheid (Woo) on which it was left out."),
        _("Attachments of which a machine cannot be sure what they hold are left out whole; the inventory"
          " names them."),
        "",
    ]  # fmt: skip
    if not pack.is_checked:
        lines += [_("NOT CHECKED: only a machine looked for names, addresses and numbers. Let two people read"
                    " it before it goes to anybody."), ""]  # fmt: skip
    counted = {one: sum(row.judgement is one for row in pack.documents) for one in Judgement}
    lines += [f"{JUDGEMENTS[one][1]}: {number}" for one, number in counted.items()]
    lines += [
        "",
        _("Made on %(moment)s.", moment=clock.local(pack.made_at, pack.zone).isoformat(timespec="minutes")),
    ]
    return "\n".join(lines) + "\n"


def texts(pack: Pack) -> list[str]:
    """Give every text that goes out, for who wants to look for something in it."""
    return [
        text
        for one in pack.documents
        for text in (one.name, *(covering.plain(piece) for part in one.parts for piece in part))
    ]


def file_name(code: str) -> str:
    """Name the file of a pack."""
    return f"disclosure-{code}.zip"
