"""Which duties recur, and how does each run once though many sweepers look? A row with a due time, claimed by a
conditional update under a lease; a sweeper that dies loses nothing, the next one finds the row due."""

import logging
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from chat.models import Conversation, PeriodicJob
from chat.services.conversation import abandon_unseen
from chat.services.retention import forget_old_conversations
from chat.services.transfer import expire_transfers
from chat.services.watching import watch_the_queue
from chat.services.withdrawal import give_back_unattended

LEASE = timedelta(seconds=60)
BATCH = 200

logger = logging.getLogger(__name__)


def abandon_unseen_waits() -> int:
    """End the waits of those whose browser has not been there for a while."""
    since = timezone.now() - timedelta(minutes=settings.TOMOSHIBI.unseen_minutes)
    gone = Conversation.objects.waiting().filter(help_seeker__seen_at__lt=since)
    ids = list(gone.values_list("pk", flat=True)[:BATCH])
    return sum(abandon_unseen(conversation_id=pk, unseen_since=since) for pk in ids)


@dataclass(frozen=True, slots=True)
class Duty:
    """Idempotent, in bounded steps; `run` returns how much it did."""

    name: str
    every: timedelta
    run: Callable[[], int]


DUTIES = (
    Duty("give_back_unattended", timedelta(seconds=10), give_back_unattended),
    Duty("abandon_unseen_waits", timedelta(seconds=20), abandon_unseen_waits),
    Duty("watch_the_queue", timedelta(seconds=5), watch_the_queue),
    Duty("expire_transfers", timedelta(seconds=5), expire_transfers),
    Duty("forget_old_conversations", timedelta(minutes=10), forget_old_conversations),
)


def run_due_jobs() -> int:
    """Run each duty that is due and that this call can claim; how many were run."""
    owner = uuid.uuid4().hex
    return sum(_run_if_due(duty, owner) for duty in DUTIES)


def _run_if_due(duty: Duty, owner: str) -> bool:
    now = timezone.now()
    if not _claim(duty, owner, now):
        return False
    try:
        done = duty.run()
    except Exception as error:
        logger.exception("duty_failed", extra={"duty": duty.name, "error": type(error).__name__})
        return False  # the lease runs out, and the duty is due again
    PeriodicJob.objects.filter(name=duty.name, lease_owner=owner).update(
        next_run_at=now + duty.every, lease_owner="", lease_until=None, last_run_at=now
    )
    if done:
        logger.info("duty_done", extra={"duty": duty.name, "count": done})
    return True


def _claim(duty: Duty, owner: str, now: datetime) -> bool:
    PeriodicJob.objects.get_or_create(name=duty.name, defaults={"next_run_at": now})
    free = Q(lease_until__isnull=True) | Q(lease_until__lt=now)
    claimed = PeriodicJob.objects.filter(free, name=duty.name, next_run_at__lte=now).update(
        lease_owner=owner, lease_until=now + LEASE
    )
    return claimed == 1
