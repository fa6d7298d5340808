"""Does anything that people wrote, or that could find them, reach a log line?"""

import io
import json
import logging
import sys
import threading
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.db import connection
from django.db.utils import DatabaseError
from django.test import AsyncClient, Client

from config.logs import LineFormatter, log_uncaught, logging_settings

CANARY = "しにたいcanaryとだれかがかいた"
BEARER = "canaryJ8sKQ2mVb3xT5yL0pR7nW9eD4gH6uF1cZaEiO"
ADDRESS = "203.0.113.77"
CONVERSATION = UUID("0198c5a0-0000-7000-8000-000000000001")


class Written:
    def __init__(self, stream: io.StringIO) -> None:
        self.stream = stream

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.stream.getvalue().splitlines()]

    def holds(self, *secrets: str) -> list[str]:
        text = self.stream.getvalue()
        spoken = json.dumps(self.lines, ensure_ascii=False)
        return [secret for secret in secrets if secret in text or secret in spoken]


@pytest.fixture
def written() -> Iterator[Written]:
    """Everything that would be written, by whichever logger, down to DEBUG."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(LineFormatter())
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield Written(stream)
    root.removeHandler(handler)
    root.setLevel(before)


def test_a_line_names_ids_and_counts(written: Written) -> None:
    logging.getLogger("chat.live").info(
        "caught_up", extra={"conversation": CONVERSATION, "count": 3, "code": "rate_limited"}
    )
    (line,) = written.lines
    assert line | {"event": "caught_up", "conversation": str(CONVERSATION), "count": 3} == line
    assert line["code"] == "rate_limited"


def test_what_was_not_foreseen_is_left_out(written: Written) -> None:
    logging.getLogger("chat.live").info(
        "caught_up %s", CANARY, extra={"body": CANARY, "code": BEARER, "status": CANARY, "client": ADDRESS}
    )
    (line,) = written.lines
    assert line["event"] == "caught_up %s"
    assert {"body", "code", "status", "client"}.isdisjoint(line)
    assert written.holds(CANARY, BEARER, ADDRESS) == []


def test_a_library_is_named_by_its_place_and_template_only(written: Written) -> None:
    logging.getLogger("daphne.server").warning("client %s said %s", ADDRESS, CANARY)
    logging.getLogger("asyncio").warning(f"client {ADDRESS} said {CANARY}")  # noqa: G004 - libraries do
    assert written.lines[0]["event"] == "client %s said %s"
    assert written.lines[1]["event"].startswith("tests/config/test_logs.py:")
    assert written.holds(CANARY, ADDRESS) == []


def test_an_error_is_told_by_class_and_place_not_by_its_words(written: Written) -> None:
    try:
        try:
            raise ValueError(CANARY)
        except ValueError as cause:
            raise RuntimeError(BEARER) from cause
    except RuntimeError:
        logging.getLogger("chat.live").exception("failed")
    (line,) = written.lines
    assert line["error"] == "builtins.RuntimeError"
    assert line["caused_by"] == ["ValueError"]
    assert line["trace"][-1].startswith("tests/config/test_logs.py:")
    assert written.holds(CANARY, BEARER) == []


def test_what_nobody_catches_is_told_the_same_way_from_any_thread(
    written: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "excepthook", sys.__excepthook__)
    monkeypatch.setattr(threading, "excepthook", threading.__excepthook__)

    def fail() -> None:
        raise ValueError(CANARY)

    log_uncaught()
    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    try:
        fail()
    except ValueError as error:
        sys.excepthook(ValueError, error, error.__traceback__)
    assert [(line["event"], line["error"]) for line in written.lines] == [
        ("uncaught", "builtins.ValueError")
    ] * 2
    assert written.holds(CANARY) == []


@pytest.mark.django_db
def test_a_database_that_repeats_values_in_its_errors_is_not_quoted(written: Written) -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT "{CANARY}x" FROM "{CANARY}"')
    except DatabaseError:
        logging.getLogger("chat.services").exception("failed")
    assert "django.db" in written.lines[-1]["error"]
    assert written.holds(CANARY) == []


@pytest.mark.django_db
def test_requests_leave_neither_query_nor_path_nor_address(written: Written) -> None:
    client = Client(raise_request_exception=False, REMOTE_ADDR=ADDRESS)
    client.get(f"/nowhere/{BEARER}?token={BEARER}&q={CANARY}")
    client.post(
        "/api/v1/conversation/messages", CANARY, "application/json", HTTP_AUTHORIZATION=f"Bearer {BEARER}"
    )
    client.get("/", HTTP_HOST="canary.evil.example")
    client.post("/accounts/login/", {"login": "canary@example.org", "password": CANARY})
    assert [line for line in written.lines if line["logger"] == "django.request"]
    assert written.holds(CANARY, BEARER, ADDRESS, "canary@example.org", "canary.evil.example") == []


@pytest.mark.django_db(transaction=True)
async def test_requests_of_the_asynchronous_path_leave_nothing_either(written: Written) -> None:
    await AsyncClient().get(f"/nowhere/{BEARER}?token={BEARER}")
    assert written.holds(BEARER) == []


def test_the_service_writes_only_such_lines() -> None:
    assert settings.LOGGING["handlers"] == logging_settings(level="INFO")["handlers"]
    assert settings.LOGGING["formatters"]["line"] == {"()": "config.logs.LineFormatter"}
    assert settings.LOGGING["root"]["handlers"] == ["line"]
    assert all(not logger["handlers"] for logger in settings.LOGGING["loggers"].values())
