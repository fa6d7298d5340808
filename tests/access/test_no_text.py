"""Do managers, operators and auditors go through all their pages without meeting a word of a conversation?"""

import pytest
from django.db.models import Model
from django.urls import reverse

from chat import models as chat_models
from organisations.admin import operator_site
from tests.access.actors import HARBOUR_PHRASE, HARBOUR_WORD, HILL_WORD, World

pytestmark = pytest.mark.django_db

WITH_TEXT_OR_TRACE = (
    "Conversation",
    "ConversationAccess",
    "ConversationKey",
    "Entry",
    "HelpSeeker",
    "Participant",
    "WrapUp",
    "CannedPhrase",
    "Assignment",
    "Transfer",
)


def test_nothing_that_holds_text_is_on_the_operators_site() -> None:
    shown = {model._meta.object_name for model in operator_site._registry}
    assert shown.isdisjoint(WITH_TEXT_OR_TRACE)
    assert all(hasattr(chat_models, name) for name in WITH_TEXT_OR_TRACE)


@pytest.mark.parametrize("model", operator_site._registry, ids=lambda model: model._meta.label)
@pytest.mark.parametrize("name", ["operator", "auditor"])
def test_every_row_of_the_operators_site_is_without_text(world: World, name: str, model: type[Model]) -> None:
    at = f"operator:{model._meta.app_label}_{model._meta.model_name}"
    addresses = [reverse(f"{at}_changelist"), reverse(f"{at}_changelist") + "?all="]
    rows = list(model._default_manager.order_by("-pk").values_list("pk", flat=True)[:12])
    assert rows
    addresses += [reverse(f"{at}_{view}", args=[pk]) for pk in rows for view in ("change", "history")]
    for address in addresses:
        response = world.ask(world.actors[name], "GET", address)
        may_enter = name == "operator" or model._meta.model_name == "auditentry"
        assert response.status_code == (200 if may_enter else 403), address
        assert no_text(response.content), address


def test_a_manager_sees_people_and_websites(world: World) -> None:
    page = world.ask(world.actors["manager"], "GET", f"/organisation/at/{world.things['slug']}/")
    assert world.cast.harbour.counsellor.full_name in page.content.decode()
    assert no_text(page.content)


def test_the_words_are_there_to_be_found(world: World) -> None:
    """Whoever holds the conversation reads every one of them: the other tests look for something real."""
    holder, things = world.actors["holder"], world.things
    at = "/api/v1/console/conversations"
    read = [
        world.ask(holder, "GET", f"{at}/{things['talk']}"),
        world.ask(holder, "GET", f"{at}/{things['talk']}/events"),
        world.ask(holder, "GET", f"{at}/{things['wrapped']}"),
        world.ask(holder, "GET", "/api/v1/console/phrases"),
    ]
    everything = "".join(str(response.json()) for response in read)
    for part in ("名前", "相談", "返事", "メモ", "記録", "わたしの定型文"):
        assert f"{HARBOUR_WORD} {part}" in everything
    assert HARBOUR_PHRASE in everything


def no_text(content: bytes) -> bool:
    text = content.decode()
    return HARBOUR_WORD not in text and HILL_WORD not in text
