"""How does a supervisor take somebody out of order? With a reason in the staff stream, and a line in the audit."""

from uuid import UUID

from django.db import connection, transaction

from chat.errors import BadFrameError, BodyTooLongError, NotClearedError, NotFoundError
from chat.models import Assignment, Conversation, Entry, Participant
from chat.permissions import SERVE, SUPERVISE
from chat.selectors.eligibility import Reach, eligible, of_their_houses, reaches_of, served_topics
from chat.services.log import Draft
from chat.services.presence import lock_presence
from chat.services.queue import Taking, claim, free_load, record_taking, standing_before
from chat.services.text import usable_text
from organisations.models import Organisation, Person
from organisations.permissions import organisations_with
from organisations.services import audit

REASON_LIMIT = 200


def take_out_of_order(
    *, conversation_id: UUID, by: Person, cid: str, reason: str, counsellor_id: UUID | None = None
) -> Conversation:
    """Give one who waits to a counsellor of an organisation that `by` supervises (to `by`, who also serves there).

    It skips the order of the queue and nothing else: topic, clearances, language, capacity and presence hold as
    they do for the next. The same `cid` gets the same conversation again. Raises NotFoundError (not waiting, not
    served by an organisation they supervise, not a counsellor of it), NotClearedError, NotAvailableError,
    AtCapacityError, a body error for an unusable reason.
    """
    text = usable_text(reason)
    if len(text) > REASON_LIMIT:
        raise BodyTooLongError
    counsellor = Person.objects.filter(pk=counsellor_id or by.pk, is_active=True).first()
    if counsellor is None:
        raise NotFoundError
    houses = _houses(by, counsellor)
    with transaction.atomic():
        presence = lock_presence(counsellor)
        earlier = Assignment.objects.filter(person=counsellor, cid=cid).select_related("conversation").first()
        if earlier is not None:
            return _same(earlier, conversation_id, houses)
        conversation = _waiting(conversation_id, houses)
        reaches = reaches_of(counsellor.pk, houses)
        reach = _admitting(reaches, conversation)
        load = free_load(presence)
        claimed = claim(conversation, counsellor, reach.organisation_id)
        if claimed is None:
            raise NotFoundError
        taking = _taking(claimed, reaches, load, presence.capacity)
        organisation = houses[reach.organisation_id]
        record_taking(claimed, counsellor, organisation, taking, cid, _why(text, cid))
        audit.record(
            action="conversation.picked",
            by=by,
            organisation=organisation,
            object_type="chat.conversation",
            object_id=claimed.pk,
            counsellor=counsellor.pk,
            passed_over=taking.passed_over,
        )
        return claimed


def _houses(by: Person, counsellor: Person) -> dict[UUID, Organisation]:
    """The organisations that `by` supervises and for which the counsellor serves, by name."""
    serving = organisations_with(counsellor, SERVE).values("pk")
    both = organisations_with(by, SUPERVISE).filter(pk__in=serving).order_by("name", "id")
    houses = {organisation.pk: organisation for organisation in both}
    if not houses:
        raise NotFoundError
    return houses


def _same(earlier: Assignment, conversation_id: UUID, houses: dict[UUID, Organisation]) -> Conversation:
    if earlier.conversation_id != conversation_id or earlier.organisation_id not in houses:
        raise BadFrameError
    return earlier.conversation


def _waiting(conversation_id: UUID, houses: dict[UUID, Organisation]) -> Conversation:
    waiting = Conversation.objects.waiting().filter(
        pk=conversation_id, topic__in=list(served_topics(list(houses)))
    )
    if connection.features.has_select_for_update:
        waiting = waiting.select_for_update(of=("self",))
    conversation = waiting.first()
    if conversation is None:
        raise NotFoundError
    return conversation


def _admitting(reaches: tuple[Reach, ...], conversation: Conversation) -> Reach:
    for reach in reaches:
        if reach.admits(conversation.topic_id, conversation.language):
            return reach
    raise NotClearedError


def _taking(claimed: Conversation, reaches: tuple[Reach, ...], load: int, capacity: int) -> Taking:
    waiting = Conversation.objects.waiting()
    others = waiting.filter(eligible(reaches)).count()
    before = standing_before(waiting.filter(of_their_houses(reaches)), claimed)
    return Taking("picked", others + 1, before.count(), load, capacity)


def _why(text: str, cid: str) -> Draft:
    """Staff text: sealed in the staff stream as a note of nobody who takes part, never in the audit trail."""
    return Draft(kind=Entry.Kind.NOTE, role=Participant.Role.SUPERVISOR, public=False, cid=cid, body=text)
