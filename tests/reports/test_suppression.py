"""Small numbers in public: hidden, and not given away by a total."""

from hypothesis import given
from hypothesis import strategies as st

from fundapp.reports.suppression import LEAST, public_counts, public_groups, withheld


def group(key, received, funded):
    return {
        "key": key, "received": received, "funded": funded, "rate": 1.0, "asked_cents": received * 100,
        "awarded_cents": funded * 100, "share": 1.0,
    }  # fmt: skip


def test_small_count_is_hidden_with_what_would_tell_it():
    hidden = public_groups([group("a", 3, 1), group("b", 2, 0), group("c", 20, 9)])

    assert [row["received"] for row in hidden] == [None, None, 20]
    assert hidden[0]["asked_cents"] is None
    assert hidden[0]["rate"] is None


def test_small_number_of_funded_hides_the_amount_but_not_what_was_asked():
    hidden = public_groups([group("a", 12, 2), group("b", 14, 3), group("c", 30, 8)])

    assert [row["received"] for row in hidden] == [12, 14, 30]
    assert [row["funded"] for row in hidden] == [None, None, 8]
    assert hidden[0]["awarded_cents"] is None
    assert hidden[0]["asked_cents"] == 1200


def test_lone_hidden_cell_takes_the_next_smallest_with_it():
    assert withheld([3, 8, 20]) == {0, 1}


def test_nought_is_about_nobody_and_stays():
    assert withheld([0, 8, 20]) == set()


def test_counts_of_a_question_are_hidden_too():
    assert [row["number"] for row in public_counts([{"number": 2}, {"number": 9}])] == [None, None]


@given(st.lists(st.integers(0, 40), max_size=9))
def test_total_less_the_shown_cells_never_tells_a_small_one(counts):
    hidden = withheld(counts)

    told = sum(counts[place] for place in hidden)
    small = {place for place, count in enumerate(counts) if 0 < count < LEAST}
    assert small <= hidden
    assert not small or len(hidden) == len(counts) or (len(hidden) > 1 and told >= LEAST)
