"""How does a hint travel from one process to another?"""

from typing import Any


def channel_layer(redis_url: str, *, secret: str) -> dict[str, Any]:
    """The pub/sub layer over Redis, encrypted; without Redis the in-memory one.

    The list layer drops and reorders silently and stays deaf after a flush; pub/sub recovers by itself.
    Either may lose a hint: nothing but hints goes through it.
    """
    if not redis_url:
        return {"BACKEND": "channels.layers.InMemoryChannelLayer"}
    return {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {
            "hosts": [
                {
                    "address": redis_url,
                    "socket_timeout": 3,
                    "socket_connect_timeout": 2,
                    "health_check_interval": 15,
                    "max_connections": 200,
                }
            ],
            "prefix": "tomoshibi",
            "symmetric_encryption_keys": [secret],
        },
    }
