"""Which licence expressions count as free."""

import pytest

from fundapp.rounds.free_licences import FREE, Standing, judge, unfree
from fundapp.rounds.licences import COMMON, is_expression


@pytest.mark.parametrize(
    ("text", "standing"),
    [
        ("MIT", "free"),
        ("EUPL-1.2", "free"),
        ("CC-BY-4.0", "free"),
        ("CC-BY-SA-4.0", "free"),
        ("CC0-1.0", "free"),
        ("ODbL-1.0", "free"),
        ("GPL-2.0-only WITH Classpath-exception-2.0", "free"),
        ("MIT OR BUSL-1.1", "free"),
        ("(MIT OR Apache-2.0) AND CC-BY-4.0", "free"),
        ("MIT AND CC-BY-NC-4.0", "not_free"),
        ("CC-BY-NC-4.0", "not_free"),
        ("CC-BY-ND-4.0", "not_free"),
        ("BUSL-1.1", "not_free"),
        ("SSPL-1.0", "not_free"),
        ("LicenseRef-Proprietary", "not_free"),
        ("MIT AND LicenseRef-Ours", "not_free"),
        ("proprietary", "unreadable"),
        ("MIT OR", "unreadable"),
        ("()", "unreadable"),
        ("", "unreadable"),
        ("MIT; rm -rf", "unreadable"),
        ("GPL-3.0+", "free"),
        ("mit", "free"),
    ],
)
def test_licence_is_judged(text: str, standing: str) -> None:
    assert judge(text) == standing


def test_fund_accepts_what_it_named_and_nothing_more() -> None:
    accepted = ["CC-BY-ND-4.0", "LicenseRef-Archive"]

    assert judge("CC-BY-ND-4.0", accepted) is Standing.ACCEPTED
    assert judge("MIT AND LicenseRef-Archive", accepted) is Standing.ACCEPTED
    assert judge("CC-BY-NC-4.0", accepted) is Standing.NOT_FREE
    assert unfree("CC-BY-NC-4.0 AND CC-BY-ND-4.0", accepted) == ["CC-BY-NC-4.0"]


def test_every_free_name_is_one_of_spdx() -> None:
    assert [name for name in sorted(FREE) if not is_expression(name)] == []
    assert [name for name in COMMON if judge(name) is not Standing.FREE] == []
