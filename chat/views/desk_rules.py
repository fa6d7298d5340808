"""The manager's page: how long may a person be without a counsellor, or without an answer?"""

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from chat.models import DeskRules
from chat.services.desk_rules import set_desk_rules
from organisations.models import Person
from organisations.selectors.organisation import manageable_organisations

if TYPE_CHECKING:
    RulesForm = forms.ModelForm[DeskRules]
else:
    RulesForm = forms.ModelForm


class DeskRulesForm(RulesForm):
    """Three numbers of minutes; what must hold between them is said by the model."""

    class Meta:
        model = DeskRules
        fields = ("gone_minutes", "silent_nudge_minutes", "silent_alert_minutes")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def limits(request: HttpRequest, slug: str) -> HttpResponseBase:
    """For managers of the organisation and operators. Not yours and not there are one."""
    person = cast(Person, request.user)
    organisation = get_object_or_404(manageable_organisations(person), slug=slug)
    rules = DeskRules.objects.filter(organisation=organisation).first() or DeskRules(
        organisation=organisation
    )
    form = DeskRulesForm(request.POST if request.method == "POST" else None, instance=rules)
    if request.method == "POST" and form.is_valid():
        set_desk_rules(organisation=organisation, by=person, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("chat:desk_rules", slug=slug)
    return render(request, "chat/desk_rules.html", {"organisation": organisation, "form": form})
