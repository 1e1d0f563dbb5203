"""Two windows wrote the same answer: what each choice on the page keeps."""

import re
from datetime import timedelta

import pytest

from fundapp.applications import drafts, service, versions
from fundapp.core import clock
from fundapp.rounds import service as rounds
from tests.factories import NOW, make_cast, make_round


@pytest.fixture
def cast(session):
    return make_cast()


@pytest.fixture
def draft(client, cast):
    now = clock.now()
    form = rounds.install_form("proposal_form", at=NOW)
    call = make_round(
        cast.fund, form=form, opens_at=now - timedelta(days=1), closes_at=now + timedelta(days=5)
    )
    client.sign_in(cast.ana)
    return service.start(call, actor=cast.ana, at=now)


@pytest.fixture
def clash(client, cast, draft):
    """The page for a proposal whose title and summary were both written twice."""
    service.save(draft, {"title": "Theirs", "abstract": "Their text."}, {}, actor=cast.ana, at=clock.now())
    return client.post(
        f"/proposals/{draft.id}/edit/project",
        data={
            "asked": "title website abstract", "version": "title:0 website:0 abstract:0",
            "a_title": "Mine", "a_website": "https://example.org", "a_abstract": "My text.",
        },
    )  # fmt: skip


def kept(draft):
    return versions.values(drafts.answers_of(draft.id).values())


def choose(client, draft, clash, **picks):
    hidden = dict(re.findall(r'name="(version|asked)"[^>]* value="([^"]*)"', clash.text))
    page = {"a_title": "Mine", "a_abstract": "My text."}
    picked = {f"pick_{key}": value for key, value in picks.items()}
    return client.post(f"/proposals/{draft.id}/edit/project", data=hidden | page | picked)


def test_clash_page_shows_both_with_the_difference(clash, draft):
    assert clash.status_code == 409
    assert "Their text." in clash.text
    assert "My text." in clash.text
    assert "<del>" in clash.text
    assert kept(draft)["website"] == "https://example.org"


def test_each_answer_is_chosen_by_itself(client, draft, clash):
    answer = choose(client, draft, clash, title="theirs", abstract="mine")

    assert answer.location == f"/proposals/{draft.id}/edit/project"
    assert (kept(draft)["title"], kept(draft)["abstract"]) == ("Theirs", "My text.")


def test_both_texts_are_put_below_each_other(client, draft, clash):
    answer = choose(client, draft, clash, title="theirs", abstract="both")

    assert kept(draft)["abstract"] == "My text.\n\nTheir text."
    assert "both texts stand below each other" in client.get(answer.location).text


def test_a_third_change_meanwhile_is_a_clash_again(client, cast, draft, clash):
    service.save(draft, {"abstract": "A third."}, {"abstract": 1}, actor=cast.ana, at=clock.now())

    again = choose(client, draft, clash, title="theirs", abstract="mine")

    assert again.status_code == 409
    assert "A third." in again.text
    assert kept(draft)["abstract"] == "A third."
