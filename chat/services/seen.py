"""How far has a participant read? The mark only moves forward."""

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction

from chat.models import Participant


def mark_seen(marks: Mapping[UUID, int]) -> None:
    """Raise read marks, by participant, in the numbering of each participant's own stream."""
    with transaction.atomic():
        for participant_id, upto in sorted(marks.items()):
            Participant.objects.filter(pk=participant_id, seen_upto__lt=upto).update(seen_upto=upto)
