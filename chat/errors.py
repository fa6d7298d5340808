"""What can be refused, and how: one class a code of docs/protocol.md.

`final` tells a client whether sending the same again can help; `status` is the HTTP status.
"""

from typing import ClassVar


class DomainError(Exception):
    """A refusal with a code that a client may show in its own words; carries no text of a person."""

    code: ClassVar[str] = "internal"
    final: ClassVar[bool] = True
    status: ClassVar[int] = 400

    def __init__(self, *, retry_after: float | None = None) -> None:
        super().__init__(self.code)
        self.retry_after = retry_after


class InternalError(DomainError):
    code, final, status = "internal", False, 500


class BadFrameError(DomainError):
    code, status = "bad_frame", 422


class NotFoundError(DomainError):
    """Does not exist, or is not yours: the two are never told apart."""

    code, status = "not_found", 404


class BadTokenError(DomainError):
    code, status = "bad_token", 401


class NotSignedInError(DomainError):
    code, status = "not_signed_in", 401


class TokenUsedError(DomainError):
    """One bearer serves one conversation: a second one with it would make a foreign reader possible."""

    code, status = "token_used", 409


class TopicClosedError(DomainError):
    code, status = "topic_closed", 409


class NoticeOutdatedError(DomainError):
    code, status = "notice_outdated", 409


class ConversationClosedError(DomainError):
    code, status = "conversation_closed", 409


class WrongStateError(DomainError):
    code, status = "wrong_state", 409


class WrapUpFirstError(DomainError):
    code, status = "wrap_up_first", 409


class BodyEmptyError(DomainError):
    code, status = "body_empty", 422


class BodyTooLongError(DomainError):
    code, status = "body_too_long", 422


class BodyControlCharacterError(DomainError):
    code, status = "body_control_character", 422


class RateLimitedError(DomainError):
    code, final, status = "rate_limited", False, 429


class TryAgainError(DomainError):
    """The store did not answer; nothing is known to be stored; the same cid may be sent again."""

    code, final, status = "try_again", False, 503


class NobodyWaitingError(DomainError):
    code, final, status = "nobody_waiting", True, 409


class AtCapacityError(DomainError):
    code, status = "at_capacity", 409


class NotClearedError(DomainError):
    """The counsellor is not cleared for this topic or language; taking out of order skips the order only."""

    code, status = "not_cleared", 409


class NotAvailableError(DomainError):
    code, status = "not_available", 409
