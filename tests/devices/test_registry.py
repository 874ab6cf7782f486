"""Drivers by alias from the settings, and the system check over them."""

import pytest
from django.core import checks
from django.core.exceptions import ImproperlyConfigured

from devices import registry
from devices.backends.simulated import SimulatedDriver
from devices.capture import Modality
from devices.checks import check_devices

SIMULATED = "devices.backends.simulated.SimulatedDriver"
FACE = {"BACKEND": SIMULATED, "OPTIONS": {"modality": "face"}}
IRIS = {"BACKEND": SIMULATED, "OPTIONS": {"modality": "iris"}}

BAD_ENTRIES = [
    None,
    {},
    {"BACKEND": None},
    {"BACKEND": "SimulatedDriver"},
    {"BACKEND": "devices.backends.nowhere.Driver"},
    {"BACKEND": "devices.backends.simulated.Nothing"},
    {"BACKEND": "collections.OrderedDict"},
    {"BACKEND": SIMULATED},
    {"BACKEND": SIMULATED, "OPTIONS": None},
    {"BACKEND": SIMULATED, "OPTIONS": {"modality": "ear"}},
    {"BACKEND": SIMULATED, "OPTIONS": {"modality": "face", "fault": "on fire"}},
    {"BACKEND": SIMULATED, "OPTIONS": {"modality": "face", "colour": "red"}},
]


@pytest.fixture(autouse=True)
def two_simulated_devices(settings):
    settings.DEMO = True
    settings.DEVICES = {"camera": FACE, "iris": IRIS}


def test_the_four_devices_of_the_office_are_found_by_modality(settings):
    names = {"camera": "face", "fingerprint": "finger", "iris": "iris", "signature": "signature"}
    settings.DEVICES = {
        alias: {"BACKEND": SIMULATED, "OPTIONS": {"modality": modality}} for alias, modality in names.items()
    }

    for alias, modality in names.items():
        assert registry.driver_for(Modality(modality)) is registry.driver(alias)


def test_a_driver_is_made_once():
    assert registry.driver("camera") is registry.driver("camera")


def test_a_driver_is_made_only_when_it_is_asked_for(settings):
    settings.DEVICES = {"camera": FACE, "broken": None}

    assert registry.aliases() == ("camera", "broken")
    assert isinstance(registry.driver("camera"), SimulatedDriver)


def test_a_changed_setting_makes_new_drivers(settings):
    before = registry.driver("camera")

    settings.DEVICES = {"camera": IRIS}

    assert registry.driver("camera") is not before
    assert registry.driver("camera").modalities == {Modality.IRIS}


def test_another_changed_setting_keeps_the_drivers(settings):
    before = registry.driver("camera")

    settings.DEMO = False

    assert registry.driver("camera") is before


def test_options_reach_the_backend(settings):
    settings.DEVICES = {"camera": {**FACE, "OPTIONS": {"modality": "face", "fault": "busy"}}}

    assert registry.driver("camera").far_side.fault == "busy"


def test_an_unknown_alias_is_named():
    with pytest.raises(registry.UnknownDevice, match="'scanner'"):
        registry.driver("scanner")


def test_a_modality_that_no_device_serves_is_named():
    with pytest.raises(registry.UnknownDevice, match="finger"):
        registry.driver_for(Modality.FINGER)


def test_an_office_without_devices_has_none(settings):
    del settings.DEVICES

    assert registry.aliases() == ()
    assert check_devices() == []


@pytest.mark.parametrize("entry", BAD_ENTRIES, ids=str)
def test_a_bad_entry_is_refused_with_its_alias(settings, entry):
    settings.DEVICES = {"camera": entry}

    with pytest.raises(ImproperlyConfigured, match="'camera'"):
        registry.driver("camera")


def test_settings_that_are_not_a_mapping_are_refused(settings):
    settings.DEVICES = [FACE]

    with pytest.raises(ImproperlyConfigured, match="settings.DEVICES"):
        registry.driver("camera")
    assert [m.id for m in check_devices()] == ["devices.E001"]


def test_the_check_names_every_alias_that_cannot_be_loaded(settings):
    settings.DEVICES = {"camera": FACE, "iris": {"BACKEND": "a.b"}, "signature": {}}

    messages = check_devices()

    assert [m.id for m in messages] == ["devices.E001"] * 2
    assert "'iris'" in messages[0].msg and "'signature'" in messages[1].msg


@pytest.mark.parametrize(("demo", "debug"), [(True, False), (False, True), (True, True)])
def test_a_simulated_device_is_fine_in_demonstration_and_development(settings, demo, debug):
    settings.DEMO, settings.DEBUG = demo, debug

    assert check_devices() == []


def test_a_simulated_device_is_an_error_in_a_real_office(settings):
    settings.DEMO, settings.DEBUG = False, False

    messages = check_devices()

    assert [m.id for m in messages] == ["devices.E002"] * 2
    assert all(m.level == checks.ERROR for m in messages)


def test_a_real_device_is_fine_in_a_real_office(settings, monkeypatch):
    settings.DEMO, settings.DEBUG = False, False
    monkeypatch.setattr(SimulatedDriver, "simulated", False)

    assert check_devices() == []


def test_the_check_runs_with_the_others_of_the_project():
    assert check_devices in checks.registry.registry.get_checks()
