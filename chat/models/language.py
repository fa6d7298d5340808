"""In which languages does the service speak to a help-seeker, and what stands in for a missing one?"""

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _


class Language(models.TextChoices):
    JAPANESE = "ja", _("Japanese")
    ENGLISH = "en", _("English")
    EASY_JAPANESE = "ja-easy", _("Plain Japanese")


SUFFIXES: dict[str, str] = {Language.JAPANESE: "ja", Language.ENGLISH: "en", Language.EASY_JAPANESE: "easy"}


@dataclass(frozen=True, slots=True)
class Wording:
    """One thing said in each language; a missing one is an empty string."""

    ja: str = ""
    en: str = ""
    easy: str = ""

    @classmethod
    def of(cls, record: models.Model, stem: str) -> "Wording":
        """The fields `{stem}_ja`, `{stem}_en`, `{stem}_easy` of a row."""
        return cls(**{suffix: getattr(record, f"{stem}_{suffix}") for suffix in SUFFIXES.values()})

    def in_language(self, language: str) -> str:
        """The text, or what stands in for it.

        English falls back to plain Japanese first: whoever chose English may read kana. An unknown language
        is read as Japanese. Empty only when all three are.
        """
        match language:
            case Language.ENGLISH:
                return self.en or self.easy or self.ja
            case Language.EASY_JAPANESE:
                return self.easy or self.ja or self.en
            case _:
                return self.ja or self.easy or self.en


def in_language(record: models.Model, stem: str, language: str) -> str:
    return Wording.of(record, stem).in_language(language)
