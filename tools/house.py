"""house: the floor plan, checked, counted and drawn from the contracts and the imports as they are.

    python -m tools.house           draws docs/house.svg and says how many rooms, floors and arrows there are
    python -m tools.house --rooms   a line a room: its modules, its lines, its neighbours
    python -m tools.house --check   whether the contracts of contracts/*.importlinter hold

A room is a package, or a module that stands alone, directly in `genie_provider`; an arrow is an import between
two rooms, type hints included; a room's floor is one above the highest room it imports.
"""

from __future__ import annotations

import argparse
import configparser
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from xml.sax.saxutils import escape

ROOT = Path(__file__).parents[1]
PACKAGE = "genie_provider"
PICTURE = ROOT / "docs" / "house.svg"
CONTRACTS = ROOT / "contracts"

_WIDTH, _BOX_WIDTH, _BOX_HEIGHT, _GAP, _LAYER = 1180, 150, 44, 16, 92


@dataclass
class Room:
    """One room, its neighbours by name."""

    name: str
    modules: list[str] = field(default_factory=list)
    lines: int = 0
    imports: set[str] = field(default_factory=set)
    floor: int = 0


def rooms() -> dict[str, Room]:
    """Every room of the package, floors counted."""
    import grimp

    graph = grimp.build_graph(PACKAGE, exclude_type_checking_imports=False)
    found: dict[str, Room] = {}
    for module in sorted(graph.modules):
        name = _room_of(module)
        if not name:
            continue
        room = found.setdefault(name, Room(name))
        room.modules.append(module)
        room.lines += _lines_of(module)
        imported = {_room_of(other) for other in graph.find_modules_directly_imported_by(module)}
        room.imports |= imported - {name, ""}
    for room in found.values():
        room.floor = _floor(room, found, ())
    return found


def _room_of(module: str) -> str:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 and parts[1] != "__main__" else ""


def _lines_of(module: str) -> int:
    path = ROOT / Path(*module.split("."))
    file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    return file.read_text("utf-8").count("\n")


def _floor(room: Room, all_rooms: dict[str, Room], way: tuple[str, ...]) -> int:
    """One above the highest room it imports; an import that closes a circle does not count."""
    way = (*way, room.name)
    return 1 + max((_floor(all_rooms[name], all_rooms, way) for name in room.imports if name not in way), default=0)


def circles(found: dict[str, Room]) -> list[str]:
    """Pairs of rooms that reach each other."""
    reached = {name: _reached(name, found) for name in found}
    pairs = [(one, other) for one in sorted(found) for other in sorted(reached[one]) if one < other]
    return [f"{one} and {other}" for one, other in pairs if one in reached[other]]


def _reached(name: str, found: dict[str, Room]) -> set[str]:
    seen: set[str] = set()
    todo = list(found[name].imports)
    while todo:
        at = todo.pop()
        if at not in seen:
            seen.add(at)
            todo += found[at].imports
    return seen


def layers() -> list[list[str]]:
    """The rooms from the top down, as the contract orders them."""
    parser = configparser.ConfigParser()
    parser.read(CONTRACTS / "provider.importlinter")
    text = parser["importlinter:contract:layers"]["layers"]
    rows = [[word.strip() for word in line.split("|")] for line in text.splitlines() if line.strip()]
    return [row for row in rows if row != ["__main__"]]


def counts(found: dict[str, Room]) -> str:
    arrows = sum(len(room.imports) for room in found.values())
    floors = max(room.floor for room in found.values())
    largest = max(found.values(), key=lambda room: room.lines)
    return (
        f"{len(found)} rooms, {floors} floors, {arrows} arrows; the largest is {largest.name} ({largest.lines} lines)"
    )


# ── the picture ─────────────────────────────────────────────────────────────────────────────


