"""Which canned phrases may a person insert, and which may they change?"""

from django.db.models import F, Q, QuerySet

from chat.models.phrase import CannedPhrase
from organisations.models import Person
from organisations.permissions import MANAGE, SERVE, SUPERVISE, organisations_with


def phrases_for(person: Person) -> QuerySet[CannedPhrase]:
    """The person's own first, then those of the organisations they serve, supervise or manage."""
    readable = Q(person=person)
    for codename in (SERVE, SUPERVISE, MANAGE):
        readable |= Q(organisation__in=organisations_with(person, codename))
    return (
        CannedPhrase.objects.filter(readable)
        .select_related("organisation")
        .order_by(F("person").asc(nulls_last=True), "organisation__name_kana", "position", "shortcut", "pk")
    )


def changeable_phrases(person: Person) -> QuerySet[CannedPhrase]:
    """The person's own, and those of the organisations they manage."""
    return CannedPhrase.objects.filter(
        Q(person=person) | Q(organisation__in=organisations_with(person, MANAGE))
    )
