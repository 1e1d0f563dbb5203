"""How a fund's agreement looks before there is a grant: a made-up project, in either language."""

from collections.abc import Sequence
from datetime import datetime

from fundapp.core import money, papers
from fundapp.core.paper_shapes import GrantAgreement
from fundapp.core.words import pick
from fundapp.funds.models import Fund
from fundapp.grants import deed, differences, texts
from fundapp.grants.papers import article_html

CENTS = 2_500_000
SAMPLE = {
    "en": {"title": "A library of tides", "grantee": "Tidal Library", "ends": "31 December 2027"},
    "nl": {"title": "Een getijdenbibliotheek", "grantee": "Getijdenbibliotheek", "ends": "31 december 2027"},
}


def articles(fund: Fund, given: Sequence[texts.Article], language: str) -> list[tuple[str, str]]:
    """Fill articles in for the made-up grant: (heading, text)."""
    sample, total = SAMPLE[language], money.show(CENTS, fund.currency, language)
    values = sample | {"fund": pick(fund.name, language), "total": total, "grant": total}
    values |= {"code": "2027-01-001", "round": "2027"}
    return deed.filled_articles(given, values, language)


def paper(fund: Fund, given: Sequence[texts.Article], language: str, *, at: datetime) -> bytes:
    """Set the agreement of the made-up grant as PDF. Raises PdfEngineMissing."""
    sample = SAMPLE[language]
    side = {"register": "", "lines": [], "signs": ""}
    shape: GrantAgreement = {
        "code": "2027-01-001",
        "number": 1,
        "title": sample["title"],
        "currency": fund.currency,
        "fund": {**side, "name": pick(fund.name, language)},  # type: ignore[typeddict-item]
        "grantee": {**side, "name": sample["grantee"]},  # type: ignore[typeddict-item]
        "plan": [
            {"ref": "M1", "level": 0, "title": sample["title"], "deliverable": "", "due_on": "2027-12-31",
             "amount_cents": CENTS}
        ],
        "total_cents": CENTS,
        "articles": [(heading, article_html(text)) for heading, text in articles(fund, given, language)],
        "payees": [],
        "conditions": [],
        "change": "",
        "ends_on": "2027-12-31",
        "digest": "0" * 64,
        "accepted_by": None,
        "accepted_at": None,
        "signed": [],
    }  # fmt: skip
    return papers.paper("agreement.html", lang=language, made_at=at, d=shape, currency=fund.currency)


def changes(
    old: Sequence[texts.Article], new: Sequence[texts.Article], language: str
) -> list[differences.TextChange]:
    """Compare two texts of a fund word by word, in one language."""
    before, after = (
        [(pick(one["heading"], language), pick(one["text"], language)) for one in given]
        for given in (old, new)
    )
    return differences.texts_between(before, after)
