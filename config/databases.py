"""Which database holds the log, and with which guarantees?"""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

# Eight chat threads, the log's writer and the HTTP threads; a pool smaller than its threads closes sockets.
POOL = {"min_size": 2, "max_size": 20, "timeout": 5}


def database(url: str, *, var_dir: Path, statement_timeout_ms: int) -> dict[str, Any]:
    """Django's settings for a `postgresql://` or `sqlite:///` URL; no URL means SQLite under var/."""
    parts = urlsplit(url)
    if parts.scheme in {"postgres", "postgresql"}:
        return postgresql(url, statement_timeout_ms=statement_timeout_ms)
    if parts.scheme == "sqlite" or not url:
        return sqlite(Path(unquote(parts.path[1:])) if url else var_dir / "tomoshibi.sqlite3")
    raise ImproperlyConfigured("DATABASE_URL must start with postgresql:// or sqlite:///")


def sqlite(path: Path) -> dict[str, Any]:
    path.parent.mkdir(parents=True, exist_ok=True)
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "OPTIONS": {
            # Deferred transactions failed more than half of the concurrent writes; only FULL keeps an
            # acknowledged message through a power cut; secure_delete overwrites what was forgotten.
            "transaction_mode": "IMMEDIATE",
            "timeout": 10,
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; "
                "PRAGMA foreign_keys=ON; PRAGMA secure_delete=ON;"
            ),
        },
    }


def postgresql(url: str, *, statement_timeout_ms: int) -> dict[str, Any]:
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    timeouts = {
        "statement_timeout": statement_timeout_ms,
        "lock_timeout": 3_000,
        "idle_in_transaction_session_timeout": 10_000,
    }
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        # A socket directory may come as ?host=/run/postgresql.
        "HOST": query.pop("host", "") or unquote(parts.hostname or ""),
        "PORT": query.pop("port", "") or str(parts.port or ""),
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            **query,
            "pool": POOL,
            "options": " ".join(f"-c {name}={value}" for name, value in timeouts.items()),
        },
    }
