"""The settings of a fund: its rules, limits and look; and two people who change them at once."""

import struct
import zlib
from io import BytesIO

import pytest
from sqlalchemy import select

from fundapp.core.audit import AuditEvent
from fundapp.core.db import db
from fundapp.core.refusals import ChangedMeanwhile, Refusal
from fundapp.funds import colours, settings
from fundapp.funds.models import PaymentScheme
from tests.factories import NOW, make_cast, make_fund, make_round


def png(behind: bytes = b"") -> bytes:
    """Write a picture of one dark dot."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0\x11\x22\x33"))
        + chunk(b"IEND", b"")
        + behind
    )


@pytest.fixture
def cast(session):
    return make_cast()


@pytest.fixture
def sol(client, cast):
    client.sign_in(cast.sol)
    return client


def filled(fund, **values):
    return {
        "name_en": "Water Fund",
        "name_nl": "Waterfonds",
        "legal_regime": "awb",
        "publication_rule": "legal_name",
        "approvals_needed": "2",
        "cap_proposal": "50.000",
        "cap_party": "€ 100.000",
        "payment_scheme": "advance",
        "advance_percent": "80",
        "receipt_days": "0",
        "agreement_days": "45",
        "payment_days": "21",
        "zone": "Europe/Paris",
        "in_en": "y",
        "in_nl": "y",
        "themes-0-key": "web",
        "themes-0-en": "Open web",
        "themes-0-nl": "Open web",
        "themes-1-en": "Clean water",
        "themes-1-nl": "Schoon water",
        "email": "post@example.org",
        "brand": "#7a1f5c",
        "version": str(fund.row_version),
    } | values


def post(sol, fund, **values):
    return sol.post(f"/office/funds/{fund.id}/settings", data=filled(fund, **values))


def test_settings_are_kept_and_logged(sol, cast):
    fund = cast.fund

    answer = post(sol, fund)

    assert answer.location == f"/office/funds/{fund.id}"
    assert (fund.legal_regime, fund.publication_rule, fund.approvals_needed) == ("awb", "legal_name", 2)
    assert (fund.cap_proposal_cents, fund.cap_party_cents) == (5_000_000, 10_000_000)
    assert (fund.payment_scheme, fund.advance_percent) == (PaymentScheme.ADVANCE, 80)
    assert (fund.receipt_days, fund.agreement_days, fund.payment_days) == (0, 45, 21)
    assert (fund.zone, fund.brand, fund.contact["email"]) == ("Europe/Paris", "#7a1f5c", "post@example.org")
    assert [theme["key"] for theme in fund.themes] == ["web", "clean-water"]
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.verb == "change_settings")).one()
    assert (event.actor_id, "cap_party_cents" in event.detail["changed"]) == (cast.sol.id, True)


def test_page_shows_what_is_set(sol, cast):
    post(sol, cast.fund)

    page = sol.get(f"/office/funds/{cast.fund.id}/settings").text
    shown = sol.get(f"/office/funds/{cast.fund.id}").text

    assert 'value="Schoon water"' in page
    assert 'value="#7a1f5c"' in page
    assert "80 % in advance" in shown.replace("\xa0", " ")


def test_two_people_at_once_are_told_and_nothing_is_overwritten(sol, cast):
    stale = cast.fund.row_version
    post(sol, cast.fund, zone="Europe/Paris")

    answer = post(sol, cast.fund, version=str(stale), zone="Europe/Berlin", name_en="Mine")

    assert answer.status_code == 409
    assert "Somebody changed these settings" in answer.text
    assert "Europe/Paris" in answer.text
    assert 'value="Mine"' in answer.text
    assert cast.fund.zone == "Europe/Paris"
    again = post(sol, cast.fund, version=str(cast.fund.row_version), zone="Europe/Berlin")
    assert (again.status_code, cast.fund.zone) == (302, "Europe/Berlin")


def test_stale_version_is_refused_by_the_service(cast):
    with pytest.raises(ChangedMeanwhile):
        settings.change(cast.fund, version=cast.fund.row_version - 1, zone="UTC", actor=cast.sol, at=NOW)


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"brand": "#98cb3b"}, "White text can&#39;t be read well on this colour: the contrast is 1.9"),
        ({"brand": "blue"}, "Write a colour as #"),
        ({"in_en": "", "in_nl": ""}, "Choose at least one language."),
        ({"cap_party": "about a lot"}, "Most that one applicant can get"),
        ({"advance_percent": "0"}, "Part paid in advance"),
        ({"payment_days": "0"}, "Days from a request for payment to the money"),
        ({"themes-1-nl": ""}, "A theme needs its name in both languages."),
        ({"website": "javascript:alert(1)"}, "beginning with https://"),
        ({"name_nl": " "}, "Fill this in."),
    ],
    ids=["pale", "no colour", "mute", "cap", "share", "term", "theme", "website", "name"],
)
def test_what_does_not_hold_is_told_and_everything_kept(sol, cast, values, told):
    answer = post(sol, cast.fund, **values)

    assert answer.status_code == 422
    assert told in answer.text
    assert 'value="Water Fund"' in answer.text
    assert cast.fund.cap_party_cents is None


def test_currency_stays_once_money_has_moved(sol, cast):
    with pytest.raises(Refusal):
        settings.change(cast.fund, version=cast.fund.row_version, currency="SEK", actor=cast.sol, at=NOW)
    empty = make_fund("empty", received_cents=0)
    settings.change(empty, version=empty.row_version, currency="SEK", actor=cast.sol, at=NOW)

    assert (cast.fund.currency, empty.currency) == ("EUR", "SEK")
    assert 'name="currency"' not in sol.get(f"/office/funds/{cast.fund.id}/settings").text


@pytest.mark.parametrize(("who", "status"), [("fin", 403), ("aud", 403), ("rhea", 404), ("ana", 404)])
def test_only_managers_of_the_fund_set_it(client, cast, who, status):
    client.sign_in(getattr(cast, who))

    assert client.get(f"/office/funds/{cast.fund.id}/settings").status_code == status


def test_manager_of_another_fund_finds_nothing(sol):
    assert sol.get(f"/office/funds/{make_fund('other').id}/settings").status_code == 404


# --- colour and logo ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("colour", "ratio"), [("#000000", 21.0), ("#ffffff", 1.0), ("#767676", 4.54), ("#777777", 4.48)]
)
def test_contrast_with_white_is_that_of_wcag(colour, ratio):
    assert round(colours.contrast(colour, "#ffffff"), 2) == ratio
    assert colours.carries_white(colour) is (ratio >= 4.5)


def test_colour_is_a_stylesheet_that_browsers_keep(client, cast):
    cast.fund.brand = "#7a1f5c"

    plain = client.get(f"/funds/{cast.fund.slug}/brand.css")
    kept = client.get(f"/funds/{cast.fund.slug}/brand.css?v=7a1f5c")
    again = client.get(
        f"/funds/{cast.fund.slug}/brand.css?v=7a1f5c", headers={"If-None-Match": kept.headers["ETag"]}
    )

    assert plain.mimetype == "text/css"
    assert ":root{--brand:#7a1f5c}" in plain.text
    assert ("no-cache" in plain.headers["Cache-Control"], "immutable" in kept.headers["Cache-Control"]) == (
        True,
        True,
    )
    assert again.status_code == 304
    assert client.get("/funds/nothing/brand.css").status_code == 404


def test_pages_of_a_fund_carry_its_name_and_colour(client, cast):
    cast.fund.brand = "#7a1f5c"
    call = make_round(cast.fund)
    client.sign_in(cast.sol)

    office = client.get(f"/office/rounds/{call.id}").text
    public = client.get(f"/calls/{cast.fund.slug}/{call.slug}").text

    for page in (office, public):
        assert f'href="/funds/{cast.fund.slug}/brand.css?v=7a1f5c"' in page
        assert f"{cast.fund.name['en']}</a>" in page
    assert "brand.css" not in client.get("/office/rounds").text


def test_logo_is_a_picture_by_its_content_and_served_as_one(sol, cast):
    post(sol, cast.fund, logo=(BytesIO(png()), "logo.svg"))

    answer = sol.get(f"/funds/{cast.fund.slug}/logo?v={cast.fund.logo_id}")

    assert (answer.status_code, answer.mimetype, answer.data) == (200, "image/png", png())
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "logo?v=" in sol.get(f"/office/funds/{cast.fund.id}").text


@pytest.mark.parametrize(
    "content",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"GIF89a" + bytes(40),
        png(b"<script>alert(1)</script>"),
        png()[:-20],
        png() + bytes(300_000),
    ],
    ids=["svg", "gif", "something behind", "damaged", "too large"],
)
def test_what_is_no_plain_picture_is_refused_beside_the_field(sol, cast, content):
    answer = post(sol, cast.fund, logo=(BytesIO(content), "logo.png"))

    assert answer.status_code == 422
    assert 'id="logo-e"' in answer.text
    assert (cast.fund.logo_id, cast.fund.approvals_needed) == (None, 1)


def test_logo_is_taken_away(sol, cast):
    post(sol, cast.fund, logo=(BytesIO(png()), "logo.png"))

    post(sol, cast.fund, takes_logo_away="y")

    assert cast.fund.logo_id is None
    assert sol.get(f"/funds/{cast.fund.slug}/logo").status_code == 404
