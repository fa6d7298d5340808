"""How does a send come through? The same cid until it is answered, by socket, after 3 s by HTTP."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field

from bench.client.calls import CallRefusedError
from bench.client.line import Line
from bench.client.wire import Frame

WAIT_FOR_SOCKET = 3.0
WAIT_FOR_ANSWER = 8.0


class SendRefusedError(Exception):
    """The service refused the message for good."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(f"refused: {code}")


@dataclass(slots=True)
class Outbox:
    """The sends of one end that have no answer yet."""

    line: Line
    waiting: dict[str, asyncio.Future[Frame]] = field(default_factory=dict)
    retries: int = 0
    by_http: int = 0

    def answered(self, frame: Frame) -> None:
        """Takes an `ack`, a `nack` or an `event` that carries one of our cids."""
        future = self.waiting.get(frame.get("cid", ""))
        if future is not None and not future.done():
            future.set_result(frame)

    async def deliver(
        self,
        frame: Frame,
        post: Callable[[], Awaitable[Frame]],
        *,
        after_write: Callable[[], None] | None = None,
    ) -> Frame:
        """The answer that says it is stored. `after_write` runs once, to cut. Raises SendRefusedError."""
        attempts = 0
        try:
            while True:
                answer = await self._attempt(frame, post, after_write)
                attempts += 1
                after_write = None
                if answer is not None and answer["type"] != "nack":
                    return answer
                self.retries += 1
                await self._before_retry(answer, attempts)
        finally:
            self.waiting.pop(frame["cid"], None)

    async def _before_retry(self, nack: Frame | None, attempts: int) -> None:
        if nack is None:
            return
        if nack.get("final", True):
            raise SendRefusedError(nack["code"])
        await asyncio.sleep(nack.get("retry_after") or min(5.0, 0.2 * 2**attempts))

    async def _attempt(
        self,
        frame: Frame,
        post: Callable[[], Awaitable[Frame]],
        after_write: Callable[[], None] | None,
    ) -> Frame | None:
        """One try; None where there was no answer."""
        future = self.waiting[frame["cid"]] = asyncio.get_running_loop().create_future()
        with suppress(TimeoutError):
            async with asyncio.timeout(WAIT_FOR_SOCKET):
                await self.line.ready.wait()
        if self.line.stopped:
            raise self.line.stopped
        if not self.line.ready.is_set():
            return await self._by_http(post)
        if not await self.line.send_now(frame):
            return None
        if after_write is not None:
            after_write()
        dropped = asyncio.create_task(self.line.dropped.wait())
        try:
            await asyncio.wait(
                {future, dropped}, timeout=WAIT_FOR_ANSWER, return_when=asyncio.FIRST_COMPLETED
            )
        finally:
            dropped.cancel()
        return future.result() if future.done() else None

    async def _by_http(self, post: Callable[[], Awaitable[Frame]]) -> Frame | None:
        self.by_http += 1
        try:
            return {"type": "ack", **await post()}
        except CallRefusedError as refusal:
            return {"type": "nack", "code": refusal.code, "final": refusal.final}
        except OSError:
            await asyncio.sleep(0.2)
            return None
