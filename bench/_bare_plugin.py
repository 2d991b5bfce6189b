"""Imports the plugin from this checkout, on a machine without Pelican."""

import sys
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).parents[1]


def make_importable() -> None:
    """Let `pelican.plugins.stylize` be this checkout's, whether Pelican is installed or not."""
    pelican, plugins = ModuleType("pelican"), ModuleType("pelican.plugins")
    pelican.__path__, plugins.__path__ = [], [str(ROOT / "plugins")]
    sys.modules |= {"pelican": pelican, "pelican.plugins": plugins}
