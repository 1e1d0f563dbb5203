"""Open data: every address answers, with the same bytes each time, and nobody private stands in it."""

import json
from datetime import datetime, timedelta

import pytest
from lxml import etree

from fundapp.accounts.models import PartyKind
from fundapp.applications import manifests as reading
from fundapp.applications.models import ApplicationState
from fundapp.core.db import db
from fundapp.funds.models import PublicationRule
from fundapp.public import manifests
from fundapp.public.addresses import Site
from fundapp.reports import publishing
from fundapp.rounds.models import RoundState
from tests.factories import NOW, make_application, make_award, make_cast, make_fund, make_round

ATOM = "{http://www.w3.org/2005/Atom}"
HOW = {"org_id": "NL-KVK-00000000", "prefix": "360G-example", "shows_cascade": True, "eu_grant": "101069594"}


@pytest.fixture
def scene(session):
    cast = make_cast()
    cast.fund.contact = {"email": "post@example.org"}
    round = make_round(
        cast.fund, state=RoundState.RELEASED, slug="first", summary={"en": "Small.", "nl": "Klein."}
    )
    funded = make_application(round, cast.ana, state=ApplicationState.AWARDED, country="NL", title="Veerpont")
    make_award(funded, cast.sol, cast.max)
    publishing.change(cast.fund, **HOW, actor=cast.sol, at=NOW)
    session.commit()
    return cast, round, funded


def files(fund):
    return [
        f"/open-data/{fund.slug}/360giving.json", f"/open-data/{fund.slug}/360giving.csv",
        f"/open-data/{fund.slug}/funding.json", f"/open-data/{fund.slug}/cascade.json",
        f"/open-data/{fund.slug}/cascade.csv", "/open-data/calls.en.atom", "/open-data/projects.nl.atom",
        "/sitemap.xml", "/.well-known/funding-manifest-urls",
    ]  # fmt: skip


def test_every_file_answers_and_is_linked_from_the_page(client, scene):
    cast, *_rest = scene
    page = client.get("/open-data").get_data(as_text=True)

    for path in files(cast.fund):
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert answer.headers["ETag"], path
        assert path in page or ".atom" in path, path
    assert "/open-data" in client.get("/").get_data(as_text=True)


def test_who_has_a_file_already_is_told_so(client, scene):
    cast, *_rest = scene
    first = client.get(f"/open-data/{cast.fund.slug}/360giving.json")

    by_tag = client.get(first.request.path, headers={"If-None-Match": first.headers["ETag"]})
    by_day = client.get(first.request.path, headers={"If-Modified-Since": first.headers["Last-Modified"]})

    assert (by_tag.status_code, by_day.status_code) == (304, 304)
    assert first.headers["Link"] == '<https://creativecommons.org/licenses/by/4.0/>; rel="license"'


def test_no_file_names_a_private_person(client, scene):
    cast, _round, funded = scene
    funded.party.kind = PartyKind.PERSON
    db.session.commit()

    for path in files(cast.fund):
        text = client.get(path).get_data(as_text=True)
        assert "Alders" not in text, path
        assert cast.ana.email not in text, path
    block = (
        client.get(f"/projects/{funded.code}")
        .get_data(as_text=True)
        .partition("ld+json")[2]
        .partition("</script>")[0]
    )
    assert "Alders" not in block


def test_the_data_of_a_fund_that_set_nothing_is_not_there(client, session):
    fund = make_fund("bare")
    session.commit()

    for name in ("360giving.json", "360giving.csv", "funding.json", "cascade", "cascade.csv"):
        assert client.get(f"/open-data/{fund.slug}/{name}").status_code == 404
    assert client.get("/open-data/nowhere/360giving.json").status_code == 404
    assert "has not said yet" in client.get("/open-data").get_data(as_text=True)


def test_an_empty_fund_with_identifiers_has_no_file_yet(client, session):
    fund = make_fund("young")
    publishing.change(fund, **HOW, actor=None, at=NOW)
    session.commit()

    assert client.get(f"/open-data/{fund.slug}/360giving.json").status_code == 404
    assert client.get(f"/open-data/{fund.slug}/cascade").status_code == 200


# --- feeds -----------------------------------------------------------------------


@pytest.mark.parametrize("name", ["calls", "projects"])
@pytest.mark.parametrize("lang", ["en", "nl"])
def test_a_feed_has_all_that_its_standard_asks(client, scene, name, lang):
    feed = etree.fromstring(client.get(f"/open-data/{name}.{lang}.atom").get_data())

    assert feed.tag == f"{ATOM}feed"
    for part in (feed, *feed.iter(f"{ATOM}entry")):
        assert part.findtext(f"{ATOM}id").startswith("tag:")
        assert part.findtext(f"{ATOM}title")
        assert datetime.fromisoformat(part.findtext(f"{ATOM}updated")).tzinfo is not None
        assert part.findtext(f"{ATOM}author/{ATOM}name")
    links = {(link.get("rel"), link.get("hreflang")) for link in feed.iterfind(f"{ATOM}link")}
    assert {("self", lang), ("alternate", "nl" if lang == "en" else "en")} <= links
    assert len(feed.findall(f"{ATOM}entry")) == 1


