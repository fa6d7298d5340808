"""Which counsellor answers a given conversation? They share the queue as in life: next, please."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress

from bench.client.calls import CallRefusedError
from bench.client.counsellor import CounsellorClient


class NobodyAnswersError(Exception):
    """No counsellor could take the conversation in the time allowed."""


class Desk:
    """Signed-in counsellors who take the next in line whenever one of ours waits."""

    def __init__(self, counsellors: Sequence[CounsellorClient], *, topic: str, patience: float) -> None:
        self.counsellors = counsellors
        self.topic = topic
        self.patience = patience
        self.strangers = 0
        self._taken: dict[str, CounsellorClient] = {}
        self._load = {counsellor.name: 0 for counsellor in counsellors}
        self._accepting = asyncio.Lock()
        self._freed = asyncio.Event()

    async def answer(self, conversation: str) -> CounsellorClient:
        """Accepts from the queue until this conversation has somebody. Raises NobodyAnswersError."""
        idle_since = asyncio.get_running_loop().time()
        while conversation not in self._taken:
            self._freed.clear()
            async with self._accepting:
                if conversation in self._taken:
                    break
                accepted = await self._accept_one()
            now = asyncio.get_running_loop().time()
            if accepted:
                idle_since = now
                continue
            if now - idle_since > self.patience and not any(self._load.values()):
                raise NobodyAnswersError(conversation)
            with suppress(TimeoutError):
                async with asyncio.timeout(0.5):
                    await self._freed.wait()
        return self._taken[conversation]

    def released(self, counsellor: CounsellorClient) -> None:
        self._load[counsellor.name] -= 1
        self._freed.set()

    async def clear_queue(self, *, waiting_before: Sequence[str]) -> None:
        """Takes and closes what waited before the replay began: only when asked for."""
        for conversation in waiting_before:
            with suppress(CallRefusedError):
                counsellor = await self.answer(conversation)
                self.strangers += 1
                await counsellor.wrap_up_and_close(conversation, category="silent", established=False)
                self.released(counsellor)

    async def _accept_one(self) -> bool:
        for counsellor in sorted(self.counsellors, key=self._share):
            if self._load[counsellor.name] >= counsellor.capacity:
                continue
            try:
                conversation = await counsellor.accept_next(self.topic)
            except CallRefusedError as refusal:
                # Nobody for this one: the next may be cleared for a language or topic that this one is not.
                if refusal.code in {
                    "nobody_waiting",
                    "at_capacity",
                    "not_available",
                    "try_again",
                    "rate_limited",
                }:
                    continue
                raise
            self._taken[conversation] = counsellor
            self._load[counsellor.name] += 1
            return True
        return False

    def _share(self, counsellor: CounsellorClient) -> float:
        return self._load[counsellor.name] / max(1, counsellor.capacity)
