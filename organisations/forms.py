"""What people type on the organisation's pages, and how it is checked before it reaches a service."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

from organisations.models import Membership, Organisation, Person
from organisations.origins import normalise_origin
from organisations.services.invitation import NewPerson


class AccessibleForm(forms.Form):
    """A form whose fields name their own errors and hints to a screen reader (Django adds the ids)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)


class InvitationForm(AccessibleForm):
    email = forms.EmailField(
        label=_("Email address"), widget=forms.EmailInput(attrs={"autocomplete": "off", "inputmode": "email"})
    )
    role = forms.ChoiceField(label=_("Role"), choices=Membership.Role.choices)

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()


class EmbeddingForm(AccessibleForm):
    origins = forms.CharField(
        label=_("Websites that may show the chat"),
        help_text=_("One address a line, such as https://example.org. An empty list means nobody."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false", "autocapitalize": "none"}),
    )
    exit_url = forms.URLField(
        label=_("Exit address"),
        help_text=_("Where a visitor lands who leaves in a hurry. Choose a page that gives nothing away."),
        required=False,
        assume_scheme="https",
        validators=[URLValidator(schemes=["https", "http"])],
    )

    @classmethod
    def of(cls, organisation: Organisation) -> "EmbeddingForm":
        return cls(
            initial={"origins": "\n".join(organisation.embed_origins), "exit_url": organisation.exit_url}
        )

    def clean_origins(self) -> list[str]:
        lines = [line.strip() for line in str(self.cleaned_data["origins"]).splitlines() if line.strip()]
        origins, errors = [], []
        for line in lines:
            try:
                origins.append(normalise_origin(line))
            except ValidationError as error:
                errors.append(
                    ValidationError("%(line)s: %(why)s", params={"line": line, "why": error.message})
                )
        if errors:
            raise ValidationError(errors)
        return list(dict.fromkeys(origins))


class JoinForm(AccessibleForm):
    """Someone new: who they are to the people who ask for help, to their colleagues, and a password."""

    display_name = forms.CharField(
        label=_("Display name"),
        help_text=_("The name that people who ask for help will see. It need not be your real name."),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "nickname"}),
    )
    full_name = forms.CharField(
        label=_("Full name"),
        help_text=_("Seen only by the people who manage your organisation."),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    password = forms.CharField(
        label=_("Password"),
        help_text=_("At least 12 characters. Several words that you can remember are a good choice."),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        password = cleaned.get("password")
        if password:
            person = Person(
                email=self.email,
                display_name=cleaned.get("display_name", ""),
                full_name=cleaned.get("full_name", ""),
            )
            try:
                validate_password(password, person)
            except ValidationError as error:
                self.add_error("password", error)
        return cleaned

    def new_person(self) -> NewPerson:
        return NewPerson(
            display_name=self.cleaned_data["display_name"],
            full_name=self.cleaned_data["full_name"],
            password=self.cleaned_data["password"],
        )
