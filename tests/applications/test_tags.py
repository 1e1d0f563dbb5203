"""Words, flags, kept views and notes of the office: for the office alone, each change logged."""

import pytest
from sqlalchemy import select

from fundapp.applications import attention, notes, saved_views, tags
from fundapp.applications.models import ApplicationTag, Mention, SavedView, Tag
from fundapp.core.db import db
from fundapp.core.mail import Outbox
from fundapp.core.refusals import MoveRefused, Refusal
from tests.factories import NOW, make_application, make_cast, make_conflict, make_fund, make_round

V = saved_views


@pytest.fixture
def cast(session):
    return make_cast()


@pytest.fixture
def own(cast):
    return make_application(make_round(cast.fund), cast.ana, title="Atlas")


@pytest.fixture
def sol(client, cast):
    client.sign_in(cast.sol)
    return client


def worn(row):
    return [tag.name for tag in tags.marks(row).tags]


# --- words -------------------------------------------------------------------------------


def test_word_is_put_on_once_whatever_its_capitals(cast, own):
    first = tags.put(own, "Second  try", actor=cast.sol, at=NOW)
    second = tags.put(own, "sécond TRY", actor=cast.max, at=NOW)

    assert first is second
    assert worn(own) == ["Second try"]


@pytest.mark.parametrize("name", ["", " ", "!!", "x" * 41, '"'])
def test_word_must_be_one(cast, own, name):
    with pytest.raises(Refusal):
        tags.put(own, name, actor=cast.sol, at=NOW)


def test_only_who_handles_it_puts_words_and_flags(cast, own):
    make_conflict(own, cast.max)

    for who in (cast.max, cast.fin, cast.aud, cast.rhea, cast.ana):
        with pytest.raises(MoveRefused):
            tags.put(own, "urgent", actor=who, at=NOW)
        with pytest.raises(MoveRefused):
            tags.raise_flag(own, "", actor=who, at=NOW)


def test_renaming_to_another_word_joins_the_two(cast, own):
    other = make_application(own.round, cast.ben)
    late = tags.put(own, "late", actor=cast.sol, at=NOW)
    tags.put(own, "overdue", actor=cast.sol, at=NOW)
    tags.put(other, "late", actor=cast.sol, at=NOW)

    left = tags.rename(late, "Overdue", actor=cast.sol, at=NOW)
    db.session.flush()

    assert left.name == "overdue"
    assert worn(own) == worn(other) == ["overdue"]
    assert db.session.scalars(select(Tag.name)).all() == ["overdue"]


def test_words_of_a_fund_are_counted_renamed_and_dropped(sol, cast, own):
    tag = tags.put(own, "late", actor=cast.sol, at=NOW)

    sol.post(f"/office/tags/{tag.id}", data={"name": "Very late"})
    listed = sol.get(f"/office/funds/{cast.fund.id}/tags").text
    wrong = sol.post(f"/office/tags/{tag.id}", data={"name": "!"})
    sol.post(f"/office/tags/{tag.id}/drop")

    assert "Very late" in listed
    assert wrong.status_code == 422
    assert db.session.scalars(select(ApplicationTag.tag_id)).all() == []


def test_words_of_another_fund_are_not_found(client, cast, own):
    tag = tags.put(own, "late", actor=cast.sol, at=NOW)
    client.sign_in(cast.aud)

    assert client.get(f"/office/tags/{tag.id}").status_code == 404
    assert client.get(f"/office/funds/{cast.fund.id}/tags").status_code == 403
    assert client.get(f"/office/funds/{make_fund().id}/tags").status_code == 404


def test_dossier_takes_words_and_the_flag(sol, cast, own):
    path = f"/office/applications/{own.id}"
    sol.post(f"{path}/tags", data={"name": "late"})
    sol.post(f"{path}/flag", data={"reason": "Look at the budget"})
    page = sol.get(path).text
    tag = db.session.scalars(select(Tag)).one()
    sol.post(f"{path}/untag", data={"tag": tag.id})
    sol.post(f"{path}/flag", data={"lower": "1"})
    bare = sol.get(path).text

    assert "Look at the budget" in page
    assert '<span class="tag">late</span>' in page
    assert "Flagged by" not in bare
    assert '<span class="tag">late</span>' not in bare


def test_dossier_says_what_is_wrong_with_a_word(sol, own):
    sol.post(f"/office/applications/{own.id}/tags", data={"name": "!!"})

    assert "A tag is a word or two" in sol.get(f"/office/applications/{own.id}").text
    assert tags.marks(own).tags == []


# --- views -------------------------------------------------------------------------------


def keep(cast, name="Mine", fund=None, actor=None):
    made = V.keep(
        name, query="lead:me", columns=["lead"], sort="title", fund=fund, actor=actor or cast.sol, at=NOW
    )
    db.session.flush()
    return made


