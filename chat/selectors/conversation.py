"""Who may read which conversation? Every read of one begins here; "not yours" and "not there" are one answer."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from chat.errors import BadTokenError, NotFoundError
from chat.models import Conversation, ConversationAccess, HelpSeeker, Participant
from chat.permissions import READ_CONVERSATION
from chat.protocol import is_bearer
from organisations.models import Person
from organisations.permissions import access_in_force, organisations_with


@dataclass(frozen=True, slots=True)
class SeekerAccess:
    """A help-seeker's own conversation, found by their bearer."""

    conversation: Conversation
    participant: Participant
    help_seeker: HelpSeeker


@dataclass(frozen=True, slots=True)
class StaffAccess:
    """How a staff member may see a conversation: `access` is own, supervision or granted; `participant` only if
    they take part in it now."""

    conversation: Conversation
    access: str
    participant: Participant | None


def conversation_of_bearer(bearer: str, *, hashed: str) -> SeekerAccess:
    """The help-seeker's own conversation. One query. Raises BadTokenError."""
    if not is_bearer(bearer):
        raise BadTokenError
    participant = (
        Participant.objects.filter(conversation__help_seeker__token_hash=hashed, role=Participant.Role.SEEKER)
        .select_related("conversation__help_seeker", "conversation__topic")
        .first()
    )
    if participant is None:
        raise BadTokenError
    conversation = participant.conversation
    return SeekerAccess(conversation, participant, conversation.help_seeker)


def readable_by(person: Person) -> QuerySet[Conversation]:
    """Conversations whose text the person may read: held by them, of an organisation they supervise, granted."""
    return Conversation.objects.filter(
        Q(counsellor=person)
        | Q(organisation__in=organisations_with(person, "supervise_conversations"))
        | Q(pk__in=access_in_force(ConversationAccess, person, READ_CONVERSATION).values("content_object"))
    )


def staff_access(person: Person, conversation_id: UUID) -> StaffAccess:
    """How this person may see this conversation. Raises NotFoundError."""
    mine = Participant.objects.filter(conversation=OuterRef("pk"), person=person, left_at__isnull=True)
    conversation = (
        readable_by(person)
        .filter(pk=conversation_id)
        .select_related("topic", "organisation")
        .annotate(taking_part=Exists(mine))
        .first()
    )
    if conversation is None or not person.is_active:
        raise NotFoundError
    participant = None
    if conversation.taking_part:
        participant = Participant.objects.get(conversation=conversation, person=person, left_at__isnull=True)
    return StaffAccess(conversation, _access(conversation, person), participant)


def _access(conversation: Conversation, person: Person) -> str:
    if conversation.counsellor_id == person.pk:
        return "own"
    if conversation.organisation_id is None:
        return "granted"
    supervised = organisations_with(person, "supervise_conversations")
    if supervised.filter(pk=conversation.organisation_id).exists():
        return "supervision"
    return "granted"


def held_by(person: Person) -> QuerySet[Conversation]:
    """The conversations in the person's hands now, longest held first."""
    return Conversation.objects.held_by_counsellors().filter(counsellor=person).order_by("accepted_at", "id")


def live_under_supervision(person: Person) -> QuerySet[Conversation]:
    """Open, answered conversations of the organisations the person supervises."""
    supervised = organisations_with(person, "supervise_conversations")
    return (
        Conversation.objects.held_by_counsellors()
        .filter(organisation__in=supervised)
        .select_related("topic", "organisation", "counsellor")
        .order_by("accepted_at", "id")
    )
