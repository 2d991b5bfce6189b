"""The plugin is built as docs/architecture.md says: what is imported where, how large it is, and what is packed."""

import re
import runpy
import sys
import tomllib
from collections import Counter
from fnmatch import fnmatch
from itertools import groupby
from pathlib import Path
from statistics import median
from types import SimpleNamespace

import pytest
from fixtures.program import run_python

ROOT = Path(__file__).parents[1]
PLUGIN = ROOT / "plugins" / "stylize"

structure = SimpleNamespace(**runpy.run_path(str(ROOT / "tools" / "draw_structure.py")))

FLOORS = [
    {"cli"},
    {"blog", "museums"},
    {"pipeline", "styles"},
    {"content", "executors"},
    {"engine", "images", "provenance", "rights", "costs"},
    {"storage"},
    {"model"},
]
SHORT = {  # modules under 30 lines, and why each is not part of another
    "model.command_name": "every package names commands in its messages",
    "model.oklab": "engine and images, neighbors on one floor, convert by the same matrices",
    "model.plain_text": "posts, credits, records and the command line refuse the same characters",
    "model.image_sizes": "content of its own that nothing else in model is about",
    "blog.post_context": "read by all who read posts, imported with the first of them",
    "blog.networks_card": "read by the page that shows it and by the caches that save it",
    "museums.importers.paging": "museums that count the pages of a search need it, importers know no other",
    "blog.theme.languages": "the worker's packages and the theme ask it without loading translations",
}


@pytest.fixture(scope="module")
def imports():
    """Which module imports which others, also inside functions and under TYPE_CHECKING."""
    return structure.read_imports()


@pytest.fixture(scope="module")
def lengths():
    """The lines of each module, without the files of packages themselves."""
    return {
        ".".join(path.relative_to(PLUGIN).with_suffix("").parts): len(path.read_text("utf-8").splitlines())
        for path in PLUGIN.rglob("*.py")
        if path.name not in ("__init__.py", "__main__.py")
    }


def first_two(module: str) -> str:
    """Name the subpackage of a module, or the module itself where it lies in the package."""
    return ".".join(module.split(".")[:2]) if "." in module else ""


def test_the_packages_stand_on_seven_floors(imports):
    packages = {path.parent.name for path in PLUGIN.glob("*/__init__.py")}
    assert packages == {name for floor in FLOORS for name in floor}
    assert [set(floor) for floor in structure.read_floors()] == FLOORS


def test_a_package_imports_only_from_the_floors_below(imports):
    floor_of = {name: -number for number, floor in enumerate(FLOORS) for name in floor}
    for package, others in structure.join_modules(imports, structure.package_of).items():
        assert not [other for other in others if floor_of[other] >= floor_of[package]], package


def test_no_files_import_one_another_in_a_circle(imports):
    assert structure.find_circles(imports) == []


def test_no_subpackages_import_one_another_in_a_circle(imports):
    assert structure.find_circles(structure.join_modules(imports, first_two)) == []


def test_the_way_of_a_photo_in_the_docs_is_the_way_in_the_code(imports):
    way = walk_in_the_docs()
    for module, caller in way:
        by_name = f'"stylize.{module}"' in (PLUGIN / f"{caller.replace('.', '/')}.py").read_text("utf-8")
        assert by_name or {module, f"{module}.__init__"} & imports[caller], f"{caller} does not load {module}"
    visits = [package for package, _ in groupby(structure.package_of(f"{module}.") for module, _ in way)]
    assert len(set(visits)) <= 11
    assert {package: n for package, n in Counter(visits).items() if n > 1} == {"pipeline": 3}


def walk_in_the_docs() -> list[tuple[str, str]]:
    """Return the modules of the table in docs/architecture.md, each with the module that calls it."""
    table = (ROOT / "docs" / "architecture.md").read_text("utf-8").partition("| step |")[2]
    rows = [row.split(" | ") for row in table.partition("\n\n")[0].splitlines() if row[2:3].isdigit()]
    assert len(rows) > 10
    return [
        (module, caller)
        for _, modules, callers, *_ in rows
        for module, caller in zip(re.findall("`(.+?)`", modules), re.findall("`(.+?)`", callers), strict=True)
    ]


def test_the_diagram_in_the_docs_is_drawn_from_the_imports_of_today():
    drawn = structure.PICTURE.read_text("utf-8")
    assert drawn == structure.draw_structure(), "python tools/draw_structure.py"


