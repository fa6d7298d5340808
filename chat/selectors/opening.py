"""Is a topic open at an instant, until when, and when next? Pure calculation, and the loading of its rows.

A topic is open in a campaign, in a weekly interval that no closed exception covers, and in an open exception.
Closed exceptions take away weekly hours only: a calendar of holidays must never shut a holiday campaign.
Whoever came in while it was open is served to the end; only new conversations are refused.
"""

import heapq
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q

from chat.models.language import Wording
from chat.models.opening import MINUTES_A_DAY, Campaign, DateException, OpeningWindow

TOKYO = ZoneInfo("Asia/Tokyo")
DAY = timedelta(days=1)
SILENT = Wording()


@dataclass(frozen=True, slots=True)
class Period:
    """A campaign: open from `starts_at` up to, not including, `ends_at`."""

    starts_at: datetime
    ends_at: datetime
    name: Wording = SILENT


@dataclass(frozen=True, slots=True)
class WeeklyHours:
    """`weekday` 0 is Monday; minutes count from midnight in Japan; it may run past the next midnight."""

    weekday: int
    opens_minute: int
    length_minutes: int


@dataclass(frozen=True, slots=True)
class DatedHours:
    """An exception on one date; by default the whole calendar day."""

    on: date
    adds: bool
    opens_minute: int = 0
    length_minutes: int = MINUTES_A_DAY
    note: Wording = SILENT


@dataclass(frozen=True, slots=True)
class Schedule:
    """All that decides when one topic is open; an empty schedule is never open."""

    campaigns: tuple[Period, ...] = ()
    weekly: tuple[WeeklyHours, ...] = ()
    exceptions: tuple[DatedHours, ...] = ()


def is_open(schedule: Schedule, at: datetime) -> bool:
    if any(period.starts_at <= at < period.ends_at for period in schedule.campaigns):
        return True
    local = at.astimezone(TOKYO)
    covering = [hours for hours in schedule.exceptions if _covers(hours, hours.on, local)]
    if any(hours.adds for hours in covering):
        return True
    return not covering and _in_weekly_hours(schedule, local)


def next_opening(schedule: Schedule, at: datetime) -> datetime | None:
    """When it opens next (UTC); None when it is open now, or nothing is planned."""
    if is_open(schedule, at):
        return None
    return next((edge for edge in _edges(schedule, at) if is_open(schedule, edge)), None)


def closes_at(schedule: Schedule, at: datetime) -> datetime | None:
    """The end (UTC) of the open time around `at`, touching intervals taken as one.

    None when it is closed now, or when it never closes (around the clock every day).
    """
    if not is_open(schedule, at):
        return None
    return next((edge for edge in _edges(schedule, at) if not is_open(schedule, edge)), None)


def note_at(schedule: Schedule, at: datetime) -> Wording:
    """What there is to say about this very time: the campaign's name, else the note of an exception."""
    named = [period.name for period in schedule.campaigns if period.starts_at <= at < period.ends_at]
    local = at.astimezone(TOKYO)
    noted = [hours.note for hours in schedule.exceptions if _covers(hours, hours.on, local)]
    return next((words for words in named + noted if words != SILENT), SILENT)


def _covers(hours: WeeklyHours | DatedHours, day: date, local: datetime) -> bool:
    """Whether the interval that starts on `day` holds `local`, a time in Japan."""
    minute = (local.date() - day).days * MINUTES_A_DAY + local.hour * 60 + local.minute
    return hours.opens_minute <= minute < hours.opens_minute + hours.length_minutes


def _in_weekly_hours(schedule: Schedule, local: datetime) -> bool:
    today = local.date()
    return any(
        _covers(hours, day, local)
        for day in (today, today - DAY)
        for hours in schedule.weekly
        if hours.weekday == day.weekday()
    )


def _edges(schedule: Schedule, after: datetime) -> Iterator[datetime]:
    """Every instant after `after` at which the answer may change, in order.

    It ends a week and a day behind the last dated row: from there on each week is like the one before.
    """
    dated = sorted(_dated_edges(schedule))
    last = max([after, *dated]).astimezone(TOKYO).date() + 8 * DAY
    weekly = _weekly_edges(schedule.weekly, after.astimezone(TOKYO).date(), last)
    return (edge.astimezone(UTC) for edge in heapq.merge(dated, weekly) if edge > after)


def _dated_edges(schedule: Schedule) -> Iterator[datetime]:
    for period in schedule.campaigns:
        yield from (period.starts_at, period.ends_at)
    for hours in schedule.exceptions:
        yield from _ends(hours, hours.on)


def _weekly_edges(weekly: tuple[WeeklyHours, ...], first: date, last: date) -> Iterator[datetime]:
    day = first
    while weekly and day <= last:
        near = [
            edge
            for start in (day - DAY, day)
            for hours in weekly
            if hours.weekday == start.weekday()
            for edge in _ends(hours, start)
        ]
        yield from sorted(edge for edge in near if edge.date() == day)
        day += DAY


def _ends(hours: WeeklyHours | DatedHours, day: date) -> tuple[datetime, datetime]:
    opens = datetime.combine(day, time.min, TOKYO) + timedelta(minutes=hours.opens_minute)
    return opens, opens + timedelta(minutes=hours.length_minutes)


def load_schedules(topic_ids: Collection[int], *, at: datetime) -> Mapping[int, Schedule]:
    """The schedules of these topics as seen from `at` (what is over is left out), in three queries."""
    of_topics = Q(topic__in=topic_ids) | Q(topic__isnull=True)
    yesterday = at.astimezone(TOKYO).date() - DAY
    campaigns = list(Campaign.objects.filter(of_topics, ends_at__gt=at))
    exceptions = list(DateException.objects.filter(of_topics, date__gte=yesterday))
    windows = list(OpeningWindow.objects.filter(topic__in=topic_ids))
    return {
        topic_id: Schedule(
            campaigns=tuple(_period(row) for row in campaigns if row.topic_id in (topic_id, None)),
            weekly=tuple(
                WeeklyHours(row.weekday, row.opens_minute, row.length_minutes)
                for row in windows
                if row.topic_id == topic_id
            ),
            exceptions=tuple(_dated_hours(row) for row in exceptions if row.topic_id in (topic_id, None)),
        )
        for topic_id in topic_ids
    }


def _period(row: Campaign) -> Period:
    return Period(row.starts_at, row.ends_at, Wording.of(row, "name"))


def _dated_hours(row: DateException) -> DatedHours:
    return DatedHours(
        on=row.date,
        adds=row.kind == DateException.Kind.OPEN,
        opens_minute=row.opens_minute or 0,
        length_minutes=row.length_minutes or MINUTES_A_DAY,
        note=Wording.of(row, "note"),
    )
