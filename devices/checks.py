"""System checks of `settings.DEVICES`; they load the drivers but talk to no device.

devices.E001: an alias cannot be loaded. devices.E002: an alias is simulated although the office is a real
one.
"""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.core.exceptions import ImproperlyConfigured

from devices import registry


def check_devices(**_: Any) -> list[CheckMessage]:
    """Every fault in `settings.DEVICES`, one message each."""
    try:
        aliases = registry.aliases()
    except ImproperlyConfigured as error:
        return [Error(str(error), id="devices.E001")]
    return [message for alias in aliases for message in _check_alias(alias)]


def _check_alias(alias: str) -> Iterator[CheckMessage]:
    try:
        driver = registry.driver(alias)
    except ImproperlyConfigured as error:
        yield Error(str(error), id="devices.E001")
        return
    if driver.simulated and not _simulation_allowed():
        yield Error(
            f"DEVICES[{alias!r}] is a simulated device, which is for demonstration and development only.",
            hint="Name the backend of the real device, or start with DEMO=1.",
            id="devices.E002",
        )


def _simulation_allowed() -> bool:
    return bool(getattr(settings, "DEMO", False) or settings.DEBUG)
