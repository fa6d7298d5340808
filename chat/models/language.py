"""In which languages does the service speak to a help-seeker, and what stands in for a missing one?"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Language(models.TextChoices):
    JAPANESE = "ja", _("Japanese")
    ENGLISH = "en", _("English")
    EASY_JAPANESE = "ja-easy", _("Plain Japanese")


SUFFIXES: dict[str, str] = {Language.JAPANESE: "ja", Language.ENGLISH: "en", Language.EASY_JAPANESE: "easy"}
FALLBACKS: dict[str, tuple[str, ...]] = {
    Language.JAPANESE: ("ja", "easy", "en"),
    Language.ENGLISH: ("en", "easy", "ja"),
    Language.EASY_JAPANESE: ("easy", "ja", "en"),
}


def in_language(record: models.Model, stem: str, language: str) -> str:
    """The text of the fields `{stem}_ja`, `{stem}_en`, `{stem}_easy` in `language`.

    An empty field falls back: English to plain Japanese before full Japanese, since whoever chose English
    may read kana. An unknown language is read as Japanese. Empty only when all three are.
    """
    for suffix in FALLBACKS.get(language, FALLBACKS[Language.JAPANESE]):
        text: str = getattr(record, f"{stem}_{suffix}")
        if text:
            return text
    return ""
