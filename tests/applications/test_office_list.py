"""The office's list: who sees what, looked for in words, in any order, page by page, at the same cost."""

import csv
import io
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fundapp.accounts.models import RoleName
from fundapp.applications import listings, office_list, search_forms, search_keys, search_texts, tags
from fundapp.applications.models import (
    ApplicationState,
    ApplicationVersion,
    Audience,
    Capacity,
    Level,
    ThreadKind,
    VersionReason,
)
from fundapp.applications.search_words import read
from fundapp.applications.service import let_in
from fundapp.applications.threads import open_thread
from fundapp.core.db import db
from fundapp.reviews.models import ReviewState, Standing
from fundapp.rounds.models import RoundState
from tests.factories import (
    NOW,
    give_role,
    make_application,
    make_cast,
    make_conflict,
    make_fund,
    make_review,
    make_round,
    make_user,
)

S = ApplicationState
THEMES = {"web": {"en": "The open web", "nl": "Het open web"}, "tools": {"en": "Tools", "nl": "Gereedschap"}}


@pytest.fixture
def cast(session):
    return make_cast()


@pytest.fixture
def call(cast):
    return make_round(cast.fund, state=RoundState.REVIEWING, closes_at=NOW - timedelta(days=1))


@pytest.fixture
def sol(client, cast):
    client.sign_in(cast.sol)
    return client


def look(user, query, round=None, sort="title"):
    """Give what a search says is wrong, or else the titles it finds."""
    asked = read(query)
    asking = search_keys.Asking(user, NOW, "Europe/Amsterdam", THEMES)
    found = search_keys.condition(asked, asking)
    if asked.faults:
        return [fault.message for fault in asked.faults]
    wanted = office_list.scope(user, round.id if round else None) & found
    return [row.title for row in office_list.page(wanted, sort=sort).rows]


# --- who sees what -------------------------------------------------------------------


def test_list_leaves_out_drafts_and_other_rounds(cast, call):
    seen = make_application(call, cast.ana)
    make_application(call, cast.ana, state=S.DRAFT)
    other = make_application(make_round(cast.fund), cast.ana)

    assert look(cast.sol, "", call) == [seen.title]
    assert sorted(look(cast.sol, "")) == sorted([seen.title, other.title])


def test_trial_rounds_are_listed_only_by_themselves(cast):
    trial = make_round(cast.fund, is_trial=True)
    seen = make_application(trial, cast.ana)

    assert look(cast.sol, "") == []
    assert look(cast.sol, "", trial) == [seen.title]


def test_what_a_tie_bars_is_nowhere(sol, cast, call):
    own = make_application(call, cast.ana, title="Lighthouse")
    search_texts.keep(own, own.current)
    tag = tags.put(own, "urgent", actor=cast.max, at=NOW)
    make_conflict(own, cast.sol)

    for query in ("", "lighthouse", "title:light", "tag:urgent", "-tag:other", "state:submitted"):
        assert look(cast.sol, query) == []
        assert look(cast.max, query) == ["Lighthouse"]
    for path in ("/office/applications", f"/office/rounds/{call.id}/applications"):
        page = sol.get(f"{path}?q=lighthouse").text
        assert "0 applications" in page
        assert "without lighthouse" not in page
        assert "Lighthouse" not in sol.get(f"{path}?csv=1").text
    assert tag.name == "urgent"


def test_sealed_round_shows_nothing(cast):
    call = make_round(cast.fund, is_sealed=True)
    own = make_application(call, cast.ana)
    search_texts.keep(own, own.current)

    assert look(cast.sol, "", call) == look(cast.sol, "project") == []


def test_finance_finds_what_is_awarded_and_never_by_ties(cast, call):
    paid = make_application(call, cast.ana, state=S.AWARDED, title="Paid")
    make_application(call, cast.ben, title="Asked")
    make_conflict(paid, cast.rhea)

    assert look(cast.fin, "") == ["Paid"]
    assert look(cast.fin, "has:tie") == []
    assert look(cast.sol, "has:tie") == ["Paid"]


