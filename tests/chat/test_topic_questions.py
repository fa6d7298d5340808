"""Which pre-chat questions can an operator not enter?"""

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from chat.models import PreChatQuestion, Topic
from chat.models.topic import check_choices


@pytest.mark.parametrize(
    "choices",
    [
        {"value": "yes", "ja": "はい"},
        ["yes"],
        [{"value": "yes"}],
        [{"ja": "はい"}],
        [{"value": "yes", "ja": "はい", "de": "ja"}],
        [{"value": 1, "ja": "はい"}],
        [{"value": "yes", "ja": "はい"}, {"value": "yes", "ja": "ええ"}],
    ],
)
def test_malformed_choices_are_refused(choices: Any) -> None:
    with pytest.raises(ValidationError):
        check_choices(choices)


def test_a_choice_without_translations_is_enough() -> None:
    check_choices([{"value": "yes", "ja": "はい"}, {"value": "no", "ja": "いいえ", "en": "No", "easy": ""}])


@pytest.mark.django_db
@pytest.mark.parametrize(("kind", "choices"), [("choice", []), ("text", [{"value": "yes", "ja": "はい"}])])
def test_choices_and_kind_must_fit(kind: str, choices: list[dict[str, str]]) -> None:
    topic = Topic.objects.create(slug="loneliness", name_ja="孤独・孤立")
    question = PreChatQuestion(topic=topic, key="hope", label_ja="今日は", kind=kind, choices=choices)
    with pytest.raises(ValidationError) as refusal:
        question.full_clean()
    assert set(refusal.value.message_dict) == {"choices"}
