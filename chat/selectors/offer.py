"""What does the menu look like on the wire, topics with their hours, phone lines and questions, and the notice?"""

from datetime import datetime
from typing import Any

from chat.protocol import milliseconds
from chat.selectors.notice import current_notice, notice_text
from chat.selectors.topic import TopicOffer, topics_on_offer


def menu(at: datetime, language: str) -> dict[str, Any]:
    """`notice` is None where none is in force; times are milliseconds since 1970-01-01 UTC."""
    notice = current_notice()
    words = None if notice is None else notice_text(notice, language)
    return {
        "topics": [_topic(offer) for offer in topics_on_offer(at, language)],
        "notice": words and {"version": words.version, "title": words.title, "lines": list(words.lines)},
    }


def _topic(offer: TopicOffer) -> dict[str, Any]:
    return {
        "id": offer.slug,
        "name": offer.name,
        "description": offer.description,
        "audience": offer.audience,
        "open": offer.is_open,
        "closes_at": _ms(offer.closes_at),
        "opens_at": _ms(offer.opens_at),
        "note": offer.note,
        "phone_lines": [
            {"label": line.label, "number": line.number, "hours": line.hours} for line in offer.phone_lines
        ],
        "questions": [
            {
                "key": question.key,
                "label": question.label,
                "kind": question.kind,
                "choices": [{"value": choice.value, "label": choice.label} for choice in question.choices],
            }
            for question in offer.questions
        ],
        "open_instead": [{"id": other.slug, "name": other.name} for other in offer.open_instead],
    }


def _ms(at: datetime | None) -> int | None:
    return None if at is None else milliseconds(at)
