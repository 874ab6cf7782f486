"""Time as people tell it in a queue: `12 menit`, `1 jam 05 menit`, `3 hari`."""

from datetime import timedelta


def told(duration: timedelta) -> str:
    minutes = max(0, int(duration.total_seconds() // 60))
    if minutes < 60:
        return f"{minutes} menit"
    if minutes < 24 * 60:
        return f"{minutes // 60} jam {minutes % 60:02d} menit"
    return f"{minutes // (24 * 60)} hari"
