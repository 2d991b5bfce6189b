"""Plugins and themes of other people that are installed here; `invoke foreign` installs and tries all of the list."""

import re
import tomllib

import pytest

from .ecosystem import Package, list_packages, try_package
from .trial import ROOT, Trial

INSTALLED = [package for package in list_packages() if package.version]


@pytest.mark.parametrize("package", INSTALLED, ids=lambda package: package.name)
def test_a_plugin_or_theme_works_beside_ours(package: Package):
    trial = try_package(package)
    if trial.fails_anyway:
        pytest.skip(f"it fails without pelican-stylize: {trial.fails_anyway}")
    assert trial == Trial()


def test_the_page_of_compatibility_and_the_extra_name_the_packages_of_the_list():
    listed = {package.name for package in list_packages()}
    needed = {name for package in list_packages() for name in package.entry.get("needs", ())}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert set(project["optional-dependencies"]["foreign"]) == listed | needed
    page = (ROOT / "docs" / "compatibility.md").read_text("utf-8")
    assert set(re.findall(r"^\| ([a-z0-9-]+) \|", page, re.MULTILINE)) - {"package"} <= listed
