"""Is a proxy told the truth about this process?"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from config import draining, health


@contextmanager
def leaving(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as patch:
        patch.setattr(draining, "_draining", True)
        yield


@pytest.mark.django_db(transaction=True)
def test_a_process_with_its_database_is_ready(client: Client) -> None:
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").json() == {"ok": True}


def test_whoever_asks_needs_to_know_no_name(client: Client) -> None:
    response = client.get("/healthz", HTTP_HOST="10.0.0.7")
    assert response.status_code == 200
    assert response["Cache-Control"] == "no-store"


def test_a_process_that_leaves_lives_but_takes_nobody(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    with leaving(monkeypatch):
        assert client.get("/healthz").status_code == 200
        response = client.get("/readyz")
    assert (response.status_code, response.json()["code"]) == (503, "draining")


@pytest.mark.django_db(transaction=True)
def test_a_database_of_another_version_is_not_served(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "is_migrated", lambda: False)
    response = client.get("/readyz")
    assert (response.status_code, response.json()["code"]) == (503, "migrations")


def test_a_database_that_is_away_is_said_to_be(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    class Away:
        def cursor(self) -> Any:
            raise OperationalError("canary")

        def close(self) -> None:
            pass

    monkeypatch.setattr(health, "connection", Away())
    response = client.get("/readyz")
    assert (response.status_code, response.json()["code"]) == (503, "database")
    assert b"canary" not in response.content
