"""Does anything that somebody said, is called, or holds as a secret turn up where it must not?

Distinctive words go down every path; then every log record, every address, every command that reached Redis and
every plain column of the database is searched for them.
"""

import asyncio
import io
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from redis.asyncio import Redis

from chat.live.hints import pack
from chat.services.retention import forget_conversation
from chat.services.sweeping import run_due_jobs
from config.logs import LineFormatter
from tests.cast import Seeker, browser_of, log_of, make_cid, sign_in
from tests.chat.peer import Meeting
from tests.chat.test_sealing import ask_for_text

SAID = "カナリアの歌"
REPLIED = "カナリアの返事"
NOTED = "カナリアの覚え書き"
ANSWERED = "カナリアの答え"
TYPED = "カナリアの下書き"
REFUSED = "カナリア\x00の禁止"
WORDS = ("カナリア", "カナリア".encode("unicode_escape").decode())
NAME = "カナリアさん"


@pytest.fixture
def everything_logged() -> Iterator[io.StringIO]:
    """All records of all loggers, as our lines and as they came with all their values."""
    written = io.StringIO()
    ours, raw = logging.StreamHandler(written), logging.StreamHandler(written)
    ours.setFormatter(LineFormatter())
    root = logging.getLogger()
    kept = {name: logging.getLogger(name).level for name in ("chat", "config", "organisations", "django")}
    level = root.level
    root.setLevel(logging.DEBUG)
    for name in kept:
        logging.getLogger(name).setLevel(logging.INFO)
    logging.getLogger("django.db.backends").setLevel(logging.INFO)  # DEBUG is a developer's choice
    root.addHandler(ours)
    for name in ("chat", "config", "organisations"):
        logging.getLogger(name).addHandler(raw)
    yield written
    root.removeHandler(ours)
    for name in ("chat", "config", "organisations"):
        logging.getLogger(name).removeHandler(raw)
    root.setLevel(level)
    for name, before in kept.items():
        logging.getLogger(name).setLevel(before)


@asynccontextmanager
async def commands_of_redis() -> AsyncIterator[list[str]]:
    """What reaches Redis while the block runs; nothing where there is no Redis."""
    seen: list[str] = []
    if settings.TOMOSHIBI.embedded:
        yield seen
        return
    client = Redis.from_url(settings.TOMOSHIBI.redis_url)
    async with client.monitor() as monitor:

        async def watch() -> None:
            async for command in monitor.listen():
                seen.append(str(command))  # noqa: PERF401 - as they come

        watching = asyncio.create_task(watch())
        yield seen
        await asyncio.sleep(0.1)  # what is on its way
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
    await client.aclose()


class Addresses:
    """Every address that was asked for, and every answer to it."""

    def __init__(self, browser: Client) -> None:
        self.browser = browser
        self.asked: list[str] = []

    def post(self, path: str, body: dict[str, Any], **headers: str) -> Any:
        self.asked.append(path)
        return self.browser.post(
            f"/api/v1/{path}", body, content_type="application/json", headers=headers or None
        )

    def get(self, path: str, **headers: str) -> Any:
        self.asked.append(path)
        return self.browser.get(f"/api/v1/{path}", headers=headers or None)


async def a_whole_evening(meeting: Meeting) -> tuple[Seeker, str, Addresses]:
    """Words down every path there is, usable and not."""
    cast, counsellor = meeting.cast, meeting.cast.harbour.counsellor
    counsellor.display_name = NAME
    await meeting.do(counsellor.save)
    await meeting.do(ask_for_text)
    seeker = await meeting.do(cast.seeker, "loneliness", wish=ANSWERED)
    session = await meeting.do(sign_in, counsellor)
    calls = Addresses(await meeting.do(browser_of, counsellor, session=session))
    theirs, mine = await meeting.seeker(seeker), await meeting.console(counsellor, session=session)
    await theirs.says(SAID)
    await meeting.do(calls.post, "console/presence", {"status": "available", "capacity": 3})
    accepted = await meeting.do(calls.post, "console/accept-next", {"cid": make_cid()})
    assert accepted.status_code == 200
    await mine.sends("follow", conversation=seeker.conversation_id, have=0)
    await mine.says(REPLIED, to=seeker.conversation_id)
    await theirs.sends("typing", on=True, text=TYPED)
    await theirs.sends("typing", on=TYPED)
    await theirs.sends("dance", text=TYPED)
    await theirs.sends_text(SAID)
    await theirs.says(REFUSED)
    await theirs.says(SAID * 1000)
    own = f"console/conversations/{seeker.conversation_id}"
    for path, body in (
        (f"{own}/notes", {"cid": make_cid(), "body": NOTED}),
        (f"{own}/messages", {"cid": make_cid(), "body": REPLIED}),
        (f"{own}/messages", {"cid": SAID, "body": REPLIED}),
        (f"{own}/notes", {"cid": make_cid(), "body": REFUSED}),
        ("conversations", {"cid": make_cid(), "topic": SAID, "language": SAID, "notice": SAID}),
        (f"{own}/wrap-up", {"cid": make_cid(), "category": "listened", "established": True, "note": NOTED}),
        (f"{own}/close", {"cid": make_cid()}),
    ):
        await meeting.do(calls.post, path, body)
    bearer = {"Authorization": f"Bearer {seeker.bearer}"}
    await meeting.do(lambda: calls.post("conversation/messages", {"cid": make_cid(), "body": SAID}, **bearer))
    for path in ("conversation", "conversation/events"):
        await meeting.do(partial(calls.get, path, **bearer))
    for path in (own, f"{own}/events", "console/board", "console/supervision"):
        await meeting.do(calls.get, path)
    await meeting.turn()
    await mine.sees("event", kind="closed")
    assert SAID in str(mine.frames)
    assert NOTED in str(mine.frames)
    return seeker, session, calls


