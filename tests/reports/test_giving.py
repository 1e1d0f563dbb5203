"""360Giving: valid after the schema, to the cent, and nobody private in it."""

import csv
import io
import json
from datetime import timedelta

import pytest

from fundapp.accounts.models import PartyKind
from fundapp.core.db import db
from fundapp.decisions.models import Decision
from fundapp.funds import ledger
from fundapp.funds.models import PublicationRule
from fundapp.reports import giving, giving_csv, publishing
from fundapp.reports.identifiers import of_party
from tests.factories import NOW, make_application, make_award
from tests.reports.conftest import Story
from tests.reports.giving_schema import faults

SITE = "https://fund.example.org"
HOW = {"org_id": "NL-KVK-00000000", "prefix": "360G-example"}


@pytest.fixture
def open_story(story: Story) -> Story:
    """The same round, at a fund that said how it publishes."""
    publishing.change(story.cast.fund, **HOW, actor=story.cast.sol, at=NOW)
    db.session.commit()
    return story


def package(story: Story) -> dict:
    return json.loads(giving.text(giving.package(story.cast.fund, at=NOW, site=SITE)))


def test_the_package_is_valid_after_the_schema_of_the_standard(open_story):
    made = package(open_story)

    assert faults(made) == []
    assert [one["id"] for one in made["grants"]] == [f"360G-example-{open_story.funded.code}"]


def test_the_schema_finds_what_is_wrong(open_story):
    broken = package(open_story)
    broken["grants"][0]["amountAwarded"] = "8000"

    assert faults(broken) != []


def test_amounts_agree_with_the_ledger_to_the_cent(open_story):
    fund, award = open_story.cast.fund, open_story.award
    where = ledger.Where(round_id=award.round_id, award_id=award.id)
    for step in (ledger.APPROVE, ledger.ORDER, ledger.PAY):
        ledger.move(
            fund, step, f"again:{step.event}", 1_27, at_source=where, onto=where, actor=None,
            at=NOW + timedelta(days=3),
        )  # fmt: skip

    [grant] = package(open_story)["grants"]

    held = ledger.figures(fund.id, where)
    assert round(grant["amountDisbursed"] * 100) == held.paid == 300_127
    assert [one["value"] for one in grant["disbursementTransaction"]] == [3000, 1.27]
    assert (grant["amountAwarded"], grant["amountAppliedFor"], grant["currency"]) == (8000, 10000, "EUR")


def test_a_private_person_has_no_name_in_it(open_story):
    ana, funded = open_story.cast.ana, open_story.funded
    funded.party.kind = PartyKind.PERSON
    funded.title = "Alders’ Ferry"
    db.session.flush()

    text = giving.text(giving.package(open_story.cast.fund, at=NOW, site=SITE))

    assert json.loads(text)["grants"][0]["recipientIndividual"]["name"] == "Individual Recipient"
    assert "Alders" not in text
    assert ana.email not in text


def test_an_organisation_stands_under_the_name_the_rule_of_the_fund_gives(open_story):
    party = open_story.funded.party
    party.kind, party.legal_name, party.public_name = PartyKind.ORGANISATION, "Stichting Veer", "Veerpont"
    party.registration, party.country = "41215393", "NL"
    db.session.flush()

    [shown] = package(open_story)["grants"][0]["recipientOrganization"]
    open_story.cast.fund.publication_rule = PublicationRule.LEGAL_NAME
    db.session.flush()
    [legal] = package(open_story)["grants"][0]["recipientOrganization"]

    assert (shown["name"], legal["name"]) == ("Veerpont", "Stichting Veer")
    assert shown["id"] == "NL-KVK-41215393"
    assert shown["location"] == [{"countryCode": "NL", "name": "Netherlands"}]


