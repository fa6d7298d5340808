"""Does anybody wait whom somebody free could serve? In a queue that people pull from no fault, but a thing to know."""

import logging
from datetime import timedelta

from django.utils import timezone

from chat.selectors.eligibility import waits_that_somebody_free_could_serve

LONG_ENOUGH = timedelta(seconds=30)  # time to see the board, finish a sentence and press the button

logger = logging.getLogger(__name__)


def watch_the_queue() -> int:
    """One line in the log for each topic with such waits; nothing is done about them, so the answer is 0."""
    waits = waits_that_somebody_free_could_serve(timezone.now() - LONG_ENOUGH)
    for topic, count in sorted(waits.items()):
        logger.warning(
            "waits_while_free", extra={"topic": topic, "count": count, "seconds": LONG_ENOUGH.seconds}
        )
    return 0
