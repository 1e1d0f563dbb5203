"""The words in which the office looks for applications: what they find, and what is said of wrong ones."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fundapp.applications import search_forms
from fundapp.applications.models import ApplicationState, ApplicationVersion, VersionReason
from fundapp.applications.search_words import read
from fundapp.core.db import db
from fundapp.reviews.models import ReviewState, Standing
from fundapp.rounds.models import RoundState
from tests.applications.looking import T, W, Z, look, make_three
from tests.factories import NOW, make_application, make_cast, make_review, make_round

S = ApplicationState


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


@pytest.fixture
def three(cast, call):
    return make_three(cast, call)


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
