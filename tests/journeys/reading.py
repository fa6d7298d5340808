"""Does a log show what it should: each sentence once, and in order?"""

import re
from collections.abc import Sequence

from playwright.sync_api import Locator, expect


def expect_reads(log: Locator, sentences: Sequence[str]) -> None:
    """Waits until all are there in this order; then each must be there once."""
    expect(log).to_contain_text(re.compile(".*?".join(map(re.escape, sentences)), re.DOTALL))
    expect_once(log, sentences)


def expect_all(log: Locator, sentences: Sequence[str]) -> None:
    """As above, in whatever order."""
    for sentence in sentences:
        expect(log).to_contain_text(sentence)
    expect_once(log, sentences)


def expect_once(log: Locator, sentences: Sequence[str]) -> None:
    shown = log.inner_text()
    counts = {sentence: shown.count(sentence) for sentence in sentences}
    assert set(counts.values()) == {1}, counts


def order_in(log: Locator, sentences: Sequence[str]) -> list[str]:
    """The sentences in the order in which they are read."""
    shown = log.inner_text()
    return sorted(sentences, key=shown.index)
