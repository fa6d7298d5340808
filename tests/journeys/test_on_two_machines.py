"""Does the production form keep its promises? PostgreSQL, Redis, two web processes behind one address, one killed."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect

from tests.journeys import service as running
from tests.journeys.desk import Desk
from tests.journeys.help_seeker import HelpSeeker
from tests.journeys.reading import expect_reads, order_in
from tests.journeys.stage import CUT, Stage
from tests.journeys.story import expect_whole_log, line_is_cut, they_meet, they_part, they_talk

BROKEN = (CUT.pattern, r"50[234] \(")


@pytest.fixture(scope="module")
def production(tmp_path_factory: pytest.TempPathFactory) -> Iterator[running.Production]:
    with running.production(tmp_path_factory.mktemp("production")) as production:
        yield production


@pytest.fixture(scope="module")
def service(production: running.Production) -> running.Service:
    return production.service


def test_the_core_story_while_machines_die(
    production: running.Production,
    stage: Stage,
    help_seeker: Callable[..., HelpSeeker],
    desk: Callable[..., Desk],
) -> None:
    seeker, counsellor = help_seeker(expecting=BROKEN), desk(expecting=BROKEN)
    seeker.opens_page()
    seeker.asks()
    they_meet(seeker, counsellor, "yorisoi1", "はじめまして")
    they_talk(seeker, counsellor, "こんばんは", "よろしくお願いします")
    said = ["はじめまして", "こんばんは", "よろしくお願いします"]
    said += line_is_cut(seeker.page, seeker, counsellor, "phone cut")

    # Each in its turn, so that every socket was on a process that died.
    for machine in production.machines:
        from_seeker = [f"{machine.name} dies: seeker {number}" for number in (1, 2, 3)]
        from_desk = [f"{machine.name} dies: desk {number}" for number in (1, 2, 3)]
        seeker.writes(from_seeker[0])
        counsellor.writes(from_desk[0])
        machine.kill_web()
        seeker.writes(from_seeker[1])
        counsellor.writes(from_desk[1])
        machine.stop()
        machine.start()
        seeker.writes(from_seeker[2])
        counsellor.writes(from_desk[2])
        for end in (seeker, counsellor):
            expect_reads(end.log, from_seeker)
            expect_reads(end.log, from_desk)
            expect(end.log).not_to_contain_text(end.words.sending)
        said += order_in(seeker.log, from_seeker + from_desk)

    expect(counsellor.page.get_by_text(counsellor.words.live, exact=True)).to_be_visible()
    for end in (seeker, counsellor):
        expect_reads(end.log, said)
    stage.picture(seeker.page, "seeker")
    stage.picture(counsellor.page, "desk")
    they_part(seeker, counsellor)
    expect_whole_log(production.service, said)
