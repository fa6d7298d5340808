"""The invited person's page: from the link to a role."""

from http import HTTPStatus

from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from organisations.errors import InvitationUnusableError, SignInFirstError, WrongPersonError
from organisations.forms import JoinForm
from organisations.models import Invitation, Person
from organisations.selectors.invitation import hash_token, usable_invitation
from organisations.selectors.person import is_known_address, landing_url
from organisations.services.invitation import NewPerson, accept_invitation

_IN_SESSION = "invitation"


@require_GET
@never_cache
def open_invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Take the token out of the address at once: addresses are kept in histories and shown on screens."""
    token_hash = hash_token(token)
    if usable_invitation(token_hash) is None:
        return _unusable(request)
    request.session[_IN_SESSION] = token_hash
    return redirect("organisations:join")


@require_http_methods(["GET", "POST"])
@never_cache
@sensitive_post_parameters("password")
def join(request: HttpRequest) -> HttpResponse:
    """Accept the invitation that this browser opened."""
    invitation = usable_invitation(request.session.get(_IN_SESSION, ""))
    if invitation is None:
        return _unusable(request)
    if request.user.is_authenticated:
        return _join_signed_in(request, invitation, request.user)
    if is_known_address(invitation.email):
        return render(request, "organisations/invitation_sign_in.html", {"invitation": invitation})
    return _join_new(request, invitation)


def _join_signed_in(request: HttpRequest, invitation: Invitation, person: Person) -> HttpResponse:
    if person.email != invitation.email:
        return _wrong_person(request)
    if request.method == "POST":
        return _accept(request, invitation, by=person)
    return render(request, "organisations/invitation_join.html", {"invitation": invitation})


def _join_new(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    form = JoinForm(request.POST or None, email=invitation.email)
    if request.method == "POST" and form.is_valid():
        return _accept(request, invitation, new_person=form.new_person())
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    context = {"invitation": invitation, "form": form}
    return render(request, "organisations/invitation_join.html", context, status=status)


def _accept(
    request: HttpRequest,
    invitation: Invitation,
    *,
    by: Person | None = None,
    new_person: NewPerson | None = None,
) -> HttpResponse:
    try:
        person = accept_invitation(token_hash=invitation.token_hash, by=by, new_person=new_person)
    except InvitationUnusableError:
        return _unusable(request)
    except WrongPersonError:
        return _wrong_person(request)
    except SignInFirstError:
        return redirect("organisations:join")
    request.session.pop(_IN_SESSION, None)
    if by is None:
        # A new account has no second factor yet, so this opens the session directly.
        login(request, person, backend="organisations.auth.EmailBackend")
    messages.success(
        request, _("Welcome to %(organisation)s.") % {"organisation": invitation.organisation.name}
    )
    return redirect(landing_url(person))


def _unusable(request: HttpRequest) -> HttpResponse:
    request.session.pop(_IN_SESSION, None)
    return render(request, "organisations/invitation_unusable.html", status=HTTPStatus.NOT_FOUND)


def _wrong_person(request: HttpRequest) -> HttpResponse:
    return render(request, "organisations/invitation_wrong_person.html", status=HTTPStatus.FORBIDDEN)