@pytest.mark.parametrize(
    ("registration", "country", "named"),
    [
        ("GB-CHC-1164883", "GB", "GB-CHC-1164883"),
        ("KvK 41215393", "NL", "NL-KVK-41215393"),
        ("41215393", "DE", "360G-example-ORG-7"),
        ("https://ror.org/05f950310", "BE", "XI-ROR-05f950310"),
        (None, None, "360G-example-ORG-7"),
    ],
)
def test_organisations_are_named_by_their_register_where_that_is_clear(registration, country, named):
    from fundapp.accounts.models import Party  # noqa: PLC0415 - a row that is never kept

    party = Party(id=7, registration=registration, country=country)

    assert of_party(party, "360G-example") == named


def test_what_is_under_embargo_or_of_a_trial_is_not_published(open_story):
    other = make_application(open_story.round, open_story.cast.ben, requested_cents=900_000)
    held = make_award(other, open_story.cast.sol, open_story.cast.max, amount_cents=800_000)
    db.session.get(Decision, held.decision_id).embargo_until_at = NOW + timedelta(days=1)
    db.session.flush()

    before = package(open_story)["grants"]
    open_story.round.is_trial = True
    db.session.flush()

    assert [one["id"] for one in before] == [f"360G-example-{open_story.funded.code}"]
    with pytest.raises(giving.NothingPublished):
        package(open_story)


def test_the_same_records_give_the_same_bytes(open_story):
    at_once, later = (
        giving.text(giving.package(open_story.cast.fund, at=NOW + timedelta(days=days), site=SITE))
        for days in (0, 40)
    )

    assert at_once == later


def test_a_fund_without_identifiers_is_told_what_to_set(story):
    with pytest.raises(publishing.NotPublishing) as refused:
        package(story)

    assert "--org-id NL-KVK-12345678 --prefix 360G-example" in refused.value.message


@pytest.mark.parametrize(
    "name", ['=cmd|"/C calc"!A0', "\u202eevil", "</script><b>", "+1", "@SUM(A1)", "\ud800x"]
)
def test_hostile_names_are_harmless_in_both_forms(open_story, name):
    party = open_story.funded.party
    party.kind = PartyKind.ORGANISATION
    open_story.funded.title = name.replace("\ud800", "")
    party.public_name = name.replace("\ud800", "")
    db.session.flush()

    made = package(open_story)
    table = list(csv.DictReader(io.StringIO(giving_csv.table(made))))

    assert faults(made) == []
    assert "\u202e" not in giving.text(made)
    assert not table[0]["Title"].startswith(("=", "+", "@", "\u202e"))


def test_the_table_has_the_headings_of_the_standard_and_money_to_the_cent(open_story):
    [row] = csv.DictReader(io.StringIO(giving_csv.table(package(open_story))))

    assert row["Identifier"] == f"360G-example-{open_story.funded.code}"
    assert (row["Amount Awarded"], row["Amount Disbursed"]) == ("8000", "3000")
    assert row["Funding Org:Identifier"] == "NL-KVK-00000000"
    assert (row["Recipient Ind:Name"], row["Recipient Org:Name"]) == ("Individual Recipient", "")
    assert row["Beneficiary Location:0:Country Code"] == "NL"


@pytest.mark.parametrize(
    ("field", "value"),
    [("org_id", "41215393"), ("prefix", "example"), ("licence", "WTFPL"), ("org_id", "nl-kvk-1")],
)
def test_identifiers_that_are_none_are_refused(story, field, value):
    with pytest.raises(publishing.Refusal):
        publishing.change(story.cast.fund, **{field: value}, actor=None, at=NOW)


def test_the_second_of_two_who_change_at_once_is_told(story):
    publishing.change(story.cast.fund, **HOW, version=0, actor=None, at=NOW)
    db.session.flush()

    with pytest.raises(publishing.ChangedMeanwhile):
        publishing.change(story.cast.fund, org_name="Other", version=0, actor=None, at=NOW)


def test_paid_day_by_day_is_one_line_a_day(open_story):
    [grant] = package(open_story)["grants"]

    assert [one["transactionDate"] for one in grant["disbursementTransaction"]] == [NOW.date().isoformat()]
