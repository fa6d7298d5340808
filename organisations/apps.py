"""How Django learns of this app."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class OrganisationsConfig(AppConfig):
    name = "organisations"
    verbose_name = _("Organisations and people")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from organisations import receivers  # noqa: F401 - importing connects them

        # The project uses SimpleAdminConfig: the operator site asks each app for its pages itself.
        autodiscover_modules("admin")
