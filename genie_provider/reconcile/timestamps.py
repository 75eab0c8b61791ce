"""timestamps: times as the workspace tells them, compared with each other and never with our clock."""

from __future__ import annotations

import re
from datetime import datetime, timezone


def seconds_of(text: str) -> float:
    """Seconds since 1970 of an RFC 3339 time; infinite if it is none."""
    match = re.match(r"(.+?)(\.\d+)?(Z|[+-]\d{2}:\d{2})?\Z", text)
    if not match:
        return float("inf")
    whole, fraction, zone = match.groups()
    try:
        moment = datetime.fromisoformat(whole + ("+00:00" if zone in (None, "Z") else zone))
    except ValueError:
        return float("inf")
    return moment.astimezone(timezone.utc).timestamp() + float(fraction or 0)


def is_older(one: str, other: str) -> bool:
    """Whether time `one` is before `other`, at the precision both have; False where that cannot be said."""
    seconds = [seconds_of(one), seconds_of(other)]
    if float("inf") in seconds:
        return False
    if "." not in one or "." not in other:
        seconds = [float(int(each)) for each in seconds]
    return seconds[0] < seconds[1]
