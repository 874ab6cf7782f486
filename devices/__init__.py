"""Capture devices of the recording desk: camera, fingerprint reader, iris scanner, signature pad.

One driver interface (`devices.driver`), plain values that pass through it (`devices.capture`), one tree of
errors (`devices.errors`) and a registry that makes drivers from the settings (`devices.registry`). The app
imports no other app of the project and has no models: the subject of a capture is an opaque string.
"""
