"""What does a help-seeker do? Acts of a person with a browser, found by what is written on the screen."""

from typing import Any

from playwright.sync_api import Frame, Locator, Page, expect

from tests.journeys.service import Service
from tests.journeys.words import SeekerWords

STORAGE = """() => {
    try { return {...sessionStorage, ...localStorage}; }
    catch { return {}; }  // a browser that refuses storage has none
}"""


class HelpSeeker:
    def __init__(self, page: Page, service: Service, words: SeekerWords) -> None:
        self.page = page
        self.service = service
        self.words = words
        self.place: Page | Frame = page
        self.received: list[str] = []
        page.on("websocket", lambda socket: socket.on("framereceived", self._received))

    def _received(self, frame: str | bytes) -> None:
        self.received.append(frame if isinstance(frame, str) else frame.decode())

    # Getting there

    def opens_page(self, topic: str = "") -> None:
        address = f"{self.service.origin}/chat/?lang={self.words.language}"
        self.page.goto(f"{address}&topic={topic}" if topic else address)

    def opens_npo_page(self, npo: str = "akari") -> None:
        self.page.goto(f"{self.service.npo_origin}/demo/{npo}/?lang={self.words.language}")

    def presses_launcher(self, name: str = "") -> None:
        x, y = middle_of(self.page, "button", name or self.words.launcher)
        if self.touches:
            self.page.touchscreen.tap(x, y)
        else:
            self.page.mouse.click(x, y)
        self.place = self._frame()

    def _frame(self) -> Frame:
        # The loader keeps its frame where the host page cannot reach it, so no selector finds it either.
        address = f"{self.service.origin}/embed/"
        frames = [frame for frame in self.page.frames if frame.url.startswith(address)]
        if not frames:
            frames = [self.page.wait_for_event("framenavigated", lambda frame: frame.url.startswith(address))]
        return frames[0]

    @property
    def touches(self) -> bool:
        return bool(self.page.evaluate("navigator.maxTouchPoints > 0"))

    def presses(self, button: str | Locator, **options: Any) -> None:
        found = self.button(button) if isinstance(button, str) else button
        if self.touches:
            found.tap(**options)
        else:
            found.click(**options)

    def button(self, name: str) -> Locator:
        return self.place.get_by_role("button", name=name, exact=True)

    def text(self, words: str) -> Locator:
        return self.place.get_by_text(words)

    def topic(self, name: str) -> Locator:
        """The line of the menu; a button where the topic is open."""
        return self.place.get_by_role("listitem").filter(has_text=name)

    def asks(self, topic: str = "") -> None:
        """From the menu into the queue, with no question answered."""
        self.presses(self.topic(topic or self.words.topic).get_by_role("button"))
        self.presses(self.words.notice_read)
        self.presses(self.words.begin)
        expect(self.heading(self.words.waiting)).to_be_visible()

    def heading(self, name: str) -> Locator:
        return self.place.get_by_role("heading", name=name)

    # Talking

    @property
    def log(self) -> Locator:
        return self.place.get_by_role("log")

    @property
    def field(self) -> Locator:
        return self.place.get_by_role("textbox", name=self.words.write)

    def types(self, text: str) -> None:
        self.field.fill(text)

    def sends(self) -> None:
        self.presses(self.words.send)

    def writes(self, *messages: str) -> None:
        for message in messages:
            self.types(message)
            self.sends()

    def stops_waiting(self) -> None:
        self.presses(self.words.stop_waiting)
        self.presses(self.place.get_by_role("dialog").get_by_role("button", name=self.words.stop_waiting))

    def ends(self) -> None:
        self.presses(self.words.end)
        self.presses(
            self.place.get_by_role("dialog").get_by_role("button", name=self.words.end_it, exact=True)
        )

    @property
    def exit(self) -> Locator:
        return self.place.get_by_role("link", name=self.words.exit)

    # What lies in the browser

    def kept_in_browser(self) -> dict[str, Any]:
        """Everything the service's site could have left, in every frame that is of it."""
        kept: dict[str, Any] = {"cookies": self.page.context.cookies()}
        for frame in self.page.frames:
            if frame.url.startswith((self.service.origin, self.service.npo_origin)):
                kept[frame.url] = frame.evaluate(STORAGE)
        return {name: value for name, value in kept.items() if value}


def middle_of(page: Page, role: str, name: str) -> tuple[float, float]:
    """Where on the screen a named control is, also inside a closed shadow root: asked of the accessibility tree."""
    session = page.context.new_cdp_session(page)
    page.wait_for_load_state("load")
    root = session.send("DOM.getDocument", {"depth": 0})["root"]
    asked = {"nodeId": root["nodeId"], "role": role, "accessibleName": name}
    nodes = session.send("Accessibility.queryAXTree", asked)["nodes"]
    [node] = [node for node in nodes if not node["ignored"]]
    [quad, *_] = session.send("DOM.getContentQuads", {"backendNodeId": node["backendDOMNodeId"]})["quads"]
    session.detach()
    return (quad[0] + quad[2]) / 2, (quad[1] + quad[5]) / 2
