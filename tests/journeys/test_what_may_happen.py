"""What may happen on the way: a closed topic, leaving, a reload, another tab, strange and long text."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.journeys.desk import Desk
from tests.journeys.help_seeker import HelpSeeker
from tests.journeys.reading import expect_reads
from tests.journeys.stage import Stage
from tests.journeys.story import expect_whole_log

LIMIT = 4_000
EMOJI = "👩‍👩‍👧‍👦🏳️‍🌈" * 100
RIGHT_TO_LEFT = "مرحبا، أحتاج إلى المساعدة"
MARKUP = "<img src=x onerror=alert(1)><b>太字</b>&amp;"


def test_a_closed_topic_says_so(stage: Stage, help_seeker: Callable[..., HelpSeeker]) -> None:
    [tomorrow] = stage.service.ledger("opens-tomorrow", "disaster")
    seeker = help_seeker()
    seeker.opens_page()
    closed = seeker.topic("災害")
    expect(closed).to_contain_text("いまは受付時間外です")
    expect(closed).to_contain_text(f"次の受付は{tomorrow}")
    expect(closed).to_contain_text("9:00からです")
    expect(closed.get_by_role("button")).to_have_count(0)
    expect(seeker.topic(seeker.words.topic)).to_contain_text("受付中")
    expect(seeker.place.get_by_role("link", name="0000-00-0000")).to_be_visible()
    closed.scroll_into_view_if_needed()
    stage.picture(seeker.page, "menu")


def test_leaving_while_waiting(
    stage: Stage, help_seeker: Callable[..., HelpSeeker], desk: Callable[..., Desk]
) -> None:
    first, second = help_seeker("en", phone=False), help_seeker("en", phone=False)
    for seeker in (first, second):
        seeker.opens_page()
        seeker.asks()
    expect(second.text("You are number 2 in the queue.")).to_be_visible()
    first.stops_waiting()
    expect(first.text(first.words.ended_by_you)).to_be_visible()
    stage.picture(first.page, "left")
    expect(second.text(second.words.next_in_line)).to_be_visible()
    first.presses(first.words.start_again)
    expect(first.topic(first.words.topic).get_by_role("button")).to_be_visible()
    second.stops_waiting()
    counsellor = desk("en")
    counsellor.comes_on_duty("akari2")
    expect(counsellor.page.get_by_text(counsellor.words.nobody_waits).first).to_be_visible()


def test_reload_and_another_tab(
    stage: Stage, help_seeker: Callable[..., HelpSeeker], desk: Callable[..., Desk]
) -> None:
    seeker, counsellor = help_seeker(), desk()
    seeker.opens_page()
    seeker.asks()
    seeker.writes("再読み込みの前")
    seeker.types("書きかけの下書き")
    counsellor.comes_on_duty("yorisoi2")
    counsellor.accepts()
    seeker.page.reload()
    expect_reads(seeker.log, ["再読み込みの前"])
    expect(seeker.field).to_have_value("書きかけの下書き")
    seeker.sends()
    expect_reads(counsellor.log, ["再読み込みの前", "書きかけの下書き"])

    # Another tab is another person to the service: it knows nothing of this conversation.
    other = HelpSeeker(seeker.page.context.new_page(), stage.service, seeker.words)
    other.opens_page()
    expect(other.topic(other.words.topic).get_by_role("button")).to_be_visible()
    expect(other.text("再読み込みの前")).to_have_count(0)
    counsellor.writes("つづけましょう")
    expect_reads(seeker.log, ["再読み込みの前", "書きかけの下書き", "つづけましょう"])
    counsellor.wraps_up()
    counsellor.closes()


def test_long_and_strange_text(
    stage: Stage, help_seeker: Callable[..., HelpSeeker], desk: Callable[..., Desk]
) -> None:
    seeker, counsellor = help_seeker(), desk()
    seeker.opens_page()
    seeker.asks()
    counsellor.comes_on_duty("yorisoi2")
    counsellor.accepts()
    long = "長" * LIMIT
    seeker.types(long + "い")
    expect(seeker.text(seeker.words.too_long)).to_be_visible()
    expect(seeker.button(seeker.words.send)).to_be_disabled()
    expect(seeker.field).to_have_value(long + "い")
    stage.picture(seeker.page, "too-long")
    seeker.types(long)
    seeker.sends()
    expect_reads(counsellor.log, [long])
    seeker.writes(EMOJI, RIGHT_TO_LEFT, MARKUP)
    for log in (seeker.log, counsellor.log):
        expect_reads(log, [long, EMOJI, RIGHT_TO_LEFT, MARKUP])
        expect(log.get_by_role("img")).to_have_count(0)
    counsellor.writes(MARKUP + RIGHT_TO_LEFT)
    expect(seeker.log).to_contain_text(MARKUP + RIGHT_TO_LEFT)
    for end, name in ((seeker, "seeker"), (counsellor, "desk")):
        stage.picture(end.page, name)
        assert end.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    expect_whole_log(stage.service, [long, EMOJI, RIGHT_TO_LEFT, MARKUP, MARKUP + RIGHT_TO_LEFT])
