"""To whom could a supervisor give one who waits, out of order? People on duty who may serve them, the freest first."""

from typing import Any
from uuid import UUID

from chat.errors import NotFoundError
from chat.models import Conversation
from chat.permissions import SUPERVISE
from chat.selectors.eligibility import hands_on_duty, served_topics
from organisations.models import Person
from organisations.permissions import organisations_with


def takers_of(supervisor: Person, conversation_id: UUID) -> list[dict[str, Any]]:
    """Counsellors of the organisations they supervise who are available and cleared. Seven queries at most.

    Raises NotFoundError when it does not wait, or for none of these organisations.
    """
    houses = dict(organisations_with(supervisor, SUPERVISE).values_list("pk", "name"))
    topics = list(served_topics(list(houses))) if houses else []
    waiting = Conversation.objects.waiting().filter(pk=conversation_id, topic__in=topics).first()
    if waiting is None:
        raise NotFoundError
    found = [
        (hand, houses[reach.organisation_id])
        for hand in hands_on_duty()
        for reach in hand.reaches
        if reach.organisation_id in houses and reach.admits(waiting.topic_id, waiting.language)
    ]
    people = Person.objects.in_bulk([hand.person_id for hand, _ in found])
    takers = [
        {
            "id": str(hand.person_id),
            "name": people[hand.person_id].display_name,
            "organisation": organisation,
            "load": hand.load,
            "capacity": hand.capacity,
        }
        for hand, organisation in found
    ]
    return sorted(
        takers, key=lambda taker: (taker["load"] >= taker["capacity"], taker["load"], taker["name"])
    )
