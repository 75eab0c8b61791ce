"""resolve: which workspace, and with which credentials. Decided before anything is sent.

Two rules stand above convenience. What the stack sets wins over the environment. And a credential
found for one host is never sent to another: the SDK alone would send DATABRICKS_TOKEN, meant for
DATABRICKS_HOST, to any host given in code. In words, first match wins:

    genie:token and genie:host            the token; nothing else is looked at
    genie:profile                         that profile alone; the environment's credentials are ignored
    genie:host, credentials in the        used, if DATABRICKS_HOST is the same or not set
      environment                           (a bare DATABRICKS_TOKEN serves the stack's host)
    genie:host                            the profile of that host, else host-less log-ins (Azure, CLI);
                                          none is needed for a workspace on this machine
    none                                  DATABRICKS_HOST, DATABRICKS_CONFIG_PROFILE, default profile
"""

from __future__ import annotations

import os
from collections.abc import Mapping

from genie_provider.client.auth.credentials import Credentials, Headers, SdkCredentials, TokenCredentials
from genie_provider.client.auth.profiles import Host, Profile, ProfileFile, to_host
from genie_provider.errors import SettingsError

# Variables that are, or choose, credentials found together with DATABRICKS_HOST.
BOUND_TO_HOST = (
    "DATABRICKS_TOKEN",
    "DATABRICKS_PASSWORD",
    "DATABRICKS_CLIENT_ID",
    "DATABRICKS_CLIENT_SECRET",
    "DATABRICKS_METADATA_SERVICE_URL",
    "DATABRICKS_OIDC_TOKEN",
    "DATABRICKS_OIDC_TOKEN_ENV",
    "DATABRICKS_OIDC_TOKEN_FILE",
    "DATABRICKS_OIDC_TOKEN_FILEPATH",
    "DATABRICKS_GOOGLE_SERVICE_ACCOUNT",
    "DATABRICKS_AUTH_TYPE",
)
# Say nothing about who we are; may stay when the rest of the environment is ruled out.
HARMLESS = ("DATABRICKS_CLI_PATH", "ARM_ENVIRONMENT", "DATABRICKS_CLOUD")


class Access:
    """One workspace and the way in. Shows where the credentials come from, never what they are."""

    def __init__(self, host: Host, source: str, credentials: Credentials, workspace_id: str = "") -> None:
        self.host = host.url
        self.loopback = host.loopback
        self.source = source
        self.needs_sdk = credentials.needs_sdk
        self._credentials = credentials
        self._workspace_id = workspace_id or host.workspace_id

    def __repr__(self) -> str:
        return f"Access({self.host!r}, {self.source!r})"

    def headers(self) -> Headers:
        """Fresh authentication headers; may log in, and then takes seconds.

        Raises:
            SettingsError: there are no credentials for this host.
        """
        headers = self._credentials.headers()
        if not self._workspace_id:
            return headers
        # Hosts that serve several workspaces route by it; the SDK sends it too when it is configured.
        return headers | {"X-Databricks-Workspace-Id": self._workspace_id}

    @classmethod
    def find(
        cls,
        host: str | None,
        profile: str | None,
        token: str | None = None,
        env: Mapping[str, str] | None = None,
    ) -> Access:
        """The way into the workspace that the stack's settings and `env` (os.environ) name.

        Reads ~/.databrickscfg at most; nothing is sent and the SDK is not imported.

        Raises:
            SettingsError: no host, contradicting hosts, an unknown profile; names both sides.
        """
        finder = _Finder(os.environ if env is None else env)
        stack_host = to_host(host, "genie:host") if host else None
        if profile:
            return finder.by_stack_profile(profile, stack_host, token)
        if token:
            if not stack_host:
                raise SettingsError("genie:token is set without genie:host; say which workspace it is for")
            return _with_token(stack_host, token, "genie:token of the stack")
        return finder.by_stack_host(stack_host) if stack_host else finder.by_surroundings()


