"""What may a log line say?

One JSON object a line with an allow-list of keys: times, places in the code, ids, counts, codes. Never a
message, a name, an address, a token, a query string: a value that was not foreseen is left out, whoever logs
it.
"""

import json
import logging
import re
import sys
import threading
import traceback
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any
from uuid import UUID

from django.http import HttpRequest

OWN_LOGGERS = ("config", "organisations", "chat")
ALLOWED_KEYS = (
    *("conversation", "organisation", "participant", "person", "topic", "entry", "assignment"),
    *(
        "process",
        "job",
        "duty",
        "code",
        "status",
        "status_code",
        "method",
        "kind",
        "role",
        "reason",
        "attempt",
    ),
    *("count", "bytes", "port", "seconds", "milliseconds", "seq", "public_seq", "staff_seq", "head"),
)
# Lower case only: a bearer or a cid is base64 and does not pass for a code.
CODE = re.compile(r"[a-z][a-z0-9_.]{0,39}|GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS")
CLASS_NAME = re.compile(r"[A-Z][A-Za-z]{2,40}")
IDENTIFIER = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
FRAMES_KEPT = 6


def logging_settings(*, level: str, readable: bool = False) -> dict[str, Any]:
    """Django's LOGGING. `readable` is for a developer's screen only: it prints what was passed to it."""
    formatter: dict[str, Any] = {"()": "config.logs.LineFormatter"}
    if readable:
        formatter = {"format": "{levelname} {name} {message}", "style": "{"}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": formatter},
        "handlers": {"line": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"level": level, "handlers": ["line"]},
        "loggers": {
            # Django's own handlers print paths with query strings and mail reports; ours is enough.
            "django": {"handlers": [], "level": level, "propagate": True},
            "django.server": {"handlers": [], "level": level, "propagate": True},
        },
    }


class LineFormatter(logging.Formatter):
    """Turns any record, of ours or of a library, into a line that names ids and places but no values."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": event_of(record),
        }
        for key in ALLOWED_KEYS:
            value = fit(getattr(record, key, None))
            if value is not None:
                line[key] = value
        error_name = getattr(record, "error", None)
        if isinstance(error_name, str) and CLASS_NAME.fullmatch(error_name):
            line["error"] = error_name
        request = getattr(record, "request", None)
        if isinstance(request, HttpRequest):
            line |= route_of(request)
        if record.exc_info and record.exc_info[0] is not None:
            kind, error, trace = record.exc_info
            line |= error_of(kind, error, trace)
        return json.dumps(line, ensure_ascii=True, separators=(",", ":"))


def event_of(record: logging.LogRecord) -> str:
    """What happened, as the code has it. Arguments are never filled in.

    A library's message without arguments may be an f-string, so only its place in the code is told.
    """
    own = record.name.partition(".")[0] in OWN_LOGGERS
    if isinstance(record.msg, str) and (own or record.args):
        return record.msg
    return f"{short(record.pathname)}:{record.lineno}"


def fit(value: object) -> object:
    """The value if it is a number, an id or a short code; otherwise nothing."""
    match value:
        case bool() | int() | float():
            return value
        case UUID():
            return str(value)
        case str() if CODE.fullmatch(value) or IDENTIFIER.fullmatch(value):
            return value
        case _:
            return None


def route_of(request: HttpRequest) -> dict[str, object]:
    """The pattern that matched, not the path that was asked for."""
    found = request.resolver_match
    return {"method": fit(request.method), "route": found.route if found else "unknown"}


def error_of(
    kind: type[BaseException], error: BaseException | None, trace: TracebackType | None
) -> dict[str, object]:
    """Class and place of an error and of what caused it: a driver writes values into its messages."""
    causes: list[str] = []
    cause = error and (error.__cause__ or error.__context__)
    while cause is not None and len(causes) < FRAMES_KEPT:
        causes.append(type(cause).__qualname__)
        cause = cause.__cause__ or cause.__context__
    frames = traceback.extract_tb(trace)[-FRAMES_KEPT:]
    found: dict[str, object] = {
        "error": f"{kind.__module__}.{kind.__qualname__}",
        "trace": [f"{short(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames],
    }
    if causes:
        found["caused_by"] = causes
    return found


def short(filename: str) -> str:
    """The last three parts of a path: enough to find the line, nothing about the machine."""
    return "/".join(Path(filename).parts[-3:])


def log_uncaught() -> None:
    """Send what would be printed with its values through the log instead, whichever thread it is from."""
    logger = logging.getLogger("config.uncaught")

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        logger.critical("uncaught", exc_info=(kind, error, trace))

    def thread_hook(failed: threading.ExceptHookArgs) -> None:
        if failed.exc_value is not None:
            hook(failed.exc_type, failed.exc_value, failed.exc_traceback)

    sys.excepthook = hook
    threading.excepthook = thread_hook
