"""What does this app do when a person's rights change? It takes them out of conversations, in that transaction,
and ends their clearances where they serve no more."""

from typing import Any
from uuid import UUID

from django.dispatch import receiver

from chat.services.clearance import end_clearances_without_role
from chat.services.withdrawal import withdraw_person
from organisations.models import Organisation, Person
from organisations.signals import rights_changed


@receiver(rights_changed, dispatch_uid="chat.withdraw_person")
def withdraw(*, person: Person, organisation: Organisation | None = None, **_: Any) -> None:
    organisation_id: UUID | None = organisation.pk if organisation is not None else None
    withdraw_person(person=person, organisation_id=organisation_id)
    end_clearances_without_role(person=person, organisation_id=organisation_id)