def test_reviewer_at_the_office_finds_nothing_by_reading(cast, call):
    own = make_application(call, cast.ana)
    give_role(cast.fin, cast.fund, RoleName.REVIEWER)
    let_in(own, cast.fin, Capacity.REVIEWER, Level.READ, actor=cast.sol, at=NOW)

    assert look(cast.fin, "") == []


def test_list_is_for_the_office_of_this_fund(client, cast, call):
    stranger = make_user("Max Maas", roles={make_fund(): [RoleName.MANAGER]})
    make_application(call, cast.ana, title="Lighthouse")

    for user, one, all_of_them in (
        (cast.ana, 404, 403),
        (cast.rhea, 404, 403),
        (stranger, 404, 200),
        (cast.aud, 200, 200),
    ):
        client.sign_in(user)
        assert client.get(f"/office/rounds/{call.id}/applications").status_code == one
        page = client.get("/office/applications")
        assert page.status_code == all_of_them
        assert ("Lighthouse" in page.text) == (user is cast.aud)


# --- the language -----------------------------------------------------------------------


@pytest.fixture
def three(cast, call):
    """Three applications that differ in everything one can ask for."""
    web = make_application(
        call, cast.ana, title="Sluiswachter", theme="web", country="NL", requested_cents=2_000_000
    )
    tools = make_application(
        call,
        cast.ben,
        title="Getijdenboek",
        theme="tools",
        country="DE",
        requested_cents=500_000,
        state=S.IN_REVIEW,
    )
    bare = make_application(call, make_user("Zoë Quist"), title="Zaadwissel", requested_cents=None)
    web.lead_id, web.submitted_at, bare.submitted_at = (
        cast.sol.id,
        NOW - timedelta(days=40),
        NOW - timedelta(days=2),
    )
    tools.submitted_at = NOW - timedelta(hours=3)
    for one, words in (
        (web, "A library café for the open web"),
        (tools, "Peer-to-peer libraries"),
        (bare, "Seeds"),
    ):
        one.current.answers["abstract"] = words
        search_texts.keep(one, one.current)
    tags.put(web, "Second try", actor=cast.sol, at=NOW)
    tags.raise_flag(tools, "Late", actor=cast.max, at=NOW)
    open_thread(
        bare,
        kind=ThreadKind.NOTE,
        audience=Audience.OFFICE,
        subject="Note",
        body="Look.",
        actor=cast.sol,
        at=NOW,
    )
    return web, tools, bare


W, T, Z = "Sluiswachter", "Getijdenboek", "Zaadwissel"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", [T, W, Z]),
        ("state:submitted", [W, Z]),
        ("status:ontvangen", [W, Z]),
        ('state:"In review"', [T]),
        ("staat:in_review,received", [T, W, Z]),
        ("theme:web", [W]),
        ('thema:"het open web"', [W]),
        ("theme:none", [Z]),
        ("-theme:web", [T, Z]),
        ("country:nl", [W]),
        ("land:Duitsland", [T]),
        ("-country:nl", [T, Z]),
        ("amount>5000", [W]),
        ("amount>=5000", [T, W]),
        ("amount:>€5.000,00", [W]),
        ("bedrag<=5000", [T]),
        ("-amount>5000", [T, Z]),
        ("amount:none", [Z]),
        ("amount:5000..20000", [T, W]),
        ("amount:..6000", [T]),
        ("lead:me", [W]),
        ("behandelaar:mij", [W]),
        ("lead:none", [T, Z]),
        ("lead:sol", [W]),
        ('tag:"second TRY"', [W]),
        ("tag:none", [T, Z]),
        ("tag:unheard", []),
        ("flag:yes", [T]),
        ("vlag:nee", [W, Z]),
        ("flag:mine", []),
        ("has:note", [Z]),
        ("heeft:notitie", [Z]),
        ("has:tag", [W]),
        ("-has:tag", [T, Z]),
        ("submitted:7d", [T, Z]),
        ("submitted:today", [T]),
        ("ingediend:2026-10", [W]),
        ("submitted<2026-11-01", [W]),
        ("submitted>=2026-11", [T, Z]),
        ("submitted:2026", [T, W, Z]),
        ("title:wissel", [Z]),
        ("applicant:quist", [Z]),
        ("aanvrager:Zoë", [Z]),
        ("sluis", [W]),
        ("cafe", [W]),
        ('"open web"', [W]),
        ('"web open"', []),
        ("librar*", [T, W]),
        ("library", [W]),
        ("peer-to-peer", [T]),
        ("seeds OR cafe", [W, Z]),
        ("(seeds OF cafe) theme:web", [W]),
        ("-(seeds OR cafe)", [T]),
        ("NOT seeds library", [W]),
        ("100%_", []),
        ("seeds - cafe", []),
    ],
)
def test_words_find(cast, call, three, query, found):
    assert look(cast.sol, query, call) == found


