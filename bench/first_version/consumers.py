"""How does the first version hand on a message? Stores it, then sends it to the room's group."""

import json
from typing import Any
from urllib.parse import parse_qs

from channels.generic.websocket import AsyncWebsocketConsumer

from bench.first_version.models import Message, Room


class RoomConsumer(AsyncWebsocketConsumer):  # type: ignore[misc] # Channels has no types
    """One socket in one room."""

    async def connect(self) -> None:
        query = parse_qs(self.scope["query_string"].decode())
        name = self.scope["url_route"]["kwargs"]["name"]
        self.sender = query["as"][0]
        self.room = await Room.objects.filter(name=name, token=query["token"][0]).afirst()
        if self.room is None:
            await self.close()
            return
        self.group = f"room_{name}"
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.accept()

    async def disconnect(self, code: int) -> None:
        if self.room is not None:
            await self.channel_layer.group_discard(self.group, self.channel_name)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        frame = json.loads(text_data or "{}")
        message = await Message.objects.acreate(
            room=self.room, sender=self.sender, cid=frame["cid"], body=frame["body"]
        )
        event = {
            "id": message.pk,
            "at": message.created_at.isoformat(),
            "sender": self.sender,
            "cid": message.cid,
            "body": message.body,
        }
        await self.channel_layer.group_send(self.group, {"type": "room.message", "event": event})

    async def room_message(self, news: dict[str, Any]) -> None:
        await self.send(text_data=json.dumps(news["event"], ensure_ascii=False, separators=(",", ":")))
