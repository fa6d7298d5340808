"""What is lost, doubled or out of order when processes are killed, drained, or left without Redis? Nothing."""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from chat.live.threads import in_pool
from chat.models import Entry
from organisations.services.membership import deactivate_person
from tests.cast import Cast
from tests.faults.deployment import Deployment, Talk, deployment
from tests.faults.dying import LAST_WORDS

pytestmark = [pytest.mark.faults, pytest.mark.postgresql]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of all processes of this module: what one has collected the next need not."""
    return tmp_path_factory.mktemp("service")


@pytest.fixture
async def service(database_threads: None, cast: Cast, folder: Path) -> AsyncIterator[Deployment]:
    async with deployment(cast, folder) as running:
        yield running


async def four_talks(service: Deployment) -> list[Talk]:
    people = [service.cast.harbour.counsellor, service.cast.hill.counsellor]
    return [await service.talk(people[number % 2]) for number in range(4)]


async def test_a_process_that_is_killed_under_load_loses_nothing(service: Deployment) -> None:
    talks = await four_talks(service)
    under_way = asyncio.gather(*(talk.goes_on(25, between=0.02) for talk in talks))
    await asyncio.gather(*(talk.has_said(10) for talk in talks))
    service.first.kill()
    await under_way
    for talk in talks:
        await talk.is_complete()
    cut = sum(
        talk.seeker.journal.count("dropped") + talk.counsellor.journal.count("dropped") for talk in talks
    )
    assert cut > 0, "nobody was cut off: the story did not happen"


async def test_a_process_that_dies_between_its_commit_and_the_first_word_of_it(
    database_threads: None, cast: Cast, folder: Path
) -> None:
    async with deployment(cast, folder, first_bus="tests.faults.dying.DyingHintBus") as service:
        talk = await service.talk(
            cast.harbour.counsellor, seeker_at=[service.first], counsellor_at=[service.second]
        )
        await talk.seeker_says("こんばんは")
        talk.seeker.line.addresses = talk.seeker.calls.addresses = [service.second.address]
        await talk.seeker_says(LAST_WORDS)
        assert await service.first.process.wait() == -9, "it did not die"
        await talk.counsellor_says("とどきました")
        await talk.is_complete()
        assert talk.seeker.outbox.retries > 0
        assert len(talk.acknowledged) == 3


async def test_without_redis_everything_arrives_a_little_later(service: Deployment) -> None:
    """Each end at another process, so that only a hint or a round can bring the other's words."""
    talk = await service.talk(
        service.cast.harbour.counsellor, seeker_at=[service.first], counsellor_at=[service.second]
    )
    await talk.goes_on(5)
    await talk.is_complete()
    await service.redis_goes_away()
    await talk.goes_on(5, first=5)
    await talk.is_complete()
    await service.redis_comes_back()
    await talk.goes_on(5, first=10)
    await talk.is_complete()
    assert talk.seeker.journal.count("dropped") == talk.counsellor.journal.count("dropped") == 0


async def test_a_process_that_is_drained_says_when_to_come_back_and_ends_well(service: Deployment) -> None:
    talk = await service.talk(
        service.cast.harbour.counsellor, seeker_at=[service.first], counsellor_at=[service.first]
    )
    await talk.goes_on(3)
    both = [service.first.address, service.second.address]
    for end in (talk.seeker, talk.counsellor):
        end.line.addresses = end.calls.addresses = both[1:]
    under_way = asyncio.ensure_future(talk.goes_on(12, between=0.1, first=3))
    assert await service.first.drain() == 0, service.first.log.read_text()[-2000:]
    await under_way
    await talk.is_complete()
    for end in (talk.seeker, talk.counsellor):
        noted = [entry for _, kind, entry in end.journal.entries if kind == "noted"]
        assert [entry["code"] for entry in noted if entry["what"] == "dropped"] == [1012]
        byes = [entry for _, _, entry in end.journal.entries if entry.get("type") == "bye"]
        assert len(byes) == 1
        assert 0 <= byes[0]["after"] < 8000


async def test_a_right_that_ends_in_one_process_ends_in_the_other(service: Deployment) -> None:
    person = service.cast.harbour.counsellor
    talk = await service.talk(person, seeker_at=[service.first], counsellor_at=[service.second])
    await talk.goes_on(1)
    await in_pool(lambda: deactivate_person(person=person, by=None))
    async with asyncio.timeout(5):
        await talk.counsellor.line.dropped.wait()
    assert talk.counsellor.revoked == {str(talk.conversation)}
    held = len(talk.counsellors_log.events)
    await talk.seeker_says("もういませんか")
    assert len(talk.counsellors_log.events) == held
    assert await in_pool(Entry.objects.filter(kind="left").count) == 1
    assert os.environ["REDIS_URL"] != service.hints.url, "the service had a Redis of its own"
