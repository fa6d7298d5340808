"""Does the calculation of opening times agree with common sense, and with a dumb count of every minute?"""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from chat.models.language import Wording
from chat.selectors.opening import (
    TOKYO,
    DatedHours,
    Period,
    Schedule,
    WeeklyHours,
    closes_at,
    is_open,
    next_opening,
    note_at,
)

FRIDAY, SATURDAY, SUNDAY = 4, 5, 6
NIGHTS = tuple(WeeklyHours(weekday, 22 * 60, 7 * 60) for weekday in (FRIDAY, SATURDAY))
GOLDEN_WEEK = Period(
    datetime(2026, 5, 1, 10, 0, tzinfo=TOKYO),
    datetime(2026, 5, 6, 10, 0, tzinfo=TOKYO),
    Wording(ja="大型連休"),
)


def tokyo(month: int, day: int, hour: int = 0, minute: int = 0, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=TOKYO)


def test_golden_week_is_open_from_the_first_minute_to_the_last() -> None:
    line = Schedule(campaigns=(GOLDEN_WEEK,))
    assert next_opening(line, tokyo(4, 20, 9)) == tokyo(5, 1, 10)
    assert not is_open(line, tokyo(5, 1, 9, 59))
    assert is_open(line, tokyo(5, 1, 10))
    assert is_open(line, tokyo(5, 3, 4))
    assert is_open(line, tokyo(5, 6, 9, 59) + timedelta(seconds=59))
    assert closes_at(line, tokyo(5, 3, 4)) == tokyo(5, 6, 10)
    assert not is_open(line, tokyo(5, 6, 10))
    assert next_opening(line, tokyo(5, 6, 10)) is None


def test_the_calendar_of_holidays_does_not_shut_the_holiday_campaign() -> None:
    holidays = tuple(
        DatedHours(date(2026, 5, day), adds=False, note=Wording(ja="祝日")) for day in (3, 4, 5, 6)
    )
    line = Schedule(campaigns=(GOLDEN_WEEK,), weekly=(WeeklyHours(2, 9 * 60, 8 * 60),), exceptions=holidays)
    assert closes_at(line, tokyo(5, 2)) == tokyo(5, 6, 10), "Wednesday's hours are closed for the holiday"
    assert note_at(line, tokyo(5, 5)).ja == "大型連休"
    assert note_at(line, tokyo(5, 6, 12)).ja == "祝日"
    assert next_opening(line, tokyo(5, 6, 10)) == tokyo(5, 13, 9)


def test_a_night_belongs_to_the_evening_it_began() -> None:
    line = Schedule(weekly=NIGHTS)
    assert is_open(line, tokyo(1, 10, 3)), "Saturday 03:00, begun on Friday"
    assert is_open(line, tokyo(1, 11, 4, 59)), "Sunday 04:59, begun on Saturday"
    assert not is_open(line, tokyo(1, 11, 5))
    assert not is_open(line, tokyo(1, 11, 23)), "Sunday has no night"
    assert closes_at(line, tokyo(1, 9, 22)) == tokyo(1, 10, 5)
    assert next_opening(line, tokyo(1, 11, 5)) == tokyo(1, 16, 22)


def test_touching_intervals_close_once() -> None:
    line = Schedule(
        weekly=(WeeklyHours(FRIDAY, 18 * 60, 6 * 60), WeeklyHours(SATURDAY, 0, 5 * 60)),
        exceptions=(DatedHours(date(2026, 1, 10), adds=True, opens_minute=5 * 60, length_minutes=60),),
    )
    assert closes_at(line, tokyo(1, 9, 20)) == tokyo(1, 10, 6)
    assert closes_at(line, tokyo(1, 16, 20)) == tokyo(1, 17, 5), "a week later without the extra hour"


def test_a_closed_day_cuts_the_night_that_runs_into_it() -> None:
    line = Schedule(weekly=NIGHTS, exceptions=(DatedHours(date(2026, 1, 10), adds=False),))
    assert closes_at(line, tokyo(1, 9, 23)) == tokyo(1, 10)
    assert next_opening(line, tokyo(1, 10)) == tokyo(1, 11), "the rest of the night begun on Saturday"


def test_an_open_exception_holds_on_a_closed_day() -> None:
    line = Schedule(
        weekly=(WeeklyHours(FRIDAY, 9 * 60, 9 * 60),),
        exceptions=(
            DatedHours(date(2027, 1, 1), adds=False),
            DatedHours(date(2027, 1, 1), adds=True, opens_minute=13 * 60, length_minutes=120),
        ),
    )
    assert next_opening(line, tokyo(1, 1, 9, year=2027)) == tokyo(1, 1, 13, year=2027)
    assert closes_at(line, tokyo(1, 1, 13, year=2027)) == tokyo(1, 1, 15, year=2027)
    assert next_opening(line, tokyo(1, 1, 15, year=2027)) == tokyo(1, 8, 9, year=2027)


