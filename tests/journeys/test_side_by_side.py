"""Do counsellors of several organisations share the queue, and does one console hold several conversations apart?"""

from collections.abc import Callable

from playwright.sync_api import Route, expect

from tests.journeys.desk import Desk
from tests.journeys.help_seeker import HelpSeeker
from tests.journeys.reading import expect_reads
from tests.journeys.service import Service
from tests.journeys.stage import Stage

REFUSED = r"409 \(Conflict\)"


def test_two_press_accept_for_one_person(
    stage: Stage, help_seeker: Callable[..., HelpSeeker], desk: Callable[..., Desk]
) -> None:
    desks = [desk(expecting=(REFUSED,)), desk(expecting=(REFUSED,))]
    for counsellor, login in zip(desks, ("akari1", "minato1"), strict=True):
        counsellor.comes_on_duty(login)
    seeker = help_seeker()
    seeker.opens_page()
    seeker.asks()
    for counsellor in desks:
        expect(counsellor.accept_next).to_be_enabled()
    held: list[Route] = []  # so that both have pressed before either is answered
    for counsellor in desks:
        counsellor.page.route("**/accept-next", lambda route: held.append(route))  # noqa: PLW0108 - its signature is read
        with counsellor.page.expect_request("**/accept-next"):
            counsellor.accept_next.click()
        counsellor.page.wait_for_function("() => true")  # the held request has been handed over
    assert len(held) == 2
    for route in held:
        route.continue_()

    for counsellor in desks:
        expect(counsellor.reply_field.or_(counsellor.toast)).to_be_visible()
    served = [counsellor for counsellor in desks if counsellor.reply_field.is_visible()]
    told = [counsellor for counsellor in desks if counsellor not in served]
    assert len(served) == len(told) == 1
    expect(told[0].toast).to_contain_text(told[0].words.nobody_waits)
    stage.picture(told[0].page, "told")
    served[0].writes("お待たせしました。")
    expect_reads(seeker.log, ["お待たせしました。"])
    served[0].wraps_up()
    served[0].closes()


def test_two_conversations_in_one_console(
    stage: Stage, service: Service, help_seeker: Callable[..., HelpSeeker], desk: Callable[..., Desk]
) -> None:
    counsellor = desk()
    counsellor.comes_on_duty("yorisoi1")
    seekers = [help_seeker(), help_seeker()]
    for seeker, first_words in zip(seekers, ("ひとつめの相談です", "ふたつめの相談です"), strict=True):
        seeker.opens_page()
        seeker.asks()
        seeker.writes(first_words)
        counsellor.accepts()
        expect_reads(counsellor.log, [first_words])
    one, two = seekers

    one.writes("まだいますか")
    expect(counsellor.mine.filter(has_text=counsellor.words.unread)).to_have_count(1)
    stage.picture(counsellor.page, "unread")
    counsellor.types("ふたつめへの下書き")
    counsellor.mine.filter(has_text=counsellor.words.unread).get_by_role("button").click()
    expect_reads(counsellor.log, ["ひとつめの相談です", "まだいますか"])
    expect(counsellor.reply_field).to_have_value("")
    expect(counsellor.mine.filter(has_text=counsellor.words.unread)).to_have_count(0)
    counsellor.writes("はい、います。")
    expect_reads(one.log, ["まだいますか", "はい、います。"])

    counsellor.types("ひとつめへの下書き")
    counsellor.mine.filter(has_not=counsellor.selected).get_by_role("button").click()
    expect(counsellor.reply_field).to_have_value("ふたつめへの下書き")
    counsellor.sends()
    expect_reads(two.log, ["ふたつめの相談です", "ふたつめへの下書き"])
    counsellor.mine.filter(has_not=counsellor.selected).get_by_role("button").click()
    expect(counsellor.reply_field).to_have_value("ひとつめへの下書き")

    # The guard: words that came while one was writing are shown before the answer goes out.
    one.writes("ちょっと待ってください")
    expect(counsellor.log).to_contain_text("ちょっと待ってください")
    counsellor.sends()
    expect(counsellor.page.get_by_text(counsellor.words.guard).first).to_be_visible()
    stage.picture(counsellor.page, "guard")
    expect(one.log).not_to_contain_text("ひとつめへの下書き")
    counsellor.page.get_by_role("button", name=counsellor.words.guard_send).click()
    expect_reads(one.log, ["ちょっと待ってください", "ひとつめへの下書き"])

    said = [
        [entry["body"] for entry in conversation["entries"] if entry["kind"] == "message"]
        for conversation in service.ledger("conversations")[-2:]
    ]
    assert said == [
        [
            "ひとつめの相談です",
            "まだいますか",
            "はい、います。",
            "ちょっと待ってください",
            "ひとつめへの下書き",
        ],
        ["ふたつめの相談です", "ふたつめへの下書き"],
    ]
