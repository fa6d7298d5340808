"""On whose page was the widget opened? A short-lived signed ticket says so; it gives no right to anybody."""

from django.core.signing import TimestampSigner

from organisations.models import Organisation

TICKET_SECONDS = 12 * 3600
_signer = TimestampSigner(salt="chat.embed-ticket")


def ticket_for(organisation: Organisation) -> str:
    return _signer.sign(organisation.slug)


def organisation_of_ticket(ticket: str) -> Organisation | None:
    """Raises django.core.signing.BadSignature for a forged or expired ticket."""
    slug = _signer.unsign(ticket, max_age=TICKET_SECONDS)
    return Organisation.objects.filter(slug=slug, is_active=True).first()
