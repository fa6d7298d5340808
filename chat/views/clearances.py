"""The manager's sheet: which counsellor may serve which delicate topic, and who speaks which further language?"""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from chat.errors import NotFoundError
from chat.models.language import Language
from chat.selectors.clearance import Sheet, clearance_sheet
from chat.services.clearance import Change, Ground, change_clearances
from organisations.models import Organisation, Person
from organisations.permissions import MANAGE, holds
from organisations.selectors.organisation import manageable_organisations


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def sheet(request: HttpRequest, slug: str) -> HttpResponseBase:
    """An operator may look; marks are set by the organisation's own managers. Not yours and not there are one."""
    person = cast(Person, request.user)
    organisation = get_object_or_404(manageable_organisations(person), slug=slug)
    language = Language.ENGLISH if str(get_language()).startswith("en") else Language.JAPANESE
    shown = clearance_sheet(person, organisation, language=language)
    if request.method == "POST":
        _save(request, organisation, shown)
        return redirect("chat:clearances", slug=slug)
    context = {
        "organisation": organisation,
        "sheet": shown,
        "may_change": holds(person, MANAGE, organisation),
    }
    return render(request, "chat/clearances.html", context)


def _save(request: HttpRequest, organisation: Organisation, shown: Sheet) -> None:
    """Only what this page's reader changed: a mark somebody else set meanwhile stays."""
    was, now = set(request.POST.getlist("was")), set(request.POST.getlist("cleared"))
    changes = [
        Change(line.person, Ground(column.topic, column.language), cleared=name in now)
        for line in shown.lines
        for column, name, _cleared in line.marks
        if (name in was) != (name in now)
    ]
    try:
        count = change_clearances(organisation=organisation, changes=changes, by=cast(Person, request.user))
    except NotFoundError:
        raise Http404 from None
    if count:
        text = ngettext("%(count)d change saved.", "%(count)d changes saved.", count) % {"count": count}
        messages.success(request, text)
    else:
        messages.info(request, _("Nothing was changed."))
