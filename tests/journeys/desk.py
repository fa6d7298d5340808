"""What do people of an organisation do? Acts found by what is written on the screen: sign in, answer, look, manage."""

from playwright.sync_api import Locator, Page, expect

from config.demonstration import DOMAIN, PASSWORD
from tests.journeys.service import Service
from tests.journeys.words import DeskWords


class Desk:
    """One person at the console."""

    def __init__(self, page: Page, service: Service, words: DeskWords) -> None:
        self.page = page
        self.service = service
        self.words = words

    def signs_in(self, login: str, at: str = "/console/") -> None:
        self.page.goto(f"{self.service.origin}{at}")
        self.page.get_by_label(self.words.email).fill(f"{login}@{DOMAIN}")
        self.page.get_by_label(self.words.password).fill(PASSWORD)
        self.page.get_by_role("button", name=self.words.sign_in).click()
        self.page.wait_for_url(f"**{at}**")

    def comes_on_duty(self, login: str, capacity: int = 2) -> None:
        self.signs_in(login)
        self.page.get_by_role("combobox").filter(has_text=str(capacity)).first.wait_for()
        self.page.get_by_text(self.words.available, exact=True).click()
        expect(self.page.get_by_role("radio", name=self.words.available)).to_be_checked()

    # Taking and choosing

    @property
    def accept_next(self) -> Locator:
        return self.page.get_by_role("button", name=self.words.accept_next)

    def accepts(self) -> None:
        self.accept_next.click()
        expect(self.reply_field).to_be_visible()

    @property
    def mine(self) -> Locator:
        return self.page.get_by_role("region", name=self.words.mine).get_by_role("listitem")

    @property
    def selected(self) -> Locator:
        return self.page.locator("[aria-current=true]")

    @property
    def toast(self) -> Locator:
        """What the console says of itself for a moment: the status with a button that closes it."""
        close = self.page.get_by_role("button", name=self.words.dismiss)
        return self.page.get_by_role("status").filter(has=close)

    # Looking and managing

    def chooses_supervision(self) -> None:
        choice = self.page.get_by_role("button", name=self.words.supervision)
        here = self.page.get_by_role("heading", name=self.words.supervision)
        expect(choice.or_(here).first).to_be_visible()
        if choice.count():
            choice.click()

    def looks(self) -> None:
        self.chooses_supervision()
        self.page.get_by_role("region", name=self.words.supervision).get_by_role("listitem").get_by_role(
            "button"
        ).first.click()

    def ends_role(self, person: str, role: str) -> None:
        entry = self.page.get_by_role("listitem").filter(has=self.page.get_by_role("heading", name=person))
        entry.get_by_text(role, exact=True).click()
        entry.get_by_role("button", name=f"終了する：{person}（{role}）").click()
        expect(self.page.get_by_text("役割を終了しました")).to_be_visible()

    # Talking

    @property
    def log(self) -> Locator:
        return self.page.get_by_role("log", name=self.words.log)

    @property
    def reply_field(self) -> Locator:
        return self.page.get_by_role("textbox", name=self.words.write_reply)

    @property
    def note_field(self) -> Locator:
        return self.page.get_by_role("textbox", name=self.words.write_note)

    def types(self, text: str) -> None:
        self.reply_field.fill(text)

    @property
    def composer(self) -> Locator:
        return self.page.get_by_role("region", name=self.words.write_reply)

    def sends(self) -> None:
        self.composer.get_by_role("button", name=self.words.send, exact=True).click()

    def writes(self, *messages: str) -> None:
        """Words may come in while these are typed: then they are read, and these are sent all the same."""
        guard = self.page.get_by_role("button", name=self.words.guard_send)
        sent = self.reply_field.and_(self.page.locator(":placeholder-shown"))
        for message in messages:
            self.types(message)
            self.sends()
            expect(sent.or_(guard).first).to_be_visible()
            if guard.is_visible():
                guard.click()

    def notes(self, text: str) -> None:
        self.page.get_by_role("button", name=self.words.note).click()
        self.note_field.fill(text)
        self.page.get_by_role("button", name=self.words.keep_note).click()
        expect(self.log).to_contain_text(text)
        self.page.get_by_role("button", name=self.words.reply, exact=True).click()

    # Ending

    def wraps_up(self, note: str = "") -> None:
        self.page.get_by_role("tab", name=self.words.wrap_up).click()
        self.page.get_by_role("combobox", name=self.words.outcome).select_option(self.words.listened)
        self.page.get_by_role("radio", name=self.words.established).check()
        if note:
            self.page.get_by_role("tabpanel").get_by_role("textbox").fill(note)
        self.page.get_by_role("button", name=self.words.record, exact=True).click()
        expect(self.page.get_by_role("button", name=self.words.close)).to_be_visible()

    def closes(self) -> None:
        self.page.get_by_role("button", name=self.words.close).click()
        self.page.get_by_role("button", name=self.words.close_it, exact=True).click()
        expect(self.page.get_by_role("tabpanel").get_by_text(self.words.closed)).to_be_visible()
