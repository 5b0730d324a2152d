"""Every setting of AI Care; an empty environment gives the safe embedded way."""

import os
from datetime import timedelta
from urllib.parse import urlsplit

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from whitenoise.compress import Compressor

from aicare import environment

BASE_DIR = environment.PROJECT_ROOT
DATA_DIR = environment.data_folder()
PORT = environment.port()
PUBLIC_URL = environment.public_url()
IS_HTTPS = PUBLIC_URL.startswith("https://")
VERSION = "0.1.0"

SECRET_KEY = environment.secret(DATA_DIR, "django")
AUDIT_SEAL_KEY = environment.secret(DATA_DIR, "audit-seal")
DEBUG = False
ALLOWED_HOSTS = sorted({urlsplit(PUBLIC_URL).hostname, "127.0.0.1", "localhost"})
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]

INSTALLED_APPS = [
    "aicare",
    "patients",
    "imaging",
    "inference",
    "training",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "django_htmx",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "drf_standardized_errors",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "aicare.middleware.CompressTextMiddleware",
    "aicare.middleware.RequestIdMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "aicare.middleware.AppendSlashMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "aicare.languages.LanguageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "aicare.live_updates.EndedSessionMiddleware",
    "patients.break_glass.opened_records.OpenedRecordsMiddleware",
    "aicare.sessions.SessionLimitMiddleware",
    "aicare.site_time.SiteTimeMiddleware",
    "aicare.middleware.PageMethodsMiddleware",
    "aicare.middleware.PrivateCacheMiddleware",
    "aicare.middleware.RefusalAuditMiddleware",
    "aicare.middleware.DomainErrorMiddleware",
]

ROOT_URLCONF = "aicare.urls"
WSGI_APPLICATION = "aicare.wsgi.application"
FORM_RENDERER = "aicare.form_rendering.FormRenderer"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "aicare.context_processors.product",
            ],
        },
    },
]

# --- Database: SQLite that survives power loss, or what DATABASE_URL names -----------------------
DATABASES = {
    "default": dj_database_url.parse(
        os.environ.get("DATABASE_URL") or f"sqlite:///{DATA_DIR / 'aicare.sqlite3'}",
        conn_max_age=60,
        conn_health_checks=True,
    )
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
            " PRAGMA cache_size=-16000; PRAGMA temp_store=MEMORY;"
            # Every lookup has its index: one made on the way reads the whole table first.
            " PRAGMA automatic_index=OFF"
        ),
    }
elif DATABASES["default"]["ENGINE"] != "django.db.backends.postgresql":
    raise ImproperlyConfigured("DATABASE_URL must name an SQLite or a PostgreSQL database.")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Broker and cache: one address, two spellings ------------------------------------------------
REDIS_URL = environment.redis_url(DATA_DIR)
CELERY_BROKER_URL = environment.broker_url(REDIS_URL) or "memory://"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_ACKS_LATE = False
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_timeout": 0.5, "socket_connect_timeout": 0.5}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_WORKER_CONCURRENCY = environment.worker_children()
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_DEFAULT_QUEUE = "inference"
CELERY_TIMEZONE = "UTC"
CACHES = {
    "default": (
        {
            "BACKEND": "aicare.cache.SharedCache",
            "LOCATION": REDIS_URL,
            "OPTIONS": {"socket_timeout": 0.5, "socket_connect_timeout": 0.5},
            "KEY_PREFIX": "aicare",
        }
        if REDIS_URL
        else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    )
}

