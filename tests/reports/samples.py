# ruff: noqa: E501 - rows of sample data are easier to compare when each stays on its line
"""A made-up but consistent dossier: every median and total is computed from the scores."""

from random import Random
from statistics import mean, median
from typing import Any

from fundapp.reports.shape import CriterionFigures, Dossier, Words

PRINCIPLES = (
    ("P1", "Clear boundaries", "Duidelijke grenzen"),
    ("P2", "Rules that fit; benefits and burdens in balance", "Passende regels; lusten en lasten in balans"),
    ("P3", "Collective choice", "Meebeslissen door betrokkenen"),
    ("P4", "Monitoring", "Toezicht en zichtbaarheid"),
    ("P5", "Graduated sanctions", "Stapsgewijze maatregelen"),
    ("P6", "Conflict resolution", "Conflictoplossing"),
    ("P7", "Right to self-organise", "Ruimte voor zelforganisatie"),
    ("P8", "Nested layers", "Verbonden lagen"),
)
CRITERIA = (
    ("technical", "Technical excellence and feasibility", "Technische kwaliteit en haalbaarheid", 30),
    (
        "relevance",
        "Relevance, impact and strategic potential",
        "Relevantie, effect en strategische waarde",
        40,
    ),
    ("value", "Cost effectiveness and value for money", "Doelmatigheid en waarde voor het geld", 30),
)
REASONS = (
    "Licence and scope stated per package; one maintainer still holds the domain name alone.",
    "Two hosts pay in kind with test servers. Upkeep is estimated at 90 hours a year, not yet shared.",
    "Public roadmap; refusals are explained in the tracker within a week.",
    "Every change is reviewed by a second person; no outside audit yet. The grant pays for one.",
    "A copied code of conduct with a shared mailbox. No steps described.",
    "Disputes are settled between the two maintainers; no third party named.",
)
TEXT = (
    "<p>Associations, patient groups and residents’ councils still run on mailing lists. Those lists pass through "
    "servers that can read every message. Veilpost adds sealing to Mailman 3: the list server re-encrypts without "
    "ever holding a key that opens the mail. Members keep their own mail program.</p><p>Five hosting cooperatives "
    "tested an earlier prototype with 61 lists. The grant pays for key rotation when members leave, a security "
    "audit, Debian packages and manuals in three languages.</p>"
)
FUND: Any = {
    "slug": "meent", "name": {"en": "Meentfonds", "nl": "Meentfonds"}, "currency": "EUR", "zone": "Europe/Amsterdam",
    "lines": ["Stichting Meent", "Oudegracht 999", "3511 AA Utrecht"], "reach": "post@meentfonds.example",
}  # fmt: skip
ROUND: Any = {
    "slug": "2026-11", "name": {"en": "November 2026: small and shared", "nl": "November 2026: klein en gedeeld"},
    "state": {"en": "Decided", "nl": "Besloten"}, "opened_on": "2026-09-01", "closed_on": "2026-11-01",
    "promised_on": "2027-01-31", "budget_cents": 9_200_000, "threshold": None,
}  # fmt: skip


def both(en: str, nl: str) -> Words:
    """Give a text in both languages."""
    return {"en": en, "nl": nl}


def criterion(
    key: str, name: Words, weight: int, scale: tuple[int, int], given: list[int | None], **more: Any
) -> Any:
    """Make a criterion from what each reviewer gave; None is not applicable."""
    values = [value for value in given if value is not None]
    low, high = scale
    return {
        "key": key, "name": name, "weight": weight, "low": low, "high": high,
        "group": "profile" if key.startswith("P") and key[1:].isdigit() else "criteria",
        "levels": [{"value": v, "label": both(f"Level {v}", f"Niveau {v}"), "anchor": both("…", "…")} for v in range(low, high + 1)],
        "marks": [
            {"reviewer": f"R{i}", "value": value, "is_na": value is None, "expected": None,
             "reason": REASONS[(i * 2 + len(key) + (value or 0)) % len(REASONS)], "link": ""}
            for i, value in enumerate(given, 1)
        ],
        "scored": len(values), "na": len(given) - len(values),
        "lowest": min(values, default=None), "highest": max(values, default=None),
        "median": float(median(values)) if values else None, "mean": mean(values) if values else None,
        "spread": max(values) - min(values) if values else None, "expected": None,
        **more,
    }  # fmt: skip


