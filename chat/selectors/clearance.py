"""Which counsellor of an organisation is cleared for what, as its manager sees it? A sheet of people and grounds."""

from dataclasses import dataclass
from uuid import UUID

from chat.models import Clearance, Topic
from chat.models.clearance import LANGUAGES_TO_CLEAR
from chat.models.language import Language, in_language
from organisations.models import Membership, Organisation, Person
from organisations.selectors.person import may_manage


@dataclass(frozen=True, slots=True)
class Column:
    """A topic that needs a clearance, or a language where `topic` is None; `key` names it in the form."""

    key: str
    name: str
    topic: Topic | None
    language: str


@dataclass(frozen=True, slots=True)
class Line:
    """One counsellor, and for each column whether they are cleared."""

    person: Person
    marks: tuple[tuple[Column, str, bool], ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]


def clearance_sheet(person: Person, organisation: Organisation, *, language: str) -> Sheet:
    """For who may open the organisation's page; empty for anybody else. Names of topics in `language`.

    The topics are those the organisation serves and those somebody is still cleared for. Five queries at most.
    """
    if not may_manage(person, organisation):
        return Sheet((), ())
    held = set(_held(organisation))
    columns = (*_topics(organisation, held, language), *_languages())
    counsellors = (
        Membership.objects.in_force()
        .of(organisation)
        .filter(role=Membership.Role.COUNSELLOR, person__is_active=True)
        .select_related("person")
        .order_by("person__full_name", "person__display_name", "person_id")
    )
    return Sheet(columns, tuple(_line(row.person, columns, held) for row in counsellors))


def _held(organisation: Organisation) -> list[tuple[UUID, str]]:
    """(person, key) of each clearance in force."""
    rows = Clearance.objects.in_force().filter(organisation=organisation)
    fields = rows.values_list("person_id", "topic__slug", "language")
    return [(person_id, topic_key(slug) if slug else language_key(said)) for person_id, slug, said in fields]


def _topics(organisation: Organisation, held: set[tuple[UUID, str]], language: str) -> list[Column]:
    still = {key for _, key in held}
    served = set(
        Topic.objects.filter(services__organisation=organisation, services__is_active=True).values_list(
            "pk", flat=True
        )
    )
    return [
        Column(topic_key(topic.slug), in_language(topic, "name", language), topic, "")
        for topic in Topic.objects.filter(needs_clearance=True)
        if topic.pk in served or topic_key(topic.slug) in still
    ]


def _languages() -> list[Column]:
    return [
        Column(language_key(language), str(Language(language).label), None, language)
        for language in LANGUAGES_TO_CLEAR
    ]


def _line(person: Person, columns: tuple[Column, ...], held: set[tuple[UUID, str]]) -> Line:
    return Line(
        person,
        tuple((column, f"{person.pk}.{column.key}", (person.pk, column.key) in held) for column in columns),
    )


def topic_key(slug: str) -> str:
    return f"topic.{slug}"


def language_key(language: str) -> str:
    return f"language.{language}"
