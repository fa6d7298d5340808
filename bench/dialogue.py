"""What was said in a recorded dialogue, by whom, and after how long? Reads the KokoroChat JSON shape."""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson

from bench.client.wire import LONGEST_BODY, body_fault, is_control, normalise_body

ROLES = {"counselor": "counsellor", "client": "seeker"}
OWN_DIALOGUES = Path(__file__).parent / "dialogues"


class UnreadableDialogueError(ValueError):
    """The file does not hold a dialogue in the expected shape."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """One message to send: its side, its text as the service stores it, seconds since the one before."""

    role: str
    text: str
    gap: float


@dataclass(frozen=True, slots=True)
class Dialogue:
    """One conversation, and how many of its utterances had to be made sendable."""

    name: str
    utterances: tuple[Utterance, ...]
    topic: str = ""
    language: str = "ja"
    normalised: int = 0
    left_out: int = 0


def read_dialogue(path: Path) -> Dialogue:
    """Texts are made sendable; empty ones are left out and counted. Raises UnreadableDialogueError."""
    try:
        document = orjson.loads(path.read_bytes())
        rows = document["dialogue"]
        said = [(ROLES[row["role"]], _time(row["time"]), str(row["utterance"])) for row in rows]
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError) as failure:
        raise UnreadableDialogueError(f"{path.name}: {failure!r}") from failure
    utterances: list[Utterance] = []
    normalised = left_out = 0
    before = said[0][1] if said else None
    for role, at, raw in said:
        text = sendable(raw)
        normalised += text != raw
        if not text:
            left_out += 1
            continue
        utterances.append(Utterance(role, text, max(0.0, (at - before).total_seconds()) if before else 0.0))
        before = at
    if not utterances:
        raise UnreadableDialogueError(f"{path.name}: nothing was said")
    return Dialogue(
        name=path.stem,
        utterances=tuple(utterances),
        topic=str(document.get("tomoshibi_topic", "")),
        language=str(document.get("language", "ja")),
        normalised=normalised,
        left_out=left_out,
    )


def sendable(raw: str) -> str:
    """The text the service will take: its own normalisation, control characters out, cut at the limit."""
    text = normalise_body(raw)
    if body_fault(text) in {None, "body_empty"}:
        return text
    text = "".join(character for character in text if not is_control(character))
    return normalise_body(text[:LONGEST_BODY])


def pauses(dialogue: Dialogue, *, speed: float, longest: float) -> Iterator[float]:
    """Seconds to wait before each utterance: as recorded, or sped up and none longer than `longest`."""
    for utterance in dialogue.utterances:
        yield utterance.gap if speed == 1 else min(utterance.gap / speed, longest)


def find_files(arguments: Sequence[str]) -> list[Path]:
    """Files as given, folders as their *.json; without any, the project's own dialogues."""
    found: list[Path] = []
    for path in map(Path, arguments or [str(OWN_DIALOGUES)]):
        found += sorted(path.glob("*.json")) if path.is_dir() else [path]
    return found


def _time(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text)
