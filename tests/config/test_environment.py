"""Is the environment read to the letter, and are secrets made and kept as they must be?"""

import base64
import stat
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.environment import Environment, read

KEY = base64.b64encode(bytes(range(32))).decode()
OTHER_KEY = base64.b64encode(bytes(range(32, 64))).decode()


def test_a_real_service_gets_nothing_that_was_not_given(tmp_path: Path) -> None:
    environment = read({}, base_dir=tmp_path)
    assert not environment.secret_key_given
    assert environment.master_keys == {}
    assert environment.public_origins == ()
    assert not environment.relaxed
    assert not (tmp_path / "var").exists()


def test_a_demonstration_makes_its_secrets_once_and_for_itself(tmp_path: Path) -> None:
    first = read({"TOMOSHIBI_DEMO": "1"}, base_dir=tmp_path)
    second = read({"TOMOSHIBI_DEMO": "1"}, base_dir=tmp_path)
    assert first.master_keys == second.master_keys
    assert first.secret_key == second.secret_key
    assert [len(key) for key in first.master_keys.values()] == [32]
    for name in ("master_keys", "secret_key"):
        assert stat.S_IMODE((tmp_path / "var" / name).stat().st_mode) == 0o600
    assert len(list((tmp_path / "var").iterdir())) == 2


def test_a_demonstration_is_at_home_on_this_machine_at_its_port(tmp_path: Path) -> None:
    environment = read({"TOMOSHIBI_DEMO": "yes", "PORT": "5001"}, base_dir=tmp_path)
    assert environment.public_origins == ("http://localhost:5001", "http://127.0.0.1:5001")


def test_the_first_master_key_is_the_current_one(tmp_path: Path) -> None:
    environment = read({"TOMOSHIBI_MASTER_KEYS": f"new:{KEY}, old:{OTHER_KEY}"}, base_dir=tmp_path)
    assert list(environment.master_keys) == ["new", "old"]
    assert environment.master_keys["new"] == bytes(range(32))


@pytest.mark.parametrize(
    "keys",
    [f"new:{KEY},new:{OTHER_KEY}", "new:" + KEY[:40], f":{KEY}", KEY, "new:not base64!", "new:"],
    ids=["same id", "short", "no id", "no colon", "not base64", "empty"],
)
def test_a_malformed_master_key_is_refused_without_being_repeated(keys: str, tmp_path: Path) -> None:
    with pytest.raises(ImproperlyConfigured) as caught:
        read({"TOMOSHIBI_MASTER_KEYS": keys}, base_dir=tmp_path)
    assert KEY[:20] not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TOMOSHIBI_DEMO", "maybe"),
        ("PORT", "80a"),
        ("PORT", "0"),
        ("TOMOSHIBI_RETENTION_DAYS", "-1"),
        ("TOMOSHIBI_UNSEEN_MINUTES", "1.5"),
    ],
)
def test_a_value_that_cannot_be_understood_stops_the_start(name: str, value: str, tmp_path: Path) -> None:
    with pytest.raises(ImproperlyConfigured, match=name):
        read({name: value}, base_dir=tmp_path)


def test_origins_are_normalised_and_kept_in_order(tmp_path: Path) -> None:
    listed = " https://Chat.Example.org/ ,https://two.example.org:8443,https://chat.example.org"
    environment = read({"TOMOSHIBI_PUBLIC_ORIGINS": listed}, base_dir=tmp_path)
    assert environment.public_origins == ("https://chat.example.org", "https://two.example.org:8443")


def test_no_secret_shows_when_the_environment_is_printed(tmp_path: Path) -> None:
    environment: Environment = read(
        {
            "TOMOSHIBI_SECRET_KEY": "canary-secret",
            "TOMOSHIBI_MASTER_KEYS": f"new:{KEY}",
            "DATABASE_URL": "postgresql://u:canary-password@db/t",
            "REDIS_URL": "redis://:canary-password@redis/0",
        },
        base_dir=tmp_path,
    )
    assert "canary" not in repr(environment)
    assert "x05" not in repr(environment)


def test_without_redis_everything_stays_in_one_process(tmp_path: Path) -> None:
    assert read({}, base_dir=tmp_path).embedded
    assert not read({"REDIS_URL": "redis://localhost/0"}, base_dir=tmp_path).embedded
