"""Who may serve delicate topics and further languages? A manager of the counsellor's organisation says so."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from chat.errors import BadFrameError, NotFoundError
from chat.models import Clearance, Presence, Topic
from chat.models.clearance import LANGUAGES_TO_CLEAR
from chat.permissions import MANAGE, SERVE
from chat.signals import QueueMoved, RightsMoved, announce
from organisations.models import Organisation, Person
from organisations.permissions import holds, organisations_with
from organisations.services import audit


@dataclass(frozen=True, slots=True)
class Ground:
    """What a clearance is for: a topic, or a language where `topic` is None."""

    topic: Topic | None = None
    language: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """One mark a manager set (`cleared`) or took away."""

    person: Person
    ground: Ground
    cleared: bool


def grant_clearance(
    *, person: Person, organisation: Organisation, ground: Ground, by: Person | None
) -> Clearance:
    """Clear a counsellor of the organisation; saying it twice changes nothing. `by` None: the system.

    Raises NotFoundError (no manager of it, no counsellor of it), BadFrameError (a language that needs none).
    """
    _check(person, organisation, by)
    if ground.topic is None and ground.language not in LANGUAGES_TO_CLEAR:
        raise BadFrameError
    with transaction.atomic():
        clearance, made = Clearance.objects.get_or_create(
            person=person,
            organisation=organisation,
            topic=ground.topic,
            language="" if ground.topic else ground.language,
            ended_at=None,
            defaults={"granted_by": by},
        )
        if made:
            _record("clearance.granted", clearance, by)
            _tell(person)
        return clearance


def end_clearance(*, person: Person, organisation: Organisation, ground: Ground, by: Person | None) -> None:
    """End it: new conversations go to others, those in hand go on. Ending it twice changes nothing.

    Raises NotFoundError for anybody but a manager.
    """
    if by is not None and not holds(by, MANAGE, organisation):
        raise NotFoundError
    _end(person, organisation.pk, by, topic=ground.topic, language="" if ground.topic else ground.language)


def change_clearances(*, organisation: Organisation, changes: Iterable[Change], by: Person) -> int:
    """All of a page's marks, or none; how many there were. Raises as the two above."""
    if not holds(by, MANAGE, organisation):
        raise NotFoundError
    count = 0
    with transaction.atomic():
        for change in changes:
            act = grant_clearance if change.cleared else end_clearance
            act(person=change.person, organisation=organisation, ground=change.ground, by=by)
            count += 1
    return count


def end_clearances_without_role(*, person: Person, organisation_id: UUID | None) -> None:
    """Whoever stops being a counsellor somewhere is not cleared any more if they come back.

    Runs inside the transaction that changed the rights.
    """
    serving = set(organisations_with(person, SERVE).values_list("pk", flat=True))
    held = Clearance.objects.in_force().filter(person=person).exclude(organisation__in=serving)
    if organisation_id is not None:
        held = held.filter(organisation=organisation_id)
    for organisation in held.order_by("organisation").values_list("organisation", flat=True).distinct():
        _end(person, organisation, None)


def _check(person: Person, organisation: Organisation, by: Person | None) -> None:
    if by is not None and not holds(by, MANAGE, organisation):
        raise NotFoundError
    if not holds(person, SERVE, organisation):
        raise NotFoundError


def _end(person: Person, organisation_id: UUID, by: Person | None, **which: object) -> None:
    """Under the lock of the presence, so that whoever is being given somebody has been given them before."""
    with transaction.atomic():
        Presence.objects.select_for_update().filter(person=person).first()
        ended = list(
            Clearance.objects.in_force()
            .filter(person=person, organisation=organisation_id, **which)
            .select_related("organisation", "topic", "person")
            .order_by("pk")
        )
        if not ended:
            return
        Clearance.objects.filter(pk__in=[row.pk for row in ended]).update(ended_at=timezone.now())
        for row in ended:
            _record("clearance.ended", row, by)
        _tell(person)


def _tell(person: Person) -> None:
    """Open consoles are shown another queue from now on."""
    person.raise_access_version()
    announce([RightsMoved(person.pk), QueueMoved()])


def _record(action: str, clearance: Clearance, by: Person | None) -> None:
    audit.record(
        action=action,
        by=by,
        organisation=clearance.organisation,
        object_type="chat.clearance",
        object_id=clearance.pk,
        person=clearance.person_id,
        topic=clearance.topic.slug if clearance.topic else "",
        language=clearance.language,
    )
