"""The app's configuration: connects the system check and the reset of the registry."""

from django.apps import AppConfig
from django.core import checks
from django.core.signals import setting_changed


class DevicesConfig(AppConfig):
    name = "devices"
    label = "devices"
    verbose_name = "Perangkat perekaman"

    def ready(self) -> None:
        from devices.checks import check_devices
        from devices.registry import reset_on_setting_changed

        checks.register(check_devices, "devices")
        setting_changed.connect(reset_on_setting_changed, dispatch_uid="devices.registry")
