"""How does one process serve sockets and pages, and how does it leave without cutting anybody off?

A subclass of daphne for what daphne lacks: draining on SIGTERM, a limit on what waits for a slow reader, a
limit on what a client may pile up, an answer to oversized frames. It leans on private names of daphne,
autobahn and Twisted; tests/faults/test_server.py holds them in place. No Django here.
"""

# daphne.server installs the asyncio reactor and must come before anything that imports the reactor.
from daphne import server as daphne_server  # isort: skip

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any

from daphne.endpoints import build_endpoint_description_strings
from daphne.http_protocol import HTTPFactory, WebRequest
from daphne.ws_protocol import WebSocketFactory, WebSocketProtocol
from twisted.internet import defer
from twisted.internet import reactor as installed_reactor
from twisted.logger import globalLogBeginner

from chat.protocol import FRAME_LIMIT, Close
from config import draining

# Untyped base classes and camelCase methods below are daphne's, autobahn's and Twisted's, not ours to rename.

logger = logging.getLogger(__name__)
reactor: Any = installed_reactor

ASGIApplication = Callable[..., Awaitable[None]]

IMMEDIATE_SEND = "tomoshibi.immediate_send"
MAX_OUTBOUND = 1 << 20
"""Bytes that may wait for one reader."""
MAX_INBOUND = 200
"""Frames of one socket that may wait for the application."""
DRAIN_SECONDS = 8.0
"""Below the ten seconds after which process managers kill."""
FAREWELL_SECONDS = 2.0
CLOSE_SECONDS = 5.0
"""For the other side's half of a closing handshake: a phone may still be sending a long frame."""


class Socket(WebSocketProtocol):  # type: ignore[misc]
    """One websocket, with limits in both directions."""

    refused = False

    def serverAccept(self, subprotocol: str | None = None) -> None:  # noqa: N802
        super().serverAccept(subprotocol)
        if draining.is_draining():
            self.refuse(Close.RESTART)

    def serverSend(self, content: str | bytes, binary: bool = False) -> None:  # noqa: N802
        if self.refused or self.state in {self.STATE_CLOSING, self.STATE_CLOSED}:
            return  # the application has not heard of it yet; autobahn would raise
        waiting = buffered_bytes(self.transport)
        if waiting > MAX_OUTBOUND:
            # No close frame: it would wait behind everything else.
            logger.warning("slow_reader_aborted", extra={"bytes": waiting})
            self.refused = True
            self.transport.abortConnection()
            return
        super().serverSend(content, binary)

    def sendData(self, data: bytes, sync: bool = False, chopsize: int | None = None) -> None:  # noqa: N802
        """Straight to the kernel when nothing waits, and without describing each write to a debug log."""
        if sync or chopsize or self.send_queue:
            super().sendData(data, sync, chopsize)
            return
        write_now(self.transport, data)

    def dataReceived(self, data: bytes) -> None:  # noqa: N802
        """As autobahn does, but without describing each read to a debug log that nobody reads."""
        self._dataReceived(data)

    def onMessage(self, payload: bytes, isBinary: bool) -> None:  # noqa: N802, N803
        if self.refused:
            return
        if self.application_queue.qsize() >= MAX_INBOUND:
            logger.warning("flood_refused", extra={"count": MAX_INBOUND})
            self.refuse(Close.FLOOD)
            return
        super().onMessage(payload, isBinary)

    def _max_message_size_exceeded(self, msg_size: int, max_msg_size: int, reason: str) -> None:
        """Say so with a close code: a dropped connection looks like a bad line."""
        self.failedByMe = True  # autobahn's name: what still arrives is skipped
        self.refuse(Close.TOO_LARGE)

    def serverClose(self, code: int | None = None) -> None:  # noqa: N802
        """autobahn's own sendClose raises for 1012, which says "restarting"."""
        if code != Close.RESTART:
            super().serverClose(code=code)
        elif self.state == self.STATE_OPEN:
            self.sendCloseFrame(code=code, isReply=False)

    def refuse(self, code: int) -> None:
        self.refused = True
        if self.state == self.STATE_OPEN:
            self.sendCloseFrame(code=code, isReply=False)


def write_now(transport: Any, data: bytes) -> None:
    """Write at once what the kernel takes; only the rest waits for the reactor.

    Twisted's own `write` always waits for the next turn: two changes of the reactor's set of writers and one
    more call for each frame, a fifth of what a message costs.
    """
    connection = connection_under(transport)
    if connection is not None and may_write(connection):
        sent = connection.writeSomeData(data)
        data = data[sent:] if isinstance(sent, int) else data
    if data:
        transport.write(data)


def may_write(connection: Any) -> bool:
    return connection.connected and not connection.disconnecting and not buffered_bytes(connection)


class Request(WebRequest):  # type: ignore[misc]
    """One HTTP request; a client does not get to say where the application is mounted."""

    error_template = "<!doctype html><title>%(title)s</title><p>%(title)s</p>"

    def process(self) -> Any:
        self.requestHeaders.removeHeader(b"daphne-root-path")
        return super().process()

    def handle_reply(self, message: dict[str, Any]) -> None:
        if message.get("type") == "http.response.start" and draining.is_draining() and self.channel:
            self.responseHeaders.setRawHeaders(b"connection", [b"close"])
            self.channel.persistent = False
        super().handle_reply(message)