class _Finder:
    def __init__(self, env: Mapping[str, str]) -> None:
        self.env = env
        self.file = ProfileFile(env)
        self.env_profile = env.get("DATABRICKS_CONFIG_PROFILE", "").strip()

    def by_stack_profile(self, name: str, stack_host: Host | None, token: str | None) -> Access:
        chosen = self.file.get(name, "genie:profile")
        host = _agreed(stack_host, "genie:host", chosen, "genie:profile")
        if token:
            return _with_token(host, token, "genie:token of the stack")
        return self._with_profile(chosen, host)

    def by_stack_host(self, host: Host) -> Access:
        env_host = self._env_host()
        found = self._env_credentials()
        if found and env_host in (None, host):
            return self._with_env(host, found)
        fitting = self.file.of_host(host, self.env_profile)
        if fitting:
            return self._with_profile(fitting, host)
        if found:
            raise SettingsError(
                f"genie:host is {host}, but {' and '.join(found)} of the environment "
                f"{'belong' if len(found) > 1 else 'belongs'} to DATABRICKS_HOST {env_host}; "
                "nothing was sent. Make DATABRICKS_HOST the stack's host, unset these, or log in: "
                f"databricks auth login --host {host}"
            )
        return self._without_own(host, sealed=env_host not in (None, host))

    def by_surroundings(self) -> Access:
        env_host = self._env_host()
        if env_host:
            return self._by_env_host(env_host)
        if self.env_profile:
            return self._by_env_profile(self.file.get(self.env_profile, "DATABRICKS_CONFIG_PROFILE"))
        if self._env_credentials():
            raise SettingsError(
                f"{self._env_credentials()[0]} is set, but no workspace: set genie:host or DATABRICKS_HOST"
            )
        default = self.file.default()
        if default and default.host:
            return self._with_profile(default, default.host)
        raise SettingsError(
            "no workspace: set genie:host or genie:profile in the stack, or DATABRICKS_HOST; "
            "log in with: databricks auth login --host https://<workspace>"
        )

    def _by_env_host(self, host: Host) -> Access:
        if self.env_profile and not self._env_credentials():
            chosen = self.file.get(self.env_profile, "DATABRICKS_CONFIG_PROFILE")
            return self._with_profile(chosen, _agreed(host, "DATABRICKS_HOST", chosen, "DATABRICKS_CONFIG_PROFILE"))
        return self.by_stack_host(host)

    def _by_env_profile(self, chosen: Profile) -> Access:
        if not chosen.host:
            raise SettingsError(f"{chosen} (DATABRICKS_CONFIG_PROFILE) has no host; set genie:host")
        found = self._env_credentials()
        if found and not chosen.has_credentials:
            return self._with_env(chosen.host, found)
        return self._with_profile(chosen, chosen.host)

    def _env_host(self) -> Host | None:
        written = self.env.get("DATABRICKS_HOST", "").strip()
        return to_host(written, "DATABRICKS_HOST") if written else None

    def _env_credentials(self) -> list[str]:
        return [name for name in BOUND_TO_HOST if self.env.get(name, "").strip()]

    def _with_env(self, host: Host, found: list[str]) -> Access:
        source = f"{found[0]} of the environment"
        workspace_id = self.env.get("DATABRICKS_WORKSPACE_ID", "")
        if "DATABRICKS_TOKEN" in found and self.env.get("DATABRICKS_AUTH_TYPE", "pat") == "pat":
            return _with_token(host, self.env["DATABRICKS_TOKEN"], source, workspace_id)
        # Without a word which kind, variables of other tools (ARM_*, GOOGLE_*) would be a second kind.
        only = None if "DATABRICKS_AUTH_TYPE" in found else "DATABRICKS_"
        seen = {key: value for key, value in self.env.items() if not only or key.startswith(only)}
        seen.pop("DATABRICKS_CONFIG_PROFILE", None)
        return Access(host, source, SdkCredentials({"host": host.url}, seen, source, sealed=False), workspace_id)

    def _with_profile(self, chosen: Profile, host: Host) -> Access:
        workspace_id = chosen.values.get("workspace_id", "")
        auth_type = chosen.values.get("auth_type", "")
        if chosen.values.get("token") and auth_type in ("", "pat"):
            return _with_token(host, chosen.values["token"], str(chosen), workspace_id)
        settings = {"host": host.url, "profile": chosen.name, "config_file": str(self.file.path)}
        if auth_type:
            settings["auth_type"] = auth_type
        credentials = SdkCredentials(settings, self._harmless(), str(chosen), sealed=True)
        return Access(host, str(chosen), credentials, workspace_id)

    def _without_own(self, host: Host, *, sealed: bool) -> Access:
        """No token anywhere: log-ins that are made for the host when asked (Azure, Google, CLI, runtime)."""
        if host.loopback:  # the local workspace lets everybody in; no log-in is made for this machine
            return _with_token(host, "local-workspace", "none: a workspace on this machine")
        seen = self._harmless() if sealed else dict(self.env)
        seen.pop("DATABRICKS_CONFIG_PROFILE", None)
        source = "the SDK's unified authentication"
        return Access(host, source, SdkCredentials({"host": host.url}, seen, source, sealed=sealed))

    def _harmless(self) -> dict[str, str]:
        return {name: self.env[name] for name in HARMLESS if name in self.env}


def _with_token(host: Host, token: str, source: str, workspace_id: str = "") -> Access:
    return Access(host, source, TokenCredentials(token, source), workspace_id)


def _agreed(given: Host | None, key: str, profile: Profile, profile_key: str) -> Host:
    """The one host that both name; a profile without a host takes the given one."""
    host = profile.host
    if not given and not host:
        raise SettingsError(f"{profile} ({profile_key}) has no host; set genie:host")
    if given and host and given != host:
        raise SettingsError(
            f"{key} is {given}, but {profile} ({profile_key}) is for {host}; nothing was sent. "
            f"Remove one of the two, or name the profile of {given}."
        )
    found = given or host
    assert found is not None
    return found
