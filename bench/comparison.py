"""Did one end receive exactly what was said: everything, once, in order, unaltered? A pure function."""

import math
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Said:
    """A message as it was meant or as it was received. `cid` is what its sender called it."""

    cid: str
    role: str
    text: str


@dataclass(frozen=True, slots=True)
class Difference:
    """How far what was received is from what was said; all zero when it is the same."""

    lost: int = 0
    duplicated: int = 0
    misordered: int = 0
    altered: int = 0

    @property
    def none(self) -> bool:
        return self == Difference()

    def __add__(self, other: "Difference") -> "Difference":
        return Difference(
            self.lost + other.lost,
            self.duplicated + other.duplicated,
            self.misordered + other.misordered,
            self.altered + other.altered,
        )


def compare(said: Sequence[Said], received: Sequence[Said]) -> Difference:
    """Counts lost, duplicated (also what nobody said), misordered and altered (text or side) messages.

    Messages are recognised by cid, since people say the same words twice. Misordered is the smallest number
    of messages that would have to move for the order to be that of `said`.
    """
    place = {message.cid: index for index, message in enumerate(said)}
    seen: set[str] = set()
    order: list[int] = []
    duplicated = altered = 0
    for message in received:
        index = place.get(message.cid)
        if index is None or message.cid in seen:
            duplicated += 1
            continue
        seen.add(message.cid)
        order.append(index)
        altered += message != said[index]
    return Difference(
        lost=len(said) - len(seen),
        duplicated=duplicated,
        misordered=len(order) - _longest_rising(order),
        altered=altered,
    )


def _longest_rising(order: Sequence[int]) -> int:
    tails: list[int] = []
    for index in order:
        at = bisect_left(tails, index)
        tails[at : at + 1] = [index]
    return len(tails)


def percentile(values: Sequence[float], share: float) -> float | None:
    """Nearest rank; None where there are no values."""
    if not values:
        return None
    ranked = sorted(values)
    return ranked[max(0, math.ceil(share * len(ranked) - 1e-9) - 1)]
