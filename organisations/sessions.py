"""How long does a sign-in last? Twelve hours from its beginning, however busy the session is."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessionStore
from django.utils import timezone

SIGNED_IN_AT = "signed_in_at"


class SessionStore(DatabaseSessionStore):
    """Django's database sessions, but the end is counted from the sign-in and not from the last change."""

    def get_expiry_age(self, **kwargs: Any) -> int:
        return max(0, int((self.get_expiry_date(**kwargs) - timezone.now()).total_seconds()))

    def get_expiry_date(self, **kwargs: Any) -> datetime:
        return self._end(self.get(SIGNED_IN_AT), super().get_expiry_date(**kwargs))

    async def aget_expiry_age(self, **kwargs: Any) -> int:
        end = await self.aget_expiry_date(**kwargs)
        return max(0, int((end - timezone.now()).total_seconds()))

    async def aget_expiry_date(self, **kwargs: Any) -> datetime:
        return self._end(await self.aget(SIGNED_IN_AT), await super().aget_expiry_date(**kwargs))

    @staticmethod
    def _end(signed_in_at: float | None, otherwise: datetime) -> datetime:
        if signed_in_at is None:
            return otherwise
        began = datetime.fromtimestamp(signed_in_at, tz=timezone.get_default_timezone())
        return began + timedelta(seconds=settings.SESSION_COOKIE_AGE)
