"""What was this process told by its environment, and is it well formed?

`read` is a pure function; config/settings.py hands it the real environment and is the only module that does.
"""

import base64
import binascii
import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from django.core.exceptions import ImproperlyConfigured

MASTER_KEY_BYTES = 32
TRUE = frozenset({"1", "true", "yes", "on"})
FALSE = frozenset({"", "0", "false", "no", "off"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """Everything of ours that differs from one deployment to another."""

    demo: bool
    debug: bool
    testing: bool
    var_dir: Path
    public_origins: tuple[str, ...]
    secret_key: str = field(repr=False)
    secret_key_given: bool
    master_keys: Mapping[str, bytes] = field(repr=False)
    """Key id to 32 bytes; the first is the one new conversation keys are wrapped with."""
    database_url: str = field(repr=False)
    redis_url: str = field(repr=False)
    port: int
    behind_proxy: bool
    """A reverse proxy of ours terminates TLS and sets X-Forwarded-Proto itself."""
    statement_timeout_ms: int
    retention_days: int
    presence_lease_seconds: int
    sends_per_10s: int
    hello_timeout: int
    unseen_minutes: int
    hint_bus: str
    log_level: str

    @property
    def embedded(self) -> bool:
        """One process, no Redis: hints stay inside it."""
        return not self.redis_url

    @property
    def relaxed(self) -> bool:
        """Plain http on localhost is enough: demo data, a developer's machine or the tests."""
        return self.demo or self.debug or self.testing


def read(environ: Mapping[str, str], *, base_dir: Path, testing: bool = False) -> Environment:
    """Read the environment; raise ImproperlyConfigured for a value that cannot be understood.

    Outside demo, debug and tests a missing secret stays missing here: config.checks refuses to serve then.
    """
    demo = flag(environ, "TOMOSHIBI_DEMO")
    debug = flag(environ, "TOMOSHIBI_DEBUG")
    relaxed = demo or debug or testing
    var_dir = Path(environ.get("TOMOSHIBI_VAR_DIR") or base_dir / "var")
    port = number(environ, "PORT", 8000)
    secret_key = environ.get("TOMOSHIBI_SECRET_KEY", "")
    master_keys = parse_master_keys(environ.get("TOMOSHIBI_MASTER_KEYS", ""))
    if relaxed:
        secret_key = secret_key or kept_secret(var_dir / "secret_key", lambda: secrets.token_urlsafe(64))
        master_keys = master_keys or parse_master_keys(kept_secret(var_dir / "master_keys", fresh_master_key))
    return Environment(
        demo=demo,
        debug=debug,
        testing=testing,
        var_dir=var_dir,
        public_origins=origins(environ.get("TOMOSHIBI_PUBLIC_ORIGINS", ""), port=port, local=relaxed),
        # Commands that need no secret (makemigrations, check) still run; whatever they sign dies with them.
        secret_key=secret_key or secrets.token_urlsafe(64),
        secret_key_given=bool(secret_key),
        master_keys=MappingProxyType(master_keys),
        database_url=environ.get("DATABASE_URL", ""),
        redis_url=environ.get("REDIS_URL", ""),
        port=port,
        behind_proxy=flag(environ, "TOMOSHIBI_BEHIND_PROXY"),
        statement_timeout_ms=number(environ, "TOMOSHIBI_STATEMENT_TIMEOUT_MS", 5_000, least=0),
        retention_days=number(environ, "TOMOSHIBI_RETENTION_DAYS", 90),
        presence_lease_seconds=number(environ, "TOMOSHIBI_PRESENCE_LEASE_SECONDS", 60),
        sends_per_10s=number(environ, "TOMOSHIBI_SENDS_PER_10S", 20),
        hello_timeout=number(environ, "TOMOSHIBI_HELLO_TIMEOUT", 10),
        unseen_minutes=number(environ, "TOMOSHIBI_UNSEEN_MINUTES", 15),
        hint_bus=environ.get("TOMOSHIBI_HINT_BUS") or "chat.live.hints.ChannelLayerHintBus",
        log_level=environ.get("TOMOSHIBI_LOG_LEVEL") or ("WARNING" if testing else "INFO"),
    )


def flag(environ: Mapping[str, str], name: str) -> bool:
    value = environ.get(name, "").strip().lower()
    if value not in TRUE | FALSE:
        raise ImproperlyConfigured(f"{name} must be 1 or 0")
    return value in TRUE


def number(environ: Mapping[str, str], name: str, default: int, *, least: int = 1) -> int:
    value = environ.get(name, "").strip()
    if not value:
        return default
    if not value.isascii() or not value.isdigit() or int(value) < least:
        raise ImproperlyConfigured(f"{name} must be a whole number of at least {least}")
    return int(value)


def origins(listed: str, *, port: int, local: bool) -> tuple[str, ...]:
    """Normalised `scheme://host[:port]`, comma separated; locally this machine's own are added."""
    given = [origin.strip().rstrip("/").lower() for origin in listed.split(",") if origin.strip()]
    if local:
        given += [f"http://localhost:{port}", f"http://127.0.0.1:{port}"]
    return tuple(dict.fromkeys(given))


def parse_master_keys(listed: str) -> dict[str, bytes]:
    """`id:base64,id:base64`, the current key first. An error never repeats the key."""
    keys: dict[str, bytes] = {}
    for item in filter(None, (item.strip() for item in listed.split(","))):
        key_id, _, encoded = item.partition(":")
        try:
            key = base64.b64decode(encoded, validate=True)
        except binascii.Error as error:
            raise ImproperlyConfigured("TOMOSHIBI_MASTER_KEYS: a key is not base64") from error
        if not key_id or key_id in keys or len(key) != MASTER_KEY_BYTES:
            raise ImproperlyConfigured("TOMOSHIBI_MASTER_KEYS: each key needs an id of its own and 32 bytes")
        keys[key_id] = key
    return keys


def fresh_master_key() -> str:
    return "local:" + base64.b64encode(secrets.token_bytes(MASTER_KEY_BYTES)).decode()


def kept_secret(path: Path, make: Callable[[], str]) -> str:
    """The secret in this file; made once, for its owner only, even if several processes start at once."""
    try:
        return path.read_text(encoding="ascii")
    except FileNotFoundError:
        pass
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    with os.fdopen(
        os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii"
    ) as file:
        file.write(make())
    try:
        path.hardlink_to(draft)  # fails if another process was first: theirs holds
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return path.read_text(encoding="ascii")
