"""Does a conversation change hands before the help-seeker's eyes, with one counsellor at every moment?"""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.journeys.desk import Desk
from tests.journeys.help_seeker import HelpSeeker
from tests.journeys.reading import expect_reads
from tests.journeys.stage import Stage


def test_a_counsellor_hands_over_to_one_of_another_organisation(
    stage: Stage, help_seeker: Callable[..., HelpSeeker], desk: Callable[..., Desk]
) -> None:
    giver, taker = desk(), desk()
    giver.comes_on_duty("akari1")
    taker.comes_on_duty("minato1")
    seeker = help_seeker()
    seeker.opens_page()
    seeker.asks()
    giver.accepts()
    giver.writes("こんばんは。")
    expect_reads(seeker.log, ["こんばんは。"])

    giver.page.locator(".transfer-bar button").click()
    sheet = giver.page.get_by_role("dialog")
    sheet.locator(".targets").first.get_by_role("radio").first.check()
    sheet.get_by_role("textbox").fill("住まいの話の続きをお願いします")
    stage.picture(giver.page, "sheet")
    sheet.locator("button[type=submit]").click()
    expect(giver.page.locator(".transfer-bar.is-open")).to_be_visible()

    offer = taker.page.locator(".offer")
    expect(offer).to_contain_text("住まいの話の続きをお願いします")
    stage.picture(taker.page, "offered")
    offer.get_by_role("button").first.click()
    expect_reads(taker.log, ["こんばんは。"])
    expect(giver.page.locator(".revoked")).to_be_visible()
    expect(giver.log).not_to_be_visible()
    taker.writes("続きをうかがいます。")
    expect_reads(seeker.log, ["こんばんは。", "続きをうかがいます。"])
    stage.picture(seeker.page, "changed-over")
    stage.picture(giver.page, "blanked")
    taker.wraps_up()
    taker.closes()
