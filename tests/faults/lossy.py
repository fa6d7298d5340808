"""What if hints are lost, doubled and out of order all the time? A bus on which nobody can rely.

TOMOSHIBI_HINT_BUS=tests.faults.lossy.LossyHintBus runs a whole suite with it (make test-lossy).
"""

import os
import random
from collections.abc import Sequence

from chat.live.hints import ChannelLayerHintBus, Hear
from chat.signals import News

LOST = 0.3
DOUBLED = 0.3
LATE = 0.3


class LossyHintBus(ChannelLayerHintBus):
    """Drops 30 %, doubles 30 % and reorders the rest of what it hears and tells; the seed can be given."""

    def __init__(self, hear: Hear) -> None:
        super().__init__(self._hear_badly)
        self._truly = hear
        self._random = random.Random(int(os.environ.get("LOSSY_SEED", "20261124")))
        self._late: list[News] = []

    def tell(self, news: Sequence[News]) -> None:
        super().tell(news)
        self._outbox = list(self._worsened(self._outbox))

    def _hear_badly(self, news: Sequence[News]) -> None:
        for item in self._worsened(news):
            self._truly([item])

    def _worsened(self, news: Sequence[News]) -> Sequence[News]:
        coming, self._late = [*self._late, *news], []
        kept = [item for item in coming if self._random.random() >= LOST]
        kept += [item for item in kept if self._random.random() < DOUBLED]
        self._random.shuffle(kept)
        late = int(len(kept) * LATE) + (self._random.random() < LATE)
        self._late = kept[:late]
        return kept[late:]