class RequestFactory(HTTPFactory):  # type: ignore[misc]
    def buildProtocol(self, addr: object) -> Any:  # noqa: N802
        protocol = super().buildProtocol(addr)
        protocol.requestFactory = Request
        return protocol


class SocketFactory(WebSocketFactory):  # type: ignore[misc]
    protocol = Socket


class Server(daphne_server.Server):  # type: ignore[misc]
    """One process: pages and sockets of one ASGI application."""

    def __init__(self, application: ASGIApplication, *, host: str, port: int) -> None:
        super().__init__(
            application=application,
            endpoints=build_endpoint_description_strings(host=host, port=port),
            action_logger=None,  # the access log holds addresses
            server_name="",
            ping_interval=20,
            ping_timeout=20,
            websocket_timeout=12 * 60 * 60,
            websocket_connect_timeout=10,
            websocket_handshake_timeout=10,
            websocket_max_frame_size=FRAME_LIMIT,
            websocket_max_message_size=FRAME_LIMIT,
            verbosity=0,
        )
        self.ports: list[Any] = []

    def create_application(self, protocol: Any, scope: dict[str, Any]) -> Any:
        """Tell the application that a frame sent here is handed over before `send` returns (chat.live.outgoing)."""
        if scope["type"] == "websocket":
            scope.setdefault("extensions", {})[IMMEDIATE_SEND] = {}
        return super().create_application(protocol, scope)

    def run(self) -> None:
        """Serve until SIGTERM or SIGINT, then drain."""
        self.connections: dict[Any, dict[str, Any]] = {}
        self.http_factory = RequestFactory(self)
        self.ws_factory = SocketFactory(self, server=self.server_name)
        self.ws_factory.setProtocolOptions(
            autoPingTimeout=self.ping_timeout,
            allowNullOrigin=True,  # config.origin decides
            openHandshakeTimeout=self.websocket_handshake_timeout,
            closeHandshakeTimeout=CLOSE_SECONDS,
            maxFramePayloadSize=self.websocket_max_frame_size,
            maxMessagePayloadSize=self.websocket_max_message_size,
        )
        observers: Any = [tell_failure]
        globalLogBeginner.beginLoggingTo(observers, redirectStandardIO=False, discardBuffer=True)
        reactor.callLater(1, self.application_checker)
        reactor.callLater(2, self.timeout_checker)
        for description in self.endpoints:
            endpoint = daphne_server.serverFromString(reactor, description)
            endpoint.listen(self.http_factory).addCallbacks(self.listen_success, self.listen_error)
        asyncio.set_event_loop(reactor._asyncioEventloop)
        reactor.addSystemEventTrigger("before", "shutdown", self.kill_all_applications)
        if not self.abort_start:
            reactor.run(installSignalHandlers=True)

    def listen_success(self, port: Any) -> None:
        self.ports.append(port)
        logger.info("listening", extra={"port": port.getHost().port})

    def listen_error(self, failure: Any) -> None:
        logger.critical("cannot_listen", exc_info=(failure.type, failure.value, failure.getTracebackObject()))
        self.abort_start = True
        self.stop()

    def kill_all_applications(self) -> Any:
        """Called once at shutdown; the reactor stays until the deferred fires."""
        return defer.Deferred.fromFuture(asyncio.ensure_future(self.drain()))

    async def drain(self) -> None:
        """Take no new connection, say goodbye, close sockets, let requests finish, cancel the rest."""
        started = time.monotonic()
        for port in self.ports:
            port.stopListening()
        await draining.begin_drain(within=FAREWELL_SECONDS)
        for protocol in list(self.connections):
            if isinstance(protocol, Socket) and protocol.state == protocol.STATE_OPEN:
                protocol.refuse(Close.RESTART)
        left = DRAIN_SECONDS - (time.monotonic() - started)
        running = self.running()
        if running:
            await asyncio.wait(running, timeout=max(left, 0))
        late = self.running()
        for application in late:
            application.cancel()
        await asyncio.gather(*late, return_exceptions=True)
        seconds = round(time.monotonic() - started, 2)
        logger.info("drained", extra={"seconds": seconds, "count": len(late)})

    def running(self) -> list[asyncio.Future[Any]]:
        instances = (details.get("application_instance") for details in self.connections.values())
        return [instance for instance in instances if instance is not None and not instance.done()]


def tell_failure(event: dict[str, Any]) -> None:
    """Of Twisted's own log only errors are passed on: the rest may name addresses."""
    failure = event.get("log_failure")
    if failure is not None:
        logger.error("server_failed", exc_info=(failure.type, failure.value, failure.getTracebackObject()))


def buffered_bytes(transport: Any) -> int:
    """What Twisted holds for this connection because the reader does not take it."""
    connection = connection_under(transport)
    if connection is None:
        return 0
    return int(len(connection.dataBuffer) - connection.offset + connection._tempDataLen)


def connection_under(transport: Any) -> Any:
    """The connection itself, below whatever HTTP wrapped around it."""
    while not hasattr(transport, "dataBuffer"):
        transport = getattr(transport, "_transport", None) or getattr(transport, "_producer", None)
        if transport is None:
            return None
    return transport
