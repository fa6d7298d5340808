"""What does somebody see who opens the menu: by day, at night, in their language, and when all is shut?"""

from datetime import date, datetime, time

import pytest
from django.db import IntegrityError, transaction
from pytest_django import DjangoAssertNumQueries

from chat.errors import NotFoundError, TopicClosedError
from chat.models import PhoneLine, PreChatQuestion, Topic, TopicService
from chat.models.language import Language, Wording
from chat.selectors.opening import TOKYO
from chat.selectors.topic import TopicOffer, access_to_topic, phone_lines, topics_on_offer
from chat.services.opening import open_campaign, set_weekly_hours
from chat.services.topic import add_standard_topics, serve_topic, stop_serving_topic
from organisations.models import AuditEntry, Membership, Organisation, Person, PlatformRole
from organisations.services.membership import grant_platform_role, grant_role

pytestmark = pytest.mark.django_db
MONDAY_MORNING = datetime(2026, 4, 20, 10, tzinfo=TOKYO)
MONDAY_NIGHT = datetime(2026, 4, 20, 23, tzinfo=TOKYO)


@pytest.fixture
def harbour() -> Organisation:
    return Organisation.objects.create(slug="minato", name="みなと相談室", prefecture_code="13")


@pytest.fixture
def menu(harbour: Organisation) -> dict[str, Topic]:
    """The standard topics, those for loneliness and for women served: by day, and on Monday nights."""
    topics = {topic.slug: topic for topic in add_standard_topics(by=None)}
    for slug in ("loneliness", "women"):
        serve_topic(topic=topics[slug], organisation=harbour, by=None)
    set_weekly_hours(
        topic=topics["loneliness"], hours=[(day, time(9), time(17)) for day in range(7)], by=None
    )
    set_weekly_hours(topic=topics["women"], hours=[(0, time(22), time(5))], by=None)
    return topics


def offers(at: datetime, language: str = Language.JAPANESE) -> dict[str, TopicOffer]:
    return {offer.slug: offer for offer in topics_on_offer(at=at, language=language)}


def test_by_day_one_topic_is_open_and_the_closed_one_points_to_it(menu: dict[str, Topic]) -> None:
    seen = offers(MONDAY_MORNING)
    assert list(seen) == ["loneliness", "women"], "in the order of the menu, and only what is served"
    assert seen["loneliness"].is_open
    assert seen["loneliness"].closes_at == datetime(2026, 4, 20, 17, tzinfo=TOKYO)
    assert seen["loneliness"].opens_at is None
    assert seen["loneliness"].open_instead == ()
    assert not seen["women"].is_open
    assert seen["women"].opens_at == datetime(2026, 4, 20, 22, tzinfo=TOKYO)
    assert seen["women"].closes_at is None
    assert [(other.slug, other.name) for other in seen["women"].open_instead] == [
        ("loneliness", "孤独・孤立")
    ]


def test_at_night_it_is_the_other_way_round(menu: dict[str, Topic]) -> None:
    seen = offers(MONDAY_NIGHT, Language.ENGLISH)
    assert seen["women"].is_open
    assert [other.name for other in seen["loneliness"].open_instead] == ["Women's concerns"]


def test_a_campaign_opens_everything_and_gives_its_name(menu: dict[str, Topic]) -> None:
    open_campaign(
        topic=None,
        name=Wording("大型連休の特別相談", "Golden Week line"),
        starts_at=datetime(2026, 5, 1, 10, tzinfo=TOKYO),
        ends_at=datetime(2026, 5, 6, 10, tzinfo=TOKYO),
        by=None,
    )
    seen = offers(datetime(2026, 5, 4, 3, tzinfo=TOKYO), Language.ENGLISH)
    assert [offer.is_open for offer in seen.values()] == [True, True]
    assert {offer.note for offer in seen.values()} == {"Golden Week line"}
    assert seen["women"].closes_at == datetime(2026, 5, 6, 10, tzinfo=TOKYO)


@pytest.mark.parametrize(
    ("language", "name"),
    [
        ("ja", "災害にあった方"),
        ("en", "Affected by a disaster"),
        ("ja-easy", "災害〈地震や 大雨など〉に あった 人"),
        ("fr", "災害にあった方"),
    ],
)
def test_a_topic_speaks_the_language_asked_for(
    menu: dict[str, Topic], harbour: Organisation, language: str, name: str
) -> None:
    serve_topic(topic=menu["disaster"], organisation=harbour, by=None)
    assert offers(MONDAY_MORNING, language)["disaster"].name == name


def test_a_missing_translation_falls_back_to_words_that_exist() -> None:
    assert Wording(ja="休み", easy="やすみ").in_language("en") == "やすみ"
    assert Wording(ja="休み").in_language("en") == "休み"
    assert Wording(ja="休み", en="closed").in_language("ja-easy") == "休み"
    assert Wording(en="closed").in_language("ja") == "closed"
    assert Wording().in_language("en") == ""


def test_phone_lines_of_the_topic_come_before_those_of_all(menu: dict[str, Topic]) -> None:
    PhoneLine.objects.create(label_ja="総合（デモ）", number="0000-00-0000 (デモ)", is_demo=True)
    PhoneLine.objects.create(
        topic=menu["women"],
        position=9,
        label_ja="女性の電話（デモ）",
        label_en="Women's line (demo)",
        number="0000-00-0001 (デモ)",
        verified_on=date(2026, 4, 1),
        is_demo=True,
    )
    seen = offers(MONDAY_MORNING, Language.ENGLISH)
    assert [line.label for line in seen["women"].phone_lines] == ["Women's line (demo)", "総合（デモ）"]
    assert seen["women"].phone_lines[0].verified_on == date(2026, 4, 1)
    assert [line.number for line in seen["loneliness"].phone_lines] == ["0000-00-0000 (デモ)"]
    assert [line.label for line in phone_lines(language="ja")] == ["総合（デモ）"]


