"""The core story, told in its parts: they meet, they talk, a line is cut, they part, and the log is looked at."""

from collections.abc import Sequence
from typing import Any

from playwright.sync_api import Page, expect

from tests.journeys.desk import Desk
from tests.journeys.help_seeker import HelpSeeker
from tests.journeys.reading import expect_all, expect_reads, order_in
from tests.journeys.service import Service
from tests.journeys.stage import offline


def they_meet(seeker: HelpSeeker, counsellor: Desk, login: str, first_words: str) -> None:
    """The person already waits. What they write meanwhile is there before the counsellor says a word."""
    expect(seeker.text(seeker.words.next_in_line)).to_be_visible()
    seeker.writes(first_words)
    expect(seeker.log).to_contain_text(seeker.words.delivered)
    counsellor.comes_on_duty(login)
    counsellor.accepts()
    expect_reads(counsellor.log, [first_words])


def they_talk(seeker: HelpSeeker, counsellor: Desk, greeting: str, answer: str) -> None:
    """Each sees that the other is writing, and then the words."""
    counsellor.types(greeting)
    expect(seeker.text(seeker.words.typing)).to_be_visible()
    counsellor.sends()
    expect_reads(seeker.log, [greeting])
    seeker.types(answer)
    expect(counsellor.page.get_by_text(counsellor.words.typing)).to_be_visible()
    seeker.sends()
    expect_reads(counsellor.log, [greeting, answer])


def line_is_cut(cut: Page, seeker: HelpSeeker, counsellor: Desk, mark: str) -> list[str]:
    """Both go on sending while one end has no network; afterwards both have everything, once, in one order."""
    from_seeker = [f"{mark}: seeker {number}" for number in (1, 2, 3)]
    from_desk = [f"{mark}: desk {number}" for number in (1, 2, 3)]
    seeker.writes(from_seeker[0])
    counsellor.writes(from_desk[0])
    with offline(cut):
        seeker.writes(from_seeker[1])
        counsellor.writes(from_desk[1])
        seeker.writes(from_seeker[2])
        counsellor.writes(from_desk[2])
        expect_all(seeker.log, from_seeker)
        expect_all(counsellor.log, from_desk)
    for log in (seeker.log, counsellor.log):
        expect_reads(log, from_seeker)
        expect_reads(log, from_desk)
    for end in (seeker, counsellor):
        expect(end.log).not_to_contain_text(end.words.sending)
    assert order_in(seeker.log, from_seeker + from_desk) == order_in(counsellor.log, from_seeker + from_desk)
    return order_in(seeker.log, from_seeker + from_desk)


def they_part(seeker: HelpSeeker, counsellor: Desk) -> None:
    counsellor.wraps_up()
    counsellor.closes()
    expect(seeker.heading(seeker.words.ended)).to_be_visible()
    expect(seeker.text(seeker.words.thanks)).to_be_visible()


def expect_whole_log(service: Service, messages: Sequence[str], notes: Sequence[str] = ()) -> dict[str, Any]:
    """The newest conversation holds each message once, in this order, with both numberings without a gap."""
    conversation: dict[str, Any] = service.ledger("conversations")[-1]
    entries = conversation["entries"]
    assert [entry["body"] for entry in entries if entry["kind"] == "message"] == list(messages)
    assert [entry["body"] for entry in entries if entry["kind"] == "note"] == list(notes)
    public = [entry["public_seq"] for entry in entries if entry["public_seq"] is not None]
    assert [entry["staff_seq"] for entry in entries] == list(range(1, conversation["staff_head"] + 1))
    assert public == list(range(1, conversation["public_head"] + 1))
    return conversation
