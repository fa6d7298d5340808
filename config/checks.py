"""May this process serve people with these settings?

`manage.py check --deploy` tells; `serve` and `sweep` refuse to start. Demonstrations, a developer's machine
and tests may be open where a real service may not.
"""

from collections.abc import Iterator, Sequence
from importlib.metadata import version
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks
from django.core.management import CommandError
from django.db import DatabaseError

from config.environment import Environment
from config.origin import LOCAL_HOSTS

TAG = "tomoshibi"
SECRET_LENGTH = 50
SECRET_VARIETY = 10


def refuse_if_insecure() -> None:
    """Raise CommandError with every reason why this process must not serve."""
    found = checks.run_checks(tags=[TAG], include_deployment_checks=True, databases=["default"])
    reasons = [f"{message.msg} ({message.id})" for message in found if message.is_serious()]
    if reasons:
        raise CommandError("Refusing to start:\n- " + "\n- ".join(reasons))


def error(number: int, reason: str) -> checks.Error:
    return checks.Error(reason, id=f"{TAG}.E{number:03}")


@checks.register(TAG, deploy=True)
def check_secrets(**_: Any) -> list[checks.CheckMessage]:
    environment: Environment = settings.TOMOSHIBI
    return [] if environment.relaxed else list(weak_secrets(environment))


def weak_secrets(environment: Environment) -> Iterator[checks.CheckMessage]:
    secret = environment.secret_key
    if not environment.secret_key_given:
        yield error(1, "TOMOSHIBI_SECRET_KEY is missing.")
    elif len(secret) < SECRET_LENGTH or len(set(secret)) < SECRET_VARIETY or "insecure" in secret:
        yield error(1, f"TOMOSHIBI_SECRET_KEY must be random and have at least {SECRET_LENGTH} characters.")
    if not environment.master_keys:
        yield error(2, "TOMOSHIBI_MASTER_KEYS is missing: nothing could be encrypted or read.")
    elif any(len(set(key)) < SECRET_VARIETY for key in environment.master_keys.values()):
        yield error(2, "TOMOSHIBI_MASTER_KEYS: keys must be random.")


@checks.register(TAG, deploy=True)
def check_addresses(**_: Any) -> list[checks.CheckMessage]:
    environment: Environment = settings.TOMOSHIBI
    if environment.debug:
        return list(public_debugging(environment))
    return [] if environment.relaxed else list(open_addresses(environment, settings.ALLOWED_HOSTS))


def public_debugging(environment: Environment) -> Iterator[checks.CheckMessage]:
    if any(urlsplit(origin).hostname not in LOCAL_HOSTS for origin in environment.public_origins):
        yield error(4, "TOMOSHIBI_DEBUG shows people's words to strangers: only for origins of this machine.")


def open_addresses(environment: Environment, hosts: list[str]) -> Iterator[checks.CheckMessage]:
    if not environment.public_origins:
        yield error(3, "TOMOSHIBI_PUBLIC_ORIGINS is missing, for example https://chat.example.org.")
    for origin in environment.public_origins:
        if not is_plain_https(origin):
            yield error(3, f"TOMOSHIBI_PUBLIC_ORIGINS: {origin} is not of the form https://host[:port].")
    if settings.DEBUG:
        yield error(4, "DEBUG is on.")
    if any(host.startswith((".", "*")) for host in hosts):
        yield error(5, "ALLOWED_HOSTS holds a wildcard.")
    if not environment.behind_proxy:
        yield error(
            9, "TOMOSHIBI_BEHIND_PROXY=1 is needed: only a proxy can say that a request came over TLS."
        )


def is_plain_https(origin: str) -> bool:
    try:
        parts = urlsplit(origin)
        _ = parts.port
    except ValueError:
        return False
    rest = parts.path or parts.query or parts.fragment or parts.username or parts.password
    return parts.scheme == "https" and bool(parts.hostname) and "*" not in parts.netloc and not rest


@checks.register(TAG, deploy=True)
def check_processes(**_: Any) -> list[checks.CheckMessage]:
    return list(unfit_database(settings.TOMOSHIBI, engine=settings.DATABASES["default"]["ENGINE"]))


def unfit_database(environment: Environment, *, engine: str) -> Iterator[checks.CheckMessage]:
    if not environment.relaxed and not environment.embedded and not engine.endswith("postgresql"):
        yield error(6, "REDIS_URL is for several processes: they need PostgreSQL (DATABASE_URL).")


@checks.register(TAG, deploy=True)
def check_libraries(**_: Any) -> list[checks.CheckMessage]:
    return list(broken_pairs(channels_redis=version("channels_redis"), redis=version("redis")))


def broken_pairs(*, channels_redis: str, redis: str) -> Iterator[checks.CheckMessage]:
    """channels-redis 4.3.0 loses idle sockets with redis-py 8, whose timeout equals the layer's poll."""
    if channels_redis == "4.3.0" and int(redis.partition(".")[0]) >= 8:
        yield error(7, f"channels-redis 4.3.0 does not work with redis {redis}: install redis<8.")


@checks.register(TAG, deploy=True)
def check_people(*, databases: Sequence[str] | None = None, **_: Any) -> list[checks.CheckMessage]:
    """Demonstration accounts have known passwords. They cannot sign in here; still, they must not be here."""
    environment: Environment = settings.TOMOSHIBI
    if environment.demo or environment.testing or not databases:
        return []
    return list(demo_people())


def demo_people() -> Iterator[checks.CheckMessage]:
    from organisations.models import Person

    try:
        found = Person.objects.filter(is_demo=True).exists()
    except DatabaseError:
        return  # not migrated yet, or away: /readyz says so
    if found:
        yield error(8, "This database holds demonstration accounts: remove them, or begin with an empty one.")
