"""Draws docs/images/structure.svg: the packages of the plugin, floor by floor, and what imports what.

python tools/draw_structure.py        after adding or removing a package or an import between packages

Imports are read from the code, including those inside functions and under TYPE_CHECKING. The floors are
read from the layers of import-linter in pyproject.toml. tests/test_architecture.py uses these functions too.
"""

import ast
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from html import escape
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).parents[1]
PLUGIN = ROOT / "plugins" / "stylize"
PICTURE = ROOT / "docs" / "images" / "structure.svg"

Graph = dict[str, set[str]]  # who imports -> what
Point = tuple[float, float]

ABOUT = {
    "cli": "what people type",
    "blog": "Pelican, pages, theme",
    "museums": "alone asks the network",
    "pipeline": "plan, make, publish",
    "styles": "add, train, audition, pack",
    "content": "what an author wrote",
    "executors": "where pictures are made",
    "engine": "alone imports torch",
    "images": "decode, encode, embed",
    "provenance": "the record, its writers",
    "rights": "licenses and their rules",
    "costs": "prices and estimates",
    "storage": "the store, whole files",
    "model": "the nouns: photo, style",
}

WIDTH, FLOOR, LEFT = 960, 104, 44  # pixels: the picture, the height of a floor, room for its number
BOX_WIDTH, BOX_HEIGHT = 164, 52
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif"
# Each color is readable on white and on the near black of dark pages; a box brings its own background.
STYLE = """
text{font-family:%s;font-size:12px;text-anchor:middle}
.floor{fill:#6f7780;font-size:13px}
.name{fill:#14324f;font-size:16px;font-weight:600}
.about{fill:#3d4854}
.box{fill:#eaf2fa;stroke:#5b8db8;stroke-width:1.5}
.line{stroke:#6f7780;stroke-opacity:.35;stroke-dasharray:3 5}
.arrow{fill:none;stroke:#6f7780;stroke-width:1.8;marker-end:url(#tip)}
.tip{fill:#6f7780}
"""


def main() -> None:
    """Draw the picture and save it."""
    PICTURE.write_text(draw_structure(), encoding="utf-8")


def read_imports(folder: Path = PLUGIN) -> Graph:
    """Return which module of the plugin imports which others, wherever in the file it does so.

    Names are dotted and relative to the plugin; a package's own file ends in `.__init__`.
    """
    paths = {".".join(path.relative_to(folder).with_suffix("").parts): path for path in folder.rglob("*.py")}
    return {name: set(_imported(name, path, paths)) for name, path in sorted(paths.items())}


def _imported(name: str, path: Path, modules: Mapping[str, Path]) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.ImportFrom) or not node.level:
            continue
        base = name.split(".")[: -node.level] + (node.module.split(".") if node.module else [])
        for alias in node.names:
            inner = [*base, alias.name]  # a module of the package, or else a name in it
            choices = (inner, [*inner, "__init__"], base, [*base, "__init__"])
            found = next((dotted for parts in choices if (dotted := ".".join(parts)) in modules), None)
        if found is None:
            raise ImportError(f"{path}:{node.lineno}: there is no module {'.'.join(base)}")
        yield found


def package_of(module: str) -> str:
    """Return the package of a module; '' for `__init__` and `__main__` of the plugin itself."""
    return module.partition(".")[0] if "." in module else ""


def join_modules(graph: Graph, group: Callable[[str], str]) -> Graph:
    """Return the imports between groups of modules, such as packages; '' is no group."""
    joined: defaultdict[str, set[str]] = defaultdict(set)
    for module, imported in graph.items():
        if one := group(module):
            joined[one] |= {other for other in map(group, imported) if other not in ("", one)}
    return dict(joined)


def find_circles(graph: Graph) -> list[list[str]]:
    """Return the groups of modules that import one another, directly or through others."""
    reach = {start: reachable(start, graph) for start in graph}
    circles = {tuple(sorted(n for n in reach[start] if start in reach[n])) for start in graph}
    return [list(circle) for circle in sorted(circles) if circle]


def reachable(start: str, graph: Graph) -> set[str]:
    """Return everything that a module imports, directly or through others."""
    found: set[str] = set()
    todo = [start]
    while todo:
        new = graph[todo.pop()] - found
        found |= new
        todo += new
    return found


