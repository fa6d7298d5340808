"""Notices are drafted and published here. A published one never changes: people have accepted it."""

import json
from pathlib import Path

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from chat.errors import NotFoundError, WrongStateError
from chat.models.language import Wording
from chat.models.notice import Notice
from organisations.models import Person, PlatformRole
from organisations.permissions import has_platform_role
from organisations.services import audit

STANDARD_NOTICE = Path(__file__).resolve().parent.parent / "data" / "notice.json"


def draft_notice(*, title: Wording, body: Wording, by: Person | None) -> Notice:
    """Store the next version, not yet shown to anybody. Raises NotFoundError unless `by` is an operator."""
    _check_operator(by)
    with transaction.atomic():
        newest = Notice.objects.aggregate(newest=Max("version"))["newest"] or 0
        notice = Notice(
            version=newest + 1,
            title_ja=title.ja,
            title_en=title.en,
            title_easy=title.easy,
            body_ja=body.ja,
            body_en=body.en,
            body_easy=body.easy,
        )
        notice.full_clean()
        notice.save()
        _record("notice.drafted", notice, by)
    return notice


def publish_notice(*, notice: Notice, by: Person | None) -> Notice:
    """Show this notice from now on; whoever begins a conversation accepts it.

    Raises WrongStateError when it is published already, NotFoundError unless `by` is an operator.
    """
    _check_operator(by)
    with transaction.atomic():
        current = Notice.objects.select_for_update().get(pk=notice.pk)
        if current.published_at is not None:
            raise WrongStateError
        current.published_at = timezone.now()
        current.save(update_fields=["published_at"])
        _record("notice.published", current, by)
    return current


def add_standard_notice(*, by: Person | None) -> Notice | None:
    """Publish the notice that comes with the service, unless there is any notice already."""
    _check_operator(by)
    with transaction.atomic():
        if Notice.objects.exists():
            return None
        text = json.loads(STANDARD_NOTICE.read_text(encoding="utf-8"))
        notice = draft_notice(
            title=Wording(text["title_ja"], text["title_en"], text["title_easy"]),
            body=Wording(*("\n".join(text[key]) for key in ("body_ja", "body_en", "body_easy"))),
            by=by,
        )
        return publish_notice(notice=notice, by=by)


def _check_operator(by: Person | None) -> None:
    if by is not None and not has_platform_role(by, PlatformRole.Role.OPERATOR):
        raise NotFoundError


def _record(action: str, notice: Notice, by: Person | None) -> None:
    audit.record(
        action=action,
        by=by,
        object_type="chat.notice",
        object_id=str(notice.pk),
        version=notice.version,
    )
