"""Pelican plugin: photos in the style of museum artworks, credited to both.

The public API is what `__all__` lists; everything else may change.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .model.entities import Author, License, Style
    from .model.errors import UserError
    from .pipeline.paint import Picture, paint
    from .rights.license_parser import parse_license
    from .styles.library import load_style

__all__ = [
    "Author",
    "License",
    "Picture",
    "Style",
    "UserError",
    "load_style",
    "paint",
    "parse_license",
    "register",
]

_HOMES = {
    "Author": "model.entities",
    "License": "model.entities",
    "Picture": "pipeline.paint",
    "Style": "model.entities",
    "UserError": "model.errors",
    "load_style": "styles.library",
    "paint": "pipeline.paint",
    "parse_license": "rights.license_parser",
}


def register() -> None:
    """Connect to Pelican's signals; called once by Pelican when the plugin is enabled."""
    from . import blog

    blog.connect()


def __getattr__(name: str) -> object:
    """Import a public name when it is asked for: Pelican imports every installed plugin on every run."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f".{_HOMES[name]}", __name__), name)
