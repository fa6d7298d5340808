"""The manager's page: who is here in which role, who is invited, which websites show the chat."""

from http import HTTPStatus
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from organisations.errors import InvitationUnusableError, LastManagerError, NotInForceError
from organisations.forms import EmbeddingForm, InvitationForm
from organisations.models import Invitation, Membership, Organisation, Person
from organisations.selectors.invitation import open_invitations
from organisations.selectors.organisation import manageable_organisations, managed_organisations
from organisations.selectors.person import people_of
from organisations.services.invitation import invite, revoke_invitation
from organisations.services.membership import end_role
from organisations.services.organisation import change_embedding


@require_GET
@login_required
def home(request: HttpRequest) -> HttpResponse:
    """The one organisation a person manages, a choice of several, or plain words when there is none."""
    mine = list(managed_organisations(_person(request))) or list(manageable_organisations(_person(request)))
    if not mine:
        return render(request, "organisations/no_right.html", status=HTTPStatus.FORBIDDEN)
    if len(mine) == 1:
        return redirect("organisations:detail", slug=mine[0].slug)
    return render(request, "organisations/choose.html", {"organisations": mine})


@require_GET
@login_required
def detail(request: HttpRequest, slug: str) -> HttpResponse:
    organisation = _organisation(request, slug)
    return _page(request, organisation)


@require_POST
@login_required
def send_invitation(request: HttpRequest, slug: str) -> HttpResponse:
    """Make an invitation and show its link, this once."""
    organisation = _organisation(request, slug)
    form = InvitationForm(request.POST)
    if not form.is_valid():
        return _page(request, organisation, invitation_form=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    invitation, token = invite(
        organisation=organisation,
        email=form.cleaned_data["email"],
        role=form.cleaned_data["role"],
        by=_person(request),
    )
    link = request.build_absolute_uri(reverse("organisations:open_invitation", args=[token]))
    return render(
        request,
        "organisations/invitation_made.html",
        {"organisation": organisation, "invitation": invitation, "link": link},
    )


@require_POST
@login_required
def take_invitation_back(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    organisation = _organisation(request, slug)
    invitation = get_object_or_404(Invitation, pk=pk, organisation=organisation)
    try:
        revoke_invitation(invitation=invitation, by=_person(request))
        messages.success(request, _("The invitation has been taken back."))
    except InvitationUnusableError:
        messages.info(request, _("That invitation was no longer open."))
    return redirect("organisations:detail", slug=slug)


@require_POST
@login_required
def finish_role(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    organisation = _organisation(request, slug)
    membership = get_object_or_404(
        Membership.objects.select_related("person", "organisation"), pk=pk, organisation=organisation
    )
    try:
        end_role(membership=membership, by=_person(request))
        messages.success(request, _("The role has ended. Open windows of that person close now."))
    except NotInForceError:
        messages.info(request, _("That role had already ended."))
    except LastManagerError:
        messages.error(request, _("An organisation needs at least one manager. Invite another one first."))
    if not manageable_organisations(_person(request)).filter(pk=organisation.pk).exists():
        return redirect("organisations:home")
    return redirect("organisations:detail", slug=slug)


@require_POST
@login_required
def save_embedding(request: HttpRequest, slug: str) -> HttpResponse:
    organisation = _organisation(request, slug)
    form = EmbeddingForm(request.POST)
    if not form.is_valid():
        return _page(request, organisation, embedding_form=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    change_embedding(
        organisation=organisation,
        origins=form.cleaned_data["origins"],
        exit_url=form.cleaned_data["exit_url"],
        by=_person(request),
    )
    messages.success(request, _("Saved."))
    return redirect("organisations:detail", slug=slug)


def _person(request: HttpRequest) -> Person:
    return cast(Person, request.user)


def _organisation(request: HttpRequest, slug: str) -> Organisation:
    """Not yours and not there are the same answer."""
    return get_object_or_404(manageable_organisations(_person(request)), slug=slug)


def _page(
    request: HttpRequest,
    organisation: Organisation,
    *,
    invitation_form: InvitationForm | None = None,
    embedding_form: EmbeddingForm | None = None,
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    person = _person(request)
    context = {
        "organisation": organisation,
        "people": people_of(person, organisation),
        "invitations": open_invitations(person, organisation),
        "invitation_form": invitation_form or InvitationForm(),
        "embedding_form": embedding_form or EmbeddingForm.of(organisation),
    }
    return render(request, "organisations/detail.html", context, status=status)
