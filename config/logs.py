"""What may a log line say?"""

from typing import Any


def logging_settings(*, level: str) -> dict[str, Any]:
    return {"version": 1, "disable_existing_loggers": False, "root": {"level": level}}
