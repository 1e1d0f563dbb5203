"""What a manager sets for a fund: its law, its limits, how it pays, how it looks."""

from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from fundapp.core import audit, files, images
from fundapp.core.db import locked
from fundapp.core.refusals import ChangedMeanwhile, Refusal
from fundapp.funds import colours, queries
from fundapp.funds.models import Fund

SETTABLE = frozenset(
    {
        "name", "summary", "legal_regime", "publication_rule", "cap_proposal_cents", "cap_party_cents",
        "payment_scheme", "advance_percent", "zone", "currency", "languages", "approvals_needed", "themes",
        "contact", "brand", "claim_window_months", "idle_days", "move_days", "licence_exceptions",
        "evaluation_due_on", "receipt_days", "agreement_days", "payment_days",
        "second_release_from_cents", "cooling_off_days", "watched_countries",
    }
)  # fmt: skip
LOGO_BYTES = 300_000
KINDS = (
    (b"\x89PNG\r\n\x1a\n", "image/png", images.check_png),
    (b"\xff\xd8\xff", "image/jpeg", images.check_jpeg),
)
"""What a logo may be, told by how the content begins; pictures that can hold script are left out."""


def change(fund: Fund, *, version: int, actor: Any, at: datetime, **values: Any) -> list[str]:
    """Change settings of a fund and give the names of those that differ.

    version: the row version the form was drawn from. Raises ChangedMeanwhile when somebody was
    quicker, and Refusal: a colour on which white can't be read, a currency after money came in,
    a theme taken away that is in use.
    """
    held = locked(Fund, fund.id)
    if held.row_version != version:
        raise ChangedMeanwhile(_("Somebody changed these settings while you were looking. See what is new."))
    changed = sorted(name for name in SETTABLE & values.keys() if getattr(held, name) != values[name])
    if not changed:
        return []
    _check(held, {name: values[name] for name in changed})
    for name in changed:
        setattr(held, name, values[name])
    audit.record("change_settings", held, actor=actor, at=at, detail={"changed": changed})
    return changed


def _check(fund: Fund, values: dict[str, Any]) -> None:
    if "brand" in values:
        check_colour(values["brand"])
    if "currency" in values and queries.has_money(fund.id):
        raise Refusal(_("Money has moved in this fund, so its currency stays as it is."))
    if not values.get("languages", ["en"]):
        raise Refusal(_("Choose at least one language."))
    kept = {theme["key"] for theme in values.get("themes", fund.themes)}
    gone = sorted({theme["key"] for theme in fund.themes} - kept)
    if used := queries.themes_with_money(fund.id, gone):
        raise Refusal(_("Money is earmarked for “%(theme)s”, so the theme has to stay.", theme=used[0]))


def check_colour(colour: str) -> None:
    """Refuse what is no colour, and a colour on which white text can't be read."""
    if not colours.HEX.fullmatch(colour):
        raise Refusal(_("Write a colour as # and six digits or letters a to f, such as #1d4f91."))
    if not colours.carries_white(colour):
        reached = f"{colours.contrast(colour, '#ffffff'):.1f}"
        raise Refusal(
            _(
                "White text can't be read well on this colour: the contrast is %(ratio)s, and has to be"
                " 4.5 or more. Choose a darker one.",
                ratio=reached,
            )
        )


def set_logo(fund: Fund, content: bytes | None, *, actor: Any, at: datetime) -> None:
    """Give a fund its logo, a PNG or JPEG told by its content, or (None) take it away.

    Raises Refusal: too large, damaged, or another kind of file.
    """
    if content is None:
        if fund.logo_id is not None:
            fund.logo_id = None
            audit.record("take_logo_away", fund, actor=actor, at=at)
        return
    if len(content) > LOGO_BYTES:
        raise Refusal(_("A logo has at most %(most)d kilobytes.", most=LOGO_BYTES // 1000))
    found = next((kind for kind in KINDS if content.startswith(kind[0])), None)
    if found is None:
        raise Refusal(_("A logo is a PNG or JPEG picture."))
    _start, media_type, check = found
    check(content)
    name = f"logo.{media_type.partition('/')[2]}"
    kept = files.keep(fund, content, name=name, media_type=media_type, actor_id=actor.id, at=at, kind="logo")
    fund.logo_id = kept.id
    audit.record("set_logo", fund, actor=actor, at=at, detail={"file": kept.id})