def draw(found: dict[str, Room]) -> str:
    """The plan as SVG: one row a layer of the contract, an arrow for every import between rooms."""
    places = _places(found)
    height = max(y for _, y in places.values()) + _LAYER
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img" '
        'font-family="sans-serif" font-size="13">',
        "<title>The rooms of genie_provider, and which imports which</title>",
        '<rect width="100%" height="100%" fill="white"/>',
    ]
    for name in sorted(places):
        parts += [_arrow(places[name], places[other]) for other in sorted(found[name].imports) if other in places]
    parts += [_box(found[name], *places[name]) for name in sorted(places)]
    return "\n".join([*parts, "</svg>", ""])


def _places(found: dict[str, Room]) -> dict[str, tuple[int, int]]:
    rows = [[name for name in row if name in found] for row in layers()]
    places = {}
    for at, row in enumerate(row for row in rows if row):
        width = len(row) * _BOX_WIDTH + (len(row) - 1) * _GAP
        # Every other row stands a little aside, so that arrows between distant rows do not run through boxes.
        left = (_WIDTH - width) // 2 + (at % 5 - 2) * (_BOX_WIDTH + _GAP)
        for column, name in enumerate(row):
            places[name] = (left + column * (_BOX_WIDTH + _GAP), 20 + at * _LAYER)
    return places


def _arrow(start: tuple[int, int], end: tuple[int, int]) -> str:
    x1, y1 = start[0] + _BOX_WIDTH // 2, start[1] + _BOX_HEIGHT
    x2, y2 = end[0] + _BOX_WIDTH // 2, end[1]
    middle = (y1 + y2) // 2
    return (
        f'<path d="M{x1} {y1}C{x1} {middle} {x2} {middle} {x2} {y2}" fill="none" stroke="#5b7fa6" '
        'stroke-opacity="0.45"/>'
    )


def _box(room: Room, x: int, y: int) -> str:
    middle = x + _BOX_WIDTH // 2
    modules = f"{len(room.modules)} modules" if len(room.modules) > 1 else "1 module"
    return (
        f'<rect x="{x}" y="{y}" width="{_BOX_WIDTH}" height="{_BOX_HEIGHT}" rx="5" fill="#eef3f8" stroke="#5b7fa6"/>'
        f'<text x="{middle}" y="{y + 19}" text-anchor="middle" font-weight="bold">{escape(room.name)}</text>'
        f'<text x="{middle}" y="{y + 35}" text-anchor="middle" fill="#555" font-size="11">{modules}</text>'
    )


# ── the command ─────────────────────────────────────────────────────────────────────────────


def check() -> int:
    """Runs every contract; what is broken is told by import-linter."""
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache", "--config"]
    results = [
        subprocess.run([*command, str(file)], cwd=ROOT, capture_output=True, text=True)
        for file in sorted(CONTRACTS.glob("*.importlinter"))
    ]
    for result in results:
        if result.returncode:
            _, found, broken = result.stdout.partition("\nBroken contracts")
            print(broken.strip() if found else f"{result.stdout}{result.stderr}".strip(), file=sys.stderr)
    return 1 if any(result.returncode for result in results) else 0


def _table(found: dict[str, Room]) -> None:
    for room in sorted(found.values(), key=lambda room: (-room.floor, room.name)):
        users = sorted(other.name for other in found.values() if room.name in other.imports)
        print(f"{room.name}: floor {room.floor}, {len(room.modules)} modules, {room.lines} lines")
        print(f"    imports      {', '.join(sorted(room.imports)) or 'nothing'}")
        print(f"    imported by  {', '.join(users) or 'nobody'}")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.house", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rooms", action="store_true", help="a line a room")
    parser.add_argument("--check", action="store_true", help="whether the contracts hold")
    arguments = parser.parse_args()
    if arguments.check:
        return check()
    found = rooms()
    if arguments.rooms:
        _table(found)
    else:
        PICTURE.write_text(draw(found), "utf-8")
        print(f"drew {PICTURE.relative_to(ROOT)}")
    print(counts(found))
    for pair in circles(found):
        print(f"in a circle: {pair}", file=sys.stderr)
    return 1 if circles(found) else 0


if __name__ == "__main__":
    sys.exit(main())
