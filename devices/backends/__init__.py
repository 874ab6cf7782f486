"""Drivers. The settings name them by dotted path (see `devices.registry`)."""
