"""The manager's sheet of clearances: what it shows, what it saves, and what two managers at once do to each other."""

from typing import Any

import pytest
from django.urls import reverse

from chat.models import Clearance
from chat.services.clearance import Ground, grant_clearance
from chat.services.topic import stop_serving_topic
from organisations.models import Membership, Person
from organisations.services.membership import end_role
from tests.cast import Cast, browser_of
from tests.chat.test_query_counts import questions

pytestmark = pytest.mark.django_db


def address(cast: Cast) -> str:
    return reverse("chat:clearances", args=[cast.harbour.organisation.slug])


def name(person: Person, key: str) -> str:
    return f"{person.pk}.{key}"


def held(person: Person) -> set[str]:
    rows = Clearance.objects.in_force().filter(person=person).values_list("topic__slug", "language")
    return {slug or language for slug, language in rows}


def test_it_shows_the_counsellors_the_topics_that_need_it_and_the_languages(cast: Cast) -> None:
    browser = browser_of(cast.harbour.manager)
    with questions() as asked:
        text = browser.get(address(cast)).content.decode()
    assert len(asked) <= 16, "\n".join(asked)
    assert cast.harbour.counsellor.full_name in text
    assert cast.hill.counsellor.full_name not in text
    assert "女性の悩み" in text
    assert "孤独" not in text, "what needs no clearance has no column"
    assert text.count('name="cleared"') == 2 * text.count('scope="col"') - 2
    assert "<script" not in text
    assert "style=" not in text


def test_only_what_was_changed_on_the_page_is_changed(cast: Cast) -> None:
    person, other = cast.another_counsellor(cast.harbour, cleared=False), cast.harbour.counsellor
    browser = browser_of(cast.harbour.manager)
    before = held(other)
    ground = Ground(language="en")
    grant_clearance(  # by another manager, after this page was drawn
        person=person, organisation=cast.harbour.organisation, ground=ground, by=None
    )
    form = {
        "was": [name(other, "topic.women"), name(other, "language.en")],
        "cleared": [name(person, "topic.women"), name(other, "topic.women"), "nobody.topic.women"],
    }
    answer = browser.post(address(cast), form, follow=True)
    assert "2件の変更を保存しました" in answer.content.decode()
    assert held(person) == {"en", "women"}
    assert held(other) == before - {"en"}
    granted = Clearance.objects.get(person=person, topic__slug="women")
    assert granted.granted_by == cast.harbour.manager
    answer = browser.post(address(cast), {}, follow=True)
    assert "変更はありませんでした" in answer.content.decode()


def test_an_operator_looks_and_changes_nothing(cast: Cast) -> None:
    browser = browser_of(cast.operator)
    text = browser.get(address(cast)).content.decode()
    assert "disabled" in text
    assert "<button>" not in text
    before = held(cast.harbour.counsellor)
    assert (
        browser.post(address(cast), {"was": [name(cast.harbour.counsellor, "topic.women")]}).status_code
        == 404
    )
    assert held(cast.harbour.counsellor) == before


def test_a_house_without_counsellors_and_one_without_delicate_topics(cast: Cast) -> None:
    from chat.models import Topic

    browser = browser_of(cast.harbour.manager)
    for person in (cast.harbour.counsellor, cast.harbour.second_counsellor):
        end_role(membership=Membership.objects.in_force().get(person=person), by=None)
    stop_serving_topic(topic=Topic.objects.get(slug="women"), organisation=cast.harbour.organisation, by=None)
    text = browser.get(address(cast)).content.decode()
    assert "まだ相談員がいません" in text
    assert '<form method="post">' not in text


def test_who_does_not_manage_this_house_finds_nothing(cast: Cast) -> None:
    people: list[Any] = [cast.harbour.counsellor, cast.harbour.supervisor, cast.hill.manager, cast.auditor]
    for person in people:
        browser = browser_of(person)
        assert browser.get(address(cast)).status_code == 404
        assert browser.post(address(cast), {"cleared": ["x"]}).status_code == 404