async def test_no_word_name_or_secret_leaves_its_place(
    meeting: Meeting, everything_logged: io.StringIO
) -> None:
    async with commands_of_redis() as commands:
        seeker, session, calls = await a_whole_evening(meeting)
        await meeting.do(run_due_jobs)
    written = everything_logged.getvalue()
    secrets = (seeker.bearer, session)
    for place, text in (
        ("log", written),
        ("Redis", "\n".join(commands)),
        ("address", "\n".join(calls.asked)),
    ):
        for word in (*WORDS, *secrets):
            assert word not in text, place
    assert settings.TOMOSHIBI.embedded or any("PUBLISH" in command for command in commands)
    words = [word.encode() for word in WORDS]
    for entry in await meeting.do(log_of, seeker.conversation_id):
        assert not any(word in bytes(entry.body or b"") for word in words)
    told = await meeting.do(everything_in_plain_columns)
    kept = [
        row for row in told if any(word in row for word in (SAID, REPLIED, NOTED, ANSWERED, seeker.bearer))
    ]
    assert kept == []


def everything_in_plain_columns() -> list[str]:
    """Every row of every table of ours, as text."""
    rows: list[str] = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            rows += [f"{table} {row!r}" for row in cursor.fetchall()]
    return rows


async def test_an_error_in_the_middle_of_it_tells_no_more(
    meeting: Meeting, everything_logged: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The values of a failing statement or call must not ride into the log on its exception."""
    from chat.live import writer
    from chat.views import seeker_api

    seeker = await meeting.do(meeting.cast.seeker)
    theirs = await meeting.seeker(seeker)
    calls = Addresses(await meeting.do(browser_of, meeting.cast.auditor))

    def breaks(given: Any) -> Any:
        raise ValueError(f"cannot store {given!r}")

    monkeypatch.setattr(writer, "post_batch", breaks)
    monkeypatch.setattr(seeker_api, "post_at_pace", breaks)
    cid = await theirs.says(SAID)
    await theirs.sees("nack", cid=cid, code="try_again")
    bearer = {"Authorization": f"Bearer {seeker.bearer}"}
    calls.browser.raise_request_exception = False
    answer = await meeting.do(
        lambda: calls.post("conversation/messages", {"cid": make_cid(), "body": SAID}, **bearer)
    )
    assert answer.json()["code"] == "internal"
    lines = [line for line in everything_logged.getvalue().splitlines() if line.startswith("{")]
    assert any("batch_failed" in line for line in lines)
    assert any("request_failed" in line for line in lines)
    assert not any(word in line for line in lines for word in (*WORDS, seeker.bearer))


async def test_a_hint_holds_numbers_and_ids(meeting: Meeting) -> None:
    told: list[Any] = []
    tell = meeting.hub.bus.tell

    def listen(news: Any) -> None:
        told.append(pack(news, origin="x"))
        tell(news)

    meeting.hub.bus.tell = listen
    seeker = await meeting.do(meeting.cast.seeker)
    theirs = await meeting.seeker(seeker)
    meeting.hub.writer._tell = listen
    await theirs.says(SAID)
    await theirs.sees("event")
    await meeting.do(forget_conversation, conversation_id=seeker.conversation_id)
    assert any(hint and str(seeker.conversation_id) in hint["heads"] for hint in told)
    assert not any(word in str(told) for word in (*WORDS, seeker.bearer))
