"""How is one dialogue played? Each side speaks when it has heard the last word; chance cuts the lines."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

from bench.client.counsellor import CounsellorClient
from bench.client.log import ConversationLog
from bench.client.seeker import SeekerClient
from bench.client.wire import Frame, make_cid
from bench.comparison import Difference, Said, compare
from bench.desk import Desk
from bench.dialogue import Dialogue, Utterance, pauses


@dataclass(frozen=True, slots=True)
class Manner:
    """How to play: pace, and how often a connection is cut."""

    speed: float = 1.0
    longest_pause: float = 3.0
    cut_share: float = 0.0
    patience: float = 60.0


@dataclass(slots=True)
class Outcome:
    """What one played dialogue showed. `latencies`: seconds from the first attempt to the other end."""

    name: str
    messages: int = 0
    seeker: Difference = field(default_factory=Difference)
    counsellor: Difference = field(default_factory=Difference)
    read_back: Difference = field(default_factory=Difference)
    latencies: list[float] = field(default_factory=list)
    undisturbed: list[float] = field(default_factory=list)
    cuts: int = 0
    failure: str = ""

    @property
    def faithful(self) -> bool:
        return not self.failure and self.seeker.none and self.counsellor.none and self.read_back.none


class Performance:
    """One dialogue between two real clients."""

    def __init__(
        self, dialogue: Dialogue, seeker: SeekerClient, desk: Desk, manner: Manner, random: Random
    ) -> None:
        self.dialogue = dialogue
        self.seeker = seeker
        self.desk = desk
        self.manner = manner
        self.random = random
        self.outcome = Outcome(dialogue.name)
        self.said: list[Said] = []
        self.counsellor: CounsellorClient | None = None

    async def play(self, *, notice: object) -> Outcome:
        try:
            await self._begin(notice)
            await self._talk()
            await self._settle()
            await self._read_back()
            await self._end()
        except Exception as failure:  # noqa: BLE001 - one dialogue that breaks must not hide the others
            self.outcome.failure = repr(failure)
        finally:
            await self._compare_and_hang_up()
        return self.outcome

    async def _begin(self, notice: object) -> None:
        conversation = await self.seeker.ask(
            topic=self.desk.topic, language=self.dialogue.language, notice=notice
        )
        self.seeker.line.open()
        self.counsellor = await self.desk.answer(conversation)
        async with asyncio.timeout(self.manner.patience):
            await self.seeker.line.ready.wait()
            await self.counsellor.line.ready.wait()

    async def _talk(self) -> None:
        due = time.perf_counter()
        manner = self.manner
        waits = pauses(self.dialogue, speed=manner.speed, longest=manner.longest_pause)
        for utterance, pause in zip(self.dialogue.utterances, waits, strict=True):
            due = max(due + pause, time.perf_counter())
            await asyncio.sleep(due - time.perf_counter())
            async with asyncio.timeout(manner.patience):
                await self._say(utterance)

    async def _say(self, utterance: Utterance) -> None:
        """Sends one utterance once its speaker holds the one before, and measures its way to the listener."""
        cid = make_cid()
        if self.said:
            await self._log(utterance.role).until(self.said[-1].cid)
        self.said.append(Said(cid, utterance.role, utterance.text))
        drops, up = self._lines()
        cut = self._may_cut(utterance.role)
        listener = self._log("seeker" if utterance.role == "counsellor" else "counsellor")
        before = time.perf_counter()
        await self._send(utterance, cid, cut_after=cut == "after writing")
        heard = await listener.until(cid)
        latency = heard.received_at - before
        self.outcome.latencies.append(latency)
        if up and self._lines() == (drops, True):
            self.outcome.undisturbed.append(latency)

    def _lines(self) -> tuple[int, bool]:
        """How often the two lines went down so far, and whether both are up."""
        assert self.counsellor is not None
        lines = (self.seeker.line, self.counsellor.line)
        return sum(line.drops for line in lines), all(line.ready.is_set() for line in lines)

    async def _send(self, utterance: Utterance, cid: str, *, cut_after: bool) -> Frame:
        assert self.counsellor is not None
        if utterance.role == "seeker":
            line = self.seeker.line
            return await self.seeker.send(
                utterance.text, cid=cid, after_write=lambda: line.cut(self._away()) if cut_after else None
            )
        line = self.counsellor.line
        return await self.counsellor.send(
            self.seeker.conversation,
            utterance.text,
            cid=cid,
            after_write=lambda: line.cut(self._away()) if cut_after else None,
        )

    def _may_cut(self, speaker: str) -> str:
        """Cuts one of the lines, or says that the speaker's is to be cut between writing and the answer."""
        if self.random.random() >= self.manner.cut_share:
            return ""
        self.outcome.cuts += 1
        assert self.counsellor is not None
        lines = {"seeker": self.seeker.line, "counsellor": self.counsellor.line}
        kind = self.random.choice(("speaker", "listener", "after writing"))
        if kind == "speaker":
            lines[speaker].cut(self._away())
        elif kind == "listener":
            lines["seeker" if speaker == "counsellor" else "counsellor"].cut(self._away())
        return kind

    def _away(self) -> float:
        """Mostly short; one in eight is long enough that the HTTP way is taken."""
        return (
            self.random.uniform(3.2, 4.5) if self.random.random() < 0.125 else self.random.uniform(0.01, 1.0)
        )

    def _log(self, role: str) -> ConversationLog:
        if role == "seeker":
            return self.seeker.log
        assert self.counsellor is not None
        return self.counsellor.logs[self.seeker.conversation]

    async def _settle(self) -> None:
        """Both ends must hold the last message before they are compared."""
        async with asyncio.timeout(self.manner.patience):
            for role in ("seeker", "counsellor"):
                await self._log(role).until(self.said[-1].cid)

    async def _read_back(self) -> None:
        assert self.counsellor is not None
        public = await self.seeker.read_back()
        staff = await self.counsellor.read_back(self.seeker.conversation)
        self.outcome.read_back = compare(self.said, messages_of(public)) + compare(
            self.said, messages_of(staff)
        )

    async def _end(self) -> None:
        assert self.counsellor is not None
        await self.counsellor.wrap_up_and_close(
            self.seeker.conversation, category=WRAP_UP_CATEGORY, established=True
        )
        async with asyncio.timeout(self.manner.patience):
            await self.seeker.closed.wait()

    async def _compare_and_hang_up(self) -> None:
        outcome = self.outcome
        outcome.messages = len(self.said)
        unsaid = len(self.dialogue.utterances) - len(self.said)
        outcome.seeker = compare(self.said, received_in(self.seeker.log)) + Difference(lost=unsaid)
        if self.counsellor is not None:
            log = self._log("counsellor")
            outcome.counsellor = compare(self.said, received_in(log)) + Difference(lost=unsaid)
            self.desk.released(self.counsellor)
        await self.seeker.hang_up()


WRAP_UP_CATEGORY = "listened"


def received_in(log: ConversationLog) -> list[Said]:
    return [Said(message.cid, message.role, message.body) for message in log.messages]


def messages_of(events: Sequence[Frame]) -> list[Said]:
    return [
        Said(event["cid"], event["role"], event["body"]) for event in events if event["kind"] == "message"
    ]
