"""What an organisation, or the operator for it, may change about it."""

from collections.abc import Iterable

from django.db import transaction

from organisations.errors import NotAllowedError
from organisations.models import Organisation, Person, PlatformRole
from organisations.origins import normalise_origins
from organisations.permissions import has_platform_role
from organisations.selectors.person import may_manage
from organisations.services.audit import record
from organisations.services.membership import tell_rights_changed


@transaction.atomic
def change_embedding(
    *, organisation: Organisation, origins: list[str], exit_url: str, by: Person | None
) -> Organisation:
    """Say which websites may show the chat, and where a visitor lands who leaves in a hurry.

    Raises NotAllowedError, and ValidationError for what is not an origin.
    """
    if by and not may_manage(by, organisation):
        raise NotAllowedError
    organisation.embed_origins = normalise_origins(origins)
    organisation.exit_url = exit_url
    organisation.save(update_fields=["embed_origins", "exit_url"])
    record(
        action="organisation.changed",
        by=by,
        organisation=organisation,
        object_type="organisation",
        object_id=organisation.pk,
        fields=["embed_origins", "exit_url"],
    )
    return organisation


@transaction.atomic
def save_organisation(
    *, organisation: Organisation, changed: Iterable[str], by: Person | None
) -> Organisation:
    """Store an organisation as the operator entered it; when it stops or returns, its people are told.

    Raises NotAllowedError unless `by` operates the platform (or is the system).
    """
    if by and not has_platform_role(by, PlatformRole.Role.OPERATOR):
        raise NotAllowedError
    fields = sorted(changed)
    is_new = organisation._state.adding
    organisation.save()
    record(
        action="organisation.created" if is_new else "organisation.changed",
        by=by,
        organisation=organisation,
        object_type="organisation",
        object_id=organisation.pk,
        fields=fields,
    )
    if "is_active" in fields and not is_new:
        people = Person.objects.filter(
            memberships__organisation=organisation, memberships__ended_at__isnull=True
        )
        tell_rights_changed(people.distinct(), organisation)
    return organisation
