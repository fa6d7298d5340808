"""How does a counsellor come on duty and go, and how do pings keep the lease?"""

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from chat.errors import BadFrameError, NotFoundError
from chat.models import HelpSeeker, Presence
from chat.models.presence import MOST_CAPACITY
from chat.signals import QueueMoved, announce
from organisations.models import Person
from organisations.permissions import organisations_with


def lock_presence(person: Person) -> Presence:
    """The person's presence under its row lock; made on first use, away."""
    Presence.objects.get_or_create(person=person, defaults={"changed_at": timezone.now()})
    return Presence.objects.select_for_update().get(person=person)


def set_presence(*, by: Person, status: str, capacity: int | None = None) -> Presence:
    """Available or away, and for how many conversations. Raises NotFoundError, BadFrameError."""
    if not organisations_with(by, "serve_conversations").exists():
        raise NotFoundError
    if status not in Presence.Status.values or (capacity is not None and not 1 <= capacity <= MOST_CAPACITY):
        raise BadFrameError
    with transaction.atomic():
        presence = lock_presence(by)
        presence.status = status
        presence.capacity = presence.capacity if capacity is None else capacity
        presence.changed_at = timezone.now()
        presence.lease_until = presence.changed_at + lease()  # whoever says so is there
        presence.save(update_fields=["status", "capacity", "changed_at", "lease_until"])
        announce([QueueMoved()])
        return presence


def lease() -> timedelta:
    """For how long a browser counts as there after its last sign."""
    return timedelta(seconds=settings.TOMOSHIBI.presence_lease_seconds)


def renew_leases(*, people: Collection[UUID], help_seekers: Collection[UUID]) -> None:
    """Note that these browsers are there: two updates for all that pinged since the last round."""
    now = timezone.now()
    if people:
        Presence.objects.filter(person_id__in=people).update(lease_until=now + lease())
    if help_seekers:
        HelpSeeker.objects.filter(pk__in=help_seekers).update(seen_at=now)
