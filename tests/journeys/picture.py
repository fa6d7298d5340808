"""What does it look like? `python -m tests.journeys.picture` draws docs/pictures/overview.png, with made-up words."""

import base64
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, expect, sync_playwright

from tests.journeys.desk import Desk
from tests.journeys.help_seeker import HelpSeeker
from tests.journeys.reading import expect_reads
from tests.journeys.service import ROOT, Embedded, Service
from tests.journeys.stage import ARGUMENTS, PHONE, Stage
from tests.journeys.words import DESK_JA, JA
from tests.services import chromium

OVERVIEW = ROOT / "docs" / "pictures" / "overview.png"
LARGEST = 200_000
HEIGHT = 740
DESKTOP = {"width": 1220, "height": HEIGHT}
FRAME = """<!doctype html><style>
body {{ margin: 0; padding: 28px; display: flex; gap: 28px; background: #2b2723; width: max-content }}
img {{ display: block; border-radius: 14px }}
</style><img src="{phone}"><img src="{desk}">"""


def draw(browser: Browser, service: Service) -> bytes:
    stage = Stage(browser, service, "overview")
    seeker = HelpSeeker(stage.window(**PHONE), service, JA)
    desk = Desk(stage.window(viewport=DESKTOP), service, DESK_JA)
    seeker.opens_page()
    seeker.asks()
    seeker.writes("夜になると、部屋がとても静かに感じます。")
    expect(seeker.log).to_contain_text(seeker.words.delivered)
    desk.comes_on_duty("yorisoi1")
    desk.accepts()
    desk.writes("こんばんは。さとうです。来てくださって、ありがとうございます。ゆっくりで大丈夫ですよ。")
    expect(seeker.log).to_contain_text("ゆっくりで大丈夫ですよ。")
    seeker.writes("だれかと話すのは、ひさしぶりです。")
    expect(desk.log).to_contain_text("ひさしぶりです。")
    desk.writes("話してみようと思ってくださったんですね。今日は、どんな一日でしたか。")
    expect(seeker.log).to_contain_text("どんな一日でしたか。")
    seeker.writes("雨だったので、窓をながめていました。お茶をいれたら、少し落ち着きました。")
    expect_reads(desk.log, ["お茶をいれたら、少し落ち着きました。"])
    desk.notes("落ち着いて話せている。急がず、夜の過ごし方を一緒に考える。")
    desk.types("温かいお茶、いいですね。")
    expect(seeker.text(seeker.words.typing)).to_be_visible()
    pictures = {
        "phone": seeker.page.screenshot(animations="disabled"),
        "desk": desk.page.screenshot(animations="disabled"),
    }
    frame = stage.window(viewport={"width": 1664, "height": HEIGHT + 56})
    data = {
        name: f"data:image/png;base64,{base64.b64encode(picture).decode()}"
        for name, picture in pictures.items()
    }
    frame.set_content(FRAME.format(**data))
    drawn = frame.screenshot()
    assert stage.close() == []
    return drawn


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        embedded = Embedded(Path(folder))
        embedded.prepare()
        browser = playwright.chromium.launch(executable_path=chromium.require(), args=ARGUMENTS)
        with embedded.running() as service:
            drawn = draw(browser, service)
        browser.close()
    assert len(drawn) < LARGEST, len(drawn)
    OVERVIEW.parent.mkdir(parents=True, exist_ok=True)
    OVERVIEW.write_bytes(drawn)


if __name__ == "__main__":
    main()
