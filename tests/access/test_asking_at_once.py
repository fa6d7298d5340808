"""A browser that asks twenty times at once, out of impatience or a bad line: is there one conversation?"""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from chat.models import Conversation, HelpSeeker
from tests.cast import Cast, make_bearer, make_cid

Race = Callable[[list[Callable[[], Any]]], list[Any]]


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("database_threads")
def test_twenty_askings_at_once_open_one_conversation(cast: Cast, race: Race) -> None:
    headers = {"Authorization": f"Bearer {make_bearer()}"}
    body = {
        "cid": make_cid(),
        "topic": "loneliness",
        "language": "ja",
        "notice": cast.notice_version,
        "answers": {},
    }

    def ask() -> tuple[int, Any]:
        response = Client().post("/api/v1/conversations", body, "application/json", headers=headers)
        return response.status_code, response.json()

    answers = race([ask] * 20)
    conversation = Conversation.objects.get()
    assert answers == [(201, {"conversation": str(conversation.pk), "status": "waiting"})] * 20
    assert HelpSeeker.objects.count() == 1
