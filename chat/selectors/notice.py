"""Which notice is in force, and how does it read in a language?"""

from dataclasses import dataclass

from chat.models.language import in_language
from chat.models.notice import Notice


@dataclass(frozen=True, slots=True)
class NoticeText:
    """`lines` are shown one under the other, as they are."""

    version: int
    title: str
    lines: tuple[str, ...]


def current_notice() -> Notice | None:
    """The newest notice whose time has come; anybody may read it. None: no conversation may begin yet."""
    return Notice.objects.published().order_by("-published_at", "-version").first()


def notice_text(notice: Notice, language: str) -> NoticeText:
    body = in_language(notice, "body", language)
    return NoticeText(
        version=notice.version,
        title=in_language(notice, "title", language),
        lines=tuple(line.strip() for line in body.splitlines() if line.strip()),
    )
