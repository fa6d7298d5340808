"""How does a conversation begin, and how does it end? (By whom it is answered: services/queue.py.)"""

import hashlib
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from chat.errors import NotFoundError, NoticeOutdatedError, TokenUsedError, WrapUpFirstError
from chat.models import (
    Assignment,
    Conversation,
    ConversationKey,
    Entry,
    HelpSeeker,
    Participant,
    PreChatQuestion,
    Topic,
)
from chat.models.lifecycle import ENDED, Status, check_step
from chat.sealing import ANSWERS_PLACE, cipher, new_data_key, wrap
from chat.selectors.conversation import staff_access
from chat.selectors.notice import current_notice
from chat.selectors.topic import access_to_topic
from chat.services.log import Draft, answer_to, append, lock_conversation, touch_access
from chat.services.settling import settle_open
from chat.services.text import usable_text
from chat.signals import QueueMoved, announce
from organisations.models import Organisation, Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a help-seeker's browser asks for. `bearer` and `cid` are its own; `answers` maps question key to text."""

    bearer: str
    cid: str
    topic: str
    language: str
    notice_version: int
    answers: Mapping[str, str]


def bearer_hash(bearer: str) -> str:
    """What the server keeps of a bearer: SHA-256, hex. A 256-bit random value needs no slow hash."""
    return hashlib.sha256(bearer.encode()).hexdigest()


def request_conversation(*, request: Request, entry_organisation: Organisation | None = None) -> Conversation:
    """Open a conversation and put it into its topic's queue; a repeat gets the first one.

    Raises TokenUsedError, TopicClosedError, NotFoundError, NoticeOutdatedError.
    """
    earlier = _earlier(request)
    if earlier is not None:
        return earlier
    try:
        with transaction.atomic():
            return _open(request, entry_organisation)
    except IntegrityError:  # the same request was being answered beside this one
        earlier = _earlier(request)
        if earlier is None:
            raise
        return earlier


def _earlier(request: Request) -> Conversation | None:
    found = Conversation.objects.filter(help_seeker__token_hash=bearer_hash(request.bearer)).first()
    if found is not None and found.request_cid != request.cid:
        raise TokenUsedError
    return found


def _open(request: Request, entry_organisation: Organisation | None) -> Conversation:
    now = timezone.now()
    topic = access_to_topic(request.topic, now)
    notice = current_notice()
    if notice is None or notice.version != request.notice_version:
        raise NoticeOutdatedError
    seeker = HelpSeeker.objects.create(token_hash=bearer_hash(request.bearer), created_at=now, seen_at=now)
    conversation_id = uuid.uuid4()
    data_key = new_data_key()
    master_key_id, wrapped = wrap(data_key)
    conversation = Conversation.objects.create(
        id=conversation_id,
        help_seeker=seeker,
        request_cid=request.cid,
        topic=topic,
        entry_organisation=entry_organisation,
        status=Status.REQUESTED,
        language=request.language,
        priority=topic.priority_base,
        notice=notice,
        notice_accepted_at=now,
        requested_at=now,
        answers=_seal_answers(conversation_id, master_key_id, wrapped, _known(topic, request.answers)),
    )
    ConversationKey.objects.create(
        conversation=conversation, master_key_id=master_key_id, wrapped=wrapped, created_at=now
    )
    Participant.objects.create(conversation=conversation, role=Participant.Role.SEEKER, joined_at=now)
    _enqueue(conversation, topic, now)
    return conversation


def _enqueue(conversation: Conversation, topic: Topic, now: datetime) -> None:
    check_step(conversation.status, Status.WAITING)
    conversation.status = Status.WAITING
    conversation.waiting_since = now
    conversation.priority = topic.priority_base
    conversation.save(update_fields=["status", "waiting_since", "priority"])
    announce([QueueMoved()])


def _known(topic: Topic, answers: Mapping[str, str]) -> dict[str, str]:
    """Answers to the questions the topic asks; what is empty, not asked or not among the choices is left out."""
    asked = {question.key: question for question in PreChatQuestion.objects.filter(topic=topic)}
    return {
        key: usable_text(text)
        for key, text in answers.items()
        if key in asked and text.strip() and asked[key].takes(text)
    }


def _seal_answers(
    conversation_id: UUID, master_key_id: str, wrapped: bytes, answers: Mapping[str, str]
) -> bytes | None:
    if not answers:
        return None
    text = json.dumps(dict(answers), ensure_ascii=False)
    return cipher(conversation_id, master_key_id, wrapped).seal(text, ANSWERS_PLACE)