def test_rounds_and_funds_are_found_by_their_short_names(cast, call, three):
    other = make_application(make_round(cast.fund, slug="spring"), cast.ana, title="Atlas")

    assert look(cast.sol, "round:spring") == [other.title]
    assert look(cast.sol, f"ronde:{cast.fund.slug}/spring") == [other.title]
    assert look(cast.sol, f"fund:{cast.fund.slug} -round:spring") == [T, W, Z]
    assert look(cast.sol, "fund:elsewhere") == []


def test_attachments_are_found_and_not_text_that_speaks_of_them(cast, call):
    filed, told = (make_application(call, cast.ana, title=title) for title in ("Filed", "Told"))
    files = [{"id": 1, "name": "plan.pdf", "size": 9, "sha256": "a" * 64}]
    for one, answers in ((filed, {"plan": files}), (told, {"plan": '"sha256": "no"'})):
        db.session.add(
            ApplicationVersion(
                application_id=one.id, number=2, stage_id=one.stage_id, form_id=one.stage.form_id,
                answers=answers, title=one.title, reason=VersionReason.REVISED, digest="b" * 64, made_at=NOW,
            )
        )  # fmt: skip
        one.version_number = 2
    db.session.flush()

    assert look(cast.sol, "has:attachment", call) == ["Filed"]
    assert look(cast.sol, "-heeft:bijlage", call) == ["Told"]


def test_reviews_are_asked_and_shown_and_never_to_finance(client, cast, call):
    done, asked = (
        make_application(call, cast.ana, state=S.AWARDED, title=title) for title in ("Done", "Asked")
    )
    make_review(done, cast.rhea, state=ReviewState.SUBMITTED)
    make_review(asked, cast.rhea)
    db.session.add(
        Standing(
            application_id=done.id, stage_id=done.stage_id, round_id=done.round_id, fund_id=done.fund_id,
            reviews=1, mean_ppm=815_000, spread_ppm=0, computed_at=NOW,
        )
    )  # fmt: skip

    for query, found in (
        ("reviews<1", ["Asked"]), ("reviews:1", ["Done"]), ("missing>0", ["Asked"]),
        ("reviewers:1", ["Asked", "Done"]),
        ("score>70", ["Done"]), ("cijfer<=81", []), ("score>=81", ["Done"]), ("-score>70", ["Asked"]),
    ):  # fmt: skip
        assert look(cast.sol, query, call) == found
        assert look(cast.fin, query, call) in ([], ["Asked", "Done"])
    path = "/office/applications?c=reviews&c=score&sort=-score"
    client.sign_in(cast.sol)
    seen = client.get(path).text
    client.sign_in(cast.fin)
    money = client.get(path).text
    assert "81.5" in seen
    assert "1 / 1" in seen
    assert "81.5" not in money
    assert "1 / 1" not in money
    assert client.get("/office/applications?c=score&csv=1").text.count("81.5") == 0


