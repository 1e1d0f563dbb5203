"""Countries by name and code."""

import pytest

from fundapp.core import countries


def test_names_are_in_the_readers_language_and_order():
    dutch = list(countries.names("nl").items())

    assert dutch[0] == ("AF", "Afghanistan")
    assert dict(dutch)["DE"] == "Duitsland"
    assert [code for code, _ in dutch].index("AX") < [code for code, _ in dutch].index("BE")


def test_names_leave_out_what_is_no_country():
    assert not {"EU", "UN", "ZZ", "001"} & set(countries.names("en"))
    assert len(countries.names("en")) == len(countries.names("nl")) == 250


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("The Netherlands", "NL"), ("Nederland", "NL"), ("nl", "NL"), (" Belgium ", "BE"), ("België", "BE"),
        ("France & Denmark", None), ("", None), ("Atlantis", None), ("UK", "GB"), ("XK", "XK"),
    ],
)  # fmt: skip
def test_code_of_finds_exactly_one_country(text, code):
    assert countries.code_of(text) == code
