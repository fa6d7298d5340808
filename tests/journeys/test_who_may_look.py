"""Who sees a conversation while it is going on, and what happens when a right ends in the middle of it?"""

from collections.abc import Callable

from playwright.sync_api import expect

from config.demonstration import DOMAIN
from tests.journeys.accessibility import expect_accessible
from tests.journeys.desk import Desk
from tests.journeys.help_seeker import HelpSeeker
from tests.journeys.reading import expect_reads
from tests.journeys.service import Service
from tests.journeys.stage import Stage

NO_RIGHT = r"403 \(Forbidden\)"
NOT_YOURS = r"404 \(Not Found\)"


def test_a_supervisor_looks_in_silence(
    stage: Stage, service: Service, help_seeker: Callable[..., HelpSeeker], desk: Callable[..., Desk]
) -> None:
    counsellor, supervisor, foreign = desk(), desk(), desk()
    seeker = help_seeker()
    seeker.opens_page()
    seeker.asks()
    counsellor.comes_on_duty("yorisoi1")
    counsellor.accepts()
    counsellor.writes("こんばんは。")
    expect_reads(seeker.log, ["こんばんは。"])
    seekers_frames = len(seeker.received)

    supervisor.signs_in("yorisoi-sv")
    supervisor.looks()
    expect(supervisor.page.get_by_text(supervisor.words.looking)).to_be_visible()
    expect_reads(supervisor.log, ["こんばんは。"])
    expect(supervisor.reply_field).to_have_count(0)
    seeker.writes("だれかほかにいますか")
    expect_reads(supervisor.log, ["こんばんは。", "だれかほかにいますか"])
    stage.picture(supervisor.page, "looking")
    expect_accessible(supervisor.page, "looking")

    foreign.signs_in("akari-sv")
    foreign.chooses_supervision()
    expect(foreign.page.get_by_text(foreign.words.nothing_live)).to_be_visible()
    stage.picture(foreign.page, "foreign")

    for end in (seeker, counsellor):
        expect_reads(end.log, ["こんばんは。", "だれかほかにいますか"])
        expect(end.log).not_to_contain_text("こばやし")
    assert not [
        frame for frame in seeker.received[seekers_frames:] if "こばやし" in frame or '"joined"' in frame
    ]
    looks = [entry for entry in service.ledger("audit") if entry["action"] == "conversation.looked"]
    assert [look["actor"] for look in looks] == [f"yorisoi-sv@{DOMAIN}"]
    assert looks[0]["object"] == service.ledger("conversations")[-1]["id"]


def test_a_manager_has_no_console(stage: Stage, desk: Callable[..., Desk]) -> None:
    manager = desk(expecting=(NO_RIGHT,))
    manager.signs_in("akari-mg")
    expect(manager.page.get_by_role("heading", name=manager.words.no_right)).to_be_visible()
    stage.picture(manager.page, "refused")


def test_a_role_ends_in_the_middle_of_a_conversation(
    stage: Stage, help_seeker: Callable[..., HelpSeeker], desk: Callable[..., Desk]
) -> None:
    counsellor, manager, next_counsellor = desk(expecting=(NO_RIGHT, NOT_YOURS)), desk(), desk()
    seeker = help_seeker()
    seeker.opens_page()
    seeker.asks()
    counsellor.comes_on_duty("akari1")
    counsellor.accepts()
    counsellor.writes("すずきです。聞いています。")
    expect_reads(seeker.log, ["すずきです。聞いています。"])
    seeker.writes("ここだけの話です")
    expect_reads(counsellor.log, ["ここだけの話です"])

    manager.signs_in("akari-mg", at="/organisation/")
    manager.ends_role("鈴木 花", "相談員")
    expect(counsellor.page.get_by_text(counsellor.words.no_longer)).to_be_visible()
    expect(counsellor.page.get_by_text("ここだけの話です")).to_have_count(0)
    assert "ここだけの話です" not in counsellor.page.content()
    stage.picture(counsellor.page, "blanked")
    expect_accessible(counsellor.page, "blanked")

    expect(seeker.text("相談員が会話から離れました。")).to_be_visible()
    expect(seeker.text(seeker.words.next_in_line)).to_be_visible()
    stage.picture(seeker.page, "waiting-again")
    next_counsellor.comes_on_duty("minato1")
    next_counsellor.accepts()
    expect_reads(next_counsellor.log, ["すずきです。聞いています。", "ここだけの話です"])
    next_counsellor.writes("よしだです。続きを聞かせてください。")
    expect_reads(seeker.log, ["ここだけの話です", "よしだです。続きを聞かせてください。"])
    stage.picture(seeker.page, "served-by-another")