def test_around_the_clock_never_closes_and_an_empty_schedule_never_opens() -> None:
    always = Schedule(weekly=tuple(WeeklyHours(weekday, 0, 1440) for weekday in range(7)))
    assert closes_at(always, tokyo(3, 3, 3)) is None
    assert is_open(always, tokyo(3, 3, 3))
    assert next_opening(always, tokyo(3, 3, 3)) is None
    assert not is_open(Schedule(), tokyo(3, 3, 3))
    assert next_opening(Schedule(), tokyo(3, 3, 3)) is None


def test_around_the_clock_closes_for_a_holiday_months_away() -> None:
    always = tuple(WeeklyHours(weekday, 0, 1440) for weekday in range(7))
    line = Schedule(weekly=always, exceptions=(DatedHours(date(2026, 9, 22), adds=False),))
    assert closes_at(line, tokyo(3, 3, 3)) == tokyo(9, 22)


def test_a_line_shut_for_weeks_says_when_it_opens_again() -> None:
    shut = tuple(DatedHours(date(2026, 8, 1) + timedelta(days=day), adds=False) for day in range(31))
    line = Schedule(weekly=(WeeklyHours(SATURDAY, 10 * 60, 60),), exceptions=shut)
    assert next_opening(line, tokyo(8, 1, 10, 30)) == tokyo(9, 5, 10)


# The model: a list of booleans, one a minute, filled by marking. Everything happens within `DAYS` days.
FIRST, DAYS = date(2026, 4, 27), 24
START = datetime(2026, 4, 27, tzinfo=TOKYO)
minutes = st.integers(0, 1439)
lengths = st.one_of(st.integers(1, 1440), st.sampled_from([60, 300, 1439, 1440]))
weekly_hours = st.builds(WeeklyHours, st.integers(0, 6), minutes, lengths)
dated_hours = st.builds(
    DatedHours,
    st.integers(0, 8).map(lambda day: FIRST + timedelta(days=day)),
    st.booleans(),
    minutes,
    lengths,
)
campaigns = st.builds(
    lambda start, length: Period(START + timedelta(minutes=start), START + timedelta(minutes=start + length)),
    st.integers(0, 8 * 1440),
    st.integers(1, 3 * 1440),
)
schedules = st.builds(
    Schedule,
    campaigns=st.lists(campaigns, max_size=2).map(tuple),
    weekly=st.lists(weekly_hours, max_size=8).map(tuple),
    exceptions=st.lists(dated_hours, max_size=4).map(tuple),
)


def marked(spans: list[tuple[int, int]]) -> list[bool]:
    line = [False] * (DAYS * 1440)
    for start, end in spans:
        for minute in range(max(start, 0), min(end, len(line))):
            line[minute] = True
    return line


def minute_by_minute(schedule: Schedule) -> list[bool]:
    weekly = marked(
        [
            (day * 1440 + hours.opens_minute, day * 1440 + hours.opens_minute + hours.length_minutes)
            for day in range(-1, DAYS)
            for hours in schedule.weekly
            if (FIRST + timedelta(days=day)).weekday() == hours.weekday
        ]
    )
    closed, extra = (
        marked(
            [
                (start, start + hours.length_minutes)
                for hours in schedule.exceptions
                if hours.adds == adds
                for start in [(hours.on - FIRST).days * 1440 + hours.opens_minute]
            ]
        )
        for adds in (False, True)
    )
    campaign = marked(
        [
            (
                int((period.starts_at - START).total_seconds()) // 60,
                int((period.ends_at - START).total_seconds()) // 60,
            )
            for period in schedule.campaigns
        ]
    )
    return [c or e or (w and not x) for c, e, w, x in zip(campaign, extra, weekly, closed, strict=True)]


def first_minute(line: list[bool], minute: int, wanted: bool) -> datetime | None:
    for later in range(minute + 1, len(line)):
        if line[later] is wanted:
            return START + timedelta(minutes=later)
    return None


@settings(max_examples=150, deadline=None)
@given(schedule=schedules, at=st.integers(0, 12 * 1440 - 1), seconds=st.integers(0, 59))
def test_the_calculation_agrees_with_every_minute_counted(schedule: Schedule, at: int, seconds: int) -> None:
    line = minute_by_minute(schedule)
    now = (START + timedelta(minutes=at, seconds=seconds)).astimezone(UTC)
    assert is_open(schedule, now) is line[at]
    assert next_opening(schedule, now) == (None if line[at] else first_minute(line, at, wanted=True))
    assert closes_at(schedule, now) == (first_minute(line, at, wanted=False) if line[at] else None)


@settings(max_examples=25, deadline=None)
@given(schedule=schedules)
def test_every_edge_of_the_counted_minutes_is_an_edge_of_the_calculation(schedule: Schedule) -> None:
    line = minute_by_minute(schedule)[: 12 * 1440]
    edges = [minute for minute in range(1, len(line)) if line[minute] is not line[minute - 1]]
    for edge in edges:
        for minute in (edge - 1, edge):
            assert is_open(schedule, START + timedelta(minutes=minute)) is line[minute]
