"""What does the first version keep? A room with a token for each side, and its messages."""

from typing import ClassVar

from django.db import models


class Room(models.Model):
    """One conversation."""

    name = models.CharField(max_length=40, unique=True)
    token = models.CharField(max_length=64)

    objects: ClassVar[models.Manager["Room"]] = models.Manager()

    def __str__(self) -> str:
        return self.name


class Message(models.Model):
    """One message."""

    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="messages")
    sender = models.CharField(max_length=12)
    cid = models.CharField(max_length=22)
    body = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[models.Manager["Message"]] = models.Manager()

    class Meta:
        indexes = (models.Index(fields=["room", "id"]),)

    def __str__(self) -> str:
        return f"message {self.pk}"
