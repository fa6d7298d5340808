"""Which rooms does the bench use with the first version? Makes its tables and rooms, and writes the plan."""

import argparse
import os
import secrets
from pathlib import Path

import django
import orjson

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.first_version.settings")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--pairs", type=int, required=True)
    parser.add_argument("--plan", type=Path, required=True)
    arguments = parser.parse_args()
    django.setup()
    from django.core.management import call_command

    from bench.first_version.models import Room

    call_command("migrate", run_syncdb=True, verbosity=0)
    rooms = [Room(name=secrets.token_hex(16), token=secrets.token_hex(16)) for _ in range(arguments.pairs)]
    Room.objects.bulk_create(rooms)
    pairs = [{side: end(room, side) for side in ("seeker", "counsellor")} for room in rooms]
    arguments.plan.write_bytes(orjson.dumps({"dialect": "room", "pairs": pairs}))


def end(room: object, side: str) -> dict[str, object]:
    path = f"/ws/{room.name}/?as={side}&token={room.token}"  # type: ignore[attr-defined] # its models are not the project's
    return {"path": path, "headers": {}, "hello": None, "conversation": ""}


if __name__ == "__main__":
    main()
