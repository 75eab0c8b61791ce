"""credentials: from a decision of `access` to request headers.

A token is a header and needs nothing. Everything else (OAuth, Azure, Google, CLI log-ins, OIDC) is the
SDK's `Config`, imported when the first header is wanted: 0.8 s of import, and its constructor asks the
host for `/.well-known/databricks-config` with a time-out of 300 s unless told otherwise.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from genie_provider.client.redaction import harmless
from genie_provider.client.single_flight import SingleFlight
from genie_provider.errors import SettingsError, WorkspaceError

LOG_IN_S = 25.0
"""Patience with a log-in that needs no person; a browser's gets `BROWSER_S`."""
BROWSER_S = 300.0
METADATA_S = 5
FRESH_S = 10.0
"""Headers are asked for anew after this; the SDK renews tokens 40 s before they end."""

Headers = dict[str, str]


class Credentials(Protocol):
    needs_sdk: bool

    def headers(self) -> Headers: ...


class TokenCredentials:
    """A personal access token or a ready-made bearer token."""

    needs_sdk = False

    def __init__(self, token: str, where: str) -> None:
        token = token.strip()
        if not token.isascii() or not token.isprintable() or not token or " " in token:
            raise SettingsError(f"{where}: the token has characters that no token has")
        self._headers = {"Authorization": f"Bearer {token}"}

    def headers(self) -> Headers:
        return self._headers


class SdkCredentials:
    """Whatever the SDK's unified authentication finds within the given limits.

    Args:
        settings: `Config` arguments: host, and profile with config_file where a profile was chosen.
        env: the environment variables the SDK may see; those of another host are left out by `access`.
        sealed: the surroundings were ruled out (a profile was named, or the environment belongs to
            another host), so credentials the SDK takes from them by itself are refused.
    """

    needs_sdk = True

    def __init__(self, settings: Mapping[str, Any], env: Mapping[str, str], source: str, *, sealed: bool) -> None:
        self._settings = dict(settings)
        self._env = dict(env)
        self._source = source
        self._sealed = sealed
        self._single_flight = SingleFlight()  # threads that wait for one log-in share its failure too
        self._fresh: tuple[float, Headers] = (-FRESH_S, {})

    def headers(self) -> Headers:
        made_at, headers = self._fresh
        if time.monotonic() - made_at < FRESH_S:
            return headers
        config = self._single_flight.get("log in", lambda: _within(self._patience_s(), self._log_in, self._host))
        headers = _within(LOG_IN_S, lambda: dict(config.authenticate()), self._host)
        self._fresh = (time.monotonic(), headers)
        return headers

    @property
    def _host(self) -> str:
        return str(self._settings["host"])

    def _patience_s(self) -> float:
        return BROWSER_S if self._settings.get("auth_type") == "external-browser" else LOG_IN_S

    def _log_in(self) -> Any:
        try:
            config = self._sdk_config()
        except ValueError as error:  # the SDK's word for "no credentials" and for wrong ones
            words = harmless(str(error).partition(". Config:")[0])  # the rest lists its settings
            raise SettingsError(
                f"no credentials for {self._host} ({self._source}): {words}\n"
                f"  databricks auth login --host {self._host}, or name a profile with genie:profile"
            ) from None
        self._check(config)
        config.authenticate()  # the first token belongs to the log-in: it is fetched now, for everybody
        return config

    def _sdk_config(self) -> Any:
        import logging

        from databricks.sdk.core import Config

        logging.getLogger("databricks.sdk").addHandler(logging.NullHandler())
        Config.attributes()  # fills the list on Config itself before the subclass asks for it
        env = self._env

        class LimitedConfig(Config):
            def _load_from_env(self) -> None:
                """As in the SDK, from the variables we allow instead of all of os.environ."""
                for attribute in self.attributes():
                    names = [attribute.env, *attribute.env_aliases] if attribute.env else []
                    value = next((env[name] for name in names if env.get(name)), None)
                    if value and attribute.name not in self._inner:
                        setattr(self, attribute.name, value)

        # The SDK's own time-outs bound its requests for metadata and OAuth tokens.
        return LimitedConfig(http_timeout_seconds=METADATA_S, retry_timeout_seconds=METADATA_S, **self._settings)

    def _check(self, config: Any) -> None:
        """Fails closed, should a later SDK find its way to what was ruled out."""
        if (config.host or "").rstrip("/").lower() != self._host:
            raise SettingsError(
                f"{self._source}: these credentials are for {harmless(config.host)}, not for {self._host}"
            )
        chosen = (self._settings.get("auth_type"), self._env.get("DATABRICKS_AUTH_TYPE"))
        named = config.auth_type in chosen or config.oidc_token_env
        if self._sealed and config.auth_type in _OF_THE_SURROUNDINGS and not named:
            raise SettingsError(
                f"{self._source} has no credentials for {self._host}, and those of the environment "
                f"({config.auth_type}) were not found for it"
            )


_OF_THE_SURROUNDINGS = {"runtime", "runtime-oauth", "model-serving", "env-oidc", "file-oidc"}


def _within(seconds: float, work: Callable[[], Any], host: str) -> Any:
    """The result of `work`, run aside: some log-ins of the SDK have no time-out of their own."""
    outcome: dict[str, Any] = {}

    def run() -> None:
        try:
            outcome["value"] = work()
        except BaseException as error:
            outcome["error"] = error

    aside = threading.Thread(target=run, name="genie-log-in", daemon=True)
    aside.start()
    aside.join(seconds)
    if aside.is_alive():
        raise WorkspaceError("unreachable", "log in", f"{host}: no log-in within {seconds:.0f} s")
    if "error" in outcome:
        raise outcome["error"]
    return outcome["value"]
