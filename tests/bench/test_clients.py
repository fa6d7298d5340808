"""Do the bench's clients keep their half of the protocol: retry, gap, resync, reconnect, HTTP?"""

import asyncio
from collections.abc import AsyncIterator
from random import Random

import pytest

from bench.client import sending
from bench.client.counsellor import CounsellorClient
from bench.client.line import LineStoppedError
from bench.client.log import ConversationLog, Taken
from bench.client.seeker import SeekerClient
from bench.client.sending import SendRefusedError
from bench.client.wire import Address, make_bearer, make_cid
from bench.desk import Desk
from bench.dialogue import OWN_DIALOGUES, read_dialogue
from bench.play import Manner, Performance
from tests.bench.fake_service import CONVERSATION, FakeCalls, FakeService

WITHIN = 5


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "WAIT_FOR_SOCKET", 0.2)
    monkeypatch.setattr(sending, "WAIT_FOR_ANSWER", 0.2)


@pytest.fixture
async def service() -> AsyncIterator[FakeService]:
    async with FakeService().running() as running:
        yield running


def seeker_of(service: FakeService) -> SeekerClient:
    client = SeekerClient([service.address], name="seeker", random=Random(1))
    client.calls = FakeCalls(service, "seeker")  # type: ignore[assignment]
    return client


def counsellor_of(service: FakeService) -> CounsellorClient:
    client = CounsellorClient([service.address], name="counsellor", random=Random(2))
    client.calls = FakeCalls(service, "counsellor")  # type: ignore[assignment]
    return client


@pytest.fixture
async def seeker(service: FakeService) -> AsyncIterator[SeekerClient]:
    client = seeker_of(service)
    await client.ask(topic="loneliness", language="ja", notice=1)
    client.line.open()
    async with asyncio.timeout(WITHIN):
        await client.line.ready.wait()
        yield client
    await client.hang_up()


def stored(service: FakeService) -> list[str]:
    return [event["body"] for event in service.events if event["kind"] == "message"]


async def test_a_message_is_sent_acknowledged_and_read_in_the_own_log(
    service: FakeService, seeker: SeekerClient
) -> None:
    cid = make_cid()
    answer = await seeker.send("こんばんは", cid=cid)
    message = await seeker.log.until(cid)
    assert (answer["cid"], message.body, message.role, message.seq) == (cid, "こんばんは", "seeker", 1)


async def test_an_unanswered_send_is_repeated_with_the_same_cid(
    service: FakeService, seeker: SeekerClient
) -> None:
    service.orders["swallow"] = 1
    await seeker.send("聞こえますか", cid=make_cid())
    assert stored(service) == ["聞こえますか"]
    assert seeker.outbox.retries == 1


async def test_a_line_cut_after_storing_and_before_the_answer_doubles_nothing(
    service: FakeService, seeker: SeekerClient
) -> None:
    service.orders["cut_after_storing"] = 1
    cid = make_cid()
    await seeker.send("もしもし", cid=cid)
    await seeker.log.until(cid)
    assert stored(service) == ["もしもし"]
    assert [message.body for message in seeker.log.messages] == ["もしもし"]
    assert len(service.hellos) >= 2


async def test_a_refusal_that_is_not_final_is_waited_out(service: FakeService, seeker: SeekerClient) -> None:
    service.orders["nack"] = 2
    await seeker.send("はやすぎました", cid=make_cid())
    assert stored(service) == ["はやすぎました"]


async def test_a_final_refusal_is_not_repeated(service: FakeService, seeker: SeekerClient) -> None:
    with pytest.raises(SendRefusedError, match="body_too_long"):
        await seeker.send("refuse me", cid=make_cid())
    assert stored(service) == []


async def test_after_a_reconnect_hello_says_what_is_held_and_the_rest_comes(
    service: FakeService, seeker: SeekerClient
) -> None:
    await seeker.send("一", cid=make_cid())
    seeker.line.cut(away=0.05)
    service.store("counsellor", "c" * 22, "二")
    await seeker.log.until("c" * 22)
    assert [hello["have"] for hello in service.hellos] == [0, 1]
    assert [message.body for message in seeker.log.messages] == ["一", "二"]


async def test_a_gap_is_asked_for(service: FakeService, seeker: SeekerClient) -> None:
    service.orders["forget_to_tell"] = 1
    await service.tell(service.store("counsellor", "c" * 22, "失われた合図")[0])
    await service.tell(service.store("counsellor", "d" * 22, "つぎの合図")[0])
    await seeker.log.until("d" * 22)
    assert [message.body for message in seeker.log.messages] == ["失われた合図", "つぎの合図"]
    assert [frame["have"] for frame in service.resyncs] == [0]


async def test_a_long_backlog_is_paged_over_http(service: FakeService, seeker: SeekerClient) -> None:
    seeker.line.cut(away=0.05)
    for number in range(450):
        service.store("counsellor", f"{number:022}", str(number))
    await seeker.log.until(f"{449:022}")
    assert [message.body for message in seeker.log.messages] == [str(number) for number in range(450)]


