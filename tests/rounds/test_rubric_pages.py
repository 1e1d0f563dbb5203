"""The editor of rubrics, as a manager and an auditor meet it."""

import io

import pytest

from fundapp.rounds import definitions, rubrics
from tests.factories import NOW, make_cast, make_fund, make_round

SHIPPED = "strong_internet"


@pytest.fixture
def cast(app):
    return make_cast()


@pytest.fixture
def rubric(cast, session):
    source = definitions.load_library(SHIPPED).definition
    made = rubrics.begin(cast.fund, slug="ours", source=source, actor=cast.sol, at=NOW)
    session.flush()
    return made


def test_library_is_listed_and_shown(client, cast):
    client.sign_in(cast.sol)

    listed = client.get("/office/rubrics")
    shown = client.get("/office/rubrics/library/resilience")

    assert "Four components of resilience" in listed.text
    assert "Rehearsed" in shown.text
    assert client.get("/office/rubrics/library/none").status_code == 404


def test_rubric_is_begun_once(client, cast):
    client.sign_in(cast.sol)
    url = f"/office/funds/{cast.fund.id}/rubrics/new"
    sent = {"slug": "mine", "source": "shipped:resilience", "once": "o-1"}

    first = client.post(url, data=sent)
    again = client.post(url, data=sent)

    assert first.status_code == again.status_code == 302
    assert first.location == again.location
    assert "R4. Legal" in client.get(first.location).text


def test_bad_short_name_is_told_beside_the_field(client, cast):
    client.sign_in(cast.sol)

    done = client.post(
        f"/office/funds/{cast.fund.id}/rubrics/new",
        data={"slug": "Not Good", "source": "empty", "once": "o-2"},
    )

    assert done.status_code == 422
    assert "single hyphens" in done.text
    assert "Not Good" in done.text


def criterion(**changes):
    levels = {
        f"levels-{place}-{part}_{lang}": f"{part} {place} {lang}"
        for place in range(5)
        for part in ("label", "anchor")
        for lang in ("en", "nl")
    }
    return {
        "key": "I1", "weight": "30", "lowest": "1", "name_en": "Reach", "name_nl": "Bereik",
        "question_en": "How far?", "question_nl": "Hoe ver?", "evidence_en": "a\nb", "evidence_nl": "c\nd",
        "group_en": "Five criteria", "group_nl": "Vijf criteria", **levels, **changes,
    }  # fmt: skip


def test_criterion_is_changed(client, cast, rubric):
    client.sign_in(cast.sol)
    url = f"/office/rubrics/{rubric.id}/criteria/I1"
    assert client.get(url).status_code == 200

    done = client.post(url, data=criterion(seen=rubric.row_version))

    assert done.status_code == 302
    one = rubrics.definition_of(rubric)["criteria"][0]
    assert one["name"] == {"en": "Reach", "nl": "Bereik"}
    assert one["evidence"] == [{"en": "a", "nl": "c"}, {"en": "b", "nl": "d"}]
    assert [level["value"] for level in one["levels"]] == [1, 2, 3, 4, 5]
    assert rubrics.is_whole(rubric)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"key": "1x"}, "Use a letter"),
        ({"key": "I2"}, "Another criterion has this key"),
        ({"weight": "lots"}, "Not a valid integer"),
        ({"weight": "101"}, "100"),
        ({"evidence_nl": "only one"}, "2 in English, 1 in Dutch"),
    ],
)
def test_bad_criterion_is_told_and_nothing_is_lost(client, cast, rubric, changes, said):
    client.sign_in(cast.sol)

    done = client.post(
        f"/office/rubrics/{rubric.id}/criteria/I1", data=criterion(seen=rubric.row_version, **changes)
    )

    assert done.status_code == 422
    assert said in done.text
    assert "How far?" in done.text
    assert rubrics.definition_of(rubric)["criteria"][0]["name"]["en"] == "A stronger internet"


def test_level_is_added_without_losing_what_is_typed(client, cast, rubric):
    client.sign_in(cast.sol)

    page = client.post(
        f"/office/rubrics/{rubric.id}/criteria/I1", data=criterion(do="more", name_en="Halfway")
    )

    assert "levels-5-anchor_en" in page.text
    assert "Halfway" in page.text
    assert len(rubrics.definition_of(rubric)["criteria"][0]["levels"]) == 5


def test_second_window_is_warned_and_keeps_its_text(client, cast, rubric):
    client.sign_in(cast.sol)
    seen = rubric.row_version
    url = f"/office/rubrics/{rubric.id}/criteria/I1"
    client.post(url, data=criterion(seen=seen, name_en="First window"))

    page = client.post(url, data=criterion(seen=seen, name_en="Second window"))

    assert page.status_code == 422
    assert "Somebody else changed this rubric meanwhile" in page.text
    assert "Second window" in page.text
    assert rubrics.definition_of(rubric)["criteria"][0]["name"]["en"] == "First window"


