"""Canned phrases are added, changed and removed here: one's own, or as a manager the organisation's."""

from django.db import IntegrityError, transaction
from django.db.models import Max

from chat.errors import BodyTooLongError, NotFoundError, WrongStateError
from chat.models.language import Language
from chat.models.phrase import CannedPhrase
from chat.selectors.phrase import changeable_phrases
from chat.services.text import usable_text
from organisations.models import Organisation, Person
from organisations.permissions import MANAGE, holds
from organisations.services import audit

SHORTCUT_LIMIT = 30


def add_phrase(
    *,
    shortcut: str,
    text: str,
    by: Person,
    language: Language = Language.JAPANESE,
    organisation: Organisation | None = None,
) -> CannedPhrase:
    """Keep a phrase for oneself, or for the organisation that one manages; it goes to the end of the list.

    Raises NotFoundError without the right, WrongStateError when the shortcut is taken in that language, and
    the body errors: a phrase obeys the rules of a message, since it is to become one.
    """
    if organisation is not None and not holds(by, MANAGE, organisation):
        raise NotFoundError
    owner = {"organisation": organisation} if organisation else {"person": by}
    last = CannedPhrase.objects.filter(**owner).aggregate(last=Max("position"))["last"] or 0
    phrase = CannedPhrase(
        organisation=organisation,
        person=None if organisation else by,
        language=language,
        shortcut=_clean_shortcut(shortcut),
        text=usable_text(text),
        position=last + 1,
    )
    _store(phrase, "phrase.added", by)
    return phrase


def change_phrase(
    *,
    phrase_id: int,
    by: Person,
    shortcut: str | None = None,
    text: str | None = None,
    language: Language | None = None,
    position: int | None = None,
) -> CannedPhrase:
    """Change what is given and leave the rest. Raises as `add_phrase` does."""
    with transaction.atomic():
        phrase = changeable_phrases(by).select_for_update(of=("self",)).filter(pk=phrase_id).first()
        if phrase is None:
            raise NotFoundError
        if shortcut is not None:
            phrase.shortcut = _clean_shortcut(shortcut)
        if text is not None:
            phrase.text = usable_text(text)
        phrase.language = phrase.language if language is None else language
        phrase.position = phrase.position if position is None else position
        _store(phrase, "phrase.changed", by)
    return phrase


def remove_phrase(*, phrase_id: int, by: Person) -> None:
    """Raises NotFoundError for a phrase that is not there or not one's own to remove."""
    with transaction.atomic():
        phrase = changeable_phrases(by).filter(pk=phrase_id).first()
        if phrase is None:
            raise NotFoundError
        _record("phrase.removed", phrase, by)
        phrase.delete()


def _store(phrase: CannedPhrase, action: str, by: Person) -> None:
    try:
        with transaction.atomic():
            phrase.save()
            _record(action, phrase, by)
    except IntegrityError:
        raise WrongStateError from None


def _record(action: str, phrase: CannedPhrase, by: Person) -> None:
    # Others read an organisation's phrases, so who changed them is kept; one's own are one's own affair.
    if phrase.organisation is not None:
        audit.record(
            action=action,
            by=by,
            organisation=phrase.organisation,
            object_type="chat.cannedphrase",
            object_id=str(phrase.pk),
        )


def _clean_shortcut(shortcut: str) -> str:
    cleaned = " ".join(usable_text(shortcut).split())
    if len(cleaned) > SHORTCUT_LIMIT:
        raise BodyTooLongError
    return cleaned
