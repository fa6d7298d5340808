"""Are recorded dialogues read as they were spoken, and made sendable by the service's own rule?"""

from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.client.wire import body_fault, normalise_body
from bench.dialogue import OWN_DIALOGUES, UnreadableDialogueError, find_files, pauses, read_dialogue, sendable
from chat import protocol


def written(folder: Path, rows: list[dict[str, Any]]) -> Path:
    path = folder / "told.json"
    path.write_bytes(orjson.dumps({"dialogue": rows, "topic": "a review that is not ours to read"}))
    return path


def row(role: str, second: int, utterance: str) -> dict[str, Any]:
    return {"role": role, "time": f"2023-07-20T14:21:{second:02}", "utterance": utterance}


def test_roles_texts_and_gaps_are_read_in_order(tmp_path: Path) -> None:
    path = written(tmp_path, [row("counselor", 4, "こんにちは。"), row("client", 40, "はい\r\nすこし")])
    dialogue = read_dialogue(path)
    assert [(u.role, u.text, u.gap) for u in dialogue.utterances] == [
        ("counsellor", "こんにちは。", 0.0),
        ("seeker", "はい\nすこし", 36.0),
    ]
    assert dialogue.normalised == 1
    assert dialogue.left_out == 0


def test_a_clock_that_ran_backwards_gives_no_negative_pause(tmp_path: Path) -> None:
    path = written(tmp_path, [row("client", 40, "あ"), row("client", 4, "い")])
    assert [u.gap for u in read_dialogue(path).utterances] == [0.0, 0.0]


def test_an_empty_utterance_is_left_out_and_counted(tmp_path: Path) -> None:
    path = written(tmp_path, [row("client", 1, "はい"), row("client", 2, " \n "), row("client", 9, "ええ")])
    dialogue = read_dialogue(path)
    assert [u.text for u in dialogue.utterances] == ["はい", "ええ"]
    assert dialogue.utterances[1].gap == 8
    assert dialogue.left_out == 1


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b"{}", b'{"dialogue": []}', b'{"dialogue": [{"role": "judge"}]}', b'{"dialogue": 3}'],
)
def test_what_is_not_a_dialogue_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "odd.json"
    path.write_bytes(content)
    with pytest.raises(UnreadableDialogueError):
        read_dialogue(path)


def test_control_characters_and_oversize_are_made_sendable() -> None:
    assert sendable("a\x00b\x1bc\td\r\ne") == "abc\td\ne"
    assert sendable("あ" * 5000) == "あ" * 4000
    assert sendable(" \r\n ") == ""


def what_the_service_makes_of(text: str) -> str:
    try:
        return protocol.normalise_body(text)
    except protocol.FrameError as refused:
        return refused.code


@given(st.text(st.characters(blacklist_categories=[]), max_size=60))
def test_the_rule_is_that_of_the_service(text: str) -> None:
    own = normalise_body(text)
    assert (body_fault(own) or own) == what_the_service_makes_of(text)


@given(st.text(st.characters(blacklist_categories=[]), max_size=60))
def test_whatever_was_recorded_becomes_sendable_or_empty(text: str) -> None:
    assert body_fault(sendable(text)) in {None, "body_empty"}


def test_at_real_pace_pauses_are_as_recorded_and_sped_up_they_are_capped(tmp_path: Path) -> None:
    dialogue = read_dialogue(written(tmp_path, [row("client", 0, "あ"), row("client", 50, "い")]))
    assert list(pauses(dialogue, speed=1, longest=3)) == [0, 50]
    assert list(pauses(dialogue, speed=25, longest=3)) == [0, 2]
    assert list(pauses(dialogue, speed=10, longest=3)) == [0, 3]


def test_without_files_the_projects_own_dialogues_are_played() -> None:
    files = find_files([])
    assert files == sorted(OWN_DIALOGUES.glob("*.json"))
    dialogues = [read_dialogue(path) for path in files]
    assert len(dialogues) >= 4
    assert {dialogue.language for dialogue in dialogues} == {"ja", "en"}
    for dialogue in dialogues:
        assert dialogue.normalised == dialogue.left_out == 0
        assert {utterance.role for utterance in dialogue.utterances} == {"seeker", "counsellor"}
