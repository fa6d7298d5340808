"""What do the journeys stand on: a browser, a running service, and windows that are looked after."""

from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.journeys import service as running
from tests.journeys.desk import Desk
from tests.journeys.help_seeker import HelpSeeker
from tests.journeys.stage import ARGUMENTS, DESKTOP, PHONE, Stage, slug
from tests.journeys.words import DESK, SEEKER
from tests.services import chromium

HERE = Path(__file__).parent
FAILED = pytest.StashKey[bool]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.journey)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    item.stash[FAILED] = item.stash.get(FAILED, False) or report.failed
    return report


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=30_000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.require(), args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def _embedded(tmp_path_factory: pytest.TempPathFactory) -> running.Embedded:
    embedded = running.Embedded(tmp_path_factory.mktemp("embedded"))
    embedded.prepare()
    return embedded


@pytest.fixture(scope="module")
def service(_embedded: running.Embedded) -> Iterator[running.Service]:
    """The embedded form, with the demonstration as it was seeded."""
    with _embedded.running() as service:
        yield service


@pytest.fixture
def stage(browser: Browser, service: running.Service, request: pytest.FixtureRequest) -> Iterator[Stage]:
    stage = Stage(browser, service, slug(request.node.name))
    yield stage
    if request.node.stash.get(FAILED, False):
        stage.pictures_of_failure()
    complaints = stage.close()
    assert complaints == []


@pytest.fixture
def help_seeker(stage: Stage) -> Callable[..., HelpSeeker]:
    def open_window(
        language: str = "ja", *, phone: bool = True, expecting: tuple[str, ...] = (), **options: object
    ) -> HelpSeeker:
        words = SEEKER[language]
        device = {**(PHONE if phone else DESKTOP), **options}
        page = stage.window(language=words.locale, expecting=expecting, **device)
        return HelpSeeker(page, stage.service, words)

    return open_window


@pytest.fixture
def desk(stage: Stage) -> Callable[..., Desk]:
    def open_window(language: str = "ja", *, expecting: tuple[str, ...] = (), **options: object) -> Desk:
        words = DESK[language]
        page = stage.window(language=words.locale, expecting=expecting, **{**DESKTOP, **options})
        return Desk(page, stage.service, words)

    return open_window
