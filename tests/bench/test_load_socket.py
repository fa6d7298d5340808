"""Does the load client read whole texts out of whatever pieces the network makes of them?"""

from unittest.mock import MagicMock

import pytest
from websockets.frames import Frame, Opcode

from bench.load.dialects import DIALECTS, End
from bench.load.socket import LeanSocket, client_frame

UPGRADED = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n"
TEXTS = ["短い", "x" * 125, "y" * 126, "長" * 30_000, '{"type":"event","cid":"c"}']


def from_server(text: str) -> bytes:
    return Frame(Opcode.TEXT, text.encode()).serialize(mask=False)


@pytest.mark.parametrize("piece", [1, 2, 3, 7, 1000, 1 << 20])
async def test_texts_arrive_whole_and_in_order(piece: int) -> None:
    taken: list[str] = []
    socket = LeanSocket(b"GET", lambda payload: taken.append(payload.decode()), lambda code: None)
    socket.connection_made(MagicMock())
    stream = UPGRADED + b"".join(map(from_server, TEXTS))
    for at in range(0, len(stream), piece):
        socket.data_received(stream[at : at + piece])
    assert socket.open.done()
    assert taken == TEXTS


async def test_a_refused_upgrade_is_an_error() -> None:
    socket = LeanSocket(b"GET", lambda payload: None, lambda code: None)
    socket.connection_made(MagicMock())
    socket.data_received(b"HTTP/1.1 403 Forbidden\r\n\r\n")
    with pytest.raises(ConnectionError, match="403"):
        await socket.open


async def test_the_close_code_is_told() -> None:
    codes: list[int] = []
    socket = LeanSocket(b"GET", lambda payload: None, codes.append)
    socket.connection_made(MagicMock())
    closing = Frame(Opcode.CLOSE, (4401).to_bytes(2, "big")).serialize(mask=False)
    socket.data_received(UPGRADED + closing)
    socket.connection_lost(None)
    assert codes == [4401]


def test_a_frame_that_goes_out_is_masked_with_the_mask_that_changes_nothing() -> None:
    assert client_frame(b"abc") == b"\x81\x83\x00\x00\x00\x00abc"
    assert client_frame(b"a" * 200)[:4] == b"\x81\xfe\x00\xc8"


def test_the_cid_is_found_in_an_event_and_only_there() -> None:
    ours = DIALECTS["ours"]
    cid = b"%022d" % 7
    assert ours.cid_of(b'{"type":"event","seq":1,"cid":"' + cid + b'","body":"a"}') == cid
    assert ours.cid_of(b'{"type":"ack","cid":"' + cid + b'"}') is None
    assert ours.refused(b'{"type":"nack","cid":"' + cid + b'"}')
    sent = ours.make(End("/", {}, None, "c" * 36), cid)
    assert cid in sent
    assert b"c" * 36 in sent