def read_floors() -> list[list[str]]:
    """Return the packages of each floor, the highest first."""
    table = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    layers = next(c["layers"] for c in table["tool"]["importlinter"]["contracts"] if c["type"] == "layers")
    return [[name.strip() for name in layer.split("|")] for layer in layers]


def draw_structure() -> str:
    """Return the picture as SVG.

    To keep it readable, an arrow is left out where a longer way leads to the same package.
    """
    floors = read_floors()
    imports = join_modules(read_imports(), package_of)
    middle: dict[str, Point] = {}  # of each box
    for row, packages in enumerate(floors):
        slot = (WIDTH - LEFT) / len(packages)
        for column, package in enumerate(packages):
            middle[package] = (LEFT + slot * (column + 0.5), FLOOR * (row + 0.5))
    height = FLOOR * len(floors)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img">',
        f"<title>The {len(middle)} packages of the plugin on {len(floors)} floors</title>",
        f"<style>{STYLE % FONT}</style>",
        '<marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="6" markerHeight="6" orient="auto">'
        '<path class="tip" d="M0 0L8 4L0 8z"/></marker>',
    ]
    for row in range(len(floors)):
        y = FLOOR * (row + 0.5)
        lines.append(f'<text class="floor" x="{LEFT / 2:g}" y="{y + 5:g}">{len(floors) - row}</text>')
        if row:
            lines.append(f'<path class="line" d="M8 {FLOOR * row}H{WIDTH - 8}"/>')
    lines += _arrows(direct_imports(imports), middle)
    for package, (x, y) in middle.items():
        left, top = x - BOX_WIDTH / 2, y - BOX_HEIGHT / 2
        lines += [
            f'<rect class="box" x="{left:g}" y="{top:g}" width="{BOX_WIDTH}" height="{BOX_HEIGHT}" rx="8"/>',
            f'<text class="name" x="{x:g}" y="{y - 3:g}">{escape(package)}</text>',
            f'<text class="about" x="{x:g}" y="{y + 15:g}">{escape(ABOUT[package])}</text>',
        ]
    return "\n".join([*lines, "</svg>", ""])


def direct_imports(graph: Graph) -> Graph:
    """Return the imports without those that a longer way implies; the graph must have no circles."""
    return {
        one: {
            other
            for other in imported
            if not any(other in reachable(between, graph) for between in imported - {other})
        }
        for one, imported in graph.items()
    }


def _arrows(graph: Graph, middle: Mapping[str, Point]) -> Iterator[str]:
    """Draw the arrows, spread along the edges of the boxes in the order of where they lead."""
    half = BOX_HEIGHT / 2
    for one, imported in graph.items():
        outgoing = sorted(imported, key=middle.__getitem__)
        for index, other in enumerate(outgoing):
            incoming = sorted((n for n in graph if other in graph[n]), key=middle.__getitem__)
            top, bottom = middle[one][1], middle[other][1]
            x = middle[one][0] + _share(index, len(outgoing))
            end = middle[other][0] + _share(incoming.index(one), len(incoming))
            points = [(x, top + half)]
            for y in range(int(top + FLOOR), int(bottom), FLOOR):  # the floors between
                straight = x + (end - x) * (y - top) / (bottom - top)
                passing = _beside_boxes(straight, y, middle, gap=12 * (index + 1))
                points += [(passing, y - half), (passing, y + half)]
            points.append((end, bottom - half - 2))
            yield f'<path class="arrow" d="{_curve(points)}"/>'


def _curve(points: list[Point]) -> str:
    """Return a path through points that is vertical at each of them."""
    line = f"M{points[0][0]:.0f} {points[0][1]:.0f}"
    for (x, y), (next_x, next_y) in pairwise(points):
        between = (y + next_y) / 2
        line += f"C{x:.0f} {between:.0f} {next_x:.0f} {between:.0f} {next_x:.0f} {next_y:.0f}"
    return line


def _beside_boxes(x: float, y: float, middle: Mapping[str, Point], *, gap: float) -> float:
    """Return the nearest place to x on a floor that keeps a gap from its boxes."""
    for box, floor in middle.values():
        if floor == y and abs(x - box) < BOX_WIDTH / 2 + gap:
            return box + (BOX_WIDTH / 2 + gap) * (1 if x >= box else -1)
    return x


def _share(index: int, count: int) -> float:
    """Return the offset of an arrow from the middle of an edge."""
    return (index + 0.5 - count / 2) * 0.8 * BOX_WIDTH / count


if __name__ == "__main__":
    main()
