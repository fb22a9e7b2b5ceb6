"""Settings of IET Relations: one file, driven by the environment (docs/operations.md)."""

import datetime
import os
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from iet_relations import environment

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = environment.data_directory(BASE_DIR)

DEBUG = environment.boolean("DEBUG")
SECRET_KEY = environment.secret_key(DATA_DIR)
SECRET_KEY_FROM_ENVIRONMENT = bool(os.environ.get("SECRET_KEY", "").strip())
ALLOWED_HOSTS = environment.host_names("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
TRUST_PROXY = environment.boolean("TRUST_PROXY")
REQUIRE_SECOND_FACTOR = environment.boolean("REQUIRE_SECOND_FACTOR")
PORT = environment.whole_number("PORT", 8000, 1, 65535)
STATEMENT_TIMEOUT = environment.whole_number("STATEMENT_TIMEOUT", 20, 0, 3600)
WEB_CONCURRENCY = environment.whole_number("WEB_CONCURRENCY", 2, 1, 64)

PUBLIC_EMAIL = os.environ.get("PUBLIC_EMAIL", "").strip()
PUBLIC_PHONE = os.environ.get("PUBLIC_PHONE", "").strip()
OFFICE_EMAIL = os.environ.get("OFFICE_EMAIL", "").strip()

INSTALLED_APPS = [
    "iet_relations.site.RelationsAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "csp",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "django_filters",
    "simple_history",
    "iet_relations",
    "accounts",
    "partners",
    "projects",
    "mobility",
    "reports",
    "office",
]

MIDDLEWARE = [
    "iet_relations.serving.request_log.RequestLog",
    "iet_relations.serving.response_headers.ResponseHeaders",
    "csp.middleware.CSPMiddleware",
    "iet_relations.serving.health.HealthMiddleware",
    "iet_relations.serving.request_limits.RequestLimits",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "iet_relations.serving.unchanged_pages.UnchangedPages",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "accounts.middleware.SecondFactorRequired",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "iet_relations.urls"
WSGI_APPLICATION = "iet_relations.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "iet_relations.page_context.frame",
                "reports.page_context.synthetic",
            ],
            "builtins": ["iet_relations.templatetags.pages"],
        },
    }
]

# Database: SQLite by default. WAL lets readers go on while one writes, and IMMEDIATE takes the write lock at the
# start of a transaction, so that two writers wait for each other instead of failing half-way.
DATABASES = {"default": environment.database(DATA_DIR / "registry.sqlite3")}
DATABASES["default"]["ATOMIC_REQUESTS"] = False
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }
else:
    DATABASES["default"].setdefault("CONN_MAX_AGE", 60)
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 5)
    # Compiling a query of a page takes PostgreSQL up to a second, running it a few milliseconds; and what stands in
    # memory or on a solid-state disk is read out of order nearly as fast as in order, so indexes are worth more.
    planned = "-c jit=off -c random_page_cost=1.1"
    DATABASES["default"]["OPTIONS"]["options"] = f"{planned} {DATABASES['default']['OPTIONS'].get('options', '')}"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {"default": environment.cache()}
CACHES["default"].setdefault("OPTIONS", {}).setdefault("MAX_ENTRIES", 1000)
vars().update(environment.email())
DEFAULT_FROM_EMAIL = SERVER_EMAIL = OFFICE_EMAIL or PUBLIC_EMAIL or "registry@localhost"

# Languages: English without a prefix, Russian and Tajik under /ru/ and /tg/.
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("ru", _("Russian")), ("tg", _("Tajik"))]
LOCALE_PATHS = [BASE_DIR / "locale", BASE_DIR / "locale_django"]
FORMAT_MODULE_PATH = ["iet_relations.formats"]
USE_THOUSAND_SEPARATOR = True
TIME_ZONE = "Asia/Dushanbe"
USE_TZ = True

# Static files are served by whitenoise; documents are private and served by a view that checks permission.
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = DATA_DIR / "documents"
STORAGES = {
    "default": environment.document_storage(),
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# Security
if TRUST_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    USE_X_FORWARDED_HOST = True
    # A proxy that is trusted speaks TLS to the world, so everything stays there; the probes alone may ask without.
    SECURE_SSL_REDIRECT = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# Everything comes from this site, nothing stands inline, and no other site frames it.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}
# Who signs in works for a day: then, or when the browser is closed, the password is asked for again.
SESSION_COOKIE_AGE = 12 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
# Forms and uploads: what is larger is refused before it is read (gunicorn.conf.py has the limits of the request line).
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
DATA_UPLOAD_MAX_NUMBER_FILES = 30
# Neighbouring names of the site and browsers' preload lists are for the owner of the domain to decide.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in {
        "UserAttributeSimilarityValidator": {},
        "MinimumLengthValidator": {"min_length": 10},
        "CommonPasswordValidator": {},
        "NumericPasswordValidator": {},
    }.items()
]
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"
PASSWORD_RESET_TIMEOUT = 4 * 3600
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
# Ten failures for an account from an address close the door for a quarter of an hour; accounts/lockout.py answers.
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = datetime.timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_CALLABLE = "accounts.lockout.account_name"
AXES_LOCKOUT_CALLABLE = "accounts.lockout.refuse"
AXES_CLIENT_IP_CALLABLE = "iet_relations.serving.client_address.client_address"
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
OTP_TOTP_ISSUER = "IET Relations"
CSRF_FAILURE_VIEW = "iet_relations.serving.errors.csrf_failure"
FIXTURE_DIRS = [BASE_DIR / "fixtures"]

# One JSON object a line on the standard error, without personal data (iet_relations/serving/request_log.py).
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "iet_relations.serving.request_log.JsonFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": [], "level": "WARNING", "propagate": True},
        "django.server": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
        # It names accounts and addresses; the log of sign-ins has them, for administrators.
        "axes": {"level": "CRITICAL"},
    },
}
