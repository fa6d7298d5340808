"""Does the running service hand on recorded dialogues whole, once and in order? `make replay FILES="..."`.

Both ends are real clients over public interfaces. One JSON line goes to standard output; the exit
status is 1 if anything was lost, doubled, out of order or altered at either end, or could not be played.
"""

import argparse
import asyncio
import itertools
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import orjson

from bench.client.calls import Calls
from bench.client.counsellor import CounsellorClient
from bench.client.seeker import SeekerClient
from bench.client.wire import Address
from bench.comparison import Difference, percentile
from bench.desk import Desk
from bench.dialogue import Dialogue, UnreadableDialogueError, find_files, read_dialogue
from bench.play import Manner, Outcome, Performance


class CannotReplayError(Exception):
    """The service is not in a state in which a replay would mean anything."""


@dataclass(frozen=True, slots=True)
class SignIn:
    """A counsellor's account, as the demo data prints it."""

    email: str
    password: str


async def replay(arguments: argparse.Namespace, dialogues: Sequence[Dialogue]) -> list[Outcome]:
    """Plays all dialogues, so many side by side, and gives what each showed."""
    addresses = [Address.parse(url) for url in arguments.url.split(",")]
    random = Random(arguments.seed)
    topic, notice = await choose_topic(Calls(addresses), arguments.topic)
    sign_ins = [SignIn(email, arguments.password) for email in arguments.counsellors.split(",")]
    counsellors = await open_consoles(addresses, sign_ins, side_by_side=arguments.side_by_side, random=random)
    desk = Desk(counsellors, topic=topic, patience=arguments.patience)
    manner = Manner(arguments.speed, arguments.longest_pause, arguments.disconnect, arguments.patience)
    queue = iter(enumerate(dialogues))
    outcomes: list[Outcome] = []

    async def lane() -> None:
        for number, dialogue in queue:
            own = Random(f"{arguments.seed}/{number}")
            seeker = SeekerClient(addresses, name=f"seeker-{number}-{dialogue.name}", random=own)
            outcome = await Performance(dialogue, seeker, desk, manner, own).play(notice=notice)
            outcomes.append(outcome)
            report_progress(outcome, len(outcomes), len(dialogues), quiet=arguments.quiet)
            if arguments.journals:
                seeker.journal.write(arguments.journals)

    try:
        await refuse_strangers(desk, counsellors[0], topic, clear=arguments.clear_queue)
        await asyncio.gather(*(lane() for _ in range(arguments.side_by_side)))
    finally:
        for counsellor in counsellors:
            await end_shift(counsellor, arguments.journals)
    return outcomes


async def choose_topic(calls: Calls, wanted: str) -> tuple[str, Any]:
    """The topic asked for, or the first open one; and the version of the notice that is accepted."""
    answer = await calls.get("topics?lang=ja")
    open_topics = [topic["id"] for topic in answer["topics"] if topic["open"]]
    if wanted and wanted not in open_topics:
        raise CannotReplayError(
            f"the topic {wanted} is not open; open are: {', '.join(open_topics) or 'none'}"
        )
    if not open_topics:
        raise CannotReplayError("no topic is open")
    return wanted or open_topics[0], answer["notice"]["version"]