def test_criterion_is_added_moved_and_thrown_away(client, cast, rubric):
    client.sign_in(cast.sol)
    base = f"/office/rubrics/{rubric.id}"
    assert client.get(f"{base}/new-criterion").status_code == 200

    client.post(f"{base}/new-criterion", data=criterion(seen=rubric.row_version, key="I6", weight="0"))
    client.post(f"{base}/criteria/I6/move", data={"to": "up"})
    assert client.get(f"{base}/criteria/I1/drop").status_code == 200
    client.post(f"{base}/criteria/I1/drop")

    keys = [one["key"] for one in rubrics.definition_of(rubric)["criteria"]]
    assert keys == ["I2", "I3", "I4", "I6", "I5"]
    assert "weights add up to 70" in client.get(base).text


def test_head_is_changed(client, cast, rubric):
    client.sign_in(cast.sol)
    url = f"/office/rubrics/{rubric.id}/head"
    assert client.get(url).status_code == 200

    done = client.post(
        url,
        data={
            "seen": rubric.row_version, "name_en": "Ours", "name_nl": "Het onze",
            "rules_en": "One.", "rules_nl": "Eén.",
            "threshold": "3,5", "lowest": "1", "highest": "5",
        },
    )  # fmt: skip

    assert done.status_code == 302
    assert (rubric.name["nl"], rubric.threshold_ppm) == ("Het onze", 625_000)


def test_threshold_off_its_scale_is_told(client, cast, rubric):
    client.sign_in(cast.sol)

    done = client.post(
        f"/office/rubrics/{rubric.id}/head",
        data={"seen": "1", "name_en": "A", "name_nl": "B", "threshold": "9", "lowest": "1", "highest": "5"},
    )

    assert done.status_code == 422
    assert "scale this number is on" in done.text


def test_frozen_rubric_offers_a_new_version_only(client, cast, rubric, session):
    rubric.frozen_at = NOW
    session.flush()
    client.sign_in(cast.sol)

    page = client.get(f"/office/rubrics/{rubric.id}")
    made = client.post(f"/office/rubrics/{rubric.id}/version")

    assert "Make a new version" in page.text
    assert "Add a criterion" not in page.text
    assert client.get(f"/office/rubrics/{rubric.id}/head").status_code == 404
    assert "version 2" in client.get(made.location).text


def test_yaml_goes_out_and_comes_in(client, cast, rubric):
    client.sign_in(cast.sol)

    file = client.get(f"/office/rubrics/{rubric.id}/yaml")
    back = client.post(
        f"/office/funds/{cast.fund.id}/rubrics/file", data={"file": (io.BytesIO(file.data), "ours.yaml")}
    )

    assert file.headers["Content-Disposition"] == "attachment; filename=ours-1.yaml"
    assert back.location.endswith(f"/office/rubrics/{rubric.id}")


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"criteria: []", b"slug: x"])
def test_bad_file_is_refused_in_words(client, cast, content):
    client.sign_in(cast.sol)

    done = client.post(
        f"/office/funds/{cast.fund.id}/rubrics/file", data={"file": (io.BytesIO(content), "x.yaml")}
    )

    assert done.status_code == 422
    assert "Not taken in" in done.text


def test_unused_rubric_is_thrown_away(client, cast, rubric):
    client.sign_in(cast.sol)
    url = f"/office/rubrics/{rubric.id}"
    assert client.get(f"{url}/drop").status_code == 200

    done = client.post(f"{url}/drop")

    assert done.status_code == 302
    assert client.get(url).status_code == 404


def test_rubric_of_a_round_says_where_it_is_used(client, cast, rubric):
    round = make_round(cast.fund, rubric=rubric)
    client.sign_in(cast.sol)

    assert round.name["en"] in client.get(f"/office/rubrics/{rubric.id}").text


def test_auditor_reads_and_does_not_write(client, cast, rubric):
    client.sign_in(cast.aud)

    page = client.get(f"/office/rubrics/{rubric.id}")

    assert page.status_code == 200
    assert "Add a criterion" not in page.text
    assert client.get(f"/office/rubrics/{rubric.id}/head").status_code == 403
    assert client.post(f"/office/rubrics/{rubric.id}/version").status_code == 403


def test_other_funds_and_applicants_see_nothing(client, cast, rubric):
    other = make_cast(make_fund())
    client.sign_in(other.sol)
    assert client.get(f"/office/rubrics/{rubric.id}").status_code == 404

    client.sign_in(cast.ana)
    assert client.get("/office/rubrics").status_code == 403
