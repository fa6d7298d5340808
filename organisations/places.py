"""Which prefecture or municipality: the codes of JIS X 0401 and JIS X 0402, and their check digit."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

PREFECTURE_CODES: tuple[str, ...] = tuple(f"{number:02}" for number in range(1, 48))
_MUNICIPALITY = re.compile(r"[0-9]{6}")


def check_digit(code: str) -> str:
    """The sixth digit of a local public body's code, from its first five.

    The digits are weighted 6, 5, 4, 3, 2; the sum taken from the next multiple of 11 gives the digit, of
    which only the last place is written (Ministry of Internal Affairs, 全国地方公共団体コード仕様).
    """
    total = sum(int(digit) * weight for digit, weight in zip(code[:5], (6, 5, 4, 3, 2), strict=True))
    remainder = total if total < 11 else total % 11
    return str((11 - remainder) % 10)


def validate_prefecture_code(value: str) -> None:
    """Refuse what is not one of 01 to 47."""
    if value not in PREFECTURE_CODES:
        raise ValidationError(_("This is not a prefecture code (01 to 47)."), code="not_a_prefecture")


def validate_municipality_code(value: str) -> None:
    """Refuse what is not six digits, beginning with a prefecture, ending with the right check digit."""
    if not _MUNICIPALITY.fullmatch(value) or value[:2] not in PREFECTURE_CODES:
        raise ValidationError(_("A municipality code has six digits."), code="not_a_municipality")
    if check_digit(value) != value[5]:
        raise ValidationError(
            _("The last digit of this municipality code is wrong."), code="wrong_check_digit"
        )
