"""Are the translations complete, and does our compiler write what gettext reads?"""

import gettext
import io
import re
import runpy
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

COMPILER: dict[str, Any] = runpy.run_path(str(settings.BASE_DIR / "locale" / "compile.py"))
parse: Callable[..., dict[str, str]] = COMPILER["parse"]
encode: Callable[[dict[str, str]], bytes] = COMPILER["encode"]
JAPANESE = settings.BASE_DIR / "locale" / "ja" / "LC_MESSAGES" / "django.po"
HEADER = {"": "Content-Type: text/plain; charset=UTF-8\n"}


def read(content: bytes) -> gettext.GNUTranslations:
    return gettext.GNUTranslations(io.BytesIO(content))


def test_every_sentence_has_its_japanese_with_the_same_places_to_fill() -> None:
    with JAPANESE.open(encoding="utf-8") as lines:
        blocks = list(COMPILER["_blocks"](lines))
    for block in blocks:
        fields = COMPILER["_fields"](block)
        if not fields.get("msgid"):
            continue
        translated = [text for keyword, text in fields.items() if keyword.startswith("msgstr")]
        assert all(translated), fields["msgid"]
        places = re.compile(r"%\(\w+\)[sd]|\{\w*\}")
        for text in translated:
            assert set(places.findall(text)) == set(places.findall(fields["msgid"])), fields["msgid"]


@given(st.dictionaries(st.text(min_size=1), st.text(min_size=1)))
def test_what_was_written_is_what_is_read(messages: dict[str, str]) -> None:
    clean = {
        source: target
        for source, target in messages.items()
        if not set(source + target) & {"\0", "\x04"} and (source + target).isprintable()
    }
    catalogue = read(encode({**HEADER, **clean}))
    for source, target in clean.items():
        assert catalogue.gettext(source) == target


@pytest.mark.parametrize(
    ("block", "messages"),
    [
        ('msgid "a"\nmsgstr "あ"', {"a": "あ"}),
        ('msgid ""\n"long "\n"line"\nmsgstr ""\n"長い"\n"行"', {"long line": "長い行"}),
        ('#, fuzzy\nmsgid "a"\nmsgstr "あ"', {}),
        ('msgid "a"\nmsgstr ""', {}),
        ('msgctxt "door"\nmsgid "open"\nmsgstr "開く"', {"door\x04open": "開く"}),
        ('msgid "%d day"\nmsgid_plural "%d days"\nmsgstr[0] "%d日"', {"%d day\0%d days": "%d日"}),
        ('#~ msgid "gone"\n#~ msgstr "ない"', {}),
        (r'msgid "a \"b\"\n"' + "\n" + r'msgstr "「b」\n"', {'a "b"\n': "「b」\n"}),
    ],
)
def test_each_form_of_a_message_is_understood(block: str, messages: dict[str, str]) -> None:
    assert parse(block.splitlines(keepends=True)) == messages
