"""What if a process dies after its commit and before it has told anybody? A bus that takes its process with it."""

import os
import signal
from collections.abc import Sequence

from chat.live.hints import ChannelLayerHintBus
from chat.signals import News, StoredEntry

LAST_WORDS = "とどきましたか"


class DyingHintBus(ChannelLayerHintBus):
    """Kills its own process, with the signal nobody can catch, instead of telling of the message LAST_WORDS."""

    def tell(self, news: Sequence[News]) -> None:
        if any(isinstance(item, StoredEntry) and item.body == LAST_WORDS for item in news):
            os.kill(os.getpid(), signal.SIGKILL)
        super().tell(news)
