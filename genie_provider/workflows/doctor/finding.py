"""finding: what one look found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "notice", "problem"]


@dataclass(frozen=True)
class Finding:
    """What one look found, and what to do about it."""

    check: str
    state: State
    found: str
    remedy: str = ""
