"""Are codes and origins taken exactly as the standards spell them?"""

import string
from urllib.parse import urlsplit

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from organisations.models import Organisation
from organisations.models.organisation import validate_functions
from organisations.origins import normalise_origin, normalise_origins, validate_origins
from organisations.places import (
    PREFECTURE_CODES,
    PREFECTURES,
    check_digit,
    validate_municipality_code,
    validate_prefecture_code,
)

# Codes from the ministry's list: Hokkaido, Sapporo, Aomori city, Chiyoda, Shinjuku, Osaka city, Naha, Yonaguni.
KNOWN = ["010006", "011002", "022012", "131016", "131041", "271004", "472018", "473821"]


@pytest.mark.parametrize("code", KNOWN)
def test_codes_of_the_ministrys_list_are_right(code: str) -> None:
    validate_municipality_code(code)


@given(
    st.sampled_from(PREFECTURE_CODES),
    st.text(string.digits, min_size=3, max_size=3),
    st.sampled_from(string.digits),
)
def test_exactly_one_last_digit_fits(prefecture: str, middle: str, last: str) -> None:
    first_five = prefecture + middle
    code = first_five + last
    if last == check_digit(first_five):
        validate_municipality_code(code)
    else:
        with pytest.raises(ValidationError, match=r".") as refusal:
            validate_municipality_code(code)
        assert refusal.value.code == "wrong_check_digit"


@given(st.sampled_from(KNOWN), st.integers(0, 4), st.integers(1, 9))
def test_one_wrong_digit_is_noticed_unless_the_two_ambiguous_digits_meet(
    code: str, place: int, by: int
) -> None:
    digit = str((int(code[place]) + by) % 10)
    changed = code[:place] + digit + code[place + 1 :]
    if check_digit(changed) == code[5]:
        # The remainders 0 and 10 are both written 1: the standard's one blind spot.
        assert code[5] == "1"
    else:
        with pytest.raises(ValidationError):
            validate_municipality_code(changed)


@given(st.text(max_size=8))
def test_anything_else_is_no_code(text: str) -> None:
    if text not in PREFECTURE_CODES:
        with pytest.raises(ValidationError):
            validate_prefecture_code(text)
    if not (len(text) == 6 and text.isascii() and text.isdigit()):
        with pytest.raises(ValidationError):
            validate_municipality_code(text)


def test_the_place_in_the_list_of_prefectures_is_the_code() -> None:
    assert len(PREFECTURES) == 47
    for code, name in (
        ("01", "北海道"),
        ("13", "東京都"),
        ("27", "大阪府"),
        ("40", "福岡県"),
        ("47", "沖縄県"),
    ):
        assert PREFECTURES[code] == name


def test_full_width_digits_are_not_digits_here() -> None:
    with pytest.raises(ValidationError):
        validate_municipality_code("１３１０１６")


@pytest.mark.parametrize(
    ("typed", "origin"),
    [
        ("https://example.org", "https://example.org"),
        ("  HTTPS://Example.ORG/ ", "https://example.org"),
        ("https://example.org:443", "https://example.org"),
        ("https://example.org:8443", "https://example.org:8443"),
        ("http://localhost:8000", "http://localhost:8000"),
        ("http://127.0.0.1", "http://127.0.0.1"),
        ("http://localhost:80/", "http://localhost"),
        ("https://日本語.example", "https://xn--wgv71a119e.example"),
        ("https://[2001:DB8:0::1]:8443", "https://[2001:db8::1]:8443"),
    ],
)
def test_an_origin_gets_its_one_spelling(typed: str, origin: str) -> None:
    assert normalise_origin(typed) == origin


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "not_an_origin"),
        ("example.org", "not_an_origin"),
        ("//example.org", "not_an_origin"),
        ("https:example.org", "not_an_origin"),
        ("https://", "not_an_origin"),
        ("https://exa mple.org", "not_an_origin"),
        ("https://exam\tple.org", "not_an_origin"),
        ("https://example.org\\@evil.example", "not_an_origin"),
        ("https://example.org:0", "not_an_origin"),
        ("https://example.org:", "not_an_origin"),
        ("https://example.org:99999", "not_an_origin"),
        ("https://example.org?", "not_an_origin"),
        ("https://-bad.example", "not_an_origin"),
        ("https://example..org", "not_an_origin"),
        ("https://[::1", "not_an_origin"),
        ("null", "not_an_origin"),
        ("https://example.org/path", "more_than_an_origin"),
        ("https://example.org?x=1", "more_than_an_origin"),
        ("https://example.org#x", "more_than_an_origin"),
        ("https://user@example.org", "more_than_an_origin"),
        ("https://user:pass@example.org", "more_than_an_origin"),
        ("https://*.example.org", "wildcard"),
        ("*", "wildcard"),
        ("http://example.org", "not_https"),
        ("ftp://example.org", "not_https"),
        ("file://localhost", "not_https"),
        ("javascript://example.org", "not_https"),
        ("http://localhost.evil.example", "not_https"),
    ],
)
def test_what_is_not_an_origin_is_refused_by_name(typed: str, code: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        normalise_origin(typed)
    assert refusal.value.code == code


@given(st.text() | st.from_regex(r"https?://[a-zA-Z0-9.:/@\[\]\\?#*%-]{0,30}", fullmatch=True))
def test_whatever_is_typed_the_answer_is_an_origin_or_a_typed_refusal(text: str) -> None:
    refusal = None
    try:
        origin = normalise_origin(text)
    except ValidationError as error:
        refusal = error
    if refusal is not None:
        assert refusal.code in {"not_an_origin", "more_than_an_origin", "wildcard", "not_https"}
        return
    assert normalise_origin(origin) == origin
    parts = urlsplit(origin)
    assert origin == f"{parts.scheme}://{parts.netloc}"
    assert "@" not in parts.netloc
    assert origin == origin.lower()
    assert origin.isascii()
    assert parts.scheme == "https" or parts.hostname in {"localhost", "127.0.0.1"}


def test_a_list_keeps_its_order_and_drops_repeats() -> None:
    assert normalise_origins(["https://b.example", "https://a.example", "https://B.example:443"]) == [
        "https://b.example",
        "https://a.example",
    ]


@pytest.mark.parametrize(
    "value", ["https://a.example", [1], None, ["https://A.example"], ["https://a.example"] * 2]
)
def test_stored_origins_are_a_list_in_normal_form(value: object) -> None:
    with pytest.raises(ValidationError):
        validate_origins(value)


@pytest.mark.parametrize("value", ["counselling", ["dancing"], ["counselling", "counselling"], [1]])
def test_functions_are_a_list_of_known_ones(value: object) -> None:
    with pytest.raises(ValidationError):
        validate_functions(value)
    validate_functions(["counselling", "funder"])


def test_a_municipality_lies_in_its_prefecture() -> None:
    organisation = Organisation(slug="x", name="x", prefecture_code="27", municipality_code="131016")
    with pytest.raises(ValidationError, match="municipality_code"):
        organisation.full_clean(validate_unique=False, validate_constraints=False)
