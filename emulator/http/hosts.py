"""hosts: by which names this workspace answers.

A page on somebody's site can have its own name point to this machine (DNS rebinding): the browser then takes pages, API
and control path for parts of that site, and lets it read and write them. What such a request cannot hide is the
name: it stands in the Host header. So only names that nobody else can own are answered.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Iterable
from dataclasses import dataclass

_HEADER = re.compile(r"(?:\[([0-9a-f:.]+)\]|([^:\[\]\s/@]+))(?::\d{1,5})?", re.IGNORECASE)


@dataclass(frozen=True)
class Hosts:
    """Names in lower case; addresses are those of loopback, or with `any_address` all of them."""

    names: frozenset[str] = frozenset({"localhost"})
    any_address: bool = False

    def knows(self, header: str) -> bool:
        """Whether a Host header, with or without a port, is one of ours."""
        match = _HEADER.fullmatch(header)
        if match is None:
            return False
        name = (match[1] or match[2]).lower().removesuffix(".")
        try:
            return ipaddress.ip_address(name).is_loopback or self.any_address
        except ValueError:
            return name in self.names


LOOPBACK = Hosts()


def hosts(anyone: bool, known_as: Iterable[str] = ()) -> Hosts:
    """Loopback and the names given; for `anyone` also every address and the name this machine has."""
    names = {"localhost", *known_as, *([socket.gethostname()] if anyone else [])}
    return Hosts(frozenset(name.lower().removesuffix(".") for name in names), anyone)
