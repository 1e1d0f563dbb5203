"""Filling in from funding.json, publiccode.yml and codemeta.json: understood, chosen, never trusted."""

import io
import json
import re
from datetime import timedelta
from pathlib import Path

import pytest

from fundapp.applications import drafts, manifests, prefill, service, versions
from fundapp.applications.manifests import NotUnderstood
from fundapp.core import clock
from fundapp.rounds import definitions
from fundapp.rounds import service as rounds
from tests.factories import NOW, make_cast, make_round

STANDARDS = Path(__file__).parents[3] / "shared" / "standards"
FUNDING = {
    "version": "v1.1.0",
    "entity": {
        "type": "individual", "role": "maintainer", "name": "Ana Alders", "email": "ana@example.org",
        "description": "Ana keeps locks open.", "webpageUrl": {"url": "https://ana.example.org"},
    },
    "projects": [
        {
            "guid": "sluis", "name": "Sluiswachter", "description": "Opening times of locks.",
            "webpageUrl": {"url": "https://sluis.example.org"},
            "repositoryUrl": {"url": "https://code.example.org/sluis"}, "licenses": ["spdx:EUPL-1.2"],
        }
    ],
    "funding": {
        "channels": [],
        "plans": [
            {"guid": "a", "name": "A year", "amount": 12000.5, "currency": "EUR", "frequency": "one-time"},
            {"guid": "b", "name": "Monthly", "amount": 100, "currency": "EUR", "frequency": "monthly"},
            {"guid": "c", "name": "Dollars", "amount": 100, "currency": "USD", "frequency": "one-time"},
        ],
    },
}  # fmt: skip
PUBLICCODE = """
publiccodeYmlVersion: "0.5"
name: Medusa
url: "https://code.example.org/medusa.git"
releaseDate: 2017-04-15
description:
  en:
    shortDescription: Short words.
    longDescription: >
      Many words
      about it.
  nl:
    shortDescription: Korte woorden.
legal:
  license: AGPL-3.0-or-later
  mainCopyrightOwner: City of Chicago
maintenance:
  type: community
  contacts:
    - name: Francesco Rossi
      email: francesco@example.org
fundedBy:
  - name: A fund
"""
CODEMETA = {
    "@context": "https://w3id.org/codemeta/3.0",
    "@type": "SoftwareSourceCode",
    "name": "codemetar",
    "description": "Says what it is.",
    "codeRepository": "https://code.example.org/codemetar",
    "license": "https://spdx.org/licenses/MIT",
    "author": [{"@type": "Person", "givenName": "Carl", "familyName": "B", "email": "mailto:c@example.org"}],
}


def read(text, currency="EUR", language="en"):
    return manifests.read(
        text if isinstance(text, str) else json.dumps(text), currency=currency, language=language
    )


def values(found):
    return {key: [one.value for one in listed] for key, listed in found.found.items()}


def test_funding_json_is_understood(app):
    found = read(FUNDING)

    assert found.kind == "funding.json"
    assert values(found) == {
        "contact_name": ["Ana Alders"], "email": ["ana@example.org"], "title": ["Sluiswachter"],
        "abstract": ["Opening times of locks."], "repository": ["https://code.example.org/sluis"],
        "website": ["https://sluis.example.org", "https://code.example.org/sluis", "https://ana.example.org"],
        "licence": ["EUPL-1.2"], "experience": ["Ana keeps locks open."], "amount": [1_200_050],
    }  # fmt: skip
    assert len(found.told) == 2


def test_publiccode_is_read_in_the_readers_language(app):
    english, dutch = read(PUBLICCODE), read(PUBLICCODE, language="nl")

    assert english.kind == "publiccode.yml"
    assert values(english)["abstract"] == ["Many words about it.", "Short words."]
    assert values(dutch)["abstract"] == ["Korte woorden."]
    assert values(english)["licence"] == ["AGPL-3.0-or-later"]
    assert values(english)["email"] == ["francesco@example.org"]


