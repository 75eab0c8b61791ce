"""session: the one module that imports `requests`; itself imported on the first call only.

A session without cookies, without redirects and without `.netrc` (requests would let an entry there
replace our Authorization header). Proxies and certificate bundles of the environment are honoured, read
once; a host on this machine is never asked through a proxy.
"""

from __future__ import annotations

import os
import ssl
from collections.abc import Callable
from http.cookiejar import DefaultCookiePolicy
from typing import Any, Literal

import certifi
import requests
import requests.utils
import urllib3.exceptions
from requests.adapters import HTTPAdapter
from urllib3.util.ssl_ import create_urllib3_context

from genie_provider.errors import SettingsError

POOL = 64
ANSWER_LIMIT_BYTES = 256 * 1024 * 1024

ConnectionFailure = Literal["unsent", "certificate", "silent", "cut"]


class _OneContextAdapter(HTTPAdapter):
    """One TLS context for all connections: loading the certificates anew costs 19 ms of CPU for each.

    Certificates are always checked. Under a version of `requests` that does not ask for pool attributes
    no certificate would be trusted at all, so it fails closed.
    """

    def __init__(self, bundle: str) -> None:
        self._bundle = bundle
        self._context: ssl.SSLContext | None = None
        super().__init__(pool_connections=2, pool_maxsize=POOL, max_retries=0)

    def build_connection_pool_key_attributes(self, request: Any, verify: Any, cert: Any = None) -> tuple[Any, Any]:
        where, attributes = super().build_connection_pool_key_attributes(request, verify, cert)
        if where["scheme"] == "https":
            self._context = self._context or _context_of(self._bundle)
            attributes = {"ssl_context": self._context, "cert_reqs": "CERT_REQUIRED"}
        return where, attributes

    def cert_verify(self, conn: Any, url: Any, verify: Any, cert: Any) -> None:
        """The context above has the certificates; the base would load them into it once more."""


def _context_of(bundle: str) -> ssl.SSLContext:
    context = create_urllib3_context()
    try:
        context.load_verify_locations(*((None, bundle) if os.path.isdir(bundle) else (bundle or certifi.where(),)))
    except OSError as error:
        raise SettingsError(f"the certificates of REQUESTS_CA_BUNDLE, {bundle}: {error}") from None
    return context


def session_for(host: str, *, loopback: bool) -> requests.Session:
    """A thread-safe pooled session for one host (keep-alive, up to `POOL` idle connections)."""
    session = requests.Session()
    session.trust_env = False  # costs 0.1 ms a call and brings `.netrc`; what we want of it follows
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    if not loopback:
        session.proxies = dict(requests.utils.get_environ_proxies(host) or {})
    bundle = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE") or ""
    session.mount("https://", _OneContextAdapter(bundle))
    session.mount("http://", _OneContextAdapter(bundle))
    return session


def whole_text(answer: requests.Response, too_late: Callable[[], bool]) -> bytes:
    """The body of a streamed answer; one that drips or never ends is an error of `requests`."""
    parts: list[bytes] = []
    size = 0
    try:
        # read1: `iter_content` would block for a full chunk, and a byte a second resets its time-out.
        while part := answer.raw.read1(1 << 16, decode_content=True):
            parts.append(part)
            size += len(part)
            if size > ANSWER_LIMIT_BYTES:
                raise requests.ConnectionError("the answer is too large")
            if too_late():
                raise requests.ReadTimeout("the answer drips")
    except urllib3.exceptions.HTTPError as error:
        raise requests.ConnectionError(error) from None
    return b"".join(parts)


_BEFORE_SENDING = (
    requests.ConnectTimeout,
    requests.exceptions.ProxyError,  # only https goes through a proxy, and fails while the tunnel is made
    requests.exceptions.InvalidURL,
    requests.exceptions.InvalidHeader,
)


def failure_of(error: requests.RequestException) -> ConnectionFailure:
    """What a failed attempt proves: "unsent" and "certificate" mean that nothing reached the workspace."""
    cause: Any = error.args[0] if error.args else None
    reason = getattr(cause, "reason", None) or cause
    if "CERTIFICATE_VERIFY_FAILED" in str(error):
        return "certificate"
    if isinstance(error, _BEFORE_SENDING):
        return "unsent"
    if isinstance(reason, urllib3.exceptions.NewConnectionError):  # refused, no route, no such name
        return "unsent"
    if isinstance(error, requests.Timeout) or isinstance(reason, urllib3.exceptions.ReadTimeoutError):
        return "silent"
    return "cut"


_REASONS = (
    ("NameResolution", "no such host name"),
    ("InvalidURL", "not an address"),
    ("refused", "connection refused"),
    ("timed out", "no connection in time"),
    ("ProxyError", "the proxy could not be used"),
    ("unreachable", "no route to it"),
)


def reason_of(error: Exception) -> str:
    """Why no connection came about, in our words: the library's would show addresses of objects."""
    text = repr(error)
    return next((words for mark, words in _REASONS if mark in text), "no connection")
