"""Which notice does a help-seeker accept, and can its words change afterwards?"""

from datetime import UTC, datetime

import pytest
import time_machine
from django.db import IntegrityError, transaction

from chat.errors import NotFoundError, WrongStateError
from chat.models import Notice
from chat.models.language import Language, Wording
from chat.selectors.notice import current_notice, notice_text
from chat.services.notice import add_standard_notice, draft_notice, publish_notice
from organisations.models import AuditEntry, Person, PlatformRole
from organisations.services.membership import grant_platform_role

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator() -> Person:
    person = Person.objects.create_person(email="operator@example.jp", display_name="運用")
    grant_platform_role(person=person, role=PlatformRole.Role.OPERATOR, by=None)
    return person


def draft(text: str, by: Person | None) -> Notice:
    return draft_notice(title=Wording(ja="はじめる前に"), body=Wording(ja=text), by=by)


def test_the_standard_notice_says_what_must_be_said_in_eight_short_lines() -> None:
    notice = add_standard_notice(by=None)
    assert notice is not None
    assert current_notice() == notice
    for language, words in {
        Language.JAPANESE: ("相談員", "受付時間", "警察", "児童相談所", "記録", "責任者だけ"),
        Language.ENGLISH: ("Counsellors", "hours", "police", "child guidance", "kept", "can read"),
        Language.EASY_JAPANESE: ("相談員", "時間", "警察", "児童相談所", "残します", "読む 人"),
    }.items():
        text = notice_text(notice, language)
        assert text.version == 1
        assert len(text.lines) <= 8
        assert max(map(len, text.lines)) <= (110 if language == Language.ENGLISH else 60)
        assert [word for word in words if word not in "\n".join(text.lines)] == []


def test_the_standard_notice_never_replaces_an_operators_own(operator: Person) -> None:
    draft("私たちの注意書き", operator)
    assert add_standard_notice(by=None) is None
    assert current_notice() is None, "a draft is not shown"


def test_the_newest_published_notice_is_the_current_one(operator: Person) -> None:
    with time_machine.travel(datetime(2026, 5, 1, 1, tzinfo=UTC), tick=False) as clock:
        first, second, third = (draft(text, operator) for text in ("一", "二", "三"))
        assert [first.version, second.version, third.version] == [1, 2, 3]
        publish_notice(notice=first, by=operator)
        clock.shift(60)
        publish_notice(notice=third, by=operator)
        assert current_notice() == third
        clock.shift(60)
        publish_notice(notice=second, by=operator)
        assert current_notice() == second, "published later, though drafted earlier"
    assert (
        list(AuditEntry.objects.filter(action="notice.published").values_list("actor", flat=True))
        == [operator.pk] * 3
    )


def test_a_notice_whose_time_has_not_come_is_not_shown() -> None:
    with time_machine.travel(datetime(2026, 5, 1, 1, tzinfo=UTC), tick=False) as clock:
        now = draft("いま", None)
        publish_notice(notice=now, by=None)
        Notice.objects.create(
            version=9, title_ja="次", body_ja="次", published_at=datetime(2026, 5, 1, 2, tzinfo=UTC)
        )
        assert current_notice() == now
        clock.shift(3600)
        later = current_notice()
        assert later is not None
        assert later.version == 9


def test_a_notice_is_published_once_and_by_an_operator_only(operator: Person) -> None:
    counsellor = Person.objects.create_person(email="counsellor@example.jp", display_name="相談員")
    notice = draft("一", operator)
    with pytest.raises(NotFoundError):
        publish_notice(notice=notice, by=counsellor)
    with pytest.raises(NotFoundError):
        draft("二", counsellor)
    publish_notice(notice=notice, by=operator)
    with pytest.raises(WrongStateError):
        publish_notice(notice=notice, by=operator)


def test_a_version_is_given_once() -> None:
    draft("一", None)
    with pytest.raises(IntegrityError), transaction.atomic():
        Notice.objects.create(version=1, title_ja="別", body_ja="別")


def test_empty_lines_are_not_shown_and_a_missing_language_falls_back() -> None:
    notice = Notice(version=1, title_ja="題", body_ja="一行目\n\n  二行目  \n")
    assert notice_text(notice, "en").lines == ("一行目", "二行目")
