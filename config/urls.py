"""Which part of the house answers which address?"""

from django.urls import URLPattern, URLResolver, include, path

from chat import admin as chat_admin  # noqa: F401 - registers its pages on the operators' site
from config.api import api
from organisations.admin import operator_site

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", api.urls),
    path("accounts/", include("organisations.account_urls")),
    path("organisation/", include("organisations.urls")),
    path("operator/", operator_site.urls),
    path("", include("chat.urls")),
]
handler400 = "config.pages.bad_request"
handler403 = "config.pages.permission_denied"
handler404 = "config.pages.page_not_found"
handler500 = "config.pages.server_error"
