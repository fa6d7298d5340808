"""Which page answers below /organisation/."""

from django.urls import path
from django.views.i18n import set_language

from organisations.views import invitation, management

app_name = "organisations"
urlpatterns = [
    path("", management.home, name="home"),
    path("invitation/", invitation.join, name="join"),
    path("invitation/<str:token>/", invitation.open_invitation, name="open_invitation"),
    path("language/", set_language, name="language"),
    path("at/<slug:slug>/", management.detail, name="detail"),
    path("at/<slug:slug>/invite/", management.send_invitation, name="invite"),
    path(
        "at/<slug:slug>/invitations/<int:pk>/revoke/",
        management.take_invitation_back,
        name="revoke_invitation",
    ),
    path("at/<slug:slug>/roles/<int:pk>/end/", management.finish_role, name="end_role"),
    path("at/<slug:slug>/embedding/", management.save_embedding, name="embedding"),
]