async def test_without_a_socket_the_message_goes_over_http(
    service: FakeService, seeker: SeekerClient
) -> None:
    seeker.line.cut(away=30)
    await seeker.send("電波がありません", cid=make_cid())
    assert stored(service) == ["電波がありません"]
    assert seeker.outbox.by_http == 1


async def test_a_closing_code_that_says_stop_is_obeyed(service: FakeService, seeker: SeekerClient) -> None:
    service.close_with = 4401
    seeker.line.cut(away=0.01)
    with pytest.raises(LineStoppedError, match="4401"):
        await seeker.send("まだいますか", cid=make_cid())
    assert seeker.line.stopped is not None


async def test_the_journal_holds_what_was_said_but_never_the_bearer(
    service: FakeService, seeker: SeekerClient
) -> None:
    await seeker.send("ひみつ", cid=make_cid())
    kinds = [kind for _, kind, _ in seeker.journal.entries]
    assert kinds[:2] == ["sent", "received"]
    assert "b" * 43 not in repr(seeker.journal.entries)
    assert "ひみつ" in repr(seeker.journal.entries)


async def test_capacity_is_raised_as_far_as_the_service_allows(service: FakeService) -> None:
    assert await counsellor_of(service).be_available(20) in {1, 2, 4}


async def test_a_console_follows_what_it_accepted(service: FakeService, seeker: SeekerClient) -> None:
    counsellor = counsellor_of(service)
    counsellor.line.open()
    await counsellor.line.ready.wait()
    conversation = await counsellor.accept_next("loneliness")
    cid = make_cid()
    await seeker.send("だれかいますか", cid=cid)
    heard = await counsellor.logs[conversation].until(cid)
    assert heard.body == "だれかいますか"
    await counsellor.hang_up()


@pytest.mark.parametrize("cut_share", [0.0, 0.3])
async def test_a_whole_dialogue_is_played_faithfully(
    service: FakeService, monkeypatch: pytest.MonkeyPatch, cut_share: float
) -> None:
    monkeypatch.setattr(Performance, "_away", lambda self: 0.02)
    performance, counsellor = await performance_of(service, cut_share=cut_share)
    outcome = await performance.play(notice=1)
    await counsellor.hang_up()
    assert outcome.failure == ""
    assert outcome.faithful
    assert outcome.messages == len(performance.dialogue.utterances) == len(outcome.latencies)
    assert (outcome.cuts > 0) == (cut_share > 0)


async def test_a_service_that_doubles_what_is_repeated_is_found_out(
    service: FakeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    def store_every_time(role: str, cid: str, body: str) -> tuple[dict[str, object], bool]:
        fields = {"kind": "message", "role": role, "from": None, "cid": cid, "body": body}
        return service.append(fields), True

    monkeypatch.setattr(service, "store", store_every_time)
    performance, counsellor = await performance_of(service, cut_share=0.0)
    service.orders["cut_after_storing"] = 3
    outcome = await performance.play(notice=1)
    await counsellor.hang_up()
    assert not outcome.faithful
    assert outcome.seeker.duplicated == outcome.counsellor.duplicated > 0


async def performance_of(service: FakeService, *, cut_share: float) -> tuple[Performance, CounsellorClient]:
    counsellor = counsellor_of(service)
    await counsellor.be_available(1)
    counsellor.line.open()
    await counsellor.line.ready.wait()
    desk = Desk([counsellor], topic="loneliness", patience=WITHIN)
    dialogue = read_dialogue(OWN_DIALOGUES / "waiting-room-en.json")
    manner = Manner(speed=100_000, cut_share=cut_share, patience=WITHIN)
    return Performance(dialogue, seeker_of(service), desk, manner, Random(3)), counsellor


def test_a_log_takes_each_event_once_and_sees_what_is_missing() -> None:
    log = ConversationLog()
    first = {"seq": 1, "kind": "joined"}
    assert log.take({"seq": 2, "kind": "joined"}) is Taken.GAP
    assert [log.take(first), log.take(first)] == [Taken.NEW, Taken.REPEAT]
    assert (log.have, log.gaps, log.repeats) == (1, 1, 1)


def test_ids_have_the_agreed_shape_and_are_fresh() -> None:
    assert {len(make_cid()) for _ in range(20)} == {22}
    assert {len(make_bearer()) for _ in range(20)} == {43}
    assert len({make_cid() for _ in range(200)}) == 200


@pytest.mark.parametrize(
    ("url", "origin", "socket"),
    [
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000", "ws://127.0.0.1:8000/ws"),
        ("https://example.org/", "https://example.org", "wss://example.org/ws"),
        ("localhost:9000", "http://localhost:9000", "ws://localhost:9000/ws"),
        ("http://[::1]:80", "http://[::1]", "ws://[::1]/ws"),
    ],
)
def test_addresses(url: str, origin: str, socket: str) -> None:
    address = Address.parse(url)
    assert (address.origin, address.socket_url("/ws")) == (origin, socket)


def test_an_address_of_another_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="not an http address"):
        Address.parse("ftp://example.org")


def test_the_fakes_conversation_is_the_one_that_is_played() -> None:
    assert len(CONVERSATION) == 36