@pytest.mark.parametrize(
    "case",
    [
        ("seeds stat:x", "stat:x", "Did you mean sta"),
        ("state:inreview", "state:inreview", "Did you mean in review?"),
        ("state:nonsense", "state:nonsense", "There is no “nonsense” here."),
        ("theme:wep", "theme:wep", "Did you mean web?"),
        ("country:atlantis", "country:atlantis", "There is no country “atlantis”."),
        ("amount>lots", "amount>lots", ""),
        ("amount>99999999999999999999", "amount>99999999999999999999", ""),
        ("submitted:soon", "submitted:soon", "is not a day"),
        ("submitted:2026-13", "submitted:2026-13", "is not a day"),
        ("submitted:0000", "submitted:0000", "is not a day"),
        ("state>submitted", "state>submitted", "goes with a colon"),
        ("flag:perhaps", "flag:perhaps", "neither yes nor no"),
        ('a "b c', '"b c', "not closed"),
        ("a (b", "(", "not closed"),
        ("a) b", ")", "closes nothing"),
        ("a OR", "OR", "both sides"),
        ("tag:", "tag:", "Nothing stands behind"),
    ],
)
def test_wrong_word_is_pointed_at_and_nothing_is_shown(sol, call, three, case):
    query, wrong, told = case

    page = sol.get(f"/office/rounds/{call.id}/applications", query_string={"q": query}).text

    assert "One word is not understood" in page
    assert f"<mark>{wrong.replace(chr(34), '&#34;').replace('>', '&gt;')}</mark>" in page
    assert told in page
    assert W not in page
    assert "Search without it" in page


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.one_of(
        st.text(max_size=60),
        st.text(alphabet='ab:"()-|*<>=., OR2é\x00', max_size=40),
        st.lists(
            st.sampled_from(
                [
                    "state:",
                    "amount>",
                    "submitted:",
                    "lead:",
                    "-",
                    "(",
                    ")",
                    "OR",
                    '"',
                    "x",
                    "2026",
                    "..",
                    "7d",
                    ",",
                    "*",
                ]
            ),
            max_size=12,
        ).map("".join),
    )
)
def test_no_text_breaks_the_search(app, text):
    with app.test_request_context():
        user = cast_of(app)
        result = look(user, text)

    assert isinstance(result, list)


def cast_of(app):
    """Give one manager for all examples."""
    found = app.config.get("A_MANAGER")
    if found is None:
        found = app.config["A_MANAGER"] = make_cast().sol
    return found


# --- pages, order, columns -----------------------------------------------------------------


@pytest.mark.parametrize("sort", [f"{way}{key}" for key in office_list.SORTS for way in ("", "-")])
def test_pages_follow_on_without_gap_or_repeat_both_ways(sol, cast, call, monkeypatch, sort):
    monkeypatch.setattr(office_list, "PAGE", 2)
    made = [
        make_application(call, cast.ana, title=title, requested_cents=cents, country=country).id
        for title, cents, country in (
            ("b", 100, None), ("A", None, "NL"), ("a", 100, "NL"), ("É", 300, "DE"), ("c", None, None),
        )
    ]  # fmt: skip
    wanted = office_list.scope(cast.sol, call.id)

    there, place = [], None
    while True:
        page = office_list.page(wanted, sort=sort, place=place)
        there.append([row.id for row in page.rows])
        if page.after is None:
            break
        place = office_list.read_place(page.after.write(), sort)
    back = [there[-1]]
    while page.before is not None:
        page = office_list.page(wanted, sort=sort, place=office_list.read_place(page.before.write(), sort))
        back.insert(0, [row.id for row in page.rows])

    assert sorted(id for ids in there for id in ids) == sorted(made)
    assert [len(ids) for ids in there] == [2, 2, 1]
    assert back == there


@pytest.mark.parametrize(
    "text", ["", "x", "W10", "WyJcdTAwMDAiLDEsMF0", "W251bGwsMSwwXQ", "WyJcdWQ4MDAiLDEsMF0", "é"]
)
@pytest.mark.parametrize("sort", ["title", "-amount", "submitted", "nonsense"])
def test_list_survives_a_strange_address(sol, cast, call, text, sort):
    make_application(call, cast.ana, title="Atlas")

    page = sol.get(
        f"/office/rounds/{call.id}/applications", query_string={"at": text, "sort": sort, "c": "x,,\x00"}
    )

    assert page.status_code == 200
    assert "Atlas" in page.text


