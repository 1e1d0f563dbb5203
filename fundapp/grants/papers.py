"""The agreement on paper."""

from fundapp.core import clock
from fundapp.core.markdown import render
from fundapp.core.paper_shapes import GrantAgreement, PlanLine
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
    return {
        "code": words["code"],
        "number": version.number,
        "title": words["title"],
        "currency": words["currency"],
        "fund": {**words["fund"], "signs": ", ".join(names.fund) or "–"},
        "grantee": {**words["grantee"]},
        "plan": [_line(line) for line in plan.shown(version.plan)],
        "total_cents": version.total_cents,
        "articles": [(heading, render(text)) for heading, text in words["articles"]],
        "digest": version.digest or "",
        "accepted_by": names.grantee if is_signed else None,
        "accepted_at": clock.local(version.accepted_at, zone).isoformat() if version.accepted_at else None,
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
