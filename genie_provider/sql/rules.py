"""rules: the OLD=NEW rules of a rename, read, checked and looked up. No SQL here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from ..errors import GenieError
from ..model.identifiers import parts
from .places import Parts
from .scopes import lower

ANY = "*"
LEVELS = {1: "a catalog", 2: "catalog.schema", 3: "catalog.schema.name"}
_HALVES = re.compile(r"((?:`[^`]*`|\$\{[^}]*\}|[^`=])*)=(.*)", re.DOTALL)


class BadRename(GenieError):
    """Rules that cannot be followed; every fault on a line of its own."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        super().__init__("\n".join(faults))


class Rules:
    """Old names and their new ones, the most specific first; each name is rewritten once."""

    def __init__(self, new_by_old: Mapping[Parts, Parts] | None = None) -> None:
        self._pairs = dict(new_by_old or {})
        self._new = {lower(old): (old, new) for old, new in self._pairs.items()}
        self._used: set[Parts] = set()

    def __bool__(self) -> bool:
        return bool(self._pairs)

    def renamed(self, name: Parts) -> Parts:
        """The new name; a part the rule leaves alone keeps the spelling it came with."""
        rule = self._rule_for(lower(name))
        if not rule:
            return name
        pairs = zip(*rule, strict=True)
        head = [part if old == new else new for part, (old, new) in zip(name, pairs, strict=False)]
        return (*head, *name[len(head) :])

    def _rule_for(self, name: Parts) -> tuple[Parts, Parts] | None:
        for length in (3, 2, 1):
            rule = self._new.get(name[:length]) if length <= len(name) else None
            if rule:
                self._used.add(lower(rule[0]))
                return rule
        rule = self._new.get((ANY, name[1])) if len(name) > 1 else None
        self._used |= {lower(rule[0])} if rule else set()
        return rule

    def unused(self) -> list[str]:
        """The old names that nothing was called so far."""
        return [".".join(old) for old in self._pairs if lower(old) not in self._used]

    def could_change(self, ending: Parts, length: int) -> bool:
        """Would some rule change a written part of a name of `length` parts that ends like this?"""
        written = lower(ending)
        missing = length - len(written)
        return any(
            all(old[missing + i].lower() == part for i, part in enumerate(written) if missing + i < len(old))
            and old[missing:length] != new[missing:length]
            for old, new in self._pairs.items()
        )

    def renamed_ending(self, ending: Parts) -> Parts:
        """A name whose catalog nobody knows, by the rules that hold in any catalog."""
        rule = self._new.get((ANY, ending[0].lower())) if len(ending) == 2 else None
        return (rule[1][1], *ending[1:]) if rule else ending

    def words(self) -> set[str]:
        """The parts that would be replaced; a text without any of them needs no reading."""
        pairs = [pair for old, new in self._pairs.items() for pair in zip(old, new, strict=True)]
        return {old.lower() for old, new in pairs if old != new}


def rules_from(texts: Iterable[str]) -> Rules:
    """Rules from texts such as `dev_sales=sales` and `dev_sales.raw=sales.core`.

    Raises:
        BadRename: with all faults of all texts.
    """
    rules: dict[Parts, Parts] = {}
    faults, seen = [], set()
    for text in texts:
        halves = _HALVES.fullmatch(text)
        old, new = (parts(halves[1]), parts(halves[2])) if halves else ((), ())
        if not old or not new:
            faults.append(f"--rename {text}: write OLD=NEW, such as dev_sales=sales or dev.raw=prod.core")
        elif len(old) > 3 or len(old) != len(new):
            sides = " = ".join(LEVELS.get(len(side), f"{len(side)} parts") for side in (old, new))
            faults.append(f"--rename {text}: both sides need the same number of parts ({sides})")
        elif lower(old) in seen:
            faults.append(f"--rename {text}: {'.'.join(old)} already has a new name")
        else:
            rules[old] = new
        seen.add(lower(old))
    if faults:
        raise BadRename(faults)
    return Rules(rules)


def placeholders_from(values: Mapping[str, str]) -> Rules:
    """Rules that put `${name}` where a variable's value stands now.

    `catalog=main` is a catalog, and so is any value of one part, unless the variable's name says
    schema or database: `schema=sales`. That holds in the catalogs given beside it, or, when there
    are none, in every catalog. `raw=main.raw_v2` puts the last part of a schema or table behind `${raw}`.

    Raises:
        BadRename: with all faults.
    """
    named = {variable: parts(value) for variable, value in values.items()}
    faults = [
        f"--parameterize {variable}={values[variable]}: a catalog, a schema or a three-part name is expected"
        for variable, value in named.items()
        if not 1 <= len(value) <= 3 or not re.fullmatch(r"\w+", variable)
    ]
    catalogs = {v: value for v, value in named.items() if len(value) == 1 and not _is_schema(v)}
    schemas = {v: value for v, value in named.items() if len(value) == 1 and _is_schema(v)}
    wanted: list[tuple[Parts, str]] = [(value, v) for v, value in catalogs.items()]
    wanted += [((*c, *s), v) for v, s in schemas.items() for c in (catalogs.values() or [(ANY,)])]
    wanted += sorted(((value, v) for v, value in named.items() if len(value) > 1), key=lambda w: len(w[0]))
    rules: dict[Parts, Parts] = {}
    for old, variable in wanted:
        if any(lower(old) == lower(other) for other in rules):
            faults.append(f"--parameterize {variable}={values[variable]}: already put behind another variable")
        rules[old] = (*Rules(rules).renamed(old[:-1]), "${" + variable + "}")
    if faults:
        raise BadRename(faults)
    return Rules(rules)


def _is_schema(variable: str) -> bool:
    return bool(re.search("schema|database", variable, re.IGNORECASE))
