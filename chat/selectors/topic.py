"""What is on offer to a help-seeker at this moment, and may a conversation on a topic begin?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from chat.errors import NotFoundError, TopicClosedError
from chat.models.language import SUFFIXES, Wording, in_language
from chat.models.phone_line import PhoneLine
from chat.models.topic import PreChatQuestion, Topic
from chat.selectors.opening import Schedule, closes_at, is_open, load_schedules, next_opening, note_at


@dataclass(frozen=True, slots=True)
class PhoneOffer:
    """A number as an operator entered it; `hours` is for people to read."""

    label: str
    number: str
    hours: str
    verified_on: date | None
    is_demo: bool


@dataclass(frozen=True, slots=True)
class ChoiceOffer:
    value: str
    label: str


@dataclass(frozen=True, slots=True)
class QuestionOffer:
    key: str
    label: str
    kind: str
    choices: tuple[ChoiceOffer, ...]


@dataclass(frozen=True, slots=True)
class OpenTopic:
    slug: str
    name: str


@dataclass(frozen=True, slots=True)
class TopicOffer:
    """One line of the menu.

    `closes_at` is None for a topic that is closed or never closes, `opens_at` for one that is open or has
    nothing planned. `note` says why just now (a campaign's or a holiday's name) and may be empty.
    `open_instead` names what is open now, for a closed topic only.
    """

    slug: str
    name: str
    description: str
    audience: str
    is_open: bool
    closes_at: datetime | None
    opens_at: datetime | None
    note: str
    phone_lines: tuple[PhoneOffer, ...]
    questions: tuple[QuestionOffer, ...]
    open_instead: tuple[OpenTopic, ...]


def topics_on_offer(at: datetime, language: str) -> list[TopicOffer]:
    """The menu as anybody may see it: active topics that some active organisation serves. Six queries."""
    topics = list(Topic.objects.active().served())
    ids = [topic.pk for topic in topics]
    schedules = load_schedules(ids, at=at)
    lines = list(PhoneLine.objects.filter(Q(topic__in=ids) | Q(topic__isnull=True)))
    questions = list(PreChatQuestion.objects.filter(topic__in=ids))
    open_now = [
        OpenTopic(topic.slug, in_language(topic, "name", language))
        for topic in topics
        if is_open(schedules[topic.pk], at)
    ]
    return [
        _offer(
            topic,
            schedules[topic.pk],
            at=at,
            language=language,
            lines=[line for line in lines if line.topic_id in (topic.pk, None)],
            questions=[question for question in questions if question.topic_id == topic.pk],
            open_now=open_now,
        )
        for topic in topics
    ]


def _offer(
    topic: Topic,
    schedule: Schedule,
    *,
    at: datetime,
    language: str,
    lines: Sequence[PhoneLine],
    questions: Sequence[PreChatQuestion],
    open_now: Sequence[OpenTopic],
) -> TopicOffer:
    opened = is_open(schedule, at)
    own_first = sorted(lines, key=lambda line: line.topic_id is None)
    return TopicOffer(
        slug=topic.slug,
        name=in_language(topic, "name", language),
        description=in_language(topic, "description", language),
        audience=topic.audience,
        is_open=opened,
        closes_at=closes_at(schedule, at),
        opens_at=next_opening(schedule, at),
        note=note_at(schedule, at).in_language(language),
        phone_lines=tuple(_phone(line, language) for line in own_first),
        questions=tuple(_question(question, language) for question in questions),
        open_instead=() if opened else tuple(open_now),
    )


def _phone(line: PhoneLine, language: str) -> PhoneOffer:
    return PhoneOffer(
        label=in_language(line, "label", language),
        number=line.number,
        hours=in_language(line, "hours", language),
        verified_on=line.verified_on,
        is_demo=line.is_demo,
    )


def _question(question: PreChatQuestion, language: str) -> QuestionOffer:
    return QuestionOffer(
        key=question.key,
        label=in_language(question, "label", language),
        kind=question.kind,
        choices=tuple(_choice(choice, language) for choice in question.choices),
    )


def _choice(choice: Mapping[str, str], language: str) -> ChoiceOffer:
    words = Wording(**{suffix: choice.get(suffix, "") for suffix in SUFFIXES.values()})
    return ChoiceOffer(choice["value"], words.in_language(language))


def phone_lines(language: str) -> list[PhoneOffer]:
    """The numbers that stand beside every topic, for the page that must help before any script runs."""
    return [_phone(line, language) for line in PhoneLine.objects.filter(topic__isnull=True)]


def access_to_topic(slug: str, at: datetime) -> Topic:
    """The topic, if a conversation on it may begin at `at`.

    Raises NotFoundError (unknown, not in the menu, or nobody serves it) and TopicClosedError.
    """
    topic = Topic.objects.active().served().filter(slug=slug).first()
    if topic is None:
        raise NotFoundError
    if not is_open(load_schedules([topic.pk], at=at)[topic.pk], at):
        raise TopicClosedError
    return topic
