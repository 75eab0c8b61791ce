"""profiles: names of workspaces as people write them, and what ~/.databrickscfg says about them."""

from __future__ import annotations

import configparser
import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from genie_provider.client.redaction import harmless
from genie_provider.errors import SettingsError

_SETTINGS = "__settings__"  # the CLI's own section; holds default_profile


@dataclass(frozen=True)
class Host:
    """A workspace's address: scheme, name and port only, lower case, so that two can be compared.

    `workspace_id` is the `?o=` that browsers show in the address, "" if there was none.
    """

    url: str
    workspace_id: str = field(default="", compare=False)

    def __str__(self) -> str:
        return self.url

    @property
    def loopback(self) -> bool:
        return _is_loopback(urlsplit(self.url).hostname or "")


def to_host(text: str, where: str) -> Host:
    """`https://name[:port]` from an address as pasted: no scheme, a path, `?o=`, trailing slashes.

    Raises:
        SettingsError: not an address, or http:// to another machine (the token would be readable);
            `where` says which key it came from.
    """
    text = text.strip()
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
        name, port = parts.hostname or "", parts.port
    except ValueError:  # half an IPv6 address, a port that is none
        parts, name, port = urlsplit(""), "", None
    if ".." in name or not text.isprintable():
        name = ""
    scheme = parts.scheme.lower()
    plain = name.replace("-", "").replace(".", "").replace(":", "").replace("_", "")
    if scheme not in ("http", "https") or not plain.isalnum() or not name.isascii():
        raise SettingsError(
            f"{where}: {harmless(text.rpartition('@')[2], limit=80)!r} is not a workspace's address; "
            "write https://<name>.cloud.databricks.com"
        )
    if parts.username or parts.password:
        raise SettingsError(f"{where}: the address must not carry a user or a password")
    if scheme == "http" and not _is_loopback(name):
        raise SettingsError(f"{where}: http://{name} would show the token to the network; write https://{name}")
    shown = f"[{name}]" if ":" in name else name
    usual = {"https": 443, "http": 80}[scheme]
    port_part = f":{port}" if port and port != usual else ""
    return Host(f"{scheme}://{shown}{port_part}", next(iter(parse_qs(parts.query).get("o", [])), "")[:40])


def _is_loopback(name: str) -> bool:
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return name == "localhost" or name.endswith(".localhost")


@dataclass(frozen=True, repr=False)
class Profile:
    """One section of the file. `values` may hold secrets: never shown."""

    name: str
    values: Mapping[str, str]
    file: str

    def __str__(self) -> str:
        return f"profile {self.name} of {self.file}"

    @property
    def host(self) -> Host | None:
        written = self.values.get("host", "").strip()
        return to_host(written, f"host of {self}") if written else None

    @property
    def has_credentials(self) -> bool:
        """Whether the section says more than where and which (host, ids): a secret or a way to log in."""
        return any(value and key not in _NOT_CREDENTIALS for key, value in self.values.items())


_NOT_CREDENTIALS = {
    "host",
    "account_id",
    "workspace_id",
    "cluster_id",
    "warehouse_id",
    "serverless_compute_id",
}


class ProfileFile:
    """The profiles of DATABRICKS_CONFIG_FILE or ~/.databrickscfg; a missing file has none."""

    def __init__(self, env: Mapping[str, str]) -> None:
        named = env.get("DATABRICKS_CONFIG_FILE", "")
        home = env.get("HOME") or env.get("USERPROFILE") or "~"
        self.shown = named or "~/.databrickscfg"
        self.path = Path(named).expanduser() if named else Path(home).expanduser() / ".databrickscfg"
        self._profiles: dict[str, Profile] | None = None
        self.default_name = ""

    @property
    def profiles(self) -> dict[str, Profile]:
        if self._profiles is None:
            self._profiles = self._load()
        return self._profiles

    def get(self, name: str, where: str) -> Profile:
        """The profile, or a SettingsError that names those there are; `where` asked for it."""
        if name in self.profiles:
            return self.profiles[name]
        there = ", ".join(self.profiles) or "none"
        raise SettingsError(
            f"{where}: {self.shown} has no profile {name!r} (there: {there}); "
            f"make it with: databricks auth login --profile {name}"
        )

    def default(self) -> Profile | None:
        return self.profiles.get(self.default_name or "DEFAULT")

    def of_host(self, host: Host, preferred: str = "") -> Profile | None:
        """The profile of that host: the preferred one, the only one, or DEFAULT among several.

        Raises:
            SettingsError: several, and nothing says which.
        """
        fitting = {p.name: p for p in self.profiles.values() if _host_or_none(p) == host}
        for name in (preferred, self.default_name, "DEFAULT"):
            if name in fitting:
                return fitting[name]
        if len(fitting) > 1:
            raise SettingsError(
                f"{self.shown} has several profiles for {host}: {', '.join(fitting)}; "
                "say which with genie:profile (or DATABRICKS_CONFIG_PROFILE)"
            )
        return next(iter(fitting.values()), None)

    def _load(self) -> dict[str, Profile]:
        # No section is merged into the others: the SDK does not inherit from DEFAULT either.
        parser = configparser.RawConfigParser(default_section="\0")
        try:
            parser.read(self.path, encoding="utf-8")
        except (configparser.Error, UnicodeDecodeError, OSError) as error:
            line = getattr(error, "lineno", None)  # never the text: the line may hold a token
            raise SettingsError(
                f"{self.shown}{f', line {line}' if line else ''}: not a readable profile file"
            ) from None
        if parser.has_section(_SETTINGS):
            self.default_name = parser.get(_SETTINGS, "default_profile", fallback="").strip()
        names = [name for name in parser.sections() if name != _SETTINGS]
        return {name: Profile(name, dict(parser.items(name)), self.shown) for name in names}


def _host_or_none(profile: Profile) -> Host | None:
    try:
        return profile.host
    except SettingsError:
        return None
