"""Is this text usable? The protocol's rule, refused in the words of the domain."""

from chat.errors import BodyControlCharacterError, BodyEmptyError, BodyTooLongError, DomainError
from chat.protocol import FrameError, normalise_body

REFUSALS: dict[str, type[DomainError]] = {
    error.code: error for error in (BodyEmptyError, BodyTooLongError, BodyControlCharacterError)
}


def usable_text(text: str) -> str:
    """The text as it is stored. Raises BodyEmptyError, BodyTooLongError, BodyControlCharacterError."""
    try:
        return normalise_body(text)
    except FrameError as error:
        raise REFUSALS[error.code] from None
