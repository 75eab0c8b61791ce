"""pacing: how fast, how long, how often. Clock, concurrency, silence budget and waits of the transport.

No HTTP in here; everything takes its time from a `Clock`, so tests need not wait.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timezone


class Clock:
    """Monotonic seconds, and a sleep that `stop` ends early for everybody."""

    def __init__(self) -> None:
        self._stopped = threading.Event()

    def now(self) -> float:
        return time.monotonic()

    def wall(self) -> float:
        return time.time()

    def sleep(self, seconds: float) -> None:
        self._stopped.wait(max(0.0, seconds))

    def stop(self) -> None:
        self._stopped.set()

    @property
    def stopped(self) -> bool:
        return self._stopped.is_set()


class Concurrency:
    """How many calls may be under way at once; adapts to what the workspace bears (AIMD).

    Starts at `start`, doubles per round of answers until the first 429, halves on a 429 (at most once
    a second: one burst is one signal), then grows by one per round of answers. Never under two: the
    case measured in `tests/client` answers 30 % of calls with 429 at random, and one call at a time would crawl.
    Waiting for a slot is not part of any call's deadline.
    """

    FLOOR, CEILING = 2.0, 64.0

    def __init__(self, clock: Clock, start: float = 10.0) -> None:
        self.clock = clock
        self.limit = start
        self.under_way = 0
        self._limited_at: float | None = None
        self._free = threading.Condition()

    @contextmanager
    def slot(self) -> Iterator[None]:
        with self._free:
            while self.under_way >= int(self.limit):
                self._free.wait(1.0)
            self.under_way += 1
        try:
            yield
        finally:
            with self._free:
                self.under_way -= 1
                self._free.notify()

    def limited(self) -> None:
        """The workspace said "too many"."""
        with self._free:
            now = self.clock.now()
            if self._limited_at is None or now - self._limited_at >= 1.0:
                self.limit = max(self.FLOOR, self.limit / 2)
                self._limited_at = now

    def answered(self) -> None:
        with self._free:
            step = 1.0 if self._limited_at is None else 1.0 / self.limit
            self.limit = min(self.CEILING, self.limit + step)
            self._free.notify()


class SilenceBudget:
    """How long to wait for a host that says nothing: `limit_s` for a whole run of calls, not for each.

    A host that takes connections and never answers must be an error within `limit_s`, whatever the
    number of calls, retries and threads. So the silence is counted for all calls together: it begins
    with the first unanswered attempt and ends with any answer at all.
    """

    SHORT_S = 5.0
    PROBE_AFTER_S = 15.0

    def __init__(self, clock: Clock, limit_s: float) -> None:
        self.clock = clock
        self.limit_s = limit_s
        self.ever_answered = False
        self._quiet_since: float | None = None
        self._given_up_at: float | None = None
        self._lock = threading.Lock()

    def grant(self, spent_s: float, share: float) -> float:
        """Seconds this attempt may wait for its answer; 0 means: do not even ask.

        Args:
            spent_s: silence this call has already borne in earlier attempts.
            share: part of the limit for this attempt; under 1 leaves room for another one.
        """
        with self._lock:
            now = self.clock.now()
            if self._quiet_since is None:
                self._quiet_since = now
            left = self.limit_s - max(now - self._quiet_since, spent_s)
            if left > 0:
                return max(0.05, min(self.limit_s * share, left))
            if spent_s or self._refuses(now):
                return 0.0
            return min(self.SHORT_S, self.limit_s)

    def _refuses(self, now: float) -> bool:
        """A host that never said a word is asked again only now and then."""
        given_up = self._given_up_at
        return not self.ever_answered and given_up is not None and now - given_up < self.PROBE_AFTER_S

    def heard(self) -> None:
        with self._lock:
            self.ever_answered, self._quiet_since, self._given_up_at = True, None, None

    def unheard(self) -> None:
        with self._lock:
            self._given_up_at = self.clock.now()


def seconds_of_retry_after(value: str | None, wall: float) -> float | None:
    """`Retry-After` as seconds from `wall` (Unix time): a number, or an HTTP date. None if neither.

    The SDK understands whole numbers only; proxies send dates and fractions too.
    """
    if not value:
        return None
    try:
        seconds = float(value)
    except ValueError:
        return _seconds_until(value, wall)
    return seconds if 0 <= seconds < 1e6 else None  # excludes nan, inf and nonsense


def _seconds_until(date: str, wall: float) -> float | None:
    from email.utils import parsedate_to_datetime  # 6 ms, and rarely wanted

    try:
        moment = parsedate_to_datetime(date)
    except (TypeError, ValueError):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
    return max(0.0, (moment - datetime.fromtimestamp(wall, timezone.utc)).total_seconds())


Dice = Callable[[float, float], float]


def backoff_s(tries: int, cap_s: float = 20.0, base_s: float = 0.5, dice: Dice = random.uniform) -> float:
    """Exponential wait with full jitter: between 0 and base·2^tries, at most `cap_s`, at least 50 ms."""
    return max(0.05, dice(0.0, min(cap_s, base_s * 2.0 ** min(tries, 16))))


def after_asked_s(retry_after_s: float, dice: Dice = random.uniform) -> float:
    """The wait the workspace asked for plus up to half a second, so that callers do not return as one."""
    return retry_after_s + dice(0.0, 0.5)
