"""Can everybody use it: by keyboard alone, with a screen reader, in the dark, at 320 pixels?"""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.accessibility import expect_accessible
from tests.journeys.desk import Desk
from tests.journeys.help_seeker import HelpSeeker
from tests.journeys.reading import expect_reads
from tests.journeys.stage import NARROW, PHONE, Stage

NO_RIGHT = r"40[34] \("
LOOKS = [("ja", "light"), ("ja", "dark"), ("en", "light"), ("en", "dark")]


def fits(page: Page) -> bool:
    """Nothing has to be scrolled sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


@pytest.mark.parametrize(("language", "scheme"), LOOKS)
def test_every_state_of_a_conversation(
    stage: Stage,
    help_seeker: Callable[..., HelpSeeker],
    desk: Callable[..., Desk],
    language: str,
    scheme: str,
) -> None:
    seeker = help_seeker(language, **NARROW, color_scheme=scheme)
    counsellor = desk(language, color_scheme=scheme)

    def look(end: HelpSeeker | Desk, state: str) -> None:
        expect_accessible(end.page, state)
        stage.picture(end.page, state)
        if end is seeker:
            assert fits(end.page), state

    counsellor.page.goto(f"{stage.service.origin}/console/")
    look(counsellor, "sign-in")
    seeker.opens_page()
    expect(seeker.topic(seeker.words.topic).get_by_role("button")).to_be_visible()
    look(seeker, "topics")
    seeker.presses(seeker.topic(seeker.words.topic).get_by_role("button"))
    look(seeker, "notice")
    seeker.presses(seeker.words.notice_read)
    look(seeker, "questions")
    seeker.presses(seeker.words.begin)
    expect(seeker.text(seeker.words.next_in_line)).to_be_visible()
    look(seeker, "waiting")
    counsellor.comes_on_duty("yorisoi1")
    expect(counsellor.accept_next).to_be_enabled()
    look(counsellor, "queue")
    counsellor.accepts()
    look(counsellor, "accepted")
    counsellor.writes("こんばんは。Good evening.")
    expect_reads(seeker.log, ["こんばんは。Good evening."])
    look(seeker, "talking")
    counsellor.notes("note")
    look(counsellor, "note")
    for tab in (counsellor.words.phrases, counsellor.words.notes_tab, counsellor.words.wrap_up):
        counsellor.page.get_by_role("tab", name=tab).click()
        look(counsellor, f"tab {tab}")
    for dialog in (counsellor.words.help, counsellor.words.settings):
        counsellor.page.get_by_role("button", name=dialog).click()
        expect(counsellor.page.get_by_role("dialog")).to_be_visible()
        look(counsellor, f"dialog {dialog}")
        counsellor.page.keyboard.press("Escape")
    seeker.presses(seeker.words.end)
    look(seeker, "asked")
    seeker.page.keyboard.press("Escape")
    counsellor.wraps_up()
    look(counsellor, "recorded")
    counsellor.closes()
    look(counsellor, "closed")
    expect(seeker.heading(seeker.words.ended)).to_be_visible()
    look(seeker, "ended")


def test_the_console_on_a_small_phone(
    stage: Stage, help_seeker: Callable[..., HelpSeeker], desk: Callable[..., Desk]
) -> None:
    """One pane at a time, and a way back from each."""
    seeker, counsellor = help_seeker(), desk(**{**PHONE, **NARROW})
    seeker.opens_npo_page()
    seeker.presses_launcher()
    seeker.asks()
    expect_accessible(seeker.place, "waiting in a frame")
    counsellor.comes_on_duty("minato1")
    expect(counsellor.accept_next).to_be_enabled()

    def look(state: str) -> None:
        expect_accessible(counsellor.page, state)
        stage.picture(counsellor.page, state)
        assert fits(counsellor.page), state

    look("list")
    counsellor.accepts()
    counsellor.writes("こんばんは。")
    expect_reads(seeker.log, ["こんばんは。"])
    look("talk")
    expect_accessible(seeker.place, "talking in a frame")
    counsellor.page.get_by_role("button", name="資料を開く").click()
    expect(counsellor.page.get_by_role("tab", name="概要")).to_be_focused()
    look("context")
    counsellor.page.get_by_role("button", name="資料を閉じる").click()
    counsellor.page.get_by_role("button", name="一覧へ戻る").click()
    expect(counsellor.mine).to_have_count(1)
    look("mine")


@pytest.mark.parametrize(("language", "scheme"), LOOKS)
def test_every_page_of_an_organisation(
    stage: Stage, desk: Callable[..., Desk], language: str, scheme: str
) -> None:
    manager = desk(language, **NARROW, color_scheme=scheme, expecting=(NO_RIGHT,))
    manager.signs_in("akari-mg", at="/organisation/")
    for address in ("/organisation/", "/console/", "/organisation/yorisoi/", "/accounts/password/change/"):
        manager.page.goto(f"{stage.service.origin}{address}")
        expect_accessible(manager.page, address)
        stage.picture(manager.page, address.strip("/").replace("/", "-"))
        assert fits(manager.page), address
    manager.page.goto(f"{stage.service.npo_origin}/demo/akari/?lang={language}")
    expect_accessible(manager.page, "an organisation's own page")


def test_the_core_story_by_keyboard(
    stage: Stage, help_seeker: Callable[..., HelpSeeker], desk: Callable[..., Desk]
) -> None:
    seeker, counsellor = help_seeker("en", phone=False), desk("en")
    seeker.opens_page()
    keys = Keys(seeker.page)
    keys.presses(seeker.words.topic)
    keys.presses(seeker.words.notice_read)
    keys.presses(seeker.words.begin)
    expect(seeker.heading(seeker.words.waiting)).to_be_focused()
    keys.goes_to(seeker.words.write)
    seeker.page.keyboard.type("By keyboard alone")
    seeker.page.keyboard.press("Control+Enter")
    expect_reads(seeker.log, ["By keyboard alone"])

    counsellor.signs_in("yorisoi2")
    hands = Keys(counsellor.page)
    expect(counsellor.page.get_by_role("radio", name=counsellor.words.available)).to_be_visible()
    hands.goes_to(counsellor.words.away)
    counsellor.page.keyboard.press("ArrowLeft")
    expect(counsellor.page.get_by_role("radio", name=counsellor.words.available)).to_be_checked()
    expect(counsellor.accept_next).to_be_enabled()
    counsellor.page.keyboard.press("Alt+a")
    expect(counsellor.reply_field).to_be_focused()
    expect_reads(counsellor.log, ["By keyboard alone"])
    counsellor.page.keyboard.type("Good evening")
    counsellor.page.keyboard.press("Control+Enter")
    expect_reads(seeker.log, ["By keyboard alone", "Good evening"])
    counsellor.page.keyboard.press("Alt+p")
    expect(counsellor.note_field).to_be_focused()
    counsellor.page.keyboard.type("a note")
    counsellor.page.keyboard.press("Control+Enter")
    expect(counsellor.log).to_contain_text("a note")

    hands.goes_to("About")
    for _ in range(3):
        counsellor.page.keyboard.press("ArrowRight")
    expect(counsellor.page.get_by_role("tab", name=counsellor.words.wrap_up)).to_be_focused()
    hands.goes_to(counsellor.words.outcome)
    counsellor.page.keyboard.type("Listened")
    hands.goes_to(counsellor.words.established)
    counsellor.page.keyboard.press("Space")
    hands.presses(counsellor.words.record)
    hands.presses(counsellor.words.close)
    hands.presses(counsellor.words.close_it)
    expect(seeker.heading(seeker.words.ended)).to_be_focused()
    keys.presses(seeker.words.start_again)
    expect(seeker.topic(seeker.words.topic)).to_be_visible()


class Keys:
    """Somebody who only has a keyboard: Tab until the focus is where they want it."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def goes_to(self, name: str) -> None:
        wanted = self.page.get_by_text(name).or_(self.page.get_by_label(name)).first
        expect(wanted).to_be_attached()
        for _ in range(80):
            if name in self._focused():
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab never reaches {name!r}")

    def presses(self, name: str) -> None:
        self.goes_to(name)
        self.page.keyboard.press("Enter")

    def _focused(self) -> str:
        """The name a screen reader would say, as far as labels and text make it."""
        return str(
            self.page.evaluate(
                "(() => { const at = document.activeElement;"
                " if (!at?.matches('a, button, input, select, textarea, summary')) return '';"
                " return [at?.ariaLabel, at?.innerText, ...[...at?.labels ?? []].map(label => label.textContent)]"
                ".join(' '); })()"
            )
        )
