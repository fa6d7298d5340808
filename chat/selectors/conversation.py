"""Who may read which conversation? Every read of one begins here; "not yours" and "not there" are one answer."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

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
    """How a staff member may see a conversation: `access` is own, supervision or granted; `participant` is
    their newest part in it, an ended one too: a late repeat of a command still gets its first answer.
    `supervises`: they supervise its organisation, whether or not they also hold it."""

    conversation: Conversation
    access: str
    participant: Participant | None
    supervises: bool


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
    """Conversations whose text the person may read: held by them for an organisation they still serve, of an
    organisation they supervise, granted."""
    granted = access_in_force(ConversationAccess, person, READ_CONVERSATION)
    return Conversation.objects.filter(
        _own(person) | _supervised(person) | Q(pk__in=granted.values("content_object"))
    )


def _own(person: Person) -> Q:
    """Whoever leaves an organisation leaves its conversations there, those they once held too."""
    return Q(counsellor=person, organisation__in=organisations_with(person, "serve_conversations"))


def _supervised(person: Person) -> Q:
    return Q(organisation__in=organisations_with(person, "supervise_conversations"))


def staff_access(person: Person, conversation_id: UUID) -> StaffAccess:
    """How this person may see this conversation. Raises NotFoundError."""
    conversation = (
        readable_by(person)
        .filter(pk=conversation_id)
        .select_related("topic", "organisation")
        .annotate(own=_own(person), supervised=_supervised(person))
        .first()
    )
    if conversation is None or not person.is_active:
        raise NotFoundError
    parts = Participant.objects.filter(conversation=conversation, person=person)
    participant = parts.order_by("-joined_at").first()
    access = "own" if conversation.own else "supervision" if conversation.supervised else "granted"
    return StaffAccess(conversation, access, participant, bool(conversation.supervised))


def held_by(person: Person) -> QuerySet[Conversation]:
    """The conversations in the person's hands now, longest held first."""
    return Conversation.objects.held_by_counsellors().filter(counsellor=person).order_by("accepted_at", "id")
