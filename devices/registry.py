"""Drivers by alias, made from `settings.DEVICES` when first asked for.

    DEVICES = {
        "camera": {"BACKEND": "devices.backends.simulated.SimulatedDriver", "OPTIONS": {"modality": "face"}},
    }

`OPTIONS` are the keyword arguments of the backend.
"""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from devices.capture import Modality
from devices.driver import Driver


class UnknownDevice(LookupError):
    """No device of that alias or modality is configured."""


_drivers: dict[str, Driver] = {}


def aliases() -> tuple[str, ...]:
    """The configured aliases in the settings' order. Raises ImproperlyConfigured if DEVICES is no dict."""
    return tuple(_configured())


def driver(alias: str) -> Driver:
    """The one driver of this alias in this process. Raises UnknownDevice or ImproperlyConfigured."""
    if alias not in _drivers:
        # setdefault, so that two threads that come at once still share one driver.
        _drivers.setdefault(alias, _build(alias))
    return _drivers[alias]


def driver_for(modality: Modality) -> Driver:
    """The first configured driver that serves the modality. Raises UnknownDevice or ImproperlyConfigured."""
    for alias in aliases():
        if modality in driver(alias).modalities:
            return driver(alias)
    raise UnknownDevice(f"No device in settings.DEVICES serves {modality}.")


def reset() -> None:
    """Forget the drivers made so far; the next call makes them from the settings of then."""
    _drivers.clear()


def reset_on_setting_changed(*, setting: str, **_: Any) -> None:
    """Receiver of Django's `setting_changed`, which only tests send."""
    if setting == "DEVICES":
        reset()


def _configured() -> Mapping[str, Any]:
    configured = getattr(settings, "DEVICES", {})
    if not isinstance(configured, Mapping):
        raise ImproperlyConfigured("settings.DEVICES must map an alias to BACKEND and OPTIONS.")
    return configured


def _build(alias: str) -> Driver:
    try:
        entry = _configured()[alias]
    except KeyError:
        raise UnknownDevice(f"There is no {alias!r} in settings.DEVICES.") from None
    try:
        made = import_string(entry["BACKEND"])(**entry.get("OPTIONS", {}))
    except (KeyError, TypeError, ValueError, AttributeError, ImportError) as error:
        raise ImproperlyConfigured(f"DEVICES[{alias!r}] cannot be loaded: {error!r}") from error
    if not isinstance(made, Driver):
        raise ImproperlyConfigured(f"DEVICES[{alias!r}]: {entry['BACKEND']} is not a driver.")
    return made
