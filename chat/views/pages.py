"""Which pages does the chat have: the help-seeker's, the same inside an organisation's page, the console, the demo?"""

from typing import Any
from uuid import UUID

from csp.decorators import csp_replace, csp_update
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponseBase
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from chat.errors import DomainError
from chat.models.language import Language
from chat.selectors.console import console_access, organisations_at_console
from chat.selectors.offer import menu
from chat.views.ticket import ticket_for
from organisations.models import Organisation

EXIT_URL = "https://www.jma.go.jp/"  # not personalised, no advertising, plausible on anybody's screen


def _language(request: HttpRequest) -> str:
    """From the address, else what the browser prefers; no cookie for help-seekers."""
    asked = request.GET.get("lang", "")
    if asked in Language.values:
        return asked
    return _preferred(request)


def _preferred(request: HttpRequest) -> str:
    return Language.ENGLISH if str(request.LANGUAGE_CODE).startswith("en") else Language.JAPANESE


def _seeker_context(request: HttpRequest, organisation: Organisation | None) -> dict[str, Any]:
    language = _language(request)
    offer = menu(timezone.now(), language)
    lines = [line for topic in offer["topics"] for line in topic["phone_lines"]]
    return {
        "language": language,
        "html_lang": "en" if language == Language.ENGLISH else "ja",
        "menu": offer,
        "phone_lines": list({line["number"]: line for line in lines}.values()),
        "topic": request.GET.get("topic", "")[:40],
        "organisation": organisation,
        "exit_url": (organisation.exit_url if organisation else "") or EXIT_URL,
        "ticket": ticket_for(organisation) if organisation else "",
        "parent_origins": organisation.embed_origins if organisation else [],
        "embedded": organisation is not None,
    }


@require_safe
def seeker(request: HttpRequest) -> HttpResponseBase:
    """The help-seeker's page."""
    response = render(request, "chat/seeker_shell.html", _seeker_context(request, None))
    patch_vary_headers(response, ["Accept-Language"])
    return response


@require_safe
@xframe_options_exempt
def embedded(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The same inside an organisation's page; an organisation without listed origins is framed by nobody."""
    organisation = get_object_or_404(Organisation, slug=slug, is_active=True)

    @csp_replace({"frame-ancestors": organisation.embed_origins or ["'none'"]})
    def page(request: HttpRequest) -> HttpResponseBase:
        return render(request, "chat/seeker_shell.html", _seeker_context(request, organisation))

    return page(request)


@require_safe
@login_required
def console(request: HttpRequest) -> HttpResponseBase:
    """The counsellors' and supervisors' place of work."""
    language = _preferred(request)
    try:
        access = console_access(request.user.pk or UUID(int=0))
    except DomainError:
        return render(request, "chat/no_console.html", status=403)
    context = {
        "language": language,
        "person": access.person,
        "organisations": organisations_at_console(access.person),
        "serves": access.serves,
        "supervises": access.supervises,
        "csrf_token_value": get_token(request),
    }
    return render(request, "chat/console.html", context)


@require_safe
def home(request: HttpRequest) -> HttpResponseBase:
    """The bare address is the help-seeker's."""
    return redirect("chat:seeker")


@require_safe
def demo(request: HttpRequest, slug: str) -> HttpResponseBase:
    """A stand-in for an organisation's own site with the widget on it; exists with demo data only."""
    if not settings.TOMOSHIBI.demo:
        raise Http404
    organisation = get_object_or_404(Organisation, slug=slug, is_active=True)
    service = f"http://127.0.0.1:{settings.TOMOSHIBI.port}"  # another origin than the page's own localhost

    @csp_update({"script-src": [service], "frame-src": [service]})
    def page(request: HttpRequest) -> HttpResponseBase:
        context = {
            "organisation": organisation,
            "service": service,
            "language": _language(request),
            "topic": request.GET.get("topic", ""),
        }
        return render(request, "chat/demo_npo.html", context)

    return page(request)
