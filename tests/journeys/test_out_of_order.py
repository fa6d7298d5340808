"""A supervisor gives one who waits to a counsellor, past the others; a manager says who may serve what."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys.accessibility import expect_accessible
from tests.journeys.desk import Desk
from tests.journeys.help_seeker import HelpSeeker
from tests.journeys.reading import expect_reads
from tests.journeys.service import Service
from tests.journeys.stage import Stage

pytestmark = pytest.mark.journey


def test_a_supervisor_takes_somebody_out_of_order(
    stage: Stage, service: Service, help_seeker: Callable[..., HelpSeeker], desk: Callable[..., Desk]
) -> None:
    first, second = help_seeker(), help_seeker()
    for seeker in (first, second):
        seeker.opens_page()
        seeker.asks()
    counsellor, supervisor = desk(), desk()
    counsellor.comes_on_duty("yorisoi1")
    supervisor.signs_in("yorisoi-sv")
    take = supervisor.page.get_by_role("button", name="順番によらず割り当てる")
    expect(take).to_have_count(2)
    stage.picture(supervisor.page, "queue")
    take.nth(1).click()
    dialog = supervisor.page.get_by_role("dialog")
    dialog.get_by_label("理由").fill("前に話した人です")
    stage.picture(supervisor.page, "dialog")
    expect_accessible(supervisor.page, "taking out of order")
    dialog.get_by_role("button", name="割り当てる").click()
    expect(dialog).to_have_count(0)
    expect(take).to_have_count(1)
    counsellor.mine.first.get_by_role("button").click()
    counsellor.writes("こんばんは。")
    expect_reads(second.log, ["こんばんは。"])
    expect(counsellor.page.get_by_text("前に話した人です")).to_be_visible()
    expect(second.page.get_by_text("前に話した人です")).to_have_count(0)
    picked = [entry for entry in service.ledger("audit") if entry["action"] == "conversation.picked"]
    assert len(picked) == 1


def test_a_manager_sets_the_marks(stage: Stage, desk: Callable[..., Desk]) -> None:
    manager = desk()
    manager.signs_in("akari-mg", at="/organisation/")
    manager.page.get_by_role("link", name="担当資格").click()
    mark = manager.page.get_by_label("鈴木 花: 女性の悩み")
    expect(mark).to_be_checked()
    stage.picture(manager.page, "sheet")
    expect_accessible(manager.page, "the sheet of clearances")
    mark.uncheck()
    manager.page.get_by_role("button", name="保存").click()
    expect(manager.page.get_by_text("1件の変更を保存しました。")).to_be_visible()
    expect(mark).not_to_be_checked()
