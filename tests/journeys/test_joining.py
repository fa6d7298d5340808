"""How does a new counsellor come to their first conversation? A link from the manager, a name, a password, a person."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.journeys.accessibility import expect_accessible
from tests.journeys.desk import Desk
from tests.journeys.help_seeker import HelpSeeker
from tests.journeys.reading import expect_reads
from tests.journeys.stage import Stage

GONE = r"4(04|10) \("
REFUSED = r"422 \("
PASSWORD = "しずかな夜の小さな灯りをともす"


def test_from_an_invitation_to_the_first_words(
    stage: Stage, help_seeker: Callable[..., HelpSeeker], desk: Callable[..., Desk]
) -> None:
    def look(page: Page, state: str) -> None:
        expect_accessible(page, state)
        stage.picture(page, state)

    manager, newcomer, another = desk(), desk(expecting=(REFUSED,)), desk(expecting=(GONE,))
    manager.signs_in("akari-mg", at="/organisation/")
    manager.page.get_by_label("メールアドレス").fill("hikari@demo.example")
    manager.page.get_by_label("役割").select_option("相談員")
    manager.page.get_by_role("button", name="招待を作る").click()
    link = manager.page.get_by_label("招待リンク").input_value()
    look(manager.page, "link")

    newcomer.page.goto(link)
    assert link not in newcomer.page.url
    newcomer.page.get_by_label("パスワード").fill("password")
    newcomer.page.get_by_role("button", name="参加する").click()
    expect(newcomer.page.get_by_label("表示名")).to_be_visible()
    look(newcomer.page, "refused")
    newcomer.page.get_by_label("表示名").fill("ひかり")
    newcomer.page.get_by_label("氏名").fill("光田 ひかり")
    newcomer.page.get_by_label("パスワード").fill(PASSWORD)
    newcomer.page.get_by_role("button", name="参加する").click()
    newcomer.page.wait_for_url("**/console/")

    another.page.goto(link)
    expect(another.page.get_by_role("heading", level=1)).to_be_visible()
    expect(another.page.get_by_label("表示名")).to_have_count(0)
    look(another.page, "used")

    seeker = help_seeker()
    seeker.opens_page()
    seeker.asks()
    newcomer.page.get_by_text(newcomer.words.available, exact=True).click()
    newcomer.accepts()
    newcomer.writes("はじめまして、ひかりです。")
    expect_reads(seeker.log, ["はじめまして、ひかりです。"])
    expect(seeker.heading("ひかり（あかり相談室")).to_be_visible()