# --- Files ---------------------------------------------------------------------------------------
STORAGE_URL = os.environ.get("AICARE_STORAGE_URL", "")
MEDIA_ROOT = DATA_DIR / "files"
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
# Compressing source maps and unhashed twins would take most of the first start's time.
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = (*Compressor.SKIP_COMPRESS_EXTENSIONS, "map")
STORAGES = {
    "default": environment.storage(STORAGE_URL, MEDIA_ROOT),
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
FILE_UPLOAD_TEMP_DIR = DATA_DIR / "incoming"
FILE_UPLOAD_TEMP_DIR.mkdir(mode=0o700, exist_ok=True)
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200
DATA_UPLOAD_MAX_NUMBER_FILES = 50
MODEL_PACKAGES_DIR = DATA_DIR / "models"
STARTER_MODELS_DIR = BASE_DIR / "inference" / "starter_models"

# --- People and sessions -------------------------------------------------------------------------
AUTH_USER_MODEL = "aicare.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "aicare.accounts.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*", "password2*"]
ACCOUNT_FORMS = {"signup": "aicare.registration.RegistrationForm"}
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,5/5m/key"}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "AI Care"
# No mail server: administrators hand out one-time links; nothing with a link may reach a log.
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
SESSION_COOKIE_AGE = int(timedelta(hours=12).total_seconds())
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_NAME = "aicare-session"
CSRF_COOKIE_NAME = "aicare-csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
CSRF_COOKIE_HTTPONLY = False  # htmx sends it as a header
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# --- Security headers ----------------------------------------------------------------------------
SECURE_SSL_REDIRECT = IS_HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = IS_HTTPS
SECURE_REDIRECT_EXEMPT = [r"^health/"]
# Only with https: a proxy that ends TLS in front of us sets (and must overwrite) this header.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if IS_HTTPS else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "connect-src": [SELF],
        "font-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

# --- Language and time ---------------------------------------------------------------------------
LANGUAGE_CODE = "en"
# Each in its own words, so that whoever cannot read the page finds the way out.
LANGUAGES = [("en", "English"), ("de", "Deutsch"), ("es", "Español"), ("pt", "Português")]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "aicare.formats"
LANGUAGE_COOKIE_NAME = "aicare-language"
LANGUAGE_COOKIE_AGE = int(timedelta(days=365).total_seconds())
LANGUAGE_COOKIE_SECURE = IS_HTTPS
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True

# --- REST ----------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "aicare.rest.authentication.BearerTokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["aicare.rest.parsers.StrictJSONParser"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "aicare.rest.negotiation.Negotiation",
    "DEFAULT_SCHEMA_CLASS": "aicare.rest.schema.AutoSchema",
    "EXCEPTION_HANDLER": "drf_standardized_errors.handler.exception_handler",
    "DEFAULT_PAGINATION_CLASS": "aicare.rest.pagination.NewestFirstPagination",
    "PAGE_SIZE": 50,
    "COERCE_DECIMAL_TO_STRING": False,
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
DRF_STANDARDIZED_ERRORS = {
    "EXCEPTION_HANDLER_CLASS": "aicare.rest.errors.ExceptionHandler",
    "EXCEPTION_FORMATTER_CLASS": "aicare.rest.errors.ExceptionFormatter",
    # Those that any act may meet, if its kind can; rarer ones are named where they occur.
    "ALLOWED_ERROR_STATUS_CODES": [
        "400",
        "401",
        "403",
        "404",
        "406",
        "409",
        "412",
        "413",
        "415",
        "422",
        "428",
        "503",
    ],
}
SPECTACULAR_SETTINGS = {
    "TITLE": "AI Care",
    "VERSION": "v1",
    "DESCRIPTION": (
        "Vital signs, images and their findings of one patient. Not a medical device.\n\n"
        "**Signing in**: `Authorization: Bearer <token>`, or a browser's session with its "
        "`X-CSRFToken` for writes.\n\n"
        '**Refusals** have one form, `{"type", "errors": [{"code", "detail", "attr"}]}`: '
        "`code` never changes, `detail` is for people and comes in the language of "
        "`Accept-Language`. Nothing was stored. Unknown fields and parameters are refused.\n\n"
        "**Writing once**: `Idempotency-Key` on any POST. **Changing**: the `ETag` that was read "
        "as `If-Match`. **Lists** page by cursor: follow `next` until it is null.\n\n"
        "Times are ISO 8601 with an offset; numbers and times have one form in every language."
    ),
    "SCHEMA_PATH_PREFIX": "/api/v1",
    # In the order of a day on a ward.
    "TAGS": [
        {"name": "patients", "description": "Find, register, read and change people"},
        {"name": "ward", "description": "Who is here, how they are, whose set is due"},
        {"name": "vital-signs", "description": "Sets with their score; over time; as a file"},
        {"name": "encounters", "description": "Admit, move, discharge"},
        {"name": "conditions", "description": "Problems and diagnoses"},
        {"name": "allergies", "description": "What must not be given"},
        {"name": "medications", "description": "Drugs as ordered"},
        {"name": "notes", "description": "Plain text, corrected and never edited"},
        {"name": "imaging-studies", "description": "Pictures, and what was made of them"},
        {"name": "inference-jobs", "description": "How far an analysis is"},
        {"name": "diagnostic-reports", "description": "What machines found and people signed"},
        {"name": "worklist", "description": "What waits for a reader"},
        {"name": "classifiers", "description": "The models in use"},
        {"name": "history", "description": "Who changed what, when, why"},
        {"name": "merging", "description": "Two records of one person"},
        {"name": "break-glass", "description": "Another site's record, in an emergency"},
    ],
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PUBLIC": True,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {
        "FactStatusEnum": "patients.models.facts.Fact.Status",
        "NewFactStatusEnum": "patients.models.facts.NEW_STATUS",
        "VitalSignsStatusEnum": "patients.models.VitalSigns.Status",
        "EarlyWarningRiskEnum": "patients.models.VitalSigns.Risk",
        "ReportStatusEnum": "inference.models.DiagnosticReport.Status",
        "JobStatusEnum": "inference.models.InferenceJob.Status",
        "FindingCallEnum": "inference.models.Finding.Call",
        "StudyStatusEnum": "imaging.models.ImagingStudy.Status",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_standardized_errors.openapi_hooks.postprocess_schema_enums",
    ],
}

# --- Logs: no patient data, to standard error ----------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        "django.request": {"level": "ERROR"},
        **{
            name: {"level": "INFO"}
            for name in ("aicare", "patients", "imaging", "inference", "training")
        },
    },
}