def test_questions_carry_their_choices_in_the_language(menu: dict[str, Topic]) -> None:
    [question] = offers(MONDAY_MORNING, Language.ENGLISH)["women"].questions
    assert (question.key, question.kind) == ("safe-now", "choice")
    assert [(choice.value, choice.label) for choice in question.choices] == [
        ("yes", "Yes"),
        ("short", "For a short while"),
        ("no", "Someone may see"),
    ]


def test_the_menu_takes_six_queries_however_long_it_is(
    menu: dict[str, Topic], harbour: Organisation, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(6):
        assert len(topics_on_offer(at=MONDAY_MORNING, language="ja")) == 2
    for topic in menu.values():
        topic.is_active = True
        topic.save()
        serve_topic(topic=topic, organisation=harbour, by=None)
        PhoneLine.objects.create(topic=topic, label_ja="デモ", number="0000-00-0000 (デモ)", is_demo=True)
    with django_assert_num_queries(6):
        assert len(topics_on_offer(at=MONDAY_MORNING, language="ja")) == 9


def test_a_menu_without_any_topic_is_empty() -> None:
    assert topics_on_offer(at=MONDAY_MORNING, language="ja") == []


def test_a_topic_leaves_the_menu_with_the_last_organisation_that_serves_it(
    menu: dict[str, Topic], harbour: Organisation
) -> None:
    harbour.is_active = False
    harbour.save()
    assert offers(MONDAY_MORNING) == {}
    with pytest.raises(NotFoundError):
        access_to_topic("loneliness", at=MONDAY_MORNING)


def test_a_conversation_may_begin_only_where_it_is_open(
    menu: dict[str, Topic], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(4):
        assert access_to_topic("loneliness", at=MONDAY_MORNING) == menu["loneliness"]
    with pytest.raises(TopicClosedError):
        access_to_topic("loneliness", at=MONDAY_NIGHT)
    with pytest.raises(NotFoundError):
        access_to_topic("under-18", at=MONDAY_MORNING)
    with pytest.raises(NotFoundError):
        access_to_topic("no-such-topic", at=MONDAY_MORNING)


def test_standard_topics_come_once_and_do_not_undo_what_an_operator_changed() -> None:
    added = add_standard_topics(by=None)
    assert [topic.slug for topic in added if topic.is_active] == [
        "loneliness",
        "under-18",
        "gender-identity",
        "women",
        "disaster",
    ]
    assert len(added) == 9
    Topic.objects.filter(slug="women").update(name_ja="女性のための相談")
    Topic.objects.filter(slug="livelihood").delete()
    assert [topic.slug for topic in add_standard_topics(by=None)] == ["livelihood"]
    assert Topic.objects.get(slug="women").name_ja == "女性のための相談"


def test_every_standard_text_is_there_in_three_languages_and_valid() -> None:
    for topic in add_standard_topics(by=None):
        topic.full_clean()
        for stem in ("name", "description"):
            assert all(getattr(topic, f"{stem}_{suffix}") for suffix in ("ja", "en", "easy")), topic.slug
    for question in PreChatQuestion.objects.all():
        question.full_clean()
        assert question.label_en
        assert question.label_easy
        assert all(set(choice) == {"value", "ja", "en", "easy"} for choice in question.choices)


def test_an_operator_decides_who_serves_and_a_manager_may_withdraw(
    menu: dict[str, Topic], harbour: Organisation
) -> None:
    operator, manager, counsellor = (
        Person.objects.create_person(email=f"{name}@example.jp", display_name=name)
        for name in ("operator", "manager", "counsellor")
    )
    grant_platform_role(person=operator, role=PlatformRole.Role.OPERATOR, by=None)
    grant_role(person=manager, organisation=harbour, role=Membership.Role.MANAGER, by=None)
    grant_role(person=counsellor, organisation=harbour, role=Membership.Role.COUNSELLOR, by=None)
    disaster = menu["disaster"]
    with pytest.raises(NotFoundError):
        serve_topic(topic=disaster, organisation=harbour, by=manager)
    first = serve_topic(topic=disaster, organisation=harbour, by=operator)
    assert serve_topic(topic=disaster, organisation=harbour, by=operator) == first
    with pytest.raises(NotFoundError):
        stop_serving_topic(topic=disaster, organisation=harbour, by=counsellor)
    stop_serving_topic(topic=disaster, organisation=harbour, by=manager)
    assert "disaster" not in offers(MONDAY_MORNING)
    with pytest.raises(NotFoundError):
        stop_serving_topic(topic=disaster, organisation=harbour, by=manager)
    again = serve_topic(topic=disaster, organisation=harbour, by=operator)
    assert again == first
    assert again.since > first.since
    trail = AuditEntry.objects.filter(object_type="chat.topic", object_id=str(disaster.pk))
    assert list(trail.order_by("pk").values_list("action", "actor")) == [
        ("topic.added", None),
        ("topic.served", operator.pk),
        ("topic.not_served", manager.pk),
        ("topic.served", operator.pk),
    ]


def test_the_database_keeps_one_row_for_one_service(menu: dict[str, Topic], harbour: Organisation) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        TopicService.objects.create(topic=menu["women"], organisation=harbour)
