"""Is a person heard? From the page of one organisation, by a counsellor of another, over lines that break."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys.accessibility import expect_accessible
from tests.journeys.desk import Desk
from tests.journeys.help_seeker import HelpSeeker
from tests.journeys.reading import expect_reads
from tests.journeys.stage import CUT, Stage
from tests.journeys.story import expect_whole_log, line_is_cut, they_meet, they_part, they_talk

SAID = {
    "ja": [
        "夜になると、ひとりが長く感じます。",
        "こんばんは。さとうです。ゆっくり聞かせてください。",
        "はい。読んでもらえて、ほっとしました。",
    ],
    "en": [
        "The nights feel long on my own.",
        "Good evening, I am Sato. Take your time.",
        "Thank you. I am glad you are there.",
    ],
}


@pytest.mark.parametrize("language", ["ja", "en"])
def test_from_an_npo_page_to_the_end(
    stage: Stage,
    help_seeker: Callable[..., HelpSeeker],
    desk: Callable[..., Desk],
    language: str,
) -> None:
    seeker = help_seeker(language, phone=language == "ja", expecting=(CUT.pattern,))
    counsellor = desk(language, expecting=(CUT.pattern,))
    first, greeting, answer = SAID[language]
    note = "note-that-stays-with-the-staff"

    seeker.opens_npo_page("akari")
    stage.picture(seeker.page, "1-npo")
    seeker.presses_launcher()
    expect(seeker.topic(seeker.words.topic).get_by_role("button")).to_be_visible()
    stage.picture(seeker.page, "2-topics")
    seeker.asks()
    stage.picture(seeker.page, "3-waiting")
    they_meet(seeker, counsellor, "yorisoi1", first)
    stage.picture(counsellor.page, "4-accepted")
    they_talk(seeker, counsellor, greeting, answer)
    stage.picture(seeker.page, "5-talking")
    seekers_cut = line_is_cut(seeker.page, seeker, counsellor, "cut at the phone")
    desks_cut = line_is_cut(counsellor.page, seeker, counsellor, "cut at the desk")

    counsellor.notes(note)
    stage.picture(counsellor.page, "6-note")
    messages = [first, greeting, answer, *seekers_cut, *desks_cut]
    expect_reads(seeker.log, messages)
    expect_reads(counsellor.log, [*messages, note])
    they_part(seeker, counsellor)
    stage.picture(seeker.page, "7-ended")
    stage.picture(counsellor.page, "8-closed")

    assert note not in seeker.place.content()
    assert seeker.received
    assert not [frame for frame in seeker.received if note in frame]
    conversation = expect_whole_log(stage.service, messages, [note])
    assert conversation["status"] == "closed"


def test_the_menu_in_plain_japanese(stage: Stage, help_seeker: Callable[..., HelpSeeker]) -> None:
    seeker = help_seeker()
    seeker.page.goto(f"{stage.service.npo_origin}/demo/akari/?lang=ja-easy")
    seeker.presses_launcher("はなす")
    expect(seeker.place.get_by_role("button", name="さびしい")).to_be_visible()
    stage.picture(seeker.page, "topics")
    expect_accessible(seeker.place, "topics in plain Japanese")
    seeker.presses(seeker.place.get_by_role("button", name="さびしい"))
    expect(seeker.heading("はじめる まえに")).to_be_visible()
    stage.picture(seeker.page, "notice")
    seeker.presses(seeker.place.get_by_role("button", name="つぎへ"))
    seeker.presses(seeker.place.get_by_role("button", name="はじめる"))
    expect(seeker.place.get_by_text("つぎは あなたです。")).to_be_visible()
    stage.picture(seeker.page, "waiting")
    expect_accessible(seeker.place, "waiting in plain Japanese")
