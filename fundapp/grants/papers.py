"""The agreement on paper."""

from flask_babel import force_locale
from flask_babel import gettext as _

from fundapp.core import clock
from fundapp.core.markdown import render
from fundapp.core.paper_shapes import GrantAgreement, PlanLine, PromiseLine
from fundapp.core.papers import paper
from fundapp.grants import deed, plan
from fundapp.grants.models import Agreement, AgreementState
from fundapp.grants.queries import owner_of, signers


def agreement(version: Agreement) -> bytes:
    """Set one version of an agreement as a tagged PDF. Raises PdfEngineMissing."""
    words = deed.kept(version) or deed.drawn_up(version, owner_of(version.application))
    shape = _shape(version, words)
    return paper(
        "agreement.html", lang=version.language, made_at=version.state_at, d=shape, currency=words["currency"]
    )


def _shape(version: Agreement, words: deed.Deed) -> GrantAgreement:
    names = signers(version)
    is_signed = version.state in (AgreementState.ACCEPTED, AgreementState.IN_FORCE, AgreementState.SUPERSEDED)
    zone = version.application.fund.zone
    signed = zip(names.fund, names.times, strict=True)
    return {
        "code": words["code"],
        "number": version.number,
        "title": words["title"],
        "currency": words["currency"],
        "fund": {**words["fund"], "signs": ", ".join(names.fund) or "–"},
        "grantee": {**words["grantee"]},
        "plan": [_line(line) for line in plan.shown(version.plan)],
        "total_cents": version.total_cents,
        "articles": [(heading, article_html(text)) for heading, text in words["articles"]],
        "payees": [
            {"name": one["name"], "percent": one["percent"], "cents": one["cents"]} for one in words["payees"]
        ],
        "conditions": [_promise(one, version.language) for one in words["conditions"]],
        "change": words["change"],
        "ends_on": words["ends_on"],
        "digest": version.digest or "",
        "accepted_by": names.grantee if is_signed else None,
        "accepted_at": clock.local(version.accepted_at, zone).isoformat() if version.accepted_at else None,
        "signed": [(name, clock.local(at, zone).isoformat()) for name, at in signed],
    }


def article_html(text: str) -> str:
    """Give an article as safe HTML: paragraphs and lists as they were written."""
    return render(text)


def _promise(one: deed.Promise, language: str) -> PromiseLine:
    with force_locale(language):
        clash = _("%(interest)s clashes with %(value)s.", interest=one["interest"], value=one["public_value"])
    return {
        "code": f"V{one['number']}",
        "title": one["title"],
        "tension": clash if one["interest"] else "",
        "text": one["text"],
        "ref": one["ref"],
        "watcher": one["watcher"],
    }


def _line(line: plan.Shown) -> PlanLine:
    return {
        "ref": line["ref"],
        "level": line["level"],
        "title": line["title"],
        "deliverable": line["deliverable"],
        "due_on": line["due_on"].isoformat() if line["due_on"] else None,
        "amount_cents": line["amount_cents"],
    }
