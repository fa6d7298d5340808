"""How many pages and calls does one process answer at once?

Django gives every request a thread and a database connection. Without a limit a burst takes more connections than
there are, and requests fail; with one they wait for a moment.
"""

import asyncio

from config.origin import Application, Receive, Scope, Send

AT_ONCE = 10
"""With eight chat threads, the writer and the sweeper this is what the pool holds (config.databases.POOL)."""
ALWAYS = frozenset({"/healthz", "/readyz"})


class Turnstile:
    def __init__(self, application: Application, *, at_once: int = AT_ONCE) -> None:
        self.application = application
        self.places = asyncio.Semaphore(at_once)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] in ALWAYS:
            await self.application(scope, receive, send)
            return
        async with self.places:
            await self.application(scope, receive, send)