def test_list_page_costs_the_same_for_one_and_fifty(sol, cast, call):
    every = "&".join(f"c={key}" for key in ("applicant", "reviews", "asked", "score", "tags", "lead"))
    counts = []
    for number in (1, 59):
        for _ in range(number):
            own = make_application(call, cast.ana)
            search_texts.keep(own, own.current)
        for path in (f"/office/rounds/{call.id}/applications", "/office/applications"):
            assert sol.get(f"{path}?q=project&{every}").status_code == 200
            counts.append(len(sol.statements))

    assert counts[0] + 1 >= counts[2]  # a long list is counted
    assert counts[1] + 1 >= counts[3]
    assert max(counts) <= 10


def test_list_draws_few_bytes_a_row(sol, cast, call):
    sizes = []
    for number in (1, 49):
        for _ in range(number):
            make_application(call, cast.ana)
        sizes.append(len(sol.get(f"/office/rounds/{call.id}/applications").text))

    assert (sizes[1] - sizes[0]) / 49 < 900


def test_columns_are_chosen_and_kept_in_the_links(sol, cast, call):
    make_application(call, cast.ana, country="NL")

    page = sol.get(f"/office/rounds/{call.id}/applications?c=country&c=days").text

    assert "Netherlands" in page
    assert "Days in this state" in page
    assert '<td data-l="Applicant">' not in page
    assert "c=country,days" in page.replace("%2C", ",")


def test_filters_write_the_language(sol, cast, call):
    answer = sol.get(
        f"/office/rounds/{call.id}/applications",
        query_string={
            "narrow": 1, "q": "seeds state:submitted -lead:me", "state": "in_review", "theme": "",
            "least": "5.000", "tag": "second try",
        },
    )  # fmt: skip

    sent = parse_qs(urlsplit(answer.location).query)["q"]
    assert sent == ['seeds -lead:me state:in_review tag:"second try" amount>=5.000']


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("status:ontvangen", {"state": "submitted"}), ('state:"in review"', {"state": "in_review"}),
        ("behandelaar:mij tag:geen", {"lead": "me", "tag": "none"}), ("land:Duitsland", {"country": "de"}),
        ("amount>5000 bedrag<=9.000", {"least": "5000", "most": "9.000"}), ("state:submitted,in_review", {}),
        ("-state:submitted (theme:web)", {}), ("theme:web OR theme:tools", {}),
    ],
)  # fmt: skip
def test_filters_show_what_was_typed_and_leave_it(app, typed, shown):
    with app.test_request_context():
        asked = read(typed)

        assert search_forms.present(asked) == shown
        assert search_forms.rewritten(asked, {**shown, "theme": ""}) == asked.text


def test_hit_is_shown_and_marked(sol, cast, call):
    own = make_application(call, cast.ana)
    own.current.answers["abstract"] = "We build a <b>café</b> for everybody."
    search_texts.keep(own, own.current)

    page = sol.get("/office/applications?q=cafe").text

    assert "We build a &lt;b&gt;<mark>café</mark>&lt;/b&gt; for everybody." in page


def test_empty_list_says_which_word_to_drop(sol, cast, call, three):
    page = sol.get(f"/office/rounds/{call.id}/applications", query_string={"q": "cafe state:in_review"}).text

    assert "Nothing fits." in page
    assert "without cafe" in page
    assert "without state:in_review" in page


def test_empty_round_says_what_will_be_here(sol, cast, call):
    assert "No applications yet." in sol.get(f"/office/rounds/{call.id}/applications").text


def test_file_holds_the_present_list_and_nothing_that_runs(sol, cast, call):
    make_application(call, cast.ana, title="=cmd()", requested_cents=123_45)
    make_application(call, cast.ben, title="Other", state=S.IN_REVIEW)

    answer = sol.get(f"/office/rounds/{call.id}/applications?csv=1&q=state:submitted&c=applicant&c=amount")

    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert rows[0] == ["code", "title", "applicant", "amount", "currency"]
    assert [row[1:] for row in rows[1:]] == [["'=cmd()", "Ana Alders", "123.45", "EUR"]]


def test_counts_by_state_follow_what_is_seen(cast, call, three):
    make_conflict(three[0], cast.sol)

    assert listings.office_counts(cast.sol, call.id) == {S.SUBMITTED: 1, S.IN_REVIEW: 1}
