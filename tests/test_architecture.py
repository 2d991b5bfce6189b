"""The house stands as it is drawn: what is imported where, and what is packed."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PLUGIN = ROOT / "plugins" / "stylize"


def loaded_by(statement: str) -> set[str]:
    probe = (
        f"import sys; import pelican.plugins; pelican.plugins.__path__.append({str(ROOT / 'plugins')!r}); "
        f"{statement}; print(*sys.modules)"
    )
    ended = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    return set(ended.stdout.split())


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


def test_no_module_is_named_like_one_of_the_standard_library():
    names = {path.stem for path in PLUGIN.rglob("*.py")} | {
        path.name for path in PLUGIN.rglob("*") if path.is_dir()
    }
    assert not names & set(sys.stdlib_module_names)


def test_every_package_of_the_plugin_is_packed():
    packages = {
        ".".join(("pelican", "plugins", "stylize", *path.parent.relative_to(PLUGIN).parts))
        for path in PLUGIN.rglob("__init__.py")
    }
    listed = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"]
    starter = {"pelican.plugins.stylize.starter_styles", "pelican.plugins.stylize.starter_photos"}  # data
    assert sorted(listed) == sorted(packages | starter)


def test_modules_stay_small():
    long = {path.name: n for path in PLUGIN.rglob("*.py") if (n := len(path.read_text().splitlines())) > 400}
    assert long == {}


def test_no_weight_is_a_pickle_and_every_style_is_small():
    assert not [path for path in ROOT.glob("**/*.pth") if ".venv" not in path.parts]
    for path in (ROOT / "styles").glob("*/style.safetensors"):
        assert path.stat().st_size < 256_000, path
