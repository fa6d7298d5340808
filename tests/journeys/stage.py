"""Who has which browser, and did it complain? One window a person, each as separate from the others as two machines."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page, WebError

from tests.journeys.service import ROOT, Service

PICTURES = ROOT / "var" / "journeys"
ARGUMENTS = (
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PHONE: dict[str, Any] = {
    "viewport": {"width": 360, "height": 740},
    "has_touch": True,
    "is_mobile": True,
}
DESKTOP: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}}
NARROW: dict[str, Any] = {"viewport": {"width": 320, "height": 740}}
ELSEWHERE = "https://www.jma.go.jp/"
# A browser writes these by itself when it finds no way to the service: the stories that cut it expect them.
CUT = re.compile(r"net::ERR_|WebSocket connection to|WebSocket is (already|closed)")


@dataclass
class Watch:
    """What a window's console said that it should not have said."""

    complaints: list[str] = field(default_factory=list)
    expected: list[re.Pattern[str]] = field(default_factory=list)

    def console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self._note(f"{message.type}: {message.text} ({message.location.get('url', '')})")

    def failure(self, error: WebError) -> None:
        self._note(f"uncaught: {error.error.message}")

    def _note(self, complaint: str) -> None:
        if not any(pattern.search(complaint) for pattern in self.expected):
            self.complaints.append(complaint)


class Stage:
    """Opens windows for one story; when it ends, they must have had nothing to complain about."""

    def __init__(self, browser: Browser, service: Service, story: str) -> None:
        self.browser = browser
        self.service = service
        self.story = story
        self._open: list[tuple[BrowserContext, Watch]] = []

    def window(self, *, language: str = "ja-JP", expecting: tuple[str, ...] = (), **options: Any) -> Page:
        """`expecting`: what its console may say, because the story makes it happen."""
        context = self.browser.new_context(locale=language, timezone_id="Asia/Tokyo", **options)
        context.set_default_timeout(30_000)
        watch = Watch(expected=[re.compile(pattern) for pattern in expecting])
        context.on("console", watch.console)
        context.on("weberror", watch.failure)
        context.route(f"{ELSEWHERE}**", lambda route: route.fulfill(body=WEATHER, content_type="text/html"))
        self._open.append((context, watch))
        return context.new_page()

    def picture(self, page: Page, name: str) -> None:
        PICTURES.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=PICTURES / f"{self.story}-{name.replace(' ', '-')}.png", animations="disabled")

    def pictures_of_failure(self) -> None:
        for number, (context, _) in enumerate(self._open):
            for page in context.pages:
                try:
                    self.picture(page, f"failed-{number}")
                except Error as error:
                    print(f"no picture of {page.url}: {error.message}")  # noqa: T201

    def close(self) -> list[str]:
        for context, _ in self._open:
            context.close()
        return [complaint for _, watch in self._open for complaint in watch.complaints]


WEATHER = "<!doctype html><meta charset='utf-8'><title>weather</title><link rel='icon' href='data:,'><h1>weather</h1>"


@contextmanager
def offline(page: Page) -> Iterator[None]:
    """The window's network is gone for the length of the block."""
    page.context.set_offline(True)
    try:
        yield
    finally:
        page.context.set_offline(False)


def slow_down(page: Page) -> None:
    """64 kbit/s with 300 ms there and back, on a processor six times slower than this machine's."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 300, "downloadThroughput": 8_000, "uploadThroughput": 8_000},
    )
    session.send("Emulation.setCPUThrottlingRate", {"rate": 6})


def slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower().removeprefix("test_")).strip("-")
