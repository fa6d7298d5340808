"""Is reading a frame total, and does a text survive exactly as the rules of docs/protocol.md say?"""

import json
import unicodedata
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bench.client import wire
from chat.protocol import BODY_LIMIT, FRAME_LIMIT, FrameError, normalise_body, parse_console, parse_seeker

CODES = {
    "ok",
    "bad_json",
    "bad_frame",
    "unknown_type",
    "too_large",
    "unsupported_version",
    "bad_token",
    "body_empty",
    "body_too_long",
    "body_control_character",
}
CID = "q6urq6urq6urq6urq6urqw"
TYPES = ("hello", "send", "typing", "seen", "ping", "leave", "resync", "follow", "unfollow", "dance")
NAMES = ("v", "token", "have", "cid", "body", "on", "upto", "n", "conversation")
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=50),
    st.sampled_from([CID, "q" * 43, "0b7f8f0e-5a0c-4c5e-9d53-0d6a3a5e2f10", 1, {}, []]),
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=40), inner, max_size=3),
    max_leaves=6,
)
frames = st.fixed_dictionaries(
    {"type": st.sampled_from(TYPES) | values}, optional=dict.fromkeys(NAMES, values)
)


def outcome(text: str, parser: Any) -> str:
    try:
        parser(text)
    except FrameError as error:
        return error.code
    return "ok"


@given(st.text())
@example("")
@example("[" * 100_000)
@example('{"type":' * 10_000)
@example("\ud83d")
@example('{"type":"send","cid":"' + CID + '","body":"\\ud800"}')
@example('{"type":"seen","upto":1e400}')
@example('{"type":"\\u0000"}')
@example('{"type":"' + "x" * 60_000 + '"}')
def test_any_text_is_a_frame_or_a_refusal_with_a_known_code(text: str) -> None:
    assert {outcome(text, parse_seeker), outcome(text, parse_console)} <= CODES


@given(frames)
def test_any_object_is_a_frame_or_a_refusal_with_a_known_code(frame: dict[str, Any]) -> None:
    text = json.dumps(frame)
    assert {outcome(text, parse_seeker), outcome(text, parse_console)} <= CODES


@given(st.text(max_size=200))
def test_what_is_taken_is_a_fixed_point_and_agrees_with_an_independent_reading(text: str) -> None:
    """bench.client.wire states the same rule in other words."""
    plain = wire.normalise_body(text)
    fault = wire.body_fault(plain)
    if fault is None:
        body = normalise_body(text)
        assert body == plain == normalise_body(body)
    else:
        with pytest.raises(FrameError) as refused:
            normalise_body(text)
        assert refused.value.code == fault


def test_a_refused_frame_names_its_type_and_its_cid_and_nothing_of_its_text() -> None:
    text = json.dumps({"type": "send", "cid": CID, "body": "ひみつ\x00"})
    with pytest.raises(FrameError) as refused:
        parse_seeker(text)
    assert (refused.value.ref, refused.value.cid) == ("send", CID)
    assert "ひみつ" not in repr(refused.value) + str(refused.value.args)
    assert refused.value.__context__ is None or "ひみつ" not in str(refused.value.__context__)


def test_an_unknown_type_is_echoed_only_if_it_is_short_and_plain() -> None:
    for kind, ref in (("dance", "dance"), ("x" * 50, "x" * 20), ("おどる", None)):
        with pytest.raises(FrameError) as refused:
            parse_seeker(json.dumps({"type": kind}))
        assert refused.value.ref == ref


def test_a_frame_over_the_limit_is_not_even_read() -> None:
    with pytest.raises(FrameError, match="too_large"):
        parse_seeker(" " * (FRAME_LIMIT + 1))


@pytest.mark.parametrize(
    "text",
    [
        "👩‍👩‍👧‍👦" * 571,  # 7 code points each, 3,997 in all
        "🌙" * 4000,
        "が" * 4000,
        "か\u3099" * 2000,  # decomposed: counted as it came, not composed behind anybody's back
        "a\u0300" * 2000,
        "👩‍👧 と 🏳️‍🌈 と 🇯🇵",
        "\u202eמימין\u202c \u200f",
        "x\u200by",
        "一行\n二行\t三",
        "葛\U000e0100城",  # a name's own form of a character
        "𠮷野家",
        "詩\u2028の行",
    ],
)
def test_texts_that_people_write_are_kept_to_the_letter(text: str) -> None:
    assert len(text) <= BODY_LIMIT
    assert normalise_body(text) == text


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("\r\nはい\r\n", "はい"),
        ("一\r\n二\r三\n四", "一\n二\n三\n四"),
        ("　ぜんかく　", "ぜんかく"),
        ("\u2003はい\u00a0", "はい"),
        ("\t字下げ", "字下げ"),
        ("a\r\r\nb", "a\n\nb"),
    ],
)
def test_line_ends_become_one_and_outer_white_space_is_cut(text: str, stored: str) -> None:
    assert normalise_body(text) == stored


@pytest.mark.parametrize("text", ["", " ", "\r\n", "　", "\u2028", "\x1f", "\x85"])
def test_nothing_but_white_space_is_nothing(text: str) -> None:
    with pytest.raises(FrameError, match="body_empty"):
        normalise_body(text)


def test_the_limit_counts_code_points_after_the_cutting() -> None:
    assert len(normalise_body("あ" * 4000)) == 4000
    assert len(normalise_body(" " + "🌙" * 4000 + "\n")) == 4000
    assert len(normalise_body("a\r\n" * 1999 + "b" * 2)) == 4000
    for long in ("あ" * 4001, "\u200d" * 4001, "a\u0300" * 2001):
        with pytest.raises(FrameError, match="body_too_long"):
            normalise_body(long)


def test_no_control_character_and_no_half_of_a_pair_gets_through() -> None:
    for code in (*range(0x20), *range(0x7F, 0xA0), *range(0xD800, 0xE000, 97)):
        mark = chr(code)
        if mark in "\n\t\r":
            continue
        assert unicodedata.category(mark) in {"Cc", "Cs"}
        with pytest.raises(FrameError, match="body_control_character"):
            normalise_body(f"a{mark}b")
