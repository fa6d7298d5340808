"""How does an organisation set its own limits for being gone and for being silent?"""

from django.db import transaction

from chat.models import DeskRules
from organisations.models import Organisation, Person
from organisations.services.audit import record


def set_desk_rules(
    *,
    organisation: Organisation,
    gone_minutes: int,
    silent_nudge_minutes: int,
    silent_alert_minutes: int,
    by: Person | None,
) -> DeskRules:
    """Limits in minutes, in force from the next look of the sweeper. Raises ValidationError for unusable ones."""
    rules = DeskRules(
        organisation=organisation,
        gone_minutes=gone_minutes,
        silent_nudge_minutes=silent_nudge_minutes,
        silent_alert_minutes=silent_alert_minutes,
    )
    rules.full_clean(validate_unique=False)
    limits = {
        "gone_minutes": gone_minutes,
        "silent_nudge_minutes": silent_nudge_minutes,
        "silent_alert_minutes": silent_alert_minutes,
    }
    with transaction.atomic():
        rules, _ = DeskRules.objects.update_or_create(organisation=organisation, defaults=limits)
        record(
            action="desk_rules.changed",
            by=by,
            organisation=organisation,
            object_type="organisation",
            object_id=organisation.pk,
            **limits,
        )
    return rules