def leave_conversation(*, conversation_id: UUID, participant_id: UUID, cid: str) -> Entry:
    """The help-seeker ends it from their side: before a counsellor came it is abandoned, after that the
    counsellor still has to wrap up. Leaving twice gives the first answer. Raises NotFoundError."""
    with transaction.atomic():
        conversation = lock_conversation(conversation_id)
        earlier = _earlier_leave(conversation, participant_id, cid)
        if earlier is not None:
            return earlier
        now = timezone.now()
        seeker = conversation.participants.get(pk=participant_id, role=Participant.Role.SEEKER)
        seeker.left_at = now
        seeker.save(update_fields=["left_at"])
        conversation.seeker_left_at = now
        if conversation.status in (Status.REQUESTED, Status.WAITING):
            _abandon(conversation, Conversation.EndReason.SEEKER_LEFT, now)
        left = Draft(
            kind=Entry.Kind.LEFT,
            role=Participant.Role.SEEKER,
            public=True,
            participant_id=participant_id,
            cid=cid,
            data={"reason": "left"},
        )
        return append(conversation, [left], at=now)[0]


def _earlier_leave(conversation: Conversation, participant_id: UUID, cid: str) -> Entry | None:
    """The entry by which this help-seeker left, or that closed the conversation, if there is one."""
    by_cid = answer_to(conversation.pk, participant_id, cid)
    if by_cid is not None:
        return by_cid
    if conversation.seeker_left_at is None and conversation.status not in ENDED:
        return None
    ending = conversation.entries.filter(
        kind__in=[Entry.Kind.LEFT, Entry.Kind.CLOSED], public_seq__isnull=False
    )
    return ending.order_by("-staff_seq").first()


def forget_bearer(*, help_seeker: HelpSeeker) -> None:
    """Quick exit: the bearer opens nothing from now on, and the conversation is left. Safe to repeat."""
    with transaction.atomic():
        conversation = lock_conversation(help_seeker.conversation.pk)
        seeker = HelpSeeker.objects.select_for_update().get(pk=help_seeker.pk)
        if seeker.revoked_at is not None:
            return
        seeker.token_hash = None
        seeker.revoked_at = timezone.now()
        seeker.save(update_fields=["token_hash", "revoked_at"])
        touch_access(conversation)
        append(conversation, [])
        if conversation.seeker_left_at is None and conversation.status not in ENDED:
            participant = conversation.participants.get(role=Participant.Role.SEEKER)
            leave_conversation(conversation_id=conversation.pk, participant_id=participant.pk, cid=_own_cid())


def abandon_unseen(*, conversation_id: UUID, unseen_since: datetime) -> bool:
    """End a wait whose help-seeker has not been there since `unseen_since`; False if they came back."""
    with transaction.atomic():
        conversation = lock_conversation(conversation_id)
        gone = HelpSeeker.objects.filter(pk=conversation.help_seeker_id, seen_at__lt=unseen_since).exists()
        if conversation.status != Status.WAITING or not gone:
            return False
        _abandon(conversation, Conversation.EndReason.UNSEEN, timezone.now())
        append(conversation, [closing(conversation)])
        return True


def close_conversation(*, conversation_id: UUID, by: Person, cid: str) -> Conversation:
    """The counsellor who holds it ends it, once its wrap-up is recorded; everybody leaves.

    A repeat gets the first answer. Raises NotFoundError, WrapUpFirstError, WrongStateError.
    """
    with transaction.atomic():
        conversation = lock_conversation(conversation_id)
        if staff_access(by, conversation_id).access != "own":
            raise NotFoundError
        if conversation.status == Status.CLOSED:
            return conversation
        if conversation.status != Status.WRAPPED_UP:
            raise WrapUpFirstError
        now = timezone.now()
        end(conversation, Status.CLOSED, Conversation.EndReason.COMPLETED, now)
        conversation.participants.filter(left_at__isnull=True).update(left_at=now)
        Assignment.objects.filter(conversation=conversation, ended_at__isnull=True).update(ended_at=now)
        touch_access(conversation)
        append(conversation, [*settle_open(conversation, at=now), closing(conversation, cid)], at=now)
        announce([QueueMoved()])
        return conversation


def _abandon(conversation: Conversation, reason: Conversation.EndReason, now: datetime) -> None:
    end(conversation, Status.ABANDONED, reason, now)
    announce([QueueMoved()])


def end(conversation: Conversation, status: Status, reason: Conversation.EndReason, now: datetime) -> None:
    """Set a locked conversation's end; the `append` of its `closing` saves it. Raises WrongStateError."""
    check_step(conversation.status, status)
    conversation.status = status
    conversation.end_reason = reason
    conversation.ended_at = now


def closing(conversation: Conversation, cid: str | None = None) -> Draft:
    """The entry by which everybody learns that it is over."""
    return Draft(
        kind=Entry.Kind.CLOSED,
        role="system",
        public=True,
        cid=cid,
        data={"reason": str(conversation.end_reason)},
    )


def _own_cid() -> str:
    return f"{uuid.uuid4().hex[:22]}"
