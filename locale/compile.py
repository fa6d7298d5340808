"""How do the translations become what Django reads, on a machine without gettext?

`python locale/compile.py` writes a django.mo beside every django.po below this folder that is newer than it.
The format: https://www.gnu.org/software/gettext/manual/html_node/MO-Files.html
"""

import ast
import struct
import sys
from collections.abc import Iterable
from pathlib import Path

MAGIC = 0x950412DE
CONTEXT, PLURAL = "\x04", "\0"
Messages = dict[str, str]


def parse(lines: Iterable[str]) -> Messages:
    """Read a .po file: what is translated and not marked fuzzy, and the header under the empty string."""
    messages: Messages = {}
    for block in _blocks(lines):
        if not any(line.startswith("#,") and "fuzzy" in line for line in block):
            _add(messages, _fields(block))
    return messages


def encode(messages: Messages) -> bytes:
    """Write the two sorted tables of offsets, then the strings, each ended by a zero byte."""
    pairs = sorted((source.encode(), target.encode()) for source, target in messages.items())
    count = len(pairs)
    start = 28 + 16 * count
    tables: list[bytes] = []
    strings = b""
    for column in (0, 1):
        for pair in pairs:
            tables.append(struct.pack("<II", len(pair[column]), start + len(strings)))
            strings += pair[column] + b"\0"
    head = struct.pack("<7I", MAGIC, 0, count, 28, 28 + 8 * count, 0, start)
    return head + b"".join(tables) + strings


def compile_all(root: Path) -> list[Path]:
    written = []
    for source in sorted(root.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            with source.open(encoding="utf-8") as lines:
                content = encode(parse(lines))
            # Whole or not at all: two test workers may compile at the same moment.
            draft = target.with_suffix(f".{id(content)}")
            draft.write_bytes(content)
            draft.replace(target)
            written.append(target)
    return written


def _blocks(lines: Iterable[str]) -> Iterable[list[str]]:
    block: list[str] = []
    for line in (*lines, ""):
        if line.strip():
            block.append(line.strip())
        elif block:
            yield block
            block = []


def _fields(block: list[str]) -> dict[str, str]:
    fields: dict[str, str] = {}
    keyword = ""
    for line in block:
        if line.startswith("#"):
            continue
        if not line.startswith('"'):
            keyword = line.split(" ", 1)[0]
        text = line.removeprefix(keyword).strip() if not line.startswith('"') else line
        fields[keyword] = fields.get(keyword, "") + str(ast.literal_eval(text))
    return fields


def _add(messages: Messages, fields: dict[str, str]) -> None:
    if "msgid" not in fields:
        return
    source = fields["msgid"]
    if "msgctxt" in fields:
        source = fields["msgctxt"] + CONTEXT + source
    if "msgid_plural" in fields:
        source += PLURAL + fields["msgid_plural"]
    forms = [text for keyword, text in fields.items() if keyword.startswith("msgstr")]
    if forms and all(forms):
        messages[source] = PLURAL.join(forms)


if __name__ == "__main__":
    for path in compile_all(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent):
        print(path)  # noqa: T201
