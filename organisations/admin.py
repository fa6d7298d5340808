"""The operator's site: organisations, people, roles and the audit trail. Never a word of a conversation.

Other apps register their operator pages with `operator_site` and build them on `OperatorModelAdmin`.
"""

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin, messages
from django.contrib.auth.views import redirect_to_login
from django.db.models import Model, QuerySet
from django.forms import CheckboxSelectMultiple, ChoiceField, ModelForm, MultipleChoiceField
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.shortcuts import redirect, render
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.generic import RedirectView

from organisations.errors import OrganisationsError
from organisations.models import AuditEntry, Membership, Organisation, Person, PlatformRole
from organisations.permissions import platform_roles
from organisations.places import PREFECTURES
from organisations.services.membership import (
    deactivate_person,
    end_platform_role,
    end_role,
    grant_platform_role,
    grant_role,
)
from organisations.services.organisation import save_organisation

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Any]
    Form = ModelForm[Any]
else:
    ModelAdmin = admin.ModelAdmin
    Form = ModelForm

OPERATOR = PlatformRole.Role.OPERATOR.value
AUDITOR = PlatformRole.Role.AUDITOR.value

# Where `by=request.user` is not checked: this site lets nobody in who is not a signed-in Person (has_permission).


def roles_of(request: HttpRequest) -> frozenset[str]:
    """The platform roles of the person behind a request, asked of the database once a request."""
    cached: frozenset[str] | None = getattr(request, "_platform_roles", None)
    if cached is None:
        cached = platform_roles(request.user) if request.user.is_authenticated else frozenset()
        request._platform_roles = cached  # type: ignore[attr-defined]
    return cached


class OperatorSite(admin.AdminSite):
    """Django's admin for operators, and for auditors the audit trail in it. No superuser exists."""

    site_header = _("Tomoshibi: operation")
    site_title = _("Tomoshibi: operation")
    index_title = _("Operation")

    def has_permission(self, request: HttpRequest) -> bool:
        return bool(roles_of(request) & {OPERATOR, AUDITOR})

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Sign in where everybody does; whoever is signed in and may not enter is told so."""
        target = request.GET.get("next") or reverse("operator:index")
        if not request.user.is_authenticated:
            return redirect_to_login(target, reverse("account_login"))
        if self.has_permission(request):
            return redirect("operator:index")
        return render(request, "organisations/no_right.html", status=HttpResponseForbidden.status_code)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Passwords are changed where everybody changes theirs."""
        change = RedirectView.as_view(pattern_name="account_change_password")
        return [path("password_change/", change, name="password_change"), *super().get_urls()]


operator_site = OperatorSite(name="operator")


class OperatorModelAdmin(ModelAdmin):
    """A page for operators; `viewers` says which further platform roles may read it. Nothing is deleted
    unless a subclass sets `may_delete`."""

    viewers: ClassVar[frozenset[str]] = frozenset()
    may_delete: ClassVar[bool] = False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return bool(roles_of(request) & {OPERATOR, *self.viewers})

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return OPERATOR in roles_of(request)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return OPERATOR in roles_of(request)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.may_delete and OPERATOR in roles_of(request)


class OperatorInlineMixin:
    """The same rule for inlines: operators, and nobody else."""

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return OPERATOR in roles_of(request)

    has_add_permission = has_view_permission
    has_change_permission = has_view_permission
    has_delete_permission = has_view_permission


class OrganisationForm(Form):
    """What the operator knows of an organisation; its websites are its managers' matter, on its own page."""

    functions = MultipleChoiceField(
        label=_("functions"),
        choices=Organisation.Function.choices,
        widget=CheckboxSelectMultiple,
        required=False,
    )
    prefecture_code = ChoiceField(label=_("prefecture"), choices=list(PREFECTURES.items()))

    class Meta:
        model = Organisation
        fields = (
            "slug",
            "name",
            "name_kana",
            "name_en",
            "membership_class",
            "functions",
            "prefecture_code",
            "municipality_code",
            "is_active",
        )


@admin.register(Organisation, site=operator_site)
class OrganisationAdmin(OperatorModelAdmin):
    form = OrganisationForm
    list_display = ("name", "name_kana", "membership_class", "prefecture_code", "is_active")
    list_filter = ("membership_class", "is_active", "prefecture_code")
    search_fields = ("name", "name_kana", "name_en", "slug")
    prepopulated_fields = {"slug": ("name_en",)}

    def save_model(self, request: HttpRequest, obj: Organisation, form: Form, change: bool) -> None:
        save_organisation(organisation=obj, changed=form.changed_data, by=request.user)  # type: ignore[arg-type]

    def view_on_site(self, obj: Organisation) -> str:
        """The organisation's own page, where its first manager is invited."""
        return reverse("organisations:detail", args=[obj.slug])


