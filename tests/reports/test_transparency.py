"""The transparency pack of a round: once it is decided, without small cells, the same bytes each time."""

import io
import json
import zipfile
from hashlib import sha256

import openpyxl
import pytest
import yaml

from fundapp.accounts.models import PartyKind
from fundapp.core import task_work
from fundapp.core.db import db
from fundapp.core.refusals import Refusal
from fundapp.reports import publishing, transparency_pack
from fundapp.reports.models import TransparencyPack
from fundapp.rounds.models import RoundState
from tests.factories import NOW, make_round
from tests.reports.conftest import Story
from tests.reports.giving_schema import faults

SITE = "https://fund.example.org"


def made(story: Story) -> TransparencyPack:
    return transparency_pack.make(story.round, site=SITE, actor=story.cast.sol, at=NOW)


def opened(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name.partition("/")[2]: archive.read(name) for name in archive.namelist()}


@pytest.fixture
def open_story(story: Story) -> Story:
    publishing.change(story.cast.fund, org_id="NL-KVK-00000000", prefix="360G-example", actor=None, at=NOW)
    db.session.commit()
    return story


def test_a_pack_holds_the_round_in_all_its_forms_with_checksums(open_story):
    files = opened(transparency_pack.zipped(made(open_story).snapshot))

    assert sorted(files) == [
        "360giving.csv", "360giving.json", "README.en.md", "README.nl.md", "SHA256SUMS", "decisions.csv",
        "figures.en.xlsx", "figures.json", "figures.nl.xlsx", "grants.csv", "report.en.pdf", "report.nl.pdf",
        "rubric.en.md", "rubric.nl.md", "rubric.yaml",
    ]  # fmt: skip
    sums = dict(reversed(line.split("  ")) for line in files["SHA256SUMS"].decode().splitlines())
    assert sums == {
        name: sha256(content).hexdigest() for name, content in files.items() if name != "SHA256SUMS"
    }
    assert faults(json.loads(files["360giving.json"])) == []
    assert len(yaml.safe_load(files["rubric.yaml"])["criteria"]) == 3
    assert openpyxl.load_workbook(io.BytesIO(files["figures.en.xlsx"])).sheetnames[0] == "Granted"


def test_the_same_snapshot_gives_the_same_bytes(open_story):
    snapshot = made(open_story).snapshot

    assert transparency_pack.zipped(snapshot) == transparency_pack.zipped(snapshot)


def test_no_number_is_about_one_to_four_where_that_tells_something(open_story):
    data = made(open_story).snapshot.data

    assert [one["received"] for one in data["countries"]] == [None] * len(data["countries"])
    assert [one["number"] for one in data["outcomes"]] == [None] * len(data["outcomes"])
    assert data["reviewers"] is None
    assert data["times"] == []


def test_a_private_person_and_a_declined_proposal_are_not_named(open_story):
    open_story.funded.party.kind = PartyKind.PERSON
    open_story.declined.title = "Never to be told"
    db.session.flush()

    told = b"\n".join(
        content for name, content in opened(transparency_pack.zipped(made(open_story).snapshot)).items()
        if not name.endswith((".pdf", ".xlsx"))
    ).decode()  # fmt: skip

    for text in ("Alders", "Never to be told", "Bosch", open_story.declined.code):
        assert text not in told


def test_a_fund_without_identifiers_gets_a_pack_that_says_what_is_missing(story):
    files = opened(transparency_pack.zipped(made(story).snapshot))

    assert "360giving.json" not in files
    assert "identifiers" in files["README.en.md"].decode()


def test_before_it_is_decided_and_for_a_trial_there_is_no_pack(story):
    early = make_round(story.cast.fund, state=RoundState.REVIEWING, budget_cents=100_000)

    with pytest.raises(Refusal):
        transparency_pack.make(early, site=SITE, actor=story.cast.sol, at=NOW)
    story.round.is_trial = True
    with pytest.raises(Refusal):
        made(story)


def test_it_is_public_only_once_a_manager_published_it(client, open_story):
    pack = made(open_story)
    db.session.commit()
    path = f"/open-data/{open_story.cast.fund.slug}/{open_story.round.slug}-{pack.number}.zip"

    before = client.get(path).status_code
    transparency_pack.publish(pack, actor=open_story.cast.sol, at=NOW)
    db.session.commit()
    there = client.get(path)
    page = client.get("/open-data").get_data(as_text=True)
    transparency_pack.take_down(pack, actor=open_story.cast.sol, at=NOW)
    db.session.commit()

    assert (before, there.status_code, client.get(path).status_code) == (404, 200, 404)
    assert sha256(there.get_data()).hexdigest() == pack.sha256
    assert path in page


def test_the_worker_makes_it_and_it_waits_for_a_person(open_story):
    transparency_pack.order(open_story.round, site=SITE, actor=open_story.cast.sol, at=NOW)
    db.session.commit()

    done = task_work.work(NOW)

    pack = db.session.query(TransparencyPack).one()
    assert done == {"done": 1}
    assert (pack.number, pack.published_at) == (1, None)
    assert pack.file is not None


def test_the_next_pack_gets_the_next_number(open_story):
    assert [made(open_story).number for _turn in range(2)] == [1, 2]
