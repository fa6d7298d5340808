"""How long will a waiting person wait? A range that is honest about how little a few acceptances tell."""

import math
from collections.abc import Callable
from dataclasses import dataclass

FEWEST_ACCEPTS = 3
LONGEST_MINUTES = 180
LOW_TAIL, HIGH_TAIL = 0.1, 0.9


@dataclass(frozen=True, slots=True)
class WaitRange:
    """Whole minutes; about four waits in five end between the two."""

    low: int
    high: int


def estimate_wait(*, position: int, accepts: int, window_minutes: float) -> WaitRange | None:
    """The range in which the person at `position` (1 is next) is taken, with 10 % below and 10 % above.

    `accepts` conversations were accepted from this queue in the last `window_minutes`. Acceptances are taken
    as a Poisson process of unknown rate. With Jeffreys' prior the rate is Gamma(accepts + 1/2, window), and
    the time W to the k-th next acceptance follows a beta prime distribution (Pearson VI):
    P(W <= w) = I_x(k, accepts + 1/2), x = w / (window + w), with I the regularised incomplete beta function.
    Source: Gelman et al., Bayesian Data Analysis, 3rd ed., sections 2.6-2.8 (Poisson rate with exposure,
    Jeffreys' prior); the predictive law is the ratio of two gamma variates, Johnson, Kotz and Balakrishnan,
    Continuous Univariate Distributions, vol. 2, 2nd ed., chapter 27 (beta of the second kind).

    The low end is rounded down and the high end up. None ("we cannot say") with fewer than three acceptances
    or when the high end lies beyond three hours. People ahead who leave make the wait shorter than said.
    """
    if position < 1:
        raise ValueError("position starts at 1")
    if accepts < FEWEST_ACCEPTS or window_minutes <= 0:
        return None

    def chance_within(minutes: int) -> float:
        x = minutes / (window_minutes + minutes)
        return regularised_incomplete_beta(float(position), accepts + 0.5, x)

    if chance_within(LONGEST_MINUTES) < HIGH_TAIL:
        return None
    high = _first_minute(chance_within, HIGH_TAIL)
    low = _first_minute(chance_within, LOW_TAIL)
    return WaitRange(low=max(low - 1, 0), high=high)


def _first_minute(chance_within: Callable[[int], float], chance: float) -> int:
    """The first whole minute by which the wait has ended with `chance` or more; one up to the limit has."""
    too_early, late_enough = 0, LONGEST_MINUTES
    while late_enough - too_early > 1:
        middle = (too_early + late_enough) // 2
        if chance_within(middle) < chance:
            too_early = middle
        else:
            late_enough = middle
    return late_enough


def regularised_incomplete_beta(a: float, b: float, x: float) -> float:
    """I_x(a, b) for a, b > 0 and 0 <= x <= 1, to about 12 digits.

    Continued fraction DLMF 8.17.22 (https://dlmf.nist.gov/8.17.E22) evaluated by Lentz's method; it converges
    quickly for x < (a + 1) / (a + b + 2), and the symmetry 8.17.4 brings every x there.
    """
    if x <= 0.0:
        return 0.0
    if x >= 1.0:
        return 1.0
    if x > (a + 1) / (a + b + 2):
        return 1.0 - regularised_incomplete_beta(b, a, 1.0 - x)
    log_front = a * math.log(x) + b * math.log1p(-x) + math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    return math.exp(log_front) / (a * _lentz(a, b, x))


def _lentz(a: float, b: float, x: float) -> float:
    """1 + d1/(1 + d2/(1 + ...)) with the coefficients of DLMF 8.17.23, multiplied up term by term."""
    tiny = 1e-300
    value, numerator, denominator = 1.0, 1.0, 0.0
    for step in range(1, 2000):
        m = step // 2
        if step % 2:
            d = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        else:
            d = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        denominator = 1.0 / (1.0 + d * denominator or tiny)
        numerator = 1.0 + d / numerator or tiny
        factor = numerator * denominator
        value *= factor
        if abs(factor - 1.0) < 1e-13:
            return value
    raise ArithmeticError(f"the incomplete beta function did not settle for a={a}, b={b}, x={x}")