def criteria(reviewers: int, seed: int = 5) -> list[CriterionFigures]:
    """Make the eleven criteria of the shipped rubric, scored by so many reviewers."""
    random = Random(seed)
    found: list[CriterionFigures] = []
    for key, en, nl, weight in CRITERIA:
        found.append(
            criterion(
                key,
                both(en, nl),
                weight // 2,
                (1, 7),
                [random.choice((5, 6, 6, 7)) for _ in range(reviewers)],
            )
        )
    for i, (key, en, nl) in enumerate(PRINCIPLES):
        given = [random.choice((1, 2, 2, 3)) for _ in range(reviewers)]
        expected = min(max(given, default=0) + i % 2, 4) if given else None
        na = [None if key == "P7" and j == 0 and reviewers > 1 else value for j, value in enumerate(given)]
        found.append(criterion(key, both(en, nl), 6 if i % 2 else 7, (0, 4), na, expected=expected))
    return found


def dossier(reviewers: int = 3, **changes: Any) -> Dossier:
    """Make the dossier of one application with so many reviews, funded when it has any."""
    totals = [72.4, 66.1, 70.9, 58.3, 61.0, 75.5][:reviewers]
    data: Any = {
        "kind": "application", "made_at": "2026-12-12T14:05", "fund": FUND, "round": ROUND,
        "code": "2026-11-017", "title": "Sealed mailing lists without a central key", "applicant": "Coöperatie Veilpost U.A.",
        "place": both("Netherlands", "Nederland"), "theme": both("Identity and trust", "Identiteit en vertrouwen"),
        "legal_form": both("Cooperative", "Coöperatie"), "state": both("Awarded", "Toegekend") if reviewers else both("Received", "Ontvangen"),
        "version": 3, "submitted_on": "2026-10-30", "asked_cents": 1_240_000, "awarded_cents": 1_240_000 if reviewers else None,
        "paid_cents": 260_000 if reviewers else 0, "summary": both(TEXT, TEXT),
        "answers": [
            {"key": "abstract", "label": both("Abstract", "Samenvatting"), "html": both(TEXT, TEXT)},
            {"key": "experience", "label": both("Have you been involved with similar projects before?", "Was u eerder bij zulke projecten betrokken?"), "html": both("<p>Yes: <strong>three</strong> of us maintain Mailman.</p><ul><li><p>Core since 2019</p><p>and its tests</p></li><li>Debian packages<ol><li><pre>apt</pre></li></ol></li></ul>", "<p>Yes: <strong>three</strong> of us maintain Mailman.</p><ul><li><p>Core since 2019</p><p>and its tests</p></li><li>Debian packages<ol><li><pre>apt</pre></li></ol></li></ul>")},
            {"key": "budget", "label": both("Explain what the budget is for", "Leg uit waar het geld voor is"), "html": both("<h3>Work</h3><p>310 hours at €40.</p><table><thead><tr><th scope=\"col\">Task</th><th scope=\"col\">Amount</th></tr></thead><tbody><tr><td>Design</td><td>€1,200</td></tr><tr><td>Audit</td><td>€1,500</td></tr></tbody><tfoot><tr><th scope=\"row\" colspan=\"1\">Together</th><td class=\"num\">€2,700</td></tr></tfoot></table><table><thead><tr><th scope=\"col\">A</th><th scope=\"col\">B</th><th scope=\"col\">C</th></tr></thead><tbody><tr><td>1</td><td>2</td><td>3</td></tr></tbody><tfoot><tr><th scope=\"row\" colspan=\"2\">Together</th><td>3</td></tr></tfoot></table>", "<h3>Work</h3><p>310 hours at €40.</p><table><thead><tr><th scope=\"col\">Task</th><th scope=\"col\">Amount</th></tr></thead><tbody><tr><td>Design</td><td>€1,200</td></tr><tr><td>Audit</td><td>€1,500</td></tr></tbody><tfoot><tr><th scope=\"row\" colspan=\"1\">Together</th><td class=\"num\">€2,700</td></tr></tfoot></table><table><thead><tr><th scope=\"col\">A</th><th scope=\"col\">B</th><th scope=\"col\">C</th></tr></thead><tbody><tr><td>1</td><td>2</td><td>3</td></tr></tbody><tfoot><tr><th scope=\"row\" colspan=\"2\">Together</th><td>3</td></tr></tfoot></table>")},
        ],
        "asked_reviews": max(reviewers, 3),
        "reviews": [
            {"reviewer": f"R{i}", "submitted_on": "2026-11-20", "total": total, "coverage": 100.0, "is_ranked": True,
             "to_applicant": "A clear plan. Name a second holder of the release key." if i == 2 else ""}
            for i, total in enumerate(totals, 1)
        ],
        "criteria": criteria(reviewers),
        "totals": {
            "scale": {"low": 0, "high": 100}, "reviews": reviewers, "set_aside": 0,
            "mean": mean(totals) if totals else None, "median": median(totals) if totals else None,
            "spread": max(totals) - min(totals) if totals else None, "lowest": min(totals, default=None),
            "highest": max(totals, default=None), "rank": 1 if reviewers else None, "ranked": 20 if reviewers else 0,
        },
        "conflicts": 1 if reviewers else 0,
        "questions": [
            {"question": "Who can publish a release if the lead developer falls ill?", "answer": "At present nobody. We propose Mariam Bosch of De Wierde as second key holder and will document the handover.", "asked_on": "2026-11-12", "answered_on": "2026-11-15"},
            {"question": "What happens to old messages when a member leaves?", "answer": None, "asked_on": "2026-11-12", "answered_on": None},
        ] if reviewers else [],
        "decision": {
            "outcome": "awarded", "state": both("Released", "Verzonden"), "amount_cents": 1_240_000, "decided_on": "2026-12-05",
            "released_on": "2026-12-12", "reasons": [both("Strong on ownership and neighbours", "Sterk in eigenaarschap en buren")],
            "html": "<p>Your users need not change their mail program, and Mailman itself wants to adopt the work.</p>",
        } if reviewers else None,
        "tasks": [
            {"ref": f"M{i}", "title": title, "deliverable": proof, "amount_cents": cents, "paid_cents": cents if i < 3 else 0,
             "due_on": f"2027-{i:02d}-15", "state": both("Delivered", "Opgeleverd") if i < 3 else both("To do", "Te doen")}
            for i, (title, proof, cents) in enumerate(TASKS, 1)
        ] if reviewers else [],
        "tasks_cents": 1_240_000 if reviewers else 0,
        "events": [{"on": "2026-10-30", "key": "submitted", "days": 0}] + ([
            {"on": "2026-11-20", "key": "reviewed", "days": 21}, {"on": "2026-12-05", "key": "decided", "days": 36},
            {"on": "2026-12-12", "key": "released", "days": 43},
        ] if reviewers else []),
        **changes,
    }  # fmt: skip
    return data


TASKS = (
    ("Threat model and design, reviewed by Mailman", "document", 120_000),
    ("Measuring key rotation on lists up to 20,000 members", "report and data", 140_000),
    ("Sealing plugin for Mailman 3", "merged upstream", 360_000),
    ("Key rotation when members leave", "merged upstream", 210_000),
    ("Outside security audit, findings closed", "public report", 150_000),
    ("Packages for Debian and Guix", "in the archive", 90_000),
    ("Accessibility test of the member pages", "report, fixes", 50_000),
    ("Manuals in Dutch, English and Frisian", "website", 120_000),
)
