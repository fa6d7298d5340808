"""Does the database keep what an acknowledgement promises, on either engine?"""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from config.databases import database


def test_a_postgresql_address_is_taken_apart(tmp_path: Path) -> None:
    url = "postgresql://someone:p%40ss@db.example.org:5433/tomo%20shibi?sslmode=verify-full"
    found = database(url, var_dir=tmp_path, statement_timeout_ms=5000)
    assert (found["USER"], found["PASSWORD"], found["HOST"], found["PORT"]) == (
        "someone",
        "p@ss",
        "db.example.org",
        "5433",
    )
    assert found["NAME"] == "tomo shibi"
    assert found["OPTIONS"]["sslmode"] == "verify-full"
    assert "-c statement_timeout=5000" in found["OPTIONS"]["options"]
    assert found["CONN_MAX_AGE"] == 0


def test_a_socket_folder_may_stand_for_the_host(tmp_path: Path) -> None:
    found = database("postgresql:///t?host=/run/postgresql", var_dir=tmp_path, statement_timeout_ms=0)
    assert found["HOST"] == "/run/postgresql"
    assert "host" not in found["OPTIONS"]


def test_without_an_address_the_database_is_a_file_of_ours(tmp_path: Path) -> None:
    found = database("", var_dir=tmp_path / "var", statement_timeout_ms=5000)
    assert found["NAME"] == tmp_path / "var" / "tomoshibi.sqlite3"
    assert (tmp_path / "var").is_dir()


def test_another_engine_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImproperlyConfigured):
        database("mysql://localhost/t", var_dir=tmp_path, statement_timeout_ms=5000)


@pytest.mark.django_db(transaction=True)
def test_a_commit_outlives_a_power_cut() -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            told = {}
            for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete"):
                told[name] = cursor.execute(f"PRAGMA {name}").fetchone()[0]
            assert told == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}
        else:
            cursor.execute("SHOW synchronous_commit")
            assert cursor.fetchone() == ("on",)
            cursor.execute("SHOW lock_timeout")
            assert cursor.fetchone() == ("3s",)