def test_codemeta_is_understood(app):
    found = values(read(CODEMETA))

    assert found["licence"] == ["MIT"]
    assert found["contact_name"] == ["Carl B"]
    assert found["email"] == ["c@example.org"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('{"opRetro":{"projectId":"0x1"}}', "Optimism"),
        ("{}", "no funding.json"),
        ("just words", "no funding.json"),
        ("", "Choose a file"),
        ('{"a": 1, "a": 2}', "twice"),
        ('{"a": NaN}', "impossible number"),
        ("[" * 100_000 + "]" * 100_000, "nested too deep"),
        ('{"amount":' + "9" * 5000 + "}", "impossible number"),
        ('{"a": \n nothing', "JSON: look at line 2"),
        ("a: [1\nb: 2", "YAML: look at line"),
        ('!!python/object/apply:os.system ["true"]', "YAML: look at line 1"),
        ("a: &a [x]\nb: [" + "*a," * 30 + "]", "more than such a description"),
        ("- " * 100 + "x", "more than such a description"),
        ("x" * 300_001, "too long"),
    ],
)
def test_what_is_no_description_is_told(app, text, why):
    with pytest.raises(NotUnderstood, match=re.escape(why)):
        read(text)


def test_wrong_kinds_inside_are_passed_over(app):
    odd = json.loads(json.dumps(FUNDING))
    odd["projects"] = ["x", {"name": ["a"], "licenses": "MIT", "webpageUrl": "javascript:alert(1)"}, 7]
    odd["entity"]["email"] = {"x": 1}
    odd["funding"]["plans"] = [{"amount": "a lot", "currency": None}, {"amount": True}, None]

    assert values(read(odd))["licence"] == ["MIT"]


def test_samples_of_the_standards_are_understood(app):
    paths = [
        *STANDARDS.glob("publiccode/*.yml"), *STANDARDS.glob("publiccode/testdata/v0/valid/*.yml"),
        STANDARDS / "codemeta" / "codemeta.json",
    ]  # fmt: skip
    if not STANDARDS.is_dir():
        pytest.skip("the samples are not here")
    for path in paths:
        assert values(read(path.read_text("utf-8")))["title"], path


# --- offers and pages -----------------------------------------------------------------


@pytest.fixture
def cast(session):
    return make_cast()


@pytest.fixture
def draft(cast):
    now = clock.now()
    form = rounds.install_form("proposal_form", at=NOW)
    call = make_round(
        cast.fund, form=form, opens_at=now - timedelta(days=1), closes_at=now + timedelta(days=5)
    )
    return service.start(call, actor=cast.ana, at=now)


def kept(draft):
    return versions.values(drafts.answers_of(draft.id).values())


def test_offers_follow_the_form_and_leave_out_what_stands_there(app):
    form = definitions.load_library("proposal_form")

    made = prefill.offers(
        read(FUNDING), form, {"title": "Sluiswachter", "email": "old@example.org"}, "en", "EUR"
    )

    assert [one.field.key for one in made] == [
        "contact_name", "email", "website", "abstract", "experience", "amount",
    ]  # fmt: skip
    assert (made[1].present, made[-1].options[0].shown) == ("old@example.org", "€12,000.50")


def test_person_chooses_what_is_filled_in(client, cast, draft):
    client.sign_in(cast.ana)
    service.save(draft, {"title": "Mine"}, {}, actor=cast.ana, at=NOW)
    file = {"file": (io.BytesIO(json.dumps(FUNDING).encode()), "funding.json")}
    page = client.post(f"/proposals/{draft.id}/prefill", data=file).text
    assert "This is a funding.json." in page

    version = re.search(r'name="version" value="([^"]*)"', page)[1]
    answer = client.post(
        f"/proposals/{draft.id}/prefill",
        data={
            "text": json.dumps(FUNDING), "version": version, "fill": "1",
            "pick_title": "", "pick_website": "1", "pick_amount": "0",
        },
    )  # fmt: skip

    assert answer.location == f"/proposals/{draft.id}/check"
    assert kept(draft) == {"title": "Mine", "website": "https://code.example.org/sluis", "amount": 1_200_050}


def test_page_says_what_it_does_not_understand(client, cast, draft):
    client.sign_in(cast.ana)
    assert client.get(f"/proposals/{draft.id}/prefill").status_code == 200

    answer = client.post(f"/proposals/{draft.id}/prefill", data={"text": '{"opRetro": {}}'})

    assert (answer.status_code, "Optimism" in answer.text) == (422, True)
    client.sign_in(cast.ben)
    assert client.get(f"/proposals/{draft.id}/prefill").status_code == 404
