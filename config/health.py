"""Does this process live, and should a proxy send it people?"""

from collections.abc import Callable

from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponseBase, JsonResponse

from config import draining


class HealthMiddleware:
    """Answers /healthz and /readyz before hosts are checked: a proxy may know no more than an address."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.migrated = False

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path == "/healthz":
            return answer("")
        if request.path == "/readyz":
            return answer(self.hindrance())
        return self.get_response(request)

    def hindrance(self) -> str:
        """Why nobody should be sent here, as a code; empty if all is well."""
        if draining.is_draining():
            return "draining"
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
            self.migrated = self.migrated or is_migrated()
        except (DatabaseError, InterfaceError):
            return "database"
        finally:
            connection.close()
        return "" if self.migrated else "migrations"


def is_migrated() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def answer(hindrance: str) -> JsonResponse:
    response = JsonResponse({"ok": not hindrance} | ({"code": hindrance} if hindrance else {}))
    response.status_code = 503 if hindrance else 200
    response["Cache-Control"] = "no-store"
    return response
