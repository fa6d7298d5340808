"""How little can a WebSocket client do and still speak RFC 6455? Text frames only, whole, on uvloop.

The mask is four zero octets, so that a payload need not be copied twice; the server unmasks as always.
"""

import asyncio
import base64
import os
from collections.abc import Callable, Mapping
from typing import cast

TEXT, CLOSE, PING, PONG = 1, 8, 9, 10
_NO_MASK = b"\x00\x00\x00\x00"


def client_frame(payload: bytes, opcode: int = TEXT) -> bytes:
    """One masked frame (with the mask that changes nothing)."""
    length = len(payload)
    first = bytes((0x80 | opcode,))
    if length < 126:
        return first + bytes((0x80 | length,)) + _NO_MASK + payload
    return first + b"\xfe" + length.to_bytes(2, "big") + _NO_MASK + payload


class LeanSocket(asyncio.Protocol):
    """Upgrades, then hands each text to `take`; whatever the server sends in pieces is put together."""

    __slots__ = ("_rest", "closed", "code", "dropped", "open", "request", "take", "transport")

    def __init__(self, request: bytes, take: Callable[[bytes], None], dropped: Callable[[int], None]) -> None:
        self.request = request
        self.take = take
        self.dropped = dropped
        self.open: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.closed = False
        self.code = 1006
        self.transport: asyncio.Transport = None  # type: ignore[assignment] # set before the first frame
        self._rest = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        self.transport.write(self.request)

    def data_received(self, data: bytes) -> None:
        if self._rest:
            data = self._rest + data
            self._rest = b""
        if not self.open.done():
            head, separator, data = data.partition(b"\r\n\r\n")
            if not separator:
                self._rest = head
                return
            if b" 101 " not in head.partition(b"\r\n")[0]:
                self.open.set_exception(ConnectionError(head[:200].decode("latin-1")))
                self.transport.close()
                return
            self.open.set_result(None)
        self._frames(data)

    def _frames(self, data: bytes) -> None:
        at, end = 0, len(data)
        while end - at >= 2:
            length = data[at + 1] & 0x7F
            begin = at + 2
            if length == 126:
                begin += 2
                length = int.from_bytes(data[at + 2 : begin], "big") if end >= begin else end
            elif length == 127:
                begin += 8
                length = int.from_bytes(data[at + 2 : begin], "big") if end >= begin else end
            if begin + length > end:
                break
            self._frame(data[at] & 0x0F, data[begin : begin + length])
            at = begin + length
        self._rest = data[at:]

    def _frame(self, opcode: int, payload: bytes) -> None:
        if opcode == TEXT:
            self.take(payload)
        elif opcode == PING:
            self.transport.write(client_frame(payload, PONG))
        elif opcode == CLOSE:
            self.code = int.from_bytes(payload[:2], "big")
            self.transport.close()

    def send(self, frame: bytes) -> None:
        self.transport.write(frame)

    def connection_lost(self, exc: Exception | None) -> None:
        self.closed = True
        if not self.open.done():
            self.open.set_exception(exc or ConnectionError("closed before the upgrade"))
        self.dropped(self.code)


async def open_socket(
    *,
    host: str,
    port: int,
    path: str,
    headers: Mapping[str, str],
    take: Callable[[bytes], None],
    dropped: Callable[[int], None],
) -> LeanSocket:
    key = base64.b64encode(os.urandom(16)).decode()
    lines = [f"GET {path} HTTP/1.1", f"Host: {host}:{port}", "Upgrade: websocket", "Connection: Upgrade"]
    lines += [f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    request = "\r\n".join([*lines, "", ""]).encode()
    loop = asyncio.get_running_loop()
    _, socket = await loop.create_connection(lambda: LeanSocket(request, take, dropped), host, port)
    await asyncio.wait_for(socket.open, 30)
    return socket