def loaded_by(statement: str) -> set[str]:
    return set(run_python(f"{statement}; print(*sys.modules)").split())


@pytest.mark.parametrize("module", ["blog.signals", "cli.styles_train", "cli.styles_library"])
def test_the_warm_path_never_loads_torch_numpy_or_an_image_format(module):
    loaded = loaded_by(f"import pelican.plugins.stylize.{module}")
    assert not loaded & {
        "torch",
        "torchvision",
        "numpy",
        "safetensors",
        "tomlkit",
        "PIL.JpegImagePlugin",
        "PIL.ImageCms",
    }


def test_what_only_new_posts_need_is_loaded_with_the_first_of_them():
    loaded = loaded_by("import pelican.plugins.stylize.blog.signals")
    cold = (
        "blog.posts",
        "blog.theme.catalogs",
        "content.photos",
        "costs.estimates",
        "executors",
        "images",
        "pipeline.plan",
        "styles.library",
        "styles.train",
    )
    assert not loaded & {f"pelican.plugins.stylize.{name}" for name in cold}


@pytest.mark.parametrize("module", ["blog.signals", "blog.posts", "cli.styles_train"])
def test_nothing_that_builds_can_ask_the_network(module):
    loaded = loaded_by(f"import pelican.plugins.stylize.{module}")
    assert not {name for name in loaded if name.startswith("pelican.plugins.stylize.museums")}


def test_a_plugin_that_is_not_enabled_costs_next_to_nothing():
    loaded = loaded_by("import pelican.plugins.stylize")
    assert {name for name in loaded if name.startswith("pelican.plugins.stylize")} == {
        "pelican.plugins.stylize"
    }


def test_images_are_decoded_and_encoded_behind_one_door():
    opened, encoded = set(), set()
    for path in PLUGIN.rglob("*.py"):
        text, module = path.read_text("utf-8"), str(path.relative_to(PLUGIN))
        if re.search(r"\bImage\.open\(|ImagePlugin\b", text):
            opened.add(module)
        if re.search(r"\.save\([^()]*\b(JPEG|AVIF|format)\b", text):
            encoded.add(module)
    assert opened == {
        "images/decode.py",
        "images/renditions.py",  # the store's own PNG
        "images/tiff_rows.py",
        "provenance/readers/image_metadata.py",  # shares no code with what writes
    }
    assert encoded == {"images/encode.py"}


def test_no_module_is_named_like_one_of_the_standard_library():
    names = {path.stem for path in PLUGIN.rglob("*.py")} | {
        path.name for path in PLUGIN.rglob("*") if path.is_dir()
    }
    assert not names & set(sys.stdlib_module_names)


def test_the_plugin_opens_with_at_most_sixteen_entries_of_code():
    entries = [path for path in PLUGIN.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()]
    assert len(entries) <= 16


def test_modules_are_neither_long_nor_scattered(lengths):
    assert 100 <= median(lengths.values()) <= 200
    assert {module: lines for module, lines in lengths.items() if lines > 400} == {}


def test_short_modules_have_a_reason(lengths):
    assert {module for module, lines in lengths.items() if lines < 30} == set(SHORT)


def test_every_package_and_every_data_file_of_the_plugin_is_packed():
    tables = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]
    folders = {path.parent for path in PLUGIN.rglob("__init__.py")}
    packages = {folder: dotted_name(folder) for folder in folders}
    starter = set(tables["package-dir"]) - {
        "",
        "pelican.plugins.stylize",
    }  # data from elsewhere in the repository
    assert sorted(tables["packages"]) == sorted(starter.union(packages.values()))
    for path in PLUGIN.rglob("*"):
        if path.is_dir() or path.suffix in (".py", ".pyc"):
            continue
        package = next(folder for folder in path.parents if folder in folders)
        patterns = tables["package-data"].get(packages[package], [])
        assert any(fnmatch(str(path.relative_to(package)), pattern) for pattern in patterns), path


def dotted_name(folder: Path) -> str:
    return ".".join(("pelican.plugins.stylize", *folder.relative_to(PLUGIN).parts))


def test_no_weight_is_a_pickle_and_every_style_is_small():
    assert not [path for path in ROOT.glob("**/*.pth") if not {".venv", ".foreign"} & {*path.parts}]
    for path in (ROOT / "styles").glob("*/style.safetensors"):
        assert path.stat().st_size < 256_000, path
