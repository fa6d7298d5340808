"""What stands beside a conversation on a console: topic, answers, people, who else may read, the wrap-up?"""

import json
from typing import Any

from chat.models import Conversation, PreChatQuestion, WrapUp
from chat.protocol import milliseconds
from chat.sealing import ANSWERS_PLACE, WRAP_UP_PLACE, SealError
from chat.selectors.conversation import StaffAccess
from chat.selectors.keys import cipher_of
from chat.selectors.people import people_of
from chat.selectors.readers import readers_of


def details_of(access: StaffAccess) -> dict[str, Any]:
    """For somebody who may read it. Text that was forgotten reads as empty."""
    conversation = access.conversation
    return {
        "id": str(conversation.pk),
        "topic": conversation.topic.slug,
        "status": conversation.status,
        "language": conversation.language,
        "access": access.access,
        "head": conversation.staff_seq,
        "requested_at": milliseconds(conversation.requested_at),
        "answers": _answers(conversation),
        "people": people_of(conversation.pk),
        "readers": readers_of(conversation, may_end=access.supervises),
        "wrap_up": _wrap_up(conversation),
    }


def _answers(conversation: Conversation) -> list[dict[str, str]]:
    """In the order of the questions, a choice by its label in Japanese."""
    given: dict[str, str] = json.loads(_opened(conversation, conversation.answers, ANSWERS_PLACE) or "{}")
    questions = PreChatQuestion.objects.filter(topic=conversation.topic_id, key__in=given) if given else ()
    return [
        {"key": question.key, "label": question.label_ja, "answer": _label(question, given[question.key])}
        for question in questions
    ]


def _label(question: PreChatQuestion, value: str) -> str:
    for choice in question.choices:
        if choice.get("value") == value:
            return str(choice.get("ja") or choice.get("label_ja") or value)
    return value


def _wrap_up(conversation: Conversation) -> dict[str, Any] | None:
    done = WrapUp.objects.filter(conversation=conversation).first()
    if done is None:
        return None
    note = _opened(conversation, done.note, WRAP_UP_PLACE)
    return {"category": done.category, "established": done.established, "note": note}


def _opened(conversation: Conversation, sealed: bytes | memoryview | None, place: str) -> str:
    if sealed is None:
        return ""
    try:
        return cipher_of(conversation.pk).open(bytes(sealed), place)
    except SealError:
        return ""