async def open_consoles(
    addresses: Sequence[Address], sign_ins: Sequence[SignIn], *, side_by_side: int, random: Random
) -> list[CounsellorClient]:
    """Signs everybody in and makes them available, each for a fair share of the conversations."""
    counsellors: list[CounsellorClient] = []
    share = -(-side_by_side // len(sign_ins))
    for number, sign_in in enumerate(sign_ins):
        client = CounsellorClient(addresses, name=f"counsellor-{number}", random=Random(random.random()))
        await client.sign_in(sign_in.email, sign_in.password)
        await client.be_available(share)
        client.line.open()
        counsellors.append(client)
    async with asyncio.timeout(30):
        for client in counsellors:
            await client.line.ready.wait()
    return counsellors


async def refuse_strangers(desk: Desk, counsellor: CounsellorClient, topic: str, *, clear: bool) -> None:
    """A replay must never take a person who really waits: it begins with an empty queue or not at all."""
    board = await counsellor.board()
    waiting = [str(entry["conversation"]) for entry in board["queue"] if entry["topic"] == topic]
    if waiting and not clear:
        raise CannotReplayError(
            f"{len(waiting)} conversations already wait in {topic}; choose another --topic, or --clear-queue "
            "to have them accepted and closed (on a service with demo data only)"
        )
    await desk.clear_queue(waiting_before=waiting)


async def end_shift(counsellor: CounsellorClient, journals: Path | None) -> None:
    try:
        await counsellor.be_away()
    except Exception as failure:  # noqa: BLE001 - the result matters, not the farewell
        counsellor.journal.noted("could not go away", failure=repr(failure))
    await counsellor.hang_up()
    if journals:
        counsellor.journal.write(journals)


def summarise(outcomes: Sequence[Outcome], dialogues: Sequence[Dialogue], seconds: float) -> dict[str, Any]:
    """The one JSON line. A fault counts once for each place where it shows: both ends, and read back."""
    total = sum((o.seeker + o.counsellor + o.read_back for o in outcomes), Difference())
    latencies = [latency for outcome in outcomes for latency in outcome.latencies]
    calm = [latency for outcome in outcomes for latency in outcome.undisturbed]
    failures = [outcome for outcome in outcomes if outcome.failure]
    return {
        "conversations": len(outcomes),
        "messages": sum(outcome.messages for outcome in outcomes),
        "lost": total.lost,
        "duplicated": total.duplicated,
        "misordered": total.misordered,
        "altered": total.altered,
        **{f"p{share}_ms": milliseconds(percentile(latencies, share / 100)) for share in (50, 95, 99)},
        **{f"undisturbed_p{share}_ms": milliseconds(percentile(calm, share / 100)) for share in (50, 95, 99)},
        "disconnections": sum(outcome.cuts for outcome in outcomes),
        "failed": len(failures),
        "normalised": sum(dialogue.normalised for dialogue in dialogues),
        "left_out": sum(dialogue.left_out for dialogue in dialogues),
        "seconds": round(seconds, 1),
    }


def milliseconds(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds * 1000, 1)


def report_progress(outcome: Outcome, done: int, of: int, *, quiet: bool) -> None:
    if outcome.faithful and quiet:
        return
    verdict = "faithful" if outcome.faithful else f"seeker {outcome.seeker}, counsellor {outcome.counsellor}"
    if not outcome.read_back.none:
        verdict += f", read back {outcome.read_back}"
    if outcome.failure:
        verdict += f", {outcome.failure}"
    print(f"{done}/{of} {outcome.name}: {outcome.messages} messages, {verdict}", file=sys.stderr)


def parse_arguments(argv: Sequence[str] | None = None) -> argparse.Namespace:
    port = os.environ.get("PORT", "8000")
    parser = argparse.ArgumentParser(prog="make replay", description=__doc__)
    parser.add_argument("files", nargs="*", help="dialogues or folders of them; none: the project's own")
    parser.add_argument("--url", default=f"http://127.0.0.1:{port}", help="one address a process, by comma")
    parser.add_argument("--side-by-side", type=int, default=4, metavar="N")
    parser.add_argument("--speed", type=float, default=1.0, help="1 is the pace of the recording")
    parser.add_argument("--longest-pause", type=float, default=3.0, help="seconds; only when sped up")
    parser.add_argument(
        "--disconnect",
        type=float,
        nargs="?",
        const=0.05,
        default=0.0,
        metavar="SHARE",
        help="cut a connection at this share of the messages (without a value: 0.05)",
    )
    parser.add_argument("--seed", type=int, default=1, help="of chance: which connection is cut, and when")
    parser.add_argument("--topic", default="", help="default: the first open one")
    parser.add_argument("--counsellors", default=DEMO_COUNSELLORS, help="emails, by comma")
    parser.add_argument("--password", default=DEMO_PASSWORD)
    parser.add_argument("--repeat", type=int, default=1, help="play the files so many times")
    parser.add_argument(
        "--patience", type=float, default=60.0, help="seconds before a message counts as lost"
    )
    parser.add_argument("--clear-queue", action="store_true", help="accept and close who already waits")
    parser.add_argument("--journals", type=Path, help="a folder for what each end sent and received")
    parser.add_argument("--quiet", action="store_true", help="tell of faults only")
    return parser.parse_args(argv)


DEMO_LOGINS = ("akari1", "akari2", "yorisoi1", "yorisoi2", "minato1", "minato2")
DEMO_COUNSELLORS = ",".join(f"{login}@demo.example" for login in DEMO_LOGINS)
DEMO_PASSWORD = "tomoshibi-demo"


def main(argv: Sequence[str] | None = None) -> int:
    arguments = parse_arguments(argv)
    if arguments.journals:
        arguments.journals.mkdir(parents=True, exist_ok=True)
    try:
        dialogues = [read_dialogue(path) for path in find_files(arguments.files)]
        dialogues = list(itertools.chain.from_iterable([dialogues] * arguments.repeat))
        begin = time.perf_counter()
        outcomes = asyncio.run(replay(arguments, dialogues))
    except (CannotReplayError, UnreadableDialogueError, OSError, PermissionError, TimeoutError) as failure:
        print(f"replay: {failure!r}", file=sys.stderr)
        return 2
    summary = summarise(outcomes, dialogues, time.perf_counter() - begin)
    print(orjson.dumps(summary).decode())
    whole = len(outcomes) == len(dialogues) and all(outcome.faithful for outcome in outcomes)
    return 0 if whole else 1


if __name__ == "__main__":
    sys.exit(main())