def test_view_is_mine_or_shared_with_the_fund(cast):
    keep(cast, "Mine")
    keep(cast, "Ours", fund=cast.fund)

    assert [view.name for view in V.views_of(cast.sol)] == ["Mine", "Ours"]
    assert [view.name for view in V.views_of(cast.max)] == ["Ours"]
    assert V.views_of(cast.rhea) == []


def test_view_of_the_same_name_is_replaced(cast):
    keep(cast, "Mine")
    keep(cast, " Mine ", fund=cast.fund)

    assert [(view.name, view.fund_id) for view in V.views_of(cast.sol)] == [("Mine", cast.fund.id)]


def test_view_is_shared_only_with_ones_own_fund(cast):
    with pytest.raises(MoveRefused):
        keep(cast, fund=make_fund())


def test_view_is_thrown_away_by_its_owner_or_a_manager_of_the_fund(cast):
    private, shared = keep(cast, "Mine"), keep(cast, "Ours", fund=cast.fund)

    with pytest.raises(MoveRefused):
        V.forget(private, actor=cast.max, at=NOW)
    with pytest.raises(MoveRefused):
        V.forget(shared, actor=cast.aud, at=NOW)
    V.forget(shared, actor=cast.max, at=NOW)
    db.session.flush()

    assert [view.name for view in V.views_of(cast.sol)] == ["Mine"]


def test_view_is_kept_opened_and_thrown_away_on_the_pages(sol, cast, own):
    from_list = sol.get("/office/views?q=title:atlas&sort=title&c=lead,tags").text
    kept = sol.post(
        "/office/views",
        data={"name": "Atlases", "q": "title:atlas", "sort": "title", "c": "lead,x", "fund": ""},
    )
    listed, views = sol.get(kept.location).text, sol.get("/office/views").text
    view = db.session.scalars(select(SavedView)).one()
    held = (view.query, view.columns, view.sort)
    nameless = sol.post("/office/views", data={"name": " ", "q": "title:atlas", "fund": ""})
    sol.post(f"/office/views/{view.id}/forget")

    assert 'value="title:atlas"' in from_list
    assert held == ("title:atlas", ["lead"], "title")
    assert "Atlas" in listed
    assert "Atlases" in views
    assert nameless.status_code == 422
    assert "title:atlas" in nameless.text
    assert V.views_of(cast.sol) == []


# --- notes -------------------------------------------------------------------------------


def test_note_asks_a_colleague_to_look_once(cast, own):
    notes.write(own, "Is this budget right?", to=cast.max, actor=cast.sol, at=NOW)
    db.session.flush()

    asked = db.session.scalars(select(Mention)).one()
    mails = db.session.scalars(select(Outbox)).all()
    assert (asked.user_id, asked.seen_at) == (cast.max.id, None)
    assert [(mail.user_id, mail.name) for mail in mails] == [(cast.max.id, "thread-message")]
    assert attention.see(own.id, actor=cast.max, at=NOW) == 1
    assert attention.see(own.id, actor=cast.max, at=NOW) == 0


def test_note_never_reaches_whom_a_tie_bars(sol, cast, own):
    make_conflict(own, cast.max)

    notes.write(own, f"@{cast.max.name} look", actor=cast.sol, at=NOW)
    page = sol.get(f"/office/applications/{own.id}/notes").text
    refused = sol.post(
        f"/office/applications/{own.id}/notes", data={"body": "Look", "person": str(cast.max.id), "once": "a"}
    )

    assert db.session.scalars(select(Mention)).all() == []
    assert db.session.scalars(select(Outbox)).all() == []
    assert f'<option value="{cast.max.id}">' not in page
    assert refused.status_code == 422


def test_notes_are_for_the_office(client, cast, own):
    notes.write(own, "Between us", actor=cast.sol, at=NOW)
    make_conflict(own, cast.max)
    path = f"/office/applications/{own.id}/notes"

    for who, status in ((cast.ana, 404), (cast.rhea, 404), (cast.max, 404), (cast.aud, 200), (cast.sol, 200)):
        client.sign_in(who)
        answer = client.get(path)
        assert answer.status_code == status
        assert ("Between us" in answer.text) == (status == 200)
    client.sign_in(cast.ana)
    assert "Between us" not in client.get(f"/proposals/{own.id}").text


def test_note_is_written_once_and_shown_in_the_dossier(sol, cast, own):
    path, form = (
        f"/office/applications/{own.id}/notes",
        {"body": "<b>Look</b> here", "person": "", "once": "n1"},
    )
    sol.post(path, data=form)
    sol.post(path, data=form)
    empty = sol.post(path, data={"body": " ", "person": "", "once": "n2"})

    page = sol.get(f"/office/applications/{own.id}").text
    assert page.count("&lt;b&gt;Look&lt;/b&gt; here") == 1
    assert empty.status_code == 422
    assert sol.post(f"{path}/seen").status_code == 302
