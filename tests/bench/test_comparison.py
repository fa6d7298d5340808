"""Does the comparison catch what a faulty service would do to a dialogue?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.comparison import Difference, Said, compare, percentile

SAID = [
    Said("c1", "counsellor", "こんばんは。"),
    Said("c2", "seeker", "はい"),
    Said("c3", "counsellor", "ゆっくりで大丈夫ですよ。"),
    Said("c4", "seeker", "はい"),
    Said("c5", "seeker", "聞いてもらえますか"),
]


def test_a_faithful_copy_differs_in_nothing() -> None:
    assert compare(SAID, list(SAID)).none


def test_a_lost_message_is_caught_even_when_the_same_words_were_said_twice() -> None:
    assert compare(SAID, SAID[:1] + SAID[2:]) == Difference(lost=1)


def test_a_doubled_message_is_caught() -> None:
    assert compare(SAID, [*SAID, SAID[2]]) == Difference(duplicated=1)


def test_a_message_stored_twice_under_another_cid_is_caught() -> None:
    again = Said("other", SAID[1].role, SAID[1].text)
    assert compare(SAID, [*SAID, again]) == Difference(duplicated=1)


def test_two_swapped_messages_are_one_out_of_order() -> None:
    swapped = [SAID[0], SAID[2], SAID[1], SAID[3], SAID[4]]
    assert compare(SAID, swapped) == Difference(misordered=1)


def test_swapped_messages_with_the_same_words_are_caught_too() -> None:
    swapped = [SAID[0], SAID[3], SAID[2], SAID[1], SAID[4]]
    assert compare(SAID, swapped).misordered == 2


@pytest.mark.parametrize(
    "other",
    [
        Said("c3", "counsellor", "ゆっくりで大丈夫ですよ"),
        Said("c3", "counsellor", "ゆっくりで大丈夫ですよ。 "),
        Said("c3", "seeker", "ゆっくりで大丈夫ですよ。"),
    ],
    ids=["a mark less", "a space more", "put into the other's mouth"],
)
def test_an_altered_message_is_caught(other: Said) -> None:
    assert compare(SAID, [*SAID[:2], other, *SAID[3:]]) == Difference(altered=1)


def test_a_foreign_conversations_message_is_caught() -> None:
    assert compare(SAID, [*SAID, Said("x9", "seeker", "別の人の話")]).duplicated == 1


def test_an_end_that_received_nothing_lost_everything() -> None:
    assert compare(SAID, []) == Difference(lost=5)


@given(st.permutations(SAID))
def test_any_other_order_is_out_of_order(received: list[Said]) -> None:
    assert (
        compare(SAID, received).misordered == 0
        if received == SAID
        else compare(SAID, received).misordered > 0
    )


@given(st.lists(st.sampled_from(SAID), max_size=12))
def test_what_was_received_is_accounted_for(received: list[Said]) -> None:
    difference = compare(SAID, received)
    assert len(received) == len(SAID) - difference.lost + difference.duplicated


def test_differences_add_up() -> None:
    assert Difference(1, 2, 3, 4) + Difference(4, 3, 2, 1) == Difference(5, 5, 5, 5)


def test_percentiles_are_values_that_were_measured() -> None:
    values = [float(number) for number in range(100, 0, -1)]
    assert [percentile(values, share) for share in (0.5, 0.95, 0.99, 1)] == [50, 95, 99, 100]
    assert percentile([7.0], 0.99) == 7
    assert percentile([], 0.5) is None
