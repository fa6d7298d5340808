"""How does Django learn of the assembly?"""

from django.apps import AppConfig


class AssemblyConfig(AppConfig):
    name = "config"

    def ready(self) -> None:
        from config import checks  # noqa: F401 - registers them