class RoleAdmin(OperatorModelAdmin):
    """Roles are given and ended through the services; a row that exists is never edited."""

    actions = ("end_roles",)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        # The list of rows needs the right for its actions; a single row stays read-only.
        return obj is None and super().has_change_permission(request)

    def _end(self, role: Any, by: Person) -> None:
        raise NotImplementedError

    @admin.action(description=_("End the selected roles"), permissions=["change"])
    def end_roles(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        ended = 0
        for role in queryset.filter(ended_at__isnull=True):
            try:
                self._end(role, request.user)  # type: ignore[arg-type]
                ended += 1
            except OrganisationsError as error:
                self.message_user(request, f"{role}: {error.code}", messages.ERROR)
        self.message_user(request, _("%(count)d ended.") % {"count": ended}, messages.SUCCESS)


@admin.register(Membership, site=operator_site)
class MembershipAdmin(RoleAdmin):
    list_display = ("person", "organisation", "role", "created_at", "ended_at")
    list_filter = ("role", ("ended_at", admin.EmptyFieldListFilter))
    list_select_related = ("person", "organisation")
    search_fields = ("person__email", "person__full_name", "organisation__name")
    autocomplete_fields = ("person", "organisation")
    fields = ("person", "organisation", "role")

    def save_model(self, request: HttpRequest, obj: Membership, form: Form, change: bool) -> None:
        granted = grant_role(
            person=obj.person,
            organisation=obj.organisation,
            role=obj.role,
            by=request.user,  # type: ignore[arg-type]
        )
        obj.pk = granted.pk

    def _end(self, role: Membership, by: Person) -> None:
        end_role(membership=role, by=by)


@admin.register(PlatformRole, site=operator_site)
class PlatformRoleAdmin(RoleAdmin):
    list_display = ("person", "role", "created_at", "ended_at")
    list_filter = ("role", ("ended_at", admin.EmptyFieldListFilter))
    list_select_related = ("person",)
    search_fields = ("person__email", "person__full_name")
    autocomplete_fields = ("person",)
    fields = ("person", "role")

    def save_model(self, request: HttpRequest, obj: PlatformRole, form: Form, change: bool) -> None:
        granted = grant_platform_role(person=obj.person, role=obj.role, by=request.user)  # type: ignore[arg-type]
        obj.pk = granted.pk

    def _end(self, role: PlatformRole, by: Person) -> None:
        end_platform_role(platform_role=role, by=by)


@admin.register(Person, site=operator_site)
class PersonAdmin(OperatorModelAdmin):
    """Names can be mended here. People come by invitation, and leave by the action below."""

    list_display = ("display_name", "full_name", "email", "is_active", "is_demo", "joined_at")
    list_filter = ("is_active", "is_demo")
    search_fields = ("email", "full_name", "display_name")
    ordering = ("full_name", "email")
    fields = ("email", "display_name", "full_name", "is_active", "is_demo", "joined_at")
    readonly_fields = ("email", "is_active", "is_demo", "joined_at")
    actions = ("deactivate_people",)

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    @admin.action(description=_("Deactivate: end every role and refuse sign-in"), permissions=["change"])
    def deactivate_people(self, request: HttpRequest, queryset: QuerySet[Person]) -> None:
        for person in queryset:
            deactivate_person(person=person, by=request.user)  # type: ignore[arg-type]
        self.message_user(request, _("%(count)d deactivated.") % {"count": len(queryset)}, messages.SUCCESS)


@admin.register(AuditEntry, site=operator_site)
class AuditEntryAdmin(OperatorModelAdmin):
    """The audit trail, to read. Auditors see this page and no other."""

    viewers = frozenset({AUDITOR})
    list_display = ("at", "action", "actor", "actor_kind", "organisation", "object_type", "object_id")
    list_filter = ("action", "actor_kind", "at")
    list_select_related = ("actor", "organisation")
    search_fields = ("=object_id", "=action")
    date_hierarchy = "at"
    show_full_result_count = False
    fields = ("at", "actor", "actor_kind", "organisation", "action", "object_type", "object_id", "details")
    readonly_fields = fields

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False
