"""Opening hours are written here: weekly hours, campaigns, exceptions. Only a platform operator may."""

from collections.abc import Iterable
from datetime import date, datetime, time

from django.db import models, transaction

from chat.errors import NotFoundError
from chat.models.language import Wording
from chat.models.opening import Campaign, DateException, OpeningWindow, interval
from chat.models.topic import Topic
from organisations.models import Person, PlatformRole
from organisations.permissions import has_platform_role
from organisations.services import audit

Hours = tuple[int, time, time]


def set_weekly_hours(*, topic: Topic, hours: Iterable[Hours], by: Person | None) -> list[OpeningWindow]:
    """Replace the weekly hours of a topic by `(weekday, opens, closes)` triples, weekday 0 being Monday.

    An end not later than its start is on the next day; equal times are 24 hours. Raises NotFoundError unless
    `by` is an operator (None: the system).
    """
    _check_operator(by)
    windows = [_window(topic, weekday, opens, closes) for weekday, opens, closes in hours]
    with transaction.atomic():
        OpeningWindow.objects.filter(topic=topic).delete()
        OpeningWindow.objects.bulk_create(windows)
        _record("opening.weekly_hours_set", topic, by, topic)
    return windows


def _window(topic: Topic, weekday: int, opens: time, closes: time) -> OpeningWindow:
    start, length = interval(opens, closes)
    return OpeningWindow(topic=topic, weekday=weekday, opens_minute=start, length_minutes=length)


def open_campaign(
    *, topic: Topic | None, name: Wording, starts_at: datetime, ends_at: datetime, by: Person | None
) -> Campaign:
    """Open a topic, or with None all topics, throughout from one minute to another; seconds are cut off.

    Raises NotFoundError unless `by` is an operator, ValidationError when it would end before it starts.
    """
    _check_operator(by)
    campaign = Campaign(
        topic=topic,
        name_ja=name.ja,
        name_en=name.en,
        name_easy=name.easy,
        starts_at=starts_at.replace(second=0, microsecond=0),
        ends_at=ends_at.replace(second=0, microsecond=0),
    )
    campaign.full_clean()
    with transaction.atomic():
        campaign.save()
        _record("opening.campaign_opened", campaign, by, topic)
    return campaign


def add_date_exception(
    *,
    topic: Topic | None,
    on: date,
    kind: DateException.Kind,
    by: Person | None,
    hours: tuple[time, time] | None = None,
    note: Wording | None = None,
) -> DateException:
    """Close or open a topic, or with None all topics, on one date: the whole day, or `hours` (from, to).

    Raises NotFoundError unless `by` is an operator.
    """
    _check_operator(by)
    start, length = interval(*hours) if hours else (None, None)
    words = note or Wording()
    exception = DateException(
        topic=topic,
        date=on,
        kind=kind,
        opens_minute=start,
        length_minutes=length,
        note_ja=words.ja,
        note_en=words.en,
        note_easy=words.easy,
    )
    exception.full_clean()
    with transaction.atomic():
        exception.save()
        _record("opening.exception_added", exception, by, topic)
    return exception


def _check_operator(by: Person | None) -> None:
    if by is not None and not has_platform_role(by, PlatformRole.Role.OPERATOR):
        raise NotFoundError


def _record(action: str, row: models.Model, by: Person | None, topic: Topic | None) -> None:
    audit.record(
        action=action,
        by=by,
        object_type=row._meta.label_lower,
        object_id=str(row.pk),
        slug=topic.slug if topic else None,
    )
