"""Can an operator keep topics, hours, numbers and notices in the browser, and nobody else?"""

from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from chat.models import (
    Campaign,
    DateException,
    Notice,
    OpeningWindow,
    PhoneLine,
    PreChatQuestion,
    Topic,
    TopicService,
)
from chat.selectors.opening import TOKYO
from chat.services.notice import add_standard_notice
from chat.services.topic import add_standard_topics, serve_topic
from organisations.models import AuditEntry, Membership, Organisation, Person, PlatformRole
from organisations.services.membership import grant_platform_role, grant_role

pytestmark = pytest.mark.django_db
PAGES = ("topic", "topicservice", "openingwindow", "campaign", "dateexception", "phoneline", "notice")


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def harbour() -> Organisation:
    return Organisation.objects.create(slug="minato", name="みなと相談室", prefecture_code="13")


@pytest.fixture
def operator() -> Person:
    person = Person.objects.create_person(email="operator@example.jp", display_name="運用")
    grant_platform_role(person=person, role=PlatformRole.Role.OPERATOR, by=None)
    return person


@pytest.fixture
def desk(operator: Person) -> Client:
    return signed_in(operator)


@pytest.fixture
def topics() -> dict[str, Topic]:
    return {topic.slug: topic for topic in add_standard_topics(by=None)}


def save(desk: Client, page: str, pk: int | None = None, /, **fields: Any) -> None:
    """Fill in a page and save it; a page that comes back has refused, and says why."""
    name = f"operator:chat_{page}_add" if pk is None else f"operator:chat_{page}_change"
    answer = desk.post(reverse(name, args=[] if pk is None else [pk]), fields)
    refused = answer.context["errors"] if answer.status_code == 200 else []
    assert answer.status_code == 302, refused


def trail() -> list[tuple[str, Any, list[str]]]:
    entries = AuditEntry.objects.filter(object_type__startswith="chat.", actor__isnull=False).order_by("pk")
    return [(entry.action, entry.actor_id, entry.details.get("fields", [])) for entry in entries]


@pytest.mark.parametrize("page", PAGES)
def test_an_operator_sees_each_page(
    desk: Client, topics: dict[str, Topic], harbour: Organisation, page: str
) -> None:
    serve_topic(topic=topics["women"], organisation=harbour, by=None)
    add_standard_notice(by=None)
    PhoneLine.objects.create(label_ja="デモ", number="0000-00-0000 (デモ)", is_demo=True)
    OpeningWindow.objects.create(topic=topics["women"], weekday=0, opens_minute=1320, length_minutes=420)
    DateException.objects.create(date=datetime(2026, 5, 3, tzinfo=TOKYO).date(), kind="closed")
    assert desk.get(reverse(f"operator:chat_{page}_changelist")).status_code == 200
    assert desk.get(reverse(f"operator:chat_{page}_add")).status_code == 200


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("role", [*Membership.Role.values, "auditor", "coordinator"])
def test_nobody_else_does(harbour: Organisation, role: str, page: str) -> None:
    person = Person.objects.create_person(email="somebody@example.jp", display_name="だれか")
    if role in Membership.Role.values:
        grant_role(person=person, organisation=harbour, role=role, by=None)
    else:
        grant_platform_role(person=person, role=role, by=None)
    for action in ("changelist", "add"):
        answer = signed_in(person).get(reverse(f"operator:chat_{page}_{action}"), follow=True)
        assert answer.status_code == 403


def test_a_night_is_entered_as_clock_times_and_shown_again(
    desk: Client, operator: Person, topics: dict[str, Topic]
) -> None:
    save(desk, "openingwindow", topic=topics["women"].pk, weekday=4, opens="22:00", closes="05:00")
    window = OpeningWindow.objects.get()
    assert (window.opens_minute, window.length_minutes) == (1320, 420)
    page = desk.get(reverse("operator:chat_openingwindow_change", args=[window.pk])).content.decode()
    assert 'value="22:00"' in page
    assert 'value="05:00"' in page
    save(desk, "openingwindow", window.pk, topic=topics["women"].pk, weekday=4, opens="22:00", closes="00:00")
    window.refresh_from_db()
    assert window.length_minutes == 120
    removal = reverse("operator:chat_openingwindow_delete", args=[window.pk])
    assert desk.post(removal, {"post": "yes"}).status_code == 302
    assert not OpeningWindow.objects.exists()
    assert [(action, actor) for action, actor, _fields in trail()] == [
        (f"openingwindow.{verb}", operator.pk) for verb in ("added", "changed", "removed")
    ]


def test_a_campaign_is_kept_to_the_minute(desk: Client, operator: Person) -> None:
    times = {
        "starts_at_0": "2026-05-01",
        "starts_at_1": "10:00:30",
        "ends_at_0": "2026-05-06",
        "ends_at_1": "10:00",
    }
    save(desk, "campaign", name_ja="大型連休の特別相談", **times)
    campaign = Campaign.objects.get()
    assert campaign.topic is None
    assert campaign.starts_at == datetime(2026, 5, 1, 10, tzinfo=TOKYO)
    assert campaign.ends_at == datetime(2026, 5, 6, 10, tzinfo=TOKYO)
    assert trail() == [("campaign.added", operator.pk, ["name_ja", "starts_at", "ends_at"])]


