"""Registers our directives with docutils, without importing them: a blog in Markdown never needs them."""

from functools import cached_property
from typing import Any


def register_directives() -> None:
    """Register `stylize`, and extend `image` and `figure`; does nothing where Pelican has no docutils."""
    try:
        from docutils.parsers.rst import directives
    except ImportError:
        return
    for name in ("stylize", "image", "figure"):
        known = directives._directives.get(name)
        if not isinstance(known, _LazyDirective):
            directives.register_directive(name, _LazyDirective(name, known))


class _LazyDirective:
    """Stands for the class of a directive, which is made when docutils first uses it."""

    def __init__(self, name: str, known: Any) -> None:
        """known: the class that another plugin has registered, or None."""
        self._name = name
        self._known = known

    def __call__(self, *arguments: Any) -> Any:
        return self._directive(*arguments)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._directive, name)

    @cached_property
    def _directive(self) -> Any:
        from . import rest_directives

        if self._name == "stylize":
            return rest_directives.Stylize
        return rest_directives.add_option(self._known or rest_directives.find_base(self._name))
