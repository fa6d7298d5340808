"""Do the hours an operator enters reach the calculation, and is nobody else able to enter them?"""

from datetime import date, datetime, time

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from pytest_django import DjangoAssertNumQueries

from chat.errors import NotFoundError
from chat.models import Campaign, DateException, OpeningWindow, Topic
from chat.models.language import Wording
from chat.models.opening import clock_text, interval
from chat.selectors.opening import TOKYO, closes_at, is_open, load_schedules, next_opening, note_at
from chat.services.opening import add_date_exception, open_campaign, set_weekly_hours
from organisations.models import AuditEntry, Person, PlatformRole
from organisations.services.membership import grant_platform_role

pytestmark = pytest.mark.django_db
SATURDAY = OpeningWindow.Weekday.SATURDAY
NOON = datetime(2026, 4, 20, 12, tzinfo=TOKYO)
GOLDEN_WEEK = Wording("大型連休の特別相談", "Golden Week line", "ゴールデンウィークの 相談")


@pytest.fixture
def operator() -> Person:
    person = Person.objects.create_person(email="operator@example.jp", display_name="運用")
    grant_platform_role(person=person, role=PlatformRole.Role.OPERATOR, by=None)
    return person


@pytest.fixture
def loneliness() -> Topic:
    return Topic.objects.create(slug="loneliness", name_ja="孤独・孤立", is_active=True)


@pytest.fixture
def disaster() -> Topic:
    return Topic.objects.create(slug="disaster", name_ja="災害にあった方", is_active=True)


def test_a_campaign_for_all_topics_opens_every_topic(
    operator: Person, loneliness: Topic, disaster: Topic
) -> None:
    open_campaign(
        topic=None,
        name=GOLDEN_WEEK,
        starts_at=datetime(2026, 5, 1, 10, 0, 42, tzinfo=TOKYO),
        ends_at=datetime(2026, 5, 6, 10, tzinfo=TOKYO),
        by=operator,
    )
    for schedule in load_schedules([loneliness.pk, disaster.pk], at=NOON).values():
        assert next_opening(schedule, NOON) == datetime(2026, 5, 1, 10, tzinfo=TOKYO), "to the minute"
        assert closes_at(schedule, datetime(2026, 5, 3, tzinfo=TOKYO)) == datetime(
            2026, 5, 6, 10, tzinfo=TOKYO
        )
    assert list(AuditEntry.objects.values_list("action", "actor")) == [
        ("opening.campaign_opened", operator.pk),
        ("platform_role.granted", None),
    ]


def test_a_campaign_of_one_topic_leaves_the_other_shut(loneliness: Topic, disaster: Topic) -> None:
    open_campaign(
        topic=disaster,
        name=Wording("地震のあとの相談"),
        starts_at=datetime(2026, 4, 20, tzinfo=TOKYO),
        ends_at=datetime(2026, 4, 27, tzinfo=TOKYO),
        by=None,
    )
    schedules = load_schedules([loneliness.pk, disaster.pk], at=NOON)
    assert is_open(schedules[disaster.pk], NOON)
    assert note_at(schedules[disaster.pk], NOON).in_language("en") == "地震のあとの相談"
    assert not is_open(schedules[loneliness.pk], NOON)


def test_weekly_hours_are_replaced_as_a_whole(operator: Person, loneliness: Topic, disaster: Topic) -> None:
    set_weekly_hours(topic=disaster, hours=[(0, time(9), time(17))], by=operator)
    set_weekly_hours(topic=loneliness, hours=[(0, time(9), time(12)), (0, time(13), time(17))], by=operator)
    set_weekly_hours(
        topic=loneliness,
        hours=[(SATURDAY, time(22), time(5)), (SATURDAY, time(23), time(1)), (6, time(0), time(0))],
        by=operator,
    )
    assert list(loneliness.opening_windows.values_list("weekday", "opens_minute", "length_minutes")) == [
        (SATURDAY, 22 * 60, 7 * 60),
        (SATURDAY, 23 * 60, 2 * 60),
        (6, 0, 1440),
    ]
    assert disaster.opening_windows.count() == 1
    schedule = load_schedules([loneliness.pk], at=NOON)[loneliness.pk]
    assert next_opening(schedule, NOON) == datetime(2026, 4, 25, 22, tzinfo=TOKYO)
    assert closes_at(schedule, datetime(2026, 4, 26, 4, tzinfo=TOKYO)) == datetime(2026, 4, 27, tzinfo=TOKYO)


