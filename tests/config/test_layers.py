"""Do hints travel over the layer that recovers by itself, and unreadable to Redis?"""

from config.layers import channel_layer


def test_several_processes_share_an_encrypted_layer_with_bounded_waits() -> None:
    layer = channel_layer("rediss://redis.example.org/0", secret="s" * 64)
    assert layer["BACKEND"] == "channels_redis.pubsub.RedisPubSubChannelLayer"
    assert layer["CONFIG"]["symmetric_encryption_keys"] == ["s" * 64]
    (host,) = layer["CONFIG"]["hosts"]
    assert host["address"] == "rediss://redis.example.org/0"
    assert host["socket_timeout"] == 3
    assert host["max_connections"] == 200


def test_one_process_needs_no_redis() -> None:
    assert channel_layer("", secret="s")["BACKEND"] == "channels.layers.InMemoryChannelLayer"
