"""How gunicorn serves the office: started by `./dev run`, or as `gunicorn` in this folder (it reads this file).

Sync workers behind 127.0.0.1; an office that serves other machines puts a proxy with HTTPS in front.
"""

import os
from pathlib import Path
from typing import Any

import environ

HERE = Path(__file__).resolve().parent
environ.Env.read_env(HERE / ".env", overwrite=False)
var = Path(os.environ.get("VAR_DIR") or HERE / "var")
port = os.environ.get("PORT") or "8000"

wsgi_app = "jatiroto_ktp.wsgi"
chdir = str(HERE)
bind = f"127.0.0.1:{port}"
workers = min(4, max(2, os.cpu_count() or 2))
graceful_timeout = 10
accesslog = None  # who read what stands in the read log of the office, not in a file beside it
loglevel = "warning"

# One for each port, so that two offices on one machine do not take it from each other. A path beyond what a
# socket address can hold (108 bytes) would only log an error.
control_socket = str(var.absolute() / "run" / f"gunicorn-{port}.ctl")
control_socket_disable = len(control_socket.encode()) > 100


def when_ready(server: Any) -> None:
    print(f"Serving on http://127.0.0.1:{port} with {workers} workers; Ctrl-C stops it.", flush=True)


def post_worker_init(worker: Any) -> None:
    """The first resident's receipt must not wait for the import of WeasyPrint."""
    from office import pdf

    pdf.warm()
