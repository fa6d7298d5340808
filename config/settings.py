"""How are the parts put together? The only module that reads the environment."""

import os
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from config.databases import database
from config.environment import read
from config.layers import channel_layer
from config.logs import logging_settings

BASE_DIR = Path(__file__).resolve().parent.parent
TOMOSHIBI = read(os.environ, base_dir=BASE_DIR, testing="pytest" in sys.modules)

# Who may call
DEBUG = TOMOSHIBI.debug
SECRET_KEY = TOMOSHIBI.secret_key
_HOSTS = dict.fromkeys(urlsplit(origin).hostname or "" for origin in TOMOSHIBI.public_origins)
ALLOWED_HOSTS = [host for host in _HOSTS if host]
CSRF_TRUSTED_ORIGINS = list(TOMOSHIBI.public_origins)

# What is assembled
INSTALLED_APPS = [
    "config",
    "chat",
    "organisations",
    "django.contrib.admin.apps.SimpleAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "guardian",
    "allauth",
    "allauth.account",
    "channels",
    "csp",
]
MIDDLEWARE = [
    "config.health.HealthMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "config.middleware.StaticFilesMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "config.middleware.CompressionMiddleware",
    "config.middleware.NoStoreMiddleware",
    "config.middleware.CookiesForStaffMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
            ],
        },
    }
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Where things are kept
DATABASES = {
    "default": database(
        TOMOSHIBI.database_url,
        var_dir=TOMOSHIBI.var_dir,
        statement_timeout_ms=TOMOSHIBI.statement_timeout_ms,
    )
}

# Who signs in
AUTH_USER_MODEL = "organisations.Person"
AUTHENTICATION_BACKENDS = ["organisations.auth.EmailBackend"]
SESSION_ENGINE = "organisations.sessions"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "CommonPasswordValidator", "NumericPasswordValidator")
] + [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    }
]
LOGIN_REDIRECT_URL = "/console/"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
# An invitation already went to the right person; a forgotten password is mailed to known addresses only.
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_REDIRECT_URL = "/accounts/login/"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_ADAPTER = "organisations.sign_in.AccountAdapter"
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if TOMOSHIBI.behind_proxy else 0
ANONYMOUS_USER_NAME = None
GUARDIAN_MONKEY_PATCH_USER = False
GUARDIAN_MONKEY_PATCH_GROUP = False
EMAIL_BACKEND = (
    "django.core.mail.backends.console.EmailBackend"
    if TOMOSHIBI.relaxed
    else "django.core.mail.backends.smtp.EmailBackend"
)

# How pages, sessions and cookies are kept to ourselves
_SECURE = not TOMOSHIBI.relaxed
SESSION_COOKIE_NAME = "__Host-s" if _SECURE else "s"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SECURE = _SECURE
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "__Host-c" if _SECURE else "c"
CSRF_COOKIE_AGE = None  # gone with the browser
CSRF_COOKIE_SECURE = _SECURE
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "config.pages.csrf_failure"
SECURE_SSL_REDIRECT = _SECURE
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TOMOSHIBI.behind_proxy else None
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if _SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = False
SECURE_CONTENT_TYPE_NOSNIFF = True
# Not no-referrer: with it browsers send "Origin: null" with every form, and sign-in is refused. Other sites
# are told nothing either way.
SECURE_REFERRER_POLICY = "same-origin"
_SOCKETS = [origin.replace("http", "ws", 1) for origin in TOMOSHIBI.public_origins]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "media-src": [SELF],
        "manifest-src": [SELF],
        "connect-src": [SELF, *_SOCKETS],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    feature: []
    for feature in (
        "accelerometer",
        "browsing-topics",
        "camera",
        "display-capture",
        "fullscreen",
        "geolocation",
        "gyroscope",
        "idle-detection",
        "local-fonts",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "publickey-credentials-get",
        "screen-wake-lock",
        "serial",
        "usb",
        "xr-spatial-tracking",
    )
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 262_144
SILENCED_SYSTEM_CHECKS = [
    "security.W002",  # frame-ancestors says who may frame a page; a second header could only contradict it
    "security.W005",  # the other names under the operator's domain are not ours to close
    "security.W021",
    "guardian.W001",  # rights are asked of organisations.permissions, not of Django's back ends
]

# Which language and time
LANGUAGE_CODE = "ja"
LANGUAGES = [("ja", _("Japanese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Tokyo"
USE_TZ = True

# What is served as it lies there
FRONTEND_DIST = BASE_DIR / "frontend" / "dist"
STATIC_URL = "/static/"
STATIC_ROOT = TOMOSHIBI.var_dir / "static"
STATICFILES_DIRS: list[Any] = [BASE_DIR / "frontend" / "static"]
if FRONTEND_DIST.is_dir():
    STATICFILES_DIRS.append(("fe", FRONTEND_DIST))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
# The build puts a hash of the content into these names.
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/static/fe/assets/.+-[\w-]{8}\.\w+$"

# How processes tell each other that something changed
CHANNEL_LAYERS = {"default": channel_layer(TOMOSHIBI.redis_url, secret=TOMOSHIBI.secret_key)}

# What is written down
LOGGING_CONFIG = "logging.config.dictConfig"
LOGGING = logging_settings(level=TOMOSHIBI.log_level, readable=DEBUG)
