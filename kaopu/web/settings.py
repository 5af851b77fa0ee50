"""Deployment facts, read once from the environment. Policy (grace days, caps, rates) is dated data, never a setting."""

from __future__ import annotations

import os
import secrets
from datetime import timedelta
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from kaopu.kernel import database

HOME = database.home()
BASE = Path(__file__).resolve().parent.parent


def _secret() -> str:
    """The signing key: from the environment, else generated once under the home and kept readable by its owner only."""
    if given := os.environ.get("KAOPU_SECRET_KEY"):
        return given
    from kaopu.kernel.secret_file import read_or_create

    return read_or_create(HOME / "keys" / "django-secret", lambda: secrets.token_urlsafe(48))


SECRET_KEY = _secret()
DEBUG = os.environ.get("KAOPU_DEBUG") == "1"
ALLOWED_HOSTS = os.environ.get("KAOPU_HOSTS", "127.0.0.1,localhost,testserver").split(",")
DATABASES = {"default": database.connection_settings(os.environ.get("KAOPU_DATABASE_URL", ""))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "procrastinate.contrib.django",
    "kaopu.kernel",
    "kaopu.party",
    "kaopu.conduct",
    "kaopu.outreach",
    "kaopu.book",
    "kaopu.receipts",
    "kaopu.revolving",
    "kaopu.decision",
    "kaopu.contacts",
    "kaopu.ledger",
    "kaopu.web",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "kaopu.web.security.ContentPolicy",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "axes.middleware.AxesMiddleware",
]
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
ROOT_URLCONF = "kaopu.web.urls"
WSGI_APPLICATION = "kaopu.web.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE / "web" / "templates"],  # before the sign-in package's own, which they restyle
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "kaopu.web.shell.shell",
            ],
        },
    },
]
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("zh-hans", _("Chinese"))]
LOCALE_PATHS = [BASE / "web" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
STATIC_URL = "static/"
STATIC_ROOT = HOME / "static"
STATIC_BUILT = HOME / "static-built"  # the chart bundle, made at set-up
STATIC_BUILT.mkdir(parents=True, exist_ok=True)
STATICFILES_DIRS = [STATIC_BUILT]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "kaopu.web.static_files.HashedFiles"},
}
WHITENOISE_USE_FINDERS = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LOGIN_REDIRECT_URL = "/"
LOGIN_URL = "/sign-in/"

# Staff alone have accounts, made by an administrator: nobody signs up.
ACCOUNT_ADAPTER = "kaopu.web.accounts.StaffOnly"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_RATE_LIMITS = {"login_failed": None}  # counted by axes, in rows without personal data
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER = "kaopu"
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = HOME / "outbox" / "mail"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

# Lock-out. Its rows hold a staff id or blind indexes, never an address, a name or what was typed.
AXES_HANDLER = "kaopu.web.lockout.BlindHandler"
AXES_USERNAME_CALLABLE = "kaopu.web.lockout.who"
AXES_CLIENT_IP_CALLABLE = "kaopu.web.lockout.blind_address"
AXES_CLIENT_STR_CALLABLE = "kaopu.web.lockout.log_name"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True  # sign-ins are audit rows
AXES_ENABLE_ACCESS_FAILURE_LOG = False
AXES_VERBOSE = False

# Over HTTPS set KAOPU_SECURE=1; on 127.0.0.1 a secure cookie would never come back.
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = os.environ.get("KAOPU_SECURE") == "1"
SESSION_COOKIE_AGE = 8 * 60 * 60  # one working day
SESSION_COOKIE_SAMESITE = "Strict"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("KAOPU_ORIGINS", "").split(",") if origin]

# Each room's background jobs live in its `jobs.py`. Such a module imports Numba only inside a job.
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