def test_a_closed_date_says_why_and_yesterdays_night_still_counts(
    operator: Person, loneliness: Topic
) -> None:
    set_weekly_hours(topic=loneliness, hours=[(day, time(9), time(17)) for day in range(7)], by=operator)
    add_date_exception(
        topic=None,
        on=date(2026, 4, 20),
        kind=DateException.Kind.CLOSED,
        note=Wording("設備点検", "Maintenance"),
        by=operator,
    )
    add_date_exception(
        topic=loneliness,
        on=date(2026, 4, 19),
        kind=DateException.Kind.OPEN,
        hours=(time(20), time(2)),
        by=operator,
    )
    schedule = load_schedules([loneliness.pk], at=NOON)[loneliness.pk]
    assert not is_open(schedule, NOON)
    assert note_at(schedule, NOON).in_language("en") == "Maintenance"
    assert next_opening(schedule, NOON) == datetime(2026, 4, 21, 9, tzinfo=TOKYO)
    one_at_night = datetime(2026, 4, 20, 1, tzinfo=TOKYO)
    at_night = load_schedules([loneliness.pk], at=one_at_night)[loneliness.pk]
    assert closes_at(at_night, one_at_night) == datetime(2026, 4, 20, 2, tzinfo=TOKYO)


def test_schedules_of_any_number_of_topics_take_three_queries(
    loneliness: Topic, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    topics = [Topic.objects.create(slug=f"topic-{n}", name_ja=f"話題{n}") for n in range(20)]
    for topic in topics:
        set_weekly_hours(topic=topic, hours=[(day, time(9), time(17)) for day in range(7)], by=None)
    with django_assert_num_queries(3):
        assert len(load_schedules([topic.pk for topic in topics], at=NOON)) == 20
    with django_assert_num_queries(3):
        load_schedules([loneliness.pk], at=NOON)


def test_nobody_but_an_operator_writes_hours(loneliness: Topic) -> None:
    counsellor = Person.objects.create_person(email="counsellor@example.jp", display_name="相談員")
    with pytest.raises(NotFoundError):
        set_weekly_hours(topic=loneliness, hours=[(0, time(9), time(17))], by=counsellor)
    with pytest.raises(NotFoundError):
        open_campaign(topic=None, name=GOLDEN_WEEK, starts_at=NOON, ends_at=NOON, by=counsellor)
    with pytest.raises(NotFoundError):
        add_date_exception(topic=None, on=NOON.date(), kind=DateException.Kind.OPEN, by=counsellor)
    for rows in (OpeningWindow, Campaign, DateException):
        assert not rows.objects.exists()


def test_a_campaign_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(ValidationError):
        open_campaign(topic=None, name=GOLDEN_WEEK, starts_at=NOON, ends_at=NOON, by=None)
    with pytest.raises(IntegrityError, match="campaign_ends_after_it_starts"):
        Campaign.objects.create(name_ja="逆", starts_at=NOON, ends_at=NOON)


@pytest.mark.parametrize(("opens", "length"), [(1440, 60), (0, 0), (0, 1441)])
def test_the_database_refuses_impossible_hours(loneliness: Topic, opens: int, length: int) -> None:
    with pytest.raises(IntegrityError, match="opening_window"), transaction.atomic():
        OpeningWindow.objects.create(topic=loneliness, weekday=0, opens_minute=opens, length_minutes=length)


def test_half_an_interval_is_no_exception() -> None:
    with pytest.raises(IntegrityError, match="date_exception_whole_day_or_interval"), transaction.atomic():
        DateException.objects.create(date=NOON.date(), kind="closed", opens_minute=60)


def test_clock_times_become_a_start_and_a_length_and_read_back() -> None:
    assert interval(time(22), time(5)) == (1320, 420)
    assert interval(time(9), time(9)) == (540, 1440)
    assert clock_text(1320, 420) == "22:00-05:00"
    assert clock_text(1080, 360) == "18:00-24:00"
    assert clock_text(0, 1440) == "00:00-24:00"
