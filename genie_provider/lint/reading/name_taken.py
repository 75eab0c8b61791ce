"""Two specs of one logical name.

The name is the file's stem, or `name`. It names the resource in Pulumi, so there can be only one of it in a
program, whatever folders its specs come from. Names that differ only in how an accented letter is stored are one.

Passes::

    spaces:
      - {name: sales, title: Sales}
      - {name: returns, title: Returns}

Fails::

    spaces:
      - {name: sales, title: Sales}
      - {name: sales, title: Returns}
"""

from __future__ import annotations

from ...errors import Place

ID = "name-taken"
LEVEL = "error"
FIXED = True
WHEN = "outside"


def check(name: str, first: Place, same_file: bool) -> str:
    if same_file:
        return f"two spaces of this file are called '{name}'; set name"
    return f"the name '{name}' is taken by {first}; set name"
