"""The site's settings for commands: all of them, or the few that can be had without Pelican.

Running pelicanconf.py imports Pelican, which takes longer than all that such a command does. So the file is
read as a tree: where STYLIZE is a plain dict, and what is needed of it plain values, nothing has to run.
"""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ..model.errors import UserError
from ..storage.atomic_files import display_path
from .settings import Settings, load_settings

NEEDED = frozenset(
    ("styles", "store", "workers", "price_per_hour", "price_per_kwh", "watts", "currency"),
)
HIDDEN = frozenset(("globals", "locals", "vars", "exec", "eval", "setattr"))  # ways to change it unseen


def read_site(configuration: str) -> tuple[dict[str, Any], Settings]:
    """Return Pelican's settings, and ours out of them; raises UserError where one of ours is wrong."""
    from pelican.settings import read_settings as read_pelican_settings

    site = read_pelican_settings(configuration)
    return site, load_settings(site)


def read_plain_settings(configuration: str) -> Settings:
    """Return the settings of which only NEEDED can be relied on; raises UserError where one is wrong.

    Runs pelicanconf.py, and Pelican, where they cannot be told from its text.
    """
    path = Path(configuration)
    try:
        tree = ast.parse(path.read_bytes())
    except FileNotFoundError:
        raise UserError(
            f"{display_path(path)}: there is no such file. Run this in the folder of the blog."
        ) from None
    except (SyntaxError, ValueError) as error:
        raise UserError(f"{display_path(path)}: not valid Python: {error}.") from None
    table = plain_table(tree)
    return read_site(configuration)[1] if table is None else load_settings({"STYLIZE": table})


def plain_table(tree: ast.Module) -> dict[str, Any] | None:
    """Return what STYLIZE says of NEEDED, or None where only running the file could tell."""
    names = [node.id for node in ast.walk(tree) if isinstance(node, ast.Name)]
    stars = (
        alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names
    )
    if HIDDEN & set(names) or "*" in stars:
        return None
    found: dict[str, ast.expr] = {}
    understood = 0
    for assigned in _assignments(tree):
        if assigned is None:
            return None
        understood += 1
        found |= assigned
    if understood != names.count("STYLIZE"):  # something else has to do with it
        return None
    try:
        return {name: ast.literal_eval(node) for name, node in found.items() if name in NEEDED}
    except ValueError:
        return None


def _assignments(tree: ast.Module) -> Iterator[dict[str, ast.expr] | None]:
    """Yield what each statement puts into STYLIZE; None for one that is not plain."""
    for statement in tree.body:
        match statement:
            case (
                ast.Assign(targets=[ast.Name(id="STYLIZE")], value=value)
                | ast.AnnAssign(target=ast.Name(id="STYLIZE"), value=value)
            ):
                yield _entries(value)
            case ast.Assign(
                targets=[ast.Subscript(value=ast.Name(id="STYLIZE"), slice=ast.Constant(value=str(name)))],
                value=value,
            ):
                yield {name: value}


def _entries(value: ast.expr | None) -> dict[str, ast.expr] | None:
    """Return the entries of a dict whose keys are plain text, or None for anything else."""
    if not isinstance(value, ast.Dict):
        return None
    found = {}
    for key, of_key in zip(value.keys, value.values, strict=True):
        if not (isinstance(key, ast.Constant) and isinstance(key.value, str)):
            return None
        found[key.value] = of_key
    return found
