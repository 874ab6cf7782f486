"""All settings, from the environment and `.env` (see .env.example, which explains each)."""

from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from office.vault import parse_keys

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
env.read_env(BASE_DIR / ".env", overwrite=False)

# -- what kind of start this is ------------------------------------------------------------------

DEBUG = env.bool("DEBUG", default=False)
DEMO = env.bool("DEMO", default=False)
# Defaults that anybody can read are good enough to try the program, never to keep real cards with.
UNSAFE_SECRET_KEY = "tidak-aman-hanya-untuk-demo-dan-pengembangan-loket-ktp-jatiroto"
UNSAFE_VAULT_KEYS = "demo:amF0aXJvdG8tZGVtby1rdW5jaS10aWRhay1hbWFuIQE="
SECRET_KEY = env("SECRET_KEY", default=UNSAFE_SECRET_KEY)
VAULT_KEYS = parse_keys(env("VAULT_KEYS", default=UNSAFE_VAULT_KEYS))
if not (DEBUG or DEMO):
    for name, value, unsafe in (
        ("SECRET_KEY", SECRET_KEY, UNSAFE_SECRET_KEY),
        ("VAULT_KEYS", VAULT_KEYS, parse_keys(UNSAFE_VAULT_KEYS)),
    ):
        if value == unsafe:
            raise ImproperlyConfigured(
                f"{name} is not set. Outside demo mode the office needs its own: see .env.example."
            )

VAR_DIR = Path(env("VAR_DIR", default=str(BASE_DIR / "var")))
VAR_DIR.mkdir(parents=True, exist_ok=True)
VAULT_DIR = VAR_DIR / "vault"
PUBLIC_URL = env("PUBLIC_URL", default="").rstrip("/")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL] if PUBLIC_URL else []

# -- rooms ---------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "axes",
    "django_tasks",
    "django_tasks_db",
    "office.apps.OfficeConfig",
    "accounts.apps.AccountsConfig",
    "devices.apps.DevicesConfig",
    "applications.apps.ApplicationsConfig",
    "complaints.apps.ComplaintsConfig",
    "supervision.apps.SupervisionConfig",
    "jatiroto_ktp.apps.ProjectConfig",
]

MIDDLEWARE = [
    # First, so that every answer carries the request id and the policy: pages, files, refusals.
    "office.middleware.RequestIdMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "accounts.middleware.OwnPasswordMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "office.middleware.NoStoreMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "jatiroto_ktp.urls"
WSGI_APPLICATION = "jatiroto_ktp.wsgi.application"

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
                "jatiroto_ktp.context.layout",
            ],
        },
    },
]

# -- database ------------------------------------------------------------------------------------

DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'loket.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        # A transaction that reads first and writes later cannot wait for another writer under SQLite: it
        # fails at once with "database is locked". IMMEDIATE takes the write lock at BEGIN and waits. That is
        # also why ATOMIC_REQUESTS must stay off: every page view would then take the one write lock.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        # FULL: a move that was acknowledged survives a power cut; the office has them.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }
    # A file, not memory, also in tests: two processes have to meet in it.
    DATABASES["default"]["TEST"] = {"NAME": str(VAR_DIR / "test.sqlite3")}
else:
    DATABASES["default"].setdefault("CONN_MAX_AGE", 60)
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
ATOMIC_REQUESTS = False
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# -- people --------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "accounts.backends.RoleBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "accounts.passwords.NotOneself",
     "OPTIONS": {"user_attributes": ("username", "name")}},
    {"NAME": "accounts.passwords.LongEnough", "OPTIONS": {"min_length": 10}},
    {"NAME": "accounts.passwords.NotCommon"},
    {"NAME": "accounts.passwords.NotOnlyDigits"},
]
LOGIN_URL = "accounts:sign-in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "accounts:sign-in"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SAMESITE = "Lax"

# By account, not by address: the whole office shares one address.
AXES_LOCKOUT_PARAMETERS = ["username"]
AXES_FAILURE_LIMIT = env.int("SIGN_IN_FAILURES", default=5)
AXES_COOLOFF_TIME = env.float("SIGN_IN_LOCK_HOURS", default=0.25)
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_LOCKOUT_CALLABLE = "accounts.views.sign_in.locked_out"
AXES_HANDLER = "accounts.lockout.PasswordFailures"
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
SILENCED_SYSTEM_CHECKS = [
    "axes.W006",  # it asks for the address in the lock-out: see the line on it above
    # Subdomains and the browsers' preload list are the regency's to decide, not one office's.
    "security.W005",
    "security.W021",
]

# -- language and time ---------------------------------------------------------------------------

LANGUAGE_CODE = "id"
TIME_ZONE = "Asia/Jakarta"
USE_TZ = True
USE_I18N = True
FORMAT_MODULE_PATH = ["jatiroto_ktp.formats"]
USE_THOUSAND_SEPARATOR = True

# -- files ---------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "jatiroto_ktp.staticfiles.NamedPackageFilesFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},  # files live in the vault only
    "staticfiles": {"BACKEND": "jatiroto_ktp.staticfiles.ManifestStorage"},
}
WHITENOISE_MAX_AGE = 60 * 60 * 24 * 365
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_HANDLERS = ["office.uploads.MemoryOnly"]  # scans and lists of residents never lie on the disk in clear

CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# -- devices -------------------------------------------------------------------------------------

SIMULATED = "devices.backends.simulated.SimulatedDriver"
DEVICES = {
    "camera": {"BACKEND": SIMULATED, "OPTIONS": {"modality": "face"}},
    "signature": {"BACKEND": SIMULATED, "OPTIONS": {"modality": "signature"}},
    "fingerprint": {"BACKEND": SIMULATED, "OPTIONS": {"modality": "finger"}},
    "iris": {"BACKEND": SIMULATED, "OPTIONS": {"modality": "iris"}},
}
# The only backend so far is simulated; an office that records at the SIAK station sets DEVICES=none.
if env("DEVICES", default="simulated") == "none":
    DEVICES = {}

# -- long work -----------------------------------------------------------------------------------

# Imports and the like run in a worker of their own (`./dev run` starts it), never inside a request: office.jobs.
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}

# -- browser policy ------------------------------------------------------------------------------

HTTPS = env.bool("HTTPS", default=False)
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_SSL_REDIRECT = HTTPS
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 30 if HTTPS else 0
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
CSRF_FAILURE_VIEW = "jatiroto_ktp.views.csrf_failure"

# -- log -----------------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"request_id": {"()": "office.middleware.RequestIdFilter"}},
    "formatters": {
        "json": {
            "()": "pythonjsonlogger.json.JsonFormatter",
            "fmt": "%(asctime)s %(levelname)s %(name)s %(message)s %(request_id)s",
            "rename_fields": {"asctime": "at", "levelname": "level", "name": "logger"},
        },
    },
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "json", "filters": ["request_id"]},
    },
    "root": {"handlers": ["stderr"], "level": env("LOG_LEVEL", default="INFO")},
    "loggers": {
        # The message of these holds the path, which carries a register number at most, never a name or NIK.
        "django.request": {"level": "ERROR"},
        "axes": {"level": "WARNING"},
        "django_tasks": {"level": "WARNING"},  # each start and end of a task; office.jobs logs what fails
        "django_tasks_db": {"level": "WARNING"},
        "weasyprint": {"level": "ERROR"},
        "fontTools": {"level": "WARNING"},
    },
}
