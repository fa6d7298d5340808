"""What may this person do at a console, what do they hold, which queues may they see?"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q

from chat.errors import NotFoundError, NotSignedInError
from chat.models import Presence
from chat.models.presence import DEFAULT_CAPACITY
from chat.permissions import SERVE, SUPERVISE
from chat.selectors.conversation import held_by
from chat.selectors.eligibility import Sight, reaches_of, served_topics, sight_of
from organisations.models import Organisation, Person
from organisations.permissions import organisations_with


@dataclass(frozen=True, slots=True)
class ConsoleAccess:
    """`held` maps own conversations to their staff heads; `sight` is what of the queue may be seen and served."""

    person: Person
    sight: Sight
    held: dict[UUID, int]
    presence: dict[str, Any]
    serves: bool
    supervises: bool


def console_access(person_id: UUID) -> ConsoleAccess:
    """Raises NotSignedInError for somebody deactivated, NotFoundError for somebody without a console."""
    person = Person.objects.filter(pk=person_id, is_active=True).first()
    if person is None:
        raise NotSignedInError
    serving = set(organisations_with(person, SERVE).values_list("pk", flat=True))
    supervising = set(organisations_with(person, SUPERVISE).values_list("pk", flat=True))
    if not serving | supervising:
        raise NotFoundError
    supervised = served_topics(supervising) if supervising else {}
    sight = sight_of(reaches_of(person.pk, serving), supervised)
    held = dict(held_by(person).values_list("pk", "staff_seq"))
    return ConsoleAccess(
        person, sight, held, presence_of(person, len(held)), bool(serving), bool(supervising)
    )


def presence_of(person: Person, load: int) -> dict[str, Any]:
    """Status, capacity and load; somebody never on duty is away."""
    row = Presence.objects.filter(person=person).first()
    status = Presence.Status.AWAY if row is None else row.status
    capacity = DEFAULT_CAPACITY if row is None else row.capacity
    return {"status": str(status), "capacity": capacity, "load": load}


def organisations_at_console(person: Person) -> list[Organisation]:
    """The organisations for which the person may serve or supervise, by name."""
    serving = organisations_with(person, SERVE).values("pk")
    supervising = organisations_with(person, SUPERVISE).values("pk")
    return list(Organisation.objects.filter(Q(pk__in=serving) | Q(pk__in=supervising)).order_by("name", "id"))
