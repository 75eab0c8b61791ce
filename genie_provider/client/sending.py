"""sending: the one module that imports `requests`; itself imported on the first call only.

A session without cookies, without redirects and without `.netrc` (requests would let an entry there
replace our Authorization header). Proxies and certificate bundles of the environment are honoured, read
once; a host on this machine is never asked through a proxy.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from http.cookiejar import DefaultCookiePolicy
from typing import Any, Literal

import requests
import requests.utils
import urllib3.exceptions
from requests.adapters import HTTPAdapter

POOL = 64
ANSWER_LIMIT_BYTES = 256 * 1024 * 1024

Trouble = Literal["unsent", "certificate", "silent", "cut"]


def session_for(host: str, *, loopback: bool) -> requests.Session:
    """A thread-safe pooled session for one host (keep-alive, up to `POOL` idle connections)."""
    session = requests.Session()
    session.trust_env = False  # costs 0.1 ms a call and brings `.netrc`; what we want of it follows
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    if not loopback:
        session.proxies = dict(requests.utils.get_environ_proxies(host) or {})
        session.verify = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE") or True
    adapter = HTTPAdapter(pool_connections=2, pool_maxsize=POOL, max_retries=0)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return session


def whole_text(answer: requests.Response, too_late: Callable[[], bool]) -> bytes:
    """The body of a streamed answer; one that drips or never ends is an error of `requests`."""
    parts: list[bytes] = []
    size = 0
    for part in answer.iter_content(1 << 16):
        parts.append(part)
        size += len(part)
        if size > ANSWER_LIMIT_BYTES:
            raise requests.ConnectionError("the answer is too large")
        if too_late():
            raise requests.ReadTimeout("the answer drips")
    return b"".join(parts)


def trouble_of(error: requests.RequestException) -> Trouble:
    """What a failed attempt proves: "unsent" and "certificate" mean that nothing reached the workspace."""
    cause: Any = error.args[0] if error.args else None
    reason = getattr(cause, "reason", None) or cause
    if "CERTIFICATE_VERIFY_FAILED" in str(error):
        return "certificate"
    if isinstance(error, (requests.ConnectTimeout, requests.exceptions.ProxyError)):
        return "unsent"
    if isinstance(reason, urllib3.exceptions.NewConnectionError):  # refused, no route, no such name
        return "unsent"
    if isinstance(error, requests.Timeout) or isinstance(reason, urllib3.exceptions.ReadTimeoutError):
        return "silent"
    return "cut"


_REASONS = (
    ("NameResolution", "no such host name"),
    ("refused", "connection refused"),
    ("timed out", "no connection in time"),
    ("ProxyError", "the proxy could not be used"),
    ("unreachable", "no route to it"),
)


def reason_of(error: Exception) -> str:
    """Why no connection came about, in our words: the library's would show addresses of objects."""
    text = repr(error)
    return next((words for mark, words in _REASONS if mark in text), "no connection")
