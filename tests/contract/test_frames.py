"""Does the server speak as the golden examples do? The browser's tests read the same file."""

import json
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone

from chat.live.frames import event_fields
from chat.models import Entry
from chat.protocol import FrameError, parse_console, parse_seeker
from chat.signals import StoredEntry
from tests.contract.golden import EXAMPLES, NotGoldenError, check_server_frame

PARSERS = {"seeker": parse_seeker, "console": parse_console}
CLIENT = [
    pytest.param(side, example, id=f"{side}: {example['name']}")
    for side in PARSERS
    for example in EXAMPLES["client"][side]
]


def text_of(example: dict[str, Any]) -> str:
    raw: str = example["raw"] if "raw" in example else json.dumps(example["frame"])
    return raw


def parse(side: str, text: str) -> Any:
    return PARSERS[side](text)


@pytest.mark.parametrize(("side", "example"), CLIENT)
def test_a_clients_frame_is_taken_or_refused_as_the_example_says(side: str, example: dict[str, Any]) -> None:
    if not example["ok"]:
        with pytest.raises(FrameError) as refused:
            parse(side, text_of(example))
        assert refused.value.code == example["code"]
        return
    frame = parse(side, text_of(example))
    for name, value in example["frame"].items():
        if not hasattr(frame, name) or name == "body":
            continue
        held = getattr(frame, name)
        if isinstance(held, dict):
            assert {str(key): number for key, number in held.items()} == value
        else:
            assert held == value or str(held) == value


@pytest.mark.parametrize("side", ["seeker", "console"])
def test_the_examples_say_something_of_every_frame_and_refuse_something_too(side: str) -> None:
    client = EXAMPLES["client"][side]
    kinds = {frame["frame"]["type"] for frame in client if frame["ok"]}
    both = {"hello", "send", "typing", "seen", "ping", "resync"}
    assert kinds == both | ({"leave"} if side == "seeker" else {"follow", "unfollow"})
    assert any(not frame["ok"] for frame in client)
    server = {frame["frame"]["type"] for frame in EXAMPLES["server"][side] if frame["ok"]}
    both = {"welcome", "event", "limited", "reset", "ack", "nack", "error", "typing", "seen", "pong", "state"}
    both |= {"revoked", "bye"}
    assert server == both | ({"queue"} if side == "seeker" else {"board"})


@pytest.mark.parametrize("kind", Entry.Kind.values)
def test_each_kind_of_entry_has_an_example_in_the_staff_stream(kind: str) -> None:
    examples = [
        frame["frame"]
        for frame in EXAMPLES["server"]["console"]
        if frame["ok"] and frame["frame"].get("kind") == kind
    ]
    assert examples
    for example in examples:
        check_server_frame("console", example)


def test_what_differs_from_the_examples_is_noticed() -> None:
    """The check that every socket test leans on can fail."""
    ack = {"type": "ack", "cid": "q" * 22, "seq": 3, "at": 1767225600000}
    check_server_frame("seeker", ack)
    for wrong in ({**ack, "seq": "3"}, {**ack, "extra": 1}, {"type": "ack"}, {"type": "confetti"}):
        with pytest.raises(NotGoldenError):
            check_server_frame("seeker", wrong)
    with pytest.raises(NotGoldenError):
        check_server_frame("console", ack)  # names no conversation


def test_a_note_has_no_shape_in_a_help_seekers_stream() -> None:
    note = next(
        frame["frame"]
        for frame in EXAMPLES["server"]["console"]
        if frame["ok"] and frame["frame"].get("kind") == "note"
    )
    with pytest.raises(NotGoldenError):
        check_server_frame("seeker", {key: value for key, value in note.items() if key != "conversation"})


def test_the_same_entry_is_numbered_by_the_stream_it_is_told_in() -> None:
    entry = StoredEntry(
        UUID(int=7), 9, 4, "message", "seeker", UUID(int=8), "q" * 22, "はい", None, timezone.now()
    )
    assert (event_fields(entry, staff=True)["seq"], event_fields(entry, staff=False)["seq"]) == (9, 4)
    assert "conversation" not in event_fields(entry, staff=False)
