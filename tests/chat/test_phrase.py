"""Whose canned phrases does a counsellor see, and who may change which?"""

import pytest
from django.db import IntegrityError, transaction
from pytest_django import DjangoAssertNumQueries

from chat.errors import (
    BodyControlCharacterError,
    BodyEmptyError,
    BodyTooLongError,
    NotFoundError,
    WrongStateError,
)
from chat.models import CannedPhrase
from chat.models.language import Language
from chat.selectors.phrase import phrases_for
from chat.services.phrase import add_phrase, change_phrase, remove_phrase
from organisations.models import AuditEntry, Membership, Organisation, Person
from organisations.services.membership import end_role, grant_role

pytestmark = pytest.mark.django_db
GREETING = "こんばんは。ここまで来てくださって、ありがとうございます。"


def join(name: str, organisation: Organisation, role: str) -> Person:
    person = Person.objects.create_person(email=f"{name}@example.jp", display_name=name)
    grant_role(person=person, organisation=organisation, role=role, by=None)
    return person


@pytest.fixture
def harbour() -> Organisation:
    return Organisation.objects.create(slug="minato", name="みなと相談室", prefecture_code="13")


@pytest.fixture
def lantern() -> Organisation:
    return Organisation.objects.create(slug="akari", name="あかりの会", prefecture_code="27")


@pytest.fixture
def manager(harbour: Organisation) -> Person:
    return join("manager", harbour, Membership.Role.MANAGER)


@pytest.fixture
def counsellor(harbour: Organisation) -> Person:
    return join("counsellor", harbour, Membership.Role.COUNSELLOR)


@pytest.fixture
def stranger(lantern: Organisation) -> Person:
    return join("stranger", lantern, Membership.Role.COUNSELLOR)


def shortcuts(person: Person) -> list[str]:
    return [phrase.shortcut for phrase in phrases_for(person)]


def test_one_sees_ones_own_first_then_the_organisations_and_nobody_elses(
    manager: Person, counsellor: Person, stranger: Person, harbour: Organisation
) -> None:
    add_phrase(shortcut="はじめ", text=GREETING, organisation=harbour, by=manager)
    add_phrase(shortcut="おわり", text="またいつでも来てください。", organisation=harbour, by=manager)
    add_phrase(shortcut="まつ", text="少しだけ待ってください。", by=counsellor)
    add_phrase(shortcut="ひみつ", text="わたしの言葉。", by=stranger)
    assert shortcuts(counsellor) == ["まつ", "はじめ", "おわり"]
    assert shortcuts(manager) == ["はじめ", "おわり"]
    assert shortcuts(stranger) == ["ひみつ"]


def test_whoever_leaves_the_organisation_no_longer_sees_its_phrases(
    manager: Person, counsellor: Person, harbour: Organisation
) -> None:
    add_phrase(shortcut="はじめ", text=GREETING, organisation=harbour, by=manager)
    add_phrase(shortcut="まつ", text="少しだけ待ってください。", by=counsellor)
    end_role(membership=Membership.objects.get(person=counsellor), by=manager)
    assert shortcuts(Person.objects.get(pk=counsellor.pk)) == ["まつ"]


def test_a_counsellor_changes_their_own_but_not_the_organisations(
    manager: Person, counsellor: Person, stranger: Person, harbour: Organisation
) -> None:
    own = add_phrase(shortcut="まつ", text="少しだけ待ってください。", by=counsellor)
    shared = add_phrase(shortcut="はじめ", text=GREETING, organisation=harbour, by=manager)
    changed = change_phrase(phrase_id=own.pk, by=counsellor, text="少し\r\n待ってください。 ", position=7)
    assert (changed.shortcut, changed.text, changed.position) == ("まつ", "少し\n待ってください。", 7)
    for person in (manager, stranger):
        with pytest.raises(NotFoundError):
            change_phrase(phrase_id=own.pk, by=person, text="他人の言葉")
        with pytest.raises(NotFoundError):
            remove_phrase(phrase_id=own.pk, by=person)
    with pytest.raises(NotFoundError):
        change_phrase(phrase_id=shared.pk, by=counsellor, text="勝手な言葉")
    with pytest.raises(NotFoundError):
        add_phrase(shortcut="かって", text="勝手な言葉", organisation=harbour, by=counsellor)
    remove_phrase(phrase_id=own.pk, by=counsellor)
    assert shortcuts(counsellor) == ["はじめ"]


def test_a_manager_keeps_the_organisations_phrases_and_the_trail_names_them_without_text(
    manager: Person, harbour: Organisation, lantern: Organisation
) -> None:
    phrase = add_phrase(shortcut="はじめ", text=GREETING, organisation=harbour, by=manager)
    change_phrase(phrase_id=phrase.pk, by=manager, shortcut="あいさつ", language=Language.EASY_JAPANESE)
    remove_phrase(phrase_id=phrase.pk, by=manager)
    with pytest.raises(NotFoundError):
        add_phrase(shortcut="よそ", text="よその言葉", organisation=lantern, by=manager)
    trail = AuditEntry.objects.filter(object_type="chat.cannedphrase").order_by("pk")
    assert list(trail.values_list("action", "actor", "organisation", "details")) == [
        (action, manager.pk, harbour.pk, {})
        for action in ("phrase.added", "phrase.changed", "phrase.removed")
    ]


def test_a_shortcut_is_taken_once_for_each_owner_and_language(
    manager: Person, counsellor: Person, harbour: Organisation
) -> None:
    first = add_phrase(shortcut="はじめ", text=GREETING, organisation=harbour, by=manager)
    with pytest.raises(WrongStateError):
        add_phrase(shortcut=" はじめ ", text="別の言葉", organisation=harbour, by=manager)
    add_phrase(
        shortcut="はじめ", text="Good evening.", organisation=harbour, by=manager, language=Language.ENGLISH
    )
    add_phrase(shortcut="はじめ", text="わたしの言葉", by=counsellor)
    second = add_phrase(shortcut="おわり", text="またいつでも。", organisation=harbour, by=manager)
    with pytest.raises(WrongStateError):
        change_phrase(phrase_id=second.pk, by=manager, shortcut="はじめ")
    assert (first.position, second.position) == (1, 3)


@pytest.mark.parametrize(
    ("shortcut", "text", "refusal"),
    [
        ("はじめ", "  ", BodyEmptyError),
        ("", GREETING, BodyEmptyError),
        ("はじめ", "あ" * 4001, BodyTooLongError),
        ("あ" * 31, GREETING, BodyTooLongError),
        ("はじめ", "ベル\a", BodyControlCharacterError),
    ],
)
def test_a_phrase_obeys_the_rules_of_a_message(
    counsellor: Person, shortcut: str, text: str, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        add_phrase(shortcut=shortcut, text=text, by=counsellor)
    assert not CannedPhrase.objects.exists()


def test_a_phrase_belongs_to_exactly_one(counsellor: Person, harbour: Organisation) -> None:
    for owner in ({}, {"person": counsellor, "organisation": harbour}):
        with pytest.raises(IntegrityError, match="canned_phrase_has_one_owner"), transaction.atomic():
            CannedPhrase.objects.create(shortcut="だれの", text="だれの言葉", **owner)


def test_the_list_takes_one_query_of_phrases_however_long_it_is(
    manager: Person,
    counsellor: Person,
    harbour: Organisation,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    shortcuts(counsellor)
    for n in range(30):
        add_phrase(shortcut=f"はじめ{n}", text=GREETING, organisation=harbour, by=manager)
    with django_assert_max_num_queries(4):
        assert len([phrase.organisation for phrase in phrases_for(counsellor)]) == 30
