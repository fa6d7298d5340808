"""Does every app stand on its floor, and does nothing point upwards, not even by a string?"""

from django.apps import apps
from django.db.migrations.loader import MigrationLoader

from tests.architecture.source import ROOT, contracts, floors, pyproject

HOUSE = ["config", "reports", "referrals", "triage", "chat", "organisations"]


def test_every_package_of_the_house_has_a_floor() -> None:
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "bench"}
    assert packages == set(floors()) == set(pyproject()["tool"]["importlinter"]["root_packages"])


def test_floors_are_in_the_order_of_the_house() -> None:
    assert floors() == [app for app in HOUSE if app in floors()]


def test_every_app_has_an_order_inside_that_leaves_no_module_out() -> None:
    ordered = {
        container
        for contract in contracts()
        if contract.get("exhaustive")
        for container in contract.get("containers", [])
    }
    assert ordered == set(floors()) - {"config"}


def test_no_foreign_key_points_upwards() -> None:
    upward = [
        f"{model._meta.label}.{field.name} -> {field.related_model._meta.label}"
        for app in floors()
        for model in apps.get_app_config(app).get_models(include_auto_created=True)
        for field in model._meta.get_fields()
        if not field.auto_created and field.related_model and above(field.related_model._meta.app_label, app)
    ]
    assert upward == []


def test_no_migration_waits_for_one_of_a_higher_floor() -> None:
    graph = MigrationLoader(None, ignore_no_migrations=True).graph
    upward = [
        f"{key} -> {parent.key}"
        for key, node in graph.node_map.items()
        for parent in node.parents
        if above(parent.key[0], key[0])
    ]
    assert upward == []


def above(app: str, other: str) -> bool:
    """Whether both are ours and `app` stands on a higher floor than `other`."""
    order = floors()
    return app in order and other in order and order.index(app) < order.index(other)
