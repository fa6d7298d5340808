"""What do all tests stand on: which database, which Redis, which people (tests/cast.py)?"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from asgiref.sync import SyncToAsync
from django.conf import settings
from django.db import connections
from django.db.backends.base.operations import BaseDatabaseOperations

pytest_plugins = ["tests.cast"]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--nothing-skipped", action="store_true", help="a skipped test fails the run")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "sqlite: speaks of SQLite's file, and is no test elsewhere")
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    layer = settings.CHANNEL_LAYERS["default"].get("CONFIG")
    if worker and layer is not None:
        layer["prefix"] = f"tomoshibi-{worker}"  # Redis has no pub/sub of its own for each database number


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if connections["default"].vendor != "sqlite":
        elsewhere = [item for item in items if item.get_closest_marker("sqlite")]
        config.hook.pytest_deselected(items=elsewhere)
        items[:] = [item for item in items if item not in elsewhere]


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter and session.config.getoption("nothing_skipped") and reporter.stats.get("skipped"):
        reporter.write_line("Skipped tests fail this run (--nothing-skipped).", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    """PostgreSQL drops no database that somebody uses: the one thread of asgiref keeps its connection."""
    if nextitem is None:
        SyncToAsync.single_thread_executor.submit(connections.close_all).result()


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("postgresql") and connections["default"].vendor != "postgresql":
        pytest.skip("needs PostgreSQL: make test-postgresql")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """SQLite in a file, as in service: in memory there is no WAL, and threads lock one another out."""
    connection = connections["default"]
    if connection.vendor == "sqlite":
        folder: Path = tmp_path_factory.mktemp("database")
        connection.settings_dict["TEST"]["NAME"] = str(folder / "test.sqlite3")


@pytest.fixture(scope="session", autouse=True)
def _triggers_rest_while_tables_are_emptied() -> Iterator[None]:
    """The triggers that keep the audit trail append-only would refuse what cleans up between two tests."""
    flush = BaseDatabaseOperations.execute_sql_flush

    def flush_without_triggers(operations: BaseDatabaseOperations, statements: list[str]) -> None:
        if operations.connection.vendor == "postgresql":
            return flush(operations, ["SET LOCAL session_replication_role = replica", *statements])
        with operations.connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = dict(cursor.fetchall())
        drop = [f"DROP TRIGGER {operations.quote_name(name)}" for name in triggers]
        return flush(operations, [*drop, *statements, *triggers.values()])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseDatabaseOperations, "execute_sql_flush", flush_without_triggers)
        yield
