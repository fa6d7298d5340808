"""Does a real service refuse to start with settings that would betray people?"""

import base64
import secrets
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError
from pytest_django import Settings

from config import checks
from config.checks import broken_pairs, refuse_if_insecure
from config.environment import Environment, read
from organisations.models import Person

POSTGRESQL = "django.db.backends.postgresql"
SQLITE = "django.db.backends.sqlite3"


@pytest.fixture
def sound(tmp_path: Path, settings: Settings) -> Environment:
    """What a real service would be told; nothing is wrong with it."""
    environment = read(
        {
            "TOMOSHIBI_SECRET_KEY": secrets.token_urlsafe(64),
            "TOMOSHIBI_MASTER_KEYS": "2026:" + base64.b64encode(secrets.token_bytes(32)).decode(),
            "TOMOSHIBI_PUBLIC_ORIGINS": "https://chat.example.org",
            "TOMOSHIBI_BEHIND_PROXY": "1",
            "REDIS_URL": "redis://localhost:6379/0",
        },
        base_dir=tmp_path,
    )
    settings.TOMOSHIBI = environment
    settings.ALLOWED_HOSTS = ["chat.example.org"]
    settings.DEBUG = False
    return environment


def reasons(settings: Settings, environment: Environment, engine: str = POSTGRESQL) -> str:
    """Why this environment is refused; nothing is asked of the database."""
    settings.TOMOSHIBI = environment
    found = [
        *checks.check_secrets(),
        *checks.check_addresses(),
        *checks.unfit_database(environment, engine=engine),
        *checks.check_libraries(),
    ]
    return " ".join(f"{message.id} {message.msg}" for message in found)


def test_a_sound_service_may_start(settings: Settings, sound: Environment) -> None:
    assert reasons(settings, sound) == ""


@pytest.mark.parametrize(
    ("changes", "number"),
    [
        ({"secret_key_given": False}, "E001"),
        ({"secret_key": "short"}, "E001"),
        ({"secret_key": "ab" * 40}, "E001"),
        ({"secret_key": "django-insecure-" + secrets.token_urlsafe(60)}, "E001"),
        ({"master_keys": {}}, "E002"),
        ({"master_keys": {"zero": bytes(32)}}, "E002"),
        ({"public_origins": ()}, "E003"),
        ({"public_origins": ("http://chat.example.org",)}, "E003"),
        ({"public_origins": ("https://*.example.org",)}, "E003"),
        ({"public_origins": ("https://chat.example.org/path",)}, "E003"),
        ({"public_origins": ("https://chat.example.org:port",)}, "E003"),
        ({"debug": True}, "E004"),
        ({"behind_proxy": False}, "E009"),
    ],
)
def test_one_unsound_setting_is_enough_to_refuse(
    settings: Settings, sound: Environment, changes: dict[str, Any], number: str
) -> None:
    assert f"tomoshibi.{number}" in reasons(settings, replace(sound, **changes))


def test_django_s_own_switches_are_looked_at_too(settings: Settings, sound: Environment) -> None:
    settings.DEBUG = True
    assert "E004" in reasons(settings, sound)
    settings.DEBUG = False
    settings.ALLOWED_HOSTS = ["*"]
    assert "E005" in reasons(settings, sound)
    settings.ALLOWED_HOSTS = [".example.org"]
    assert "E005" in reasons(settings, sound)


def test_several_processes_need_postgresql(settings: Settings, sound: Environment) -> None:
    assert "E006" in reasons(settings, sound, SQLITE)
    assert reasons(settings, replace(sound, redis_url=""), SQLITE) == ""


def test_a_pair_of_libraries_that_loses_sockets_is_refused() -> None:
    assert [message.id for message in broken_pairs(channels_redis="4.3.0", redis="8.1.0")] == [
        "tomoshibi.E007"
    ]
    assert list(broken_pairs(channels_redis="4.3.0", redis="7.4.1")) == []
    assert list(broken_pairs(channels_redis="4.3.1", redis="8.1.0")) == []


def test_a_demonstration_may_be_open(settings: Settings, sound: Environment) -> None:
    open_one = replace(
        sound, demo=True, secret_key="x", master_keys={}, public_origins=("http://localhost:8000",)
    )
    assert reasons(settings, open_one, SQLITE) == ""


@pytest.mark.django_db
def test_demonstration_accounts_keep_a_real_service_from_starting(
    settings: Settings, sound: Environment
) -> None:
    settings.TOMOSHIBI = replace(sound, redis_url="")
    refuse_if_insecure()
    Person.objects.create(email="demo@example.org", display_name="見本", is_demo=True)
    with pytest.raises(CommandError, match="E008"):
        refuse_if_insecure()
    settings.TOMOSHIBI = replace(sound, redis_url="", demo=True)
    refuse_if_insecure()


@pytest.mark.django_db
def test_every_reason_is_told_at_once_and_no_secret_with_it(settings: Settings, sound: Environment) -> None:
    settings.TOMOSHIBI = replace(sound, secret_key="canary", master_keys={}, redis_url="")
    with pytest.raises(CommandError) as caught:
        refuse_if_insecure()
    assert "E001" in str(caught.value)
    assert "E002" in str(caught.value)
    assert "canary" not in str(caught.value)
