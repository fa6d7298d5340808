"""Is the waiting time we name honest: right by known values, right four times in five, else silent?"""

import math
import random

import pytest

from chat.selectors.estimate import WaitRange, estimate_wait, regularised_incomplete_beta


def binomial_tail(a: int, b: int, x: float) -> float:
    """I_x(a, b) for whole a and b: at least a successes in a + b - 1 trials (DLMF 8.17.5)."""
    n = a + b - 1
    return math.fsum(math.comb(n, j) * x**j * (1 - x) ** (n - j) for j in range(a, n + 1))


@pytest.mark.parametrize("x", [0.001, 0.2, 0.5, 0.8, 0.999])
@pytest.mark.parametrize(("a", "b"), [(1, 1), (1, 9), (7, 1), (2, 3), (20, 60), (90, 11), (150, 150)])
def test_the_beta_function_agrees_with_the_binomial_distribution(a: int, b: int, x: float) -> None:
    assert regularised_incomplete_beta(a, b, x) == pytest.approx(binomial_tail(a, b, x), abs=1e-11)


def test_the_beta_function_agrees_with_values_in_closed_form() -> None:
    assert regularised_incomplete_beta(2, 3, 0.5) == pytest.approx(11 / 16)
    assert regularised_incomplete_beta(0.5, 0.5, 0.3) == pytest.approx(
        2 / math.pi * math.asin(math.sqrt(0.3))
    )
    assert regularised_incomplete_beta(1, 3.5, 0.2) == pytest.approx(1 - 0.8**3.5)
    assert regularised_incomplete_beta(3, 4.5, 0.0) == 0.0
    assert regularised_incomplete_beta(3, 4.5, 1.0) == 1.0


def test_the_next_person_after_many_acceptances_gets_the_exponential_quantiles() -> None:
    """With one position the chance is 1 - (T / (T + w))^(n + 1/2) in closed form."""
    window, accepts = 600.0, 60
    tenth, ninetieth = (window * ((1 - p) ** (-1 / (accepts + 0.5)) - 1) for p in (0.1, 0.9))
    expected = WaitRange(low=math.floor(tenth), high=math.ceil(ninetieth))
    assert estimate_wait(position=1, accepts=accepts, window_minutes=window) == expected


def test_nothing_is_promised_on_two_acceptances() -> None:
    assert estimate_wait(position=1, accepts=2, window_minutes=60) is None
    assert estimate_wait(position=1, accepts=3, window_minutes=60) is not None


def test_nothing_is_promised_beyond_three_hours_or_without_a_window() -> None:
    assert estimate_wait(position=200, accepts=20, window_minutes=60) is None
    assert estimate_wait(position=1, accepts=20, window_minutes=0) is None
    with pytest.raises(ValueError, match="position"):
        estimate_wait(position=0, accepts=20, window_minutes=60)


def test_whoever_is_further_back_never_hears_of_a_shorter_wait() -> None:
    ranges = [estimate_wait(position=place, accepts=30, window_minutes=60) for place in range(1, 80)]
    said = [known for known in ranges if known is not None]
    assert len(said) > 50
    assert said == sorted(said, key=lambda known: (known.low, known.high))
    assert ranges[len(said) :] == [None] * (len(ranges) - len(said)), "once we cannot say, nobody behind can"


def test_few_acceptances_make_a_wider_range_than_many_at_the_same_rate() -> None:
    few = estimate_wait(position=5, accepts=5, window_minutes=30)
    many = estimate_wait(position=5, accepts=50, window_minutes=300)
    assert few is not None
    assert many is not None
    assert few.high - few.low > many.high - many.low


@pytest.mark.parametrize(
    ("minutes_between", "position", "window"),
    [(5.0, 3, 60.0), (2.0, 10, 60.0), (10.0, 2, 120.0), (1.0, 40, 30.0)],
)
def test_about_four_waits_in_five_end_inside_the_range(
    minutes_between: float, position: int, window: float
) -> None:
    chance = random.Random(9999)
    inside = said = 0
    while said < 2000:
        accepts, at = 0, chance.expovariate(1 / minutes_between)
        while at < window:
            accepts, at = accepts + 1, at + chance.expovariate(1 / minutes_between)
        known = estimate_wait(position=position, accepts=accepts, window_minutes=window)
        if known is not None:
            said += 1
            inside += known.low <= chance.gammavariate(position, minutes_between) <= known.high
    assert 72 <= 100 * inside / said <= 90
