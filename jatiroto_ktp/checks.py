"""Start-up checks: the demo mark of the database and DEMO=1 belong together (design.md, section 4)."""

from typing import Any

from django.conf import settings
from django.core import checks
from django.db import connections

from office.models import Office


@checks.register(checks.Tags.database)
def check_demo_mark(app_configs: Any, databases: Any = None, **kwargs: Any) -> list[checks.CheckMessage]:
    """A real office is never started in demo mode, nor an office of invented people as a real one."""
    if "default" not in (databases or []):
        return []
    connection = connections["default"]
    if Office._meta.db_table not in connection.introspection.table_names():
        return []
    office = Office.objects.filter(pk=1).first()
    if office is None or office.demo == settings.DEMO:
        return []
    if settings.DEMO and not office.demo and is_untouched():
        return []
    said = "demo data" if office.demo else "real work"
    return [
        checks.Error(
            f"The database holds {said}, but DEMO is {'on' if settings.DEMO else 'off'}.",
            hint="Set DEMO in .env to match, or point DATABASE_URL or VAR_DIR at another database.",
            id="jatiroto_ktp.E001",
        )
    ]


def is_untouched() -> bool:
    """Nobody works here yet: the demo command may fill it."""
    from accounts.models import User

    return not User.objects.exists()