def test_a_holiday_is_a_whole_day_and_half_an_interval_is_refused(desk: Client) -> None:
    save(desk, "dateexception", date="2026-05-03", kind="closed", note_ja="憲法記念日")
    holiday = DateException.objects.get()
    assert (holiday.opens_minute, holiday.length_minutes) == (None, None)
    add = reverse("operator:chat_dateexception_add")
    assert desk.post(add, {"date": "2026-05-04", "kind": "closed", "opens": "10:00"}).status_code == 200
    save(desk, "dateexception", date="2026-05-04", kind="open", opens="20:00", closes="02:00")
    late = DateException.objects.get(kind="open")
    assert (late.opens_minute, late.length_minutes) == (1200, 360)


def test_hours_questions_and_numbers_are_kept_on_the_topics_own_page(
    desk: Client, topics: dict[str, Topic]
) -> None:
    topic = topics["livelihood"]
    forms = {
        "position": 70,
        "is_active": "on",
        "audience": "everyone",
        "priority_base": 0,
        "name_ja": "暮らし",
    }
    empty = {
        f"{prefix}-{name}": value
        for prefix in ("opening_windows", "questions", "phone_lines")
        for name, value in (("TOTAL_FORMS", 1), ("INITIAL_FORMS", 0))
    }
    save(
        desk,
        "topic",
        topic.pk,
        **forms,
        **empty,
        **{
            "slug": "renamed",
            "opening_windows-0-weekday": 0,
            "opening_windows-0-opens": "09:00",
            "opening_windows-0-closes": "17:00",
            "questions-0-key": "food",
            "questions-0-position": 1,
            "questions-0-label_ja": "今日、食べるものはありますか",
            "questions-0-kind": "choice",
            "questions-0-choices": '[{"value": "yes", "ja": "ある"}, {"value": "no", "ja": "ない"}]',
            "phone_lines-0-label_ja": "窓口",
            "phone_lines-0-number": "0000-00-0000",
            "phone_lines-0-position": 1,
        },
    )
    topic.refresh_from_db()
    assert (topic.slug, topic.name_ja, topic.is_active) == ("livelihood", "暮らし", True)
    assert OpeningWindow.objects.get(topic=topic).length_minutes == 480
    assert PreChatQuestion.objects.get(topic=topic).choices[1]["ja"] == "ない"
    assert not PhoneLine.objects.get(topic=topic).is_demo
    assert [action for action, _actor, _fields in trail()] == [
        "topic.changed",
        "openingwindow.added",
        "prechatquestion.added",
        "phoneline.added",
    ]


def test_a_service_is_ended_and_taken_up_again_from_the_list(
    desk: Client, topics: dict[str, Topic], harbour: Organisation
) -> None:
    save(desk, "topicservice", topic=topics["women"].pk, organisation=harbour.pk)
    service = TopicService.objects.get()
    changelist = reverse("operator:chat_topicservice_changelist")
    for action, in_force in (("end_service", False), ("take_up_again", True)):
        desk.post(changelist, {"action": action, "_selected_action": [service.pk]})
        service.refresh_from_db()
        assert service.is_active is in_force
    assert [action for action, _actor, _fields in trail()] == [
        "topic.served",
        "topic.not_served",
        "topic.served",
    ]


def test_a_notice_is_drafted_published_and_then_left_alone(desk: Client, operator: Person) -> None:
    add_standard_notice(by=None)
    save(desk, "notice", title_ja="はじめる前に", body_ja="相談員が答えます。")
    draft = Notice.objects.get(version=2)
    assert draft.published_at is None
    save(desk, "notice", draft.pk, title_ja="はじめる前に", body_ja="人が答えます。")
    changelist = reverse("operator:chat_notice_changelist")
    both = list(Notice.objects.values_list("pk", flat=True))
    desk.post(changelist, {"action": "publish", "_selected_action": both})
    assert Notice.objects.filter(published_at__isnull=True).exists(), "one at a time"
    desk.post(changelist, {"action": "publish", "_selected_action": [draft.pk]})
    published = Notice.objects.get(version=2)
    assert published.published_at is not None
    change = reverse("operator:chat_notice_change", args=[draft.pk])
    assert desk.post(change, {"title_ja": "別", "body_ja": "別の話"}).status_code == 403
    desk.post(changelist, {"action": "publish", "_selected_action": [draft.pk]})
    still = Notice.objects.get(version=2)
    assert (still.body_ja, still.published_at) == ("人が答えます。", published.published_at)
    assert [action for action, _actor, _fields in trail()] == [
        "notice.drafted",
        "notice.changed",
        "notice.published",
    ]


def test_topics_and_notices_are_never_deleted(desk: Client, topics: dict[str, Topic]) -> None:
    notice = add_standard_notice(by=None)
    assert notice is not None
    for page, pk in (("topic", topics["women"].pk), ("notice", notice.pk)):
        removal = reverse(f"operator:chat_{page}_delete", args=[pk])
        assert desk.post(removal, {"post": "yes"}).status_code == 403
