"""Which help-seeker waits too long for an answer, and which has a counsellor whose browser is gone?"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Case, DateTimeField, F, Min, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, Greatest

from chat.models import Conversation, Entry
from chat.models.desk_rules import GONE_MINUTES, SILENT_ALERT_MINUTES, SILENT_NUDGE_MINUTES
from chat.models.lifecycle import Status
from chat.permissions import SUPERVISE
from organisations.models import Person
from organisations.permissions import organisations_with

_ATTENDED = Q(status__in=[Status.ACCEPTED, Status.ACTIVE], seeker_left_at__isnull=True)


@dataclass(frozen=True, slots=True)
class Unattended:
    """A conversation whose counsellor has been gone for longer than `gone_minutes`."""

    conversation_id: UUID
    counsellor: Person
    gone_minutes: int


@dataclass(frozen=True, slots=True)
class Watched:
    """A live conversation as its supervisors see it; the times are empty while all is well."""

    conversation: Conversation
    counsellor_gone_since: datetime | None
    silent_since: datetime | None


def unattended(now: datetime) -> list[Unattended]:
    """Conversations to be given back, longest unattended first: somebody waits for an answer that cannot come."""
    attended: QuerySet[Conversation] = Conversation.objects.filter(_ATTENDED)
    rows = (
        attended.annotate(
            gone_since=Coalesce("counsellor__presence__lease_until", "counsellor__presence__changed_at"),
            gone_minutes=_minutes("gone_minutes", GONE_MINUTES),
        )
        .filter(gone_since__lte=now - timedelta(minutes=1))
        .select_related("counsellor")
        .order_by("gone_since", "pk")
    )
    return [
        Unattended(row.pk, row.counsellor, row.gone_minutes)
        for row in rows
        if row.counsellor is not None and now - row.gone_since >= timedelta(minutes=row.gone_minutes)
    ]


def live_under_supervision(person: Person, now: datetime) -> list[Watched]:
    """Open, answered conversations of the organisations the person supervises, with what is wrong with each."""
    rows = (
        with_silence(Conversation.objects.held_by_counsellors())
        .filter(organisation__in=organisations_with(person, SUPERVISE))
        .annotate(
            waits_from=F("silent_from"),
            alert_after=F("alert_minutes"),
            lease=Coalesce("counsellor__presence__lease_until", "counsellor__presence__changed_at"),
        )
        .select_related("topic", "organisation", "counsellor")
        .order_by("accepted_at", "id")
    )
    return [
        Watched(
            row,
            counsellor_gone_since=row.lease if row.lease is not None and row.lease <= now else None,
            silent_since=overdue(row.waits_from, row.alert_after, now),
        )
        for row in rows
    ]


def with_silence(rows: QuerySet[Conversation]) -> QuerySet[Conversation]:
    """Name (as aliases) for held conversations `silent_from`, since when the help-seeker waits for an answer (empty:
    they do not), and the organisation's `nudge_minutes` and `alert_minutes`.

    Before this counsellor's first words the wait began when they accepted, later with the first line that has no
    answer; the first "I need a moment" since the counsellor's last words starts it anew, once.
    """
    return rows.alias(
        spoke_at=Greatest(Coalesce("last_staff_at", "accepted_at"), "accepted_at"),
        asked_at=_first_since_spoken(kind=Entry.Kind.MESSAGE, role="seeker"),
        moment_at=_first_since_spoken(kind=Entry.Kind.MOMENT),
        silent_from=_silent_from(),
        nudge_minutes=_minutes("silent_nudge_minutes", SILENT_NUDGE_MINUTES),
        alert_minutes=_minutes("silent_alert_minutes", SILENT_ALERT_MINUTES),
    )


def overdue(silent_from: datetime | None, minutes: int, now: datetime) -> datetime | None:
    """`silent_from` once it lies so many minutes back."""
    if silent_from is None or now - silent_from < timedelta(minutes=minutes):
        return None
    return silent_from


def _first_since_spoken(**which: str) -> Case:
    """Time of the first such entry after the counsellor's last words; looked for only where somebody waits."""
    entries: QuerySet[Entry] = Entry.objects.filter(
        conversation=OuterRef("pk"), at__gt=OuterRef("spoke_at"), **which
    )
    first = entries.order_by().values("conversation").annotate(first=Min("at")).values("first")
    waits = _ATTENDED & (Q(status=Status.ACCEPTED) | Q(last_seeker_at__gt=F("spoke_at")))
    return Case(When(waits, then=Subquery(first)), output_field=DateTimeField(null=True))


def _silent_from() -> Case:
    began = Case(
        When(status=Status.ACCEPTED, then=F("accepted_at")),
        default=F("asked_at"),
        output_field=DateTimeField(null=True),
    )
    waits = _ATTENDED & (Q(status=Status.ACCEPTED) | Q(asked_at__isnull=False))
    return Case(
        When(waits & Q(moment_at__isnull=False), then=Greatest(began, F("moment_at"))),
        When(waits, then=began),
        output_field=DateTimeField(null=True),
    )


def _minutes(name: str, default: int) -> Coalesce:
    return Coalesce(f"organisation__desk_rules__{name}", Value(default))
