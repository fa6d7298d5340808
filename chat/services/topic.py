"""Who serves a topic is decided here; the topics that come with the service are entered here."""

import json
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from chat.errors import NotFoundError
from chat.models.topic import PreChatQuestion, Topic, TopicService
from organisations.models import Organisation, Person, PlatformRole
from organisations.permissions import MANAGE, has_platform_role, holds
from organisations.services import audit

STANDARD_TOPICS = Path(__file__).resolve().parent.parent / "data" / "topics.json"


def serve_topic(*, topic: Topic, organisation: Organisation, by: Person | None) -> TopicService:
    """Let the organisation answer on this topic; saying it twice changes nothing.

    An operator decides it (`by` None: the system). Raises NotFoundError for anybody else.
    """
    if not _is_operator(by):
        raise NotFoundError
    with transaction.atomic():
        service, made = TopicService.objects.select_for_update().get_or_create(
            topic=topic, organisation=organisation
        )
        if made or not service.is_active:
            service.is_active = True
            service.since = timezone.now()
            service.save(update_fields=["is_active", "since"])
            _record("topic.served", service, by)
    return service


def stop_serving_topic(*, topic: Topic, organisation: Organisation, by: Person | None) -> None:
    """End it: new conversations go elsewhere, those under way go on.

    An operator may, and the organisation's manager. Raises NotFoundError for others, and if it is not served.
    """
    if not _is_operator(by) and not (by and holds(by, MANAGE, organisation)):
        raise NotFoundError
    with transaction.atomic():
        service = (
            TopicService.objects.select_for_update()
            .filter(topic=topic, organisation=organisation, is_active=True)
            .first()
        )
        if service is None:
            raise NotFoundError
        service.is_active = False
        service.save(update_fields=["is_active"])
        _record("topic.not_served", service, by)


def add_standard_topics(*, by: Person | None) -> list[Topic]:
    """Enter the topics of the national menu that are missing; others stay as the operator left them."""
    if not _is_operator(by):
        raise NotFoundError
    with transaction.atomic():
        known = set(Topic.objects.values_list("slug", flat=True))
        rows = json.loads(STANDARD_TOPICS.read_text(encoding="utf-8"))
        return [_add_topic(row, by) for row in rows if row["slug"] not in known]


def _add_topic(row: dict[str, Any], by: Person | None) -> Topic:
    questions = row.pop("questions", [])
    topic = Topic.objects.create(**row)
    PreChatQuestion.objects.bulk_create(PreChatQuestion(topic=topic, **question) for question in questions)
    audit.record(
        action="topic.added", by=by, object_type="chat.topic", object_id=str(topic.pk), slug=topic.slug
    )
    return topic


def _is_operator(by: Person | None) -> bool:
    return by is None or has_platform_role(by, PlatformRole.Role.OPERATOR)


def _record(action: str, service: TopicService, by: Person | None) -> None:
    audit.record(
        action=action,
        by=by,
        organisation=service.organisation,
        object_type="chat.topic",
        object_id=str(service.topic_id),
        slug=service.topic.slug,
    )
