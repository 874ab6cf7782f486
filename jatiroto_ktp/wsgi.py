"""The application as gunicorn loads it."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jatiroto_ktp.settings")
application = get_wsgi_application()
