"""Which shape has a frame, by the golden examples that the browser's tests read too?"""

import json
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

Frame = dict[str, Any]

# The system's events come from nobody; an event that a command made carries the cid of the command.
OF_ANY_EVENT: Mapping[str, Callable[[Any], bool]] = {
    "from": lambda value: value is None,
    "cid": lambda value: isinstance(value, str) and len(value) == 22,
}
EXAMPLES: Frame = json.loads(Path(__file__).with_name("frames.json").read_text(encoding="utf-8"))


class NotGoldenError(AssertionError):
    """A frame that no golden example looks like."""


def check_server_frame(side: str, frame: Frame) -> None:
    """The fields of its golden examples, no other, each of a type that an example has."""
    examples = _examples(side).get(_kind(frame))
    if not examples:
        raise NotGoldenError(f"{side}: no golden example of {_kind(frame)}")
    known = set().union(*examples)
    needed = known.intersection(*examples)
    extra = frame.keys() - known - (OF_ANY_EVENT.keys() if frame["type"] == "event" else set())
    if extra or not needed <= frame.keys():
        raise NotGoldenError(f"{side}: {_kind(frame)} has {sorted(frame)}, the golden ones {sorted(known)}")
    for name, value in frame.items():
        if frame["type"] == "event" and OF_ANY_EVENT.get(name, _nothing)(value):
            continue
        likes = [example[name] for example in examples if name in example]
        if not any(_alike(value, like) for like in likes):
            raise NotGoldenError(f"{side}: {name} of {_kind(frame)} is {value!r}, unlike {likes!r}")


def _nothing(_: Any) -> bool:
    return False


def _kind(frame: Frame) -> str:
    return f"event {frame['kind']}" if frame["type"] == "event" else str(frame["type"])


@cache
def _examples(side: str) -> dict[str, list[Frame]]:
    found: dict[str, list[Frame]] = {}
    for example in EXAMPLES["server"][side]:
        if example["ok"]:
            found.setdefault(_kind(example["frame"]), []).append(example["frame"])
    return found


def _alike(value: Any, like: Any) -> bool:
    """The same shape; lists are like an example with or without items, objects may hold more inside."""
    if isinstance(like, dict):
        return isinstance(value, dict) and _dicts_alike(value, like)
    if isinstance(like, list):
        return isinstance(value, list) and all(
            not like or any(_alike(item, other) for other in like) for item in value
        )
    if like is None:
        return value is None
    if isinstance(like, bool) or isinstance(value, bool):
        return isinstance(value, bool) and isinstance(like, bool)
    if isinstance(like, int):
        return isinstance(value, int | float)
    return type(value) is type(like)


def _dicts_alike(value: Frame, like: Frame) -> bool:
    if _maps_ids(like):
        return _maps_ids(value) and all(isinstance(number, int) for number in value.values())
    # A golden time that is null may be a number here, and the other way round: nobody has spoken yet.
    return all(
        name in value and (_alike(value[name], other) or _is_time(name)) for name, other in like.items()
    )


def _maps_ids(value: Frame) -> bool:
    return all(len(name) == 36 for name in value)


def _is_time(name: str) -> bool:
    return name.endswith("_at")
