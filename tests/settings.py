"""The project's settings for tests: independent of `.env`, in a folder of their own, and quick.

DATABASE_URL comes from the environment only, so that a test never goes near the database of the office; SQLite in
that folder when unset.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

# A process that a test starts inherits the folder, and meets the test in the same database.
folder = os.environ.get("LOKET_TEST_VAR", "")
if not folder:
    folder = os.environ["LOKET_TEST_VAR"] = tempfile.mkdtemp(prefix="loket-ktp-test-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)

# Each worker of a run in parallel has a place of its own; what it starts finds it by the same name.
folder = str(Path(folder) / os.environ.get("PYTEST_XDIST_WORKER", ""))
Path(folder).mkdir(parents=True, exist_ok=True)

# What the environment holds wins over `.env`.
os.environ |= {
    "DEBUG": "0",
    "DEMO": "1",
    "HTTPS": "0",
    "DEVICES": "simulated",
    "PUBLIC_URL": "",
    "LOG_LEVEL": "INFO",
    "VAR_DIR": folder,
    "DATABASE_URL": os.environ.get("DATABASE_URL") or f"sqlite:///{Path(folder) / 'loket.sqlite3'}",
}
for name in ("SECRET_KEY", "VAULT_KEYS", "ALLOWED_HOSTS", "SIGN_IN_FAILURES", "SIGN_IN_LOCK_HOURS"):
    os.environ.pop(name, None)

from jatiroto_ktp.settings import *  # noqa: E402, F403
from jatiroto_ktp.settings import DATABASES, MIDDLEWARE, STORAGES  # noqa: E402

# WhiteNoise reads all static files again for each test client: 29 seconds for 60 tests.
MIDDLEWARE = [name for name in MIDDLEWARE if not name.startswith("whitenoise.")]
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A power cut loses nothing here.
    DATABASES["default"]["OPTIONS"]["init_command"] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"