def test_the_ids_of_entries_are_the_same_in_both_languages(client, scene):
    found = [
        [
            one.findtext(f"{ATOM}id")
            for one in etree.fromstring(client.get(path).get_data()).iter(f"{ATOM}entry")
        ]
        for path in ("/open-data/calls.en.atom", "/open-data/calls.nl.atom")
    ]

    assert found[0] == found[1] != []


def test_drafts_and_trials_are_in_no_feed_and_on_no_map(client, scene):
    cast, *_rest = scene
    make_round(cast.fund, state=RoundState.DRAFT, slug="secret-draft")
    trial = make_round(cast.fund, state=RoundState.PUBLISHED, slug="dry-run", budget_cents=100_000)
    trial.is_trial = True
    db.session.commit()

    for path in ("/open-data/calls.en.atom", "/sitemap.xml"):
        text = client.get(path).get_data(as_text=True)
        assert "secret-draft" not in text
        assert "dry-run" not in text


# --- in pages --------------------------------------------------------------------


def block(page: str) -> dict:
    return json.loads(page.partition('<script type="application/ld+json">')[2].partition("</script>")[0])


def test_a_project_page_carries_a_grant_that_machines_read(client, scene):
    _cast, _round, funded = scene

    found = block(client.get(f"/projects/{funded.code}").get_data(as_text=True))

    assert (found["@context"], found["@type"]) == ("https://schema.org", "MonetaryGrant")
    assert found["amount"] == {"@type": "MonetaryAmount", "currency": "EUR", "value": 8000.0}


def test_a_call_page_says_what_can_be_asked(client, scene):
    cast, round, _funded = scene

    found = block(client.get(f"/calls/{cast.fund.slug}/{round.slug}").get_data(as_text=True))

    assert (found["amount"]["minValue"], found["amount"]["maxValue"]) == (5000.0, 50000.0)


@pytest.mark.parametrize("title", ["</script><script>alert(1)</script>", "<!--", "\u2028", '"}', "&lt;"])
def test_a_hostile_title_stays_data(client, scene, title):
    _cast, _round, funded = scene
    funded.title = title
    db.session.commit()

    page = client.get(f"/projects/{funded.code}").get_data(as_text=True)

    assert block(page)["name"] == title
    assert "<script>alert" not in page


# --- funding.json, cascade -------------------------------------------------------


def test_funding_json_is_understood_by_our_own_reader(scene):
    cast, *_rest = scene
    made = manifests.text(manifests.manifest(cast.fund, Site("https://fund.example.org")))

    read = reading.read(made, currency="EUR", language="en")

    assert read.kind == "funding.json"
    assert json.loads(made)["funding"]["history"][0]["income"] == 100000
    assert "NL" not in json.loads(made)["funding"]["channels"][0]["address"]


def test_money_passed_on_names_organisations_and_by_the_rule_persons(client, scene):
    cast, _round, funded = scene
    funded.party.kind, funded.party.legal_name = PartyKind.PERSON, "Ana Legal"
    db.session.commit()
    path = f"/open-data/{cast.fund.slug}/cascade.json"

    hidden = client.get(path).get_json()
    cast.fund.publication_rule = PublicationRule.LEGAL_NAME
    db.session.commit()
    named = client.get(path).get_json()

    assert [one["legalName"] for one in hidden["recipients"]] == [None]
    assert [one["legalName"] for one in named["recipients"]] == ["Ana Legal"]
    assert (named["grantAgreement"], named["recipients"][0]["amount"]) == ("101069594", 8000)


def test_money_passed_on_is_narrowed_to_a_year(client, scene):
    cast, *_rest = scene
    base = f"/open-data/{cast.fund.slug}/cascade"

    assert len(client.get(f"{base}.json?year={NOW.year}").get_json()["recipients"]) == 1
    assert client.get(f"{base}.json?year=1999").get_json()["recipients"] == []
    assert client.get(f"{base}?year={NOW.year}").status_code == 200


def test_what_is_decided_later_is_not_there_before(client, scene):
    cast, _round, _funded = scene
    publishing.change(cast.fund, shows_cascade=False, actor=None, at=NOW + timedelta(days=1))
    db.session.commit()

    assert client.get(f"/open-data/{cast.fund.slug}/cascade").status_code == 404
