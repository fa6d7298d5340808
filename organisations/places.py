"""Which prefecture or municipality: the codes of JIS X 0401 and JIS X 0402, and their check digit."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# In the order of JIS X 0401, so that the place in the list is the code.
# fmt: off
PREFECTURE_NAMES: tuple[str, ...] = (
    "北海道", "青森県", "岩手県", "宮城県", "秋田県", "山形県", "福島県", "茨城県",
    "栃木県", "群馬県", "埼玉県", "千葉県", "東京都", "神奈川県", "新潟県", "富山県",
    "石川県", "福井県", "山梨県", "長野県", "岐阜県", "静岡県", "愛知県", "三重県",
    "滋賀県", "京都府", "大阪府", "兵庫県", "奈良県", "和歌山県", "鳥取県", "島根県",
    "岡山県", "広島県", "山口県", "徳島県", "香川県", "愛媛県", "高知県", "福岡県",
    "佐賀県", "長崎県", "熊本県", "大分県", "宮崎県", "鹿児島県", "沖縄県",
)
# fmt: on
PREFECTURES: Mapping[str, str] = MappingProxyType(
    {f"{number:02}": name for number, name in enumerate(PREFECTURE_NAMES, start=1)}
)
PREFECTURE_CODES: tuple[str, ...] = tuple(PREFECTURES)
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
