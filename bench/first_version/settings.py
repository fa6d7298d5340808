"""Which settings would that team choose? Redis layer with room and no socket timeout, lasting connections."""

import os
from urllib.parse import urlsplit

_DATABASE = urlsplit(os.environ["DATABASE_URL"])

SECRET_KEY = "only-for-the-bench"
ALLOWED_HOSTS = ["*"]
USE_TZ = True
INSTALLED_APPS = ["django.contrib.contenttypes", "channels", "bench.first_version"]
ASGI_APPLICATION = "bench.first_version.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": _DATABASE.path.lstrip("/"),
        "USER": _DATABASE.username,
        "PASSWORD": _DATABASE.password or "",
        "HOST": _DATABASE.hostname,
        "PORT": _DATABASE.port,
        "CONN_MAX_AGE": None,
    }
}
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.core.RedisChannelLayer",
        "CONFIG": {
            # The default capacity of 100 drops messages under load; the default socket timeout of newer
            # clients ends idle sockets.
            "hosts": [{"address": os.environ["REDIS_URL"], "socket_timeout": None, "max_connections": 2000}],
            "capacity": 100_000,
        },
    }
}
