# ruff: noqa: E501 - rows of sample data are easier to compare when each stays on its line
"""Made-up papers: a letter, an agreement and a payment release sheet."""

from typing import Any

from fundapp.core.paper_shapes import GrantAgreement, Letter, Letterhead, ReleaseSheet

HEAD: Letterhead = {
    "name": "Meentfonds",
    "lines": ["Stichting Meent", "Oudegracht 999", "3511 AA Utrecht"],
    "reach": "post@meentfonds.example · meentfonds.example",
}


def letter(outcome: str = "declined", **changes: Any) -> Letter:
    """Make a decision letter."""
    data: Any = {
        "head": HEAD, "to": ["Vindplaats vzw", "Attn. Mr P. Claes", "Kerkstraat 40", "9000 Gent"], "dear": "Dear Mr Claes,",
        "code": "2026-11-022", "title": "Search across regional heritage sites", "outcome": outcome, "sent_on": "2026-12-12",
        "handled_by": "Joris van Aken", "currency": "EUR", "amount_cents": 1_200_000 if outcome == "awarded" else None,
        "asked_cents": 1_490_000, "rank": 14, "ranked": 20, "total": 62.8, "high": 100.0, "reviewers": 3,
        "html": "<p>Three reviewers read your plan. This is what weighed most.</p><ul><li>The need is real and well shown.</li>"
                "<li>The plan leans on one supplier, whose terms forbid copies.</li></ul><p>Use an index that a museum can host "
                "itself, and the reviewers would gladly read it again.</p>",
        "criteria": [
            {"name": "Technical excellence and feasibility", "weight": 30, "scores": [5, 5, 5], "median": 5.0,
             "reasons": ["Sound connector; tests and fallback described."]},
            {"name": "Relevance, impact and strategic potential", "weight": 40, "scores": [4, None, 5], "median": 4.5,
             "reasons": ["Clear need in forty museums; reuse elsewhere not yet shown.", "Upstream has not answered yet."]},
            {"name": "Cost effectiveness and value for money", "weight": 30, "scores": [5, 4, 5], "median": 5.0, "reasons": []},
        ],
        "object_by": "2027-01-25",
        "clause": ["If you do not agree, you can object to this decision until Monday 25 January 2027.",
                   "You do so on the page of your proposal, or by letter."],
        "signed_by": "Hanneke Wolters",
        **changes,
    }  # fmt: skip
    return data


def agreement(**changes: Any) -> GrantAgreement:
    """Make an agreement with eight tasks, one of them in two parts."""
    plan = [
        ("M1", 0, "Threat model and design", "document", "2027-02-15", 120_000), ("M2", 0, "Measuring key rotation", "report and data", "2027-03-15", 140_000),
        ("M3", 0, "Sealing plugin", "merged upstream", "2027-05-15", 0), ("M3.1", 1, "Plugin for Mailman 3", "merged upstream", "2027-05-15", 240_050),
        ("M3.2", 1, "Tests and manual", "website", "2027-05-31", 119_950), ("M4", 0, "Outside security audit, findings closed", "public report", None, 150_000),
    ]  # fmt: skip
    data: Any = {
        "code": "2026-11-017", "number": 1, "title": "Sealed mailing lists without a central key", "currency": "EUR",
        "fund": {"name": "Stichting Meent, trading as Meentfonds", "register": "KvK 99000001", "lines": ["Oudegracht 999", "3511 AA Utrecht"], "signs": "Hanneke Wolters, chair"},
        "grantee": {"name": "Coöperatie Veilpost U.A.", "register": "KvK 99000002", "lines": ["Noorderhaven 12", "9712 VK Groningen"], "signs": "Eefje Dijkema, board member"},
        "plan": [dict(zip(("ref", "level", "title", "deliverable", "due_on", "amount_cents"), row, strict=True)) for row in plan],
        "total_cents": 770_000,
        "articles": [
            ("Gift with a purpose.", "<p>The fund pays at most the total above, for the tasks above and nothing else.</p>"),
            ("Open results.", "<p>Software is published under a free licence, no later than the request for payment.</p>"),
            ("Payment.", "<p>A task is payable once its result is public and complete. The fund answers within three weeks.</p>"),
            ("When it does not work out.", "<p>Failure is no breach. Finished tasks are paid, the rest returns to the fund.</p>"),
        ],
        "digest": "9c4107ae52d0e3b8" * 4, "accepted_by": None, "accepted_at": None,
        "payees": [{"name": "Eefje Dijkema", "percent": "60", "cents": 462_000}, {"name": "Coöperatie Veilpost U.A.", "percent": "40", "cents": 308_000}],
        "conditions": [
            {"code": "V1", "title": "No telemetry", "tension": "Measuring use clashes with privacy.", "text": "Nothing is sent home unless somebody asks for it.", "ref": "M3", "watcher": "Hanneke Wolters"},
        ],
        "change": "", "ends_on": "2027-05-31", "signed": [],
        **changes,
    }  # fmt: skip
    return data


def release(payments: int = 5, **changes: Any) -> ReleaseSheet:
    """Make the sheet of a batch with so many payments."""
    lines = [
        {"payee": "Coöperatie Veilpost U.A." if i % 2 else "Haven DNS", "account": "NL00 MEEN 0000 0001 17", "reference": f"2026-11-{i + 1:03d}-C1",
         "purpose": "Milestone M1" if i % 2 else "Milestones M1, M2", "amount_cents": 97_550 + 100 * i}
        for i in range(payments)
    ]  # fmt: skip
    total = sum(line["amount_cents"] for line in lines)
    data: Any = {
        "batch": "MEENT-12", "currency": "EUR", "pay_on": "2027-02-17", "from_account": "NL00 MEEN 0000 1000 00", "from_holder": "Stichting Meent",
        "digest": "4be17f09c2d658a3" * 4, "total_cents": total, "lines": lines,
        "fund": "Meentfonds", "format": "pain.001.001.09", "message_id": "MEENT-12", "count": payments, "account_total": "8 345 330 117",
        "pots": [
            {"name": "Bank", "before_cents": 8_421_108, "change_cents": -total, "after_cents": 8_421_108 - total},
            {"name": "Approved", "before_cents": total, "change_cents": -total, "after_cents": 0},
        ],
        "hands": [
            {"step": "Results approved", "who": "J. van Aken", "when": "2027-02-14T16:10"}, {"step": "Batch made", "who": "M. Odijk", "when": "2027-02-16T10:42"},
            {"step": "First release", "who": "", "when": None}, {"step": "Second release", "who": "", "when": None},
        ],
        "notes": ["No account number was changed since the last batch."],
        **changes,
    }  # fmt: skip
    return data
