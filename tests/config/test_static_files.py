"""Are static files collected when they changed, and only then?"""

from pathlib import Path

import pytest
from pytest_django import Settings

from config import static_files
from config.static_files import collect_if_stale


@pytest.fixture
def source(tmp_path: Path, settings: Settings) -> Path:
    folder = tmp_path / "source"
    folder.mkdir()
    (folder / "page.css").write_text("a { color: inherit }\n" * 40)
    settings.STATICFILES_DIRS = [folder]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STATIC_ROOT = tmp_path / "var" / "static"
    return folder


def test_what_is_collected_is_compressed_both_ways(source: Path, settings: Settings) -> None:
    collect_if_stale()
    collected = {path.name for path in Path(settings.STATIC_ROOT).iterdir()}
    assert collected == {"page.css", "page.css.gz", "page.css.br"}


def test_nothing_is_collected_twice_and_nothing_new_is_missed(
    source: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    collect_if_stale()
    with monkeypatch.context() as patch:
        patch.setattr(static_files, "call_command", pytest.fail)
        collect_if_stale()
    (source / "more.css").write_text("b { color: inherit }")
    collect_if_stale()
    assert (Path(settings.STATIC_ROOT) / "more.css").exists()
    (source / "page.css").unlink()
    collect_if_stale()
    assert (Path(settings.STATIC_ROOT) / "page.css").exists(), (
        "a page of the version before may still want it"
    )
