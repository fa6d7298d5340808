"""How fast is nothing but a relay? No framework, no database, no rights: `websockets` on uvloop."""

import asyncio
import sys

import orjson
import uvloop
from websockets.asyncio.server import ServerConnection, serve

ROOMS: dict[str, set[ServerConnection]] = {}


async def relay(socket: ServerConnection) -> None:
    assert socket.request is not None
    around = ROOMS.setdefault(socket.request.path, set())
    around.add(socket)
    try:
        async for text in socket:
            message = orjson.loads(text)
            out = orjson.dumps({"cid": message["cid"], "body": message["body"]}).decode()
            for other in tuple(around):
                await other.send(out)
    finally:
        around.discard(socket)


async def main(port: int) -> None:
    async with serve(relay, "127.0.0.1", port, compression=None, ping_interval=None, backlog=2048) as server:
        await server.serve_forever()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main(int(sys.argv[1])))
