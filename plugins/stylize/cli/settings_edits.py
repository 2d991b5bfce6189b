"""Edits to a blog's settings file: the plugin in PLUGINS, the author of its photos, and their quality.

A settings file is a program. Only what can be changed safely is changed; the rest is said.
"""

import ast
import json
import os
import pkgutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from ..blog.settings import Settings
from ..model.entities import Author
from ..model.errors import UserError
from ..storage.atomic_files import detect_newline, explain_refusals, write_whole
from .blog_folder import PLUGIN, names_plugin


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """A change to a settings file."""

    says: str
    text: str = ""  # of the whole file; "" for what its author has to do


def plan_edits(path: Path, site: dict[str, object], *, person: Author | None) -> list[Edit]:
    """Return the changes to the settings file, and what its author has to change by hand."""
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise UserError(f"{path}: it is not in UTF-8, so it is left as it is. Save it as UTF-8.") from None
    if not os.access(path, os.W_OK):
        raise UserError(f"{path}: it may not be written. Allow it, or make the changes yourself.")
    edits = []
    plugins = site.get("PLUGINS")
    if isinstance(plugins, str) or not (plugins is None or isinstance(plugins, Iterable)):
        raise UserError(f"{path}: PLUGINS is {plugins!r}, but must be a list of names.")
    if plugins is None and _is_found_by_itself():
        edits.append(Edit(says=f"leave PLUGINS unset in {path}: Pelican loads every installed plugin"))
    elif plugins is None:
        edits.append(
            Edit(
                says=f'(for you to do) set PLUGINS = ["{PLUGIN}"] in {path}: Pelican finds a plugin by itself'
                " only where it is installed from a wheel",
            )
        )
    elif not names_plugin(plugins):
        changed = _with_plugin(text)
        if changed and _lists_plugin(changed, count=len(list(plugins)) + 1):
            text = changed
            edits.append(Edit(text=text, says=f'add "{PLUGIN}" to PLUGINS in {path}'))
        else:
            says = f'(for you to do) PLUGINS in {path} is no plain list; add "{PLUGIN}" to it'
            edits.append(Edit(says=says))
    if person:
        entry = json.dumps({"name": person.name, "license": person.license.code}, ensure_ascii=False)
        if "STYLIZE" in site:
            edits.append(Edit(says=f'(for you to do) add this to {path}: STYLIZE["author"] = {entry}'))
        else:
            quality = Settings().quality
            text = (
                f'{text.rstrip()}\n\nSTYLIZE = {{\n    "author": {entry},\n    "quality": "{quality}",\n}}\n'
            )
            says = (
                f"name {person.name} in {path} as the author of your photos, and {quality} as their quality"
            )
            edits.append(Edit(text=text, says=says))
    given = site.get("STYLIZE")
    if isinstance(given, Mapping) and "quality" not in given:
        # Written down, so that no other default of a later version makes all pictures again.
        says = f'(for you to do) add this to {path}: STYLIZE["quality"] = "{Settings().quality}"'
        edits.append(Edit(text="", says=says))
    return edits


def _is_found_by_itself() -> bool:
    """Whether Pelican finds the plugin if PLUGINS is unset; it does not in an editable install."""
    import pelican.plugins

    return "stylize" in {module.name for module in pkgutil.iter_modules(pelican.plugins.__path__)}


def _lists_plugin(text: str, *, count: int) -> bool:
    """Whether PLUGINS of changed settings is as long as expected and ends with the plugin."""
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return False
    (value,) = _plugin_lists(tree) or [None]
    return (
        isinstance(value, ast.List)
        and len(value.elts) == count
        and isinstance(value.elts[-1], ast.Constant)
        and value.elts[-1].value == PLUGIN
    )


def _plugin_lists(tree: ast.Module) -> list[ast.expr | None]:
    """Return what is assigned to PLUGINS at the top level of a settings file."""
    return [
        node.value
        for node in tree.body
        if isinstance(node, ast.Assign | ast.AnnAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Name) and target.id == "PLUGINS"
    ]


def _with_plugin(text: str) -> str:
    """Return the settings with the plugin at the end of PLUGINS, or "" if that is not one plain list."""
    found = _plugin_lists(ast.parse(text))
    if text.count("PLUGINS") != len(found) or len(found) != 1 or not isinstance(found[0], ast.List):
        return ""
    value = found[0]
    lines = text.splitlines(keepends=True)
    assert value.end_lineno is not None and value.end_col_offset is not None
    at = sum(map(len, lines[: value.end_lineno - 1]))
    # Columns of the syntax tree count bytes.
    at += len(lines[value.end_lineno - 1].encode()[: value.end_col_offset - 1].decode())
    head, tail = text[:at], text[at:]
    if not value.elts:
        return f'{head.rstrip()}"{PLUGIN}"{tail}'
    inner = head.rstrip()
    gap = head[len(inner) :]
    comma = "" if inner.endswith(",") else ","
    last = value.elts[-1]
    if last.lineno != value.lineno:  # one a line
        indent = " " * last.col_offset
        return f'{inner}{comma}\n{indent}"{PLUGIN}",{gap}{tail}'
    return f'{inner}{comma} "{PLUGIN}"{gap}{tail}'


def write_settings(path: Path, text: str) -> None:
    """Write a settings file whole, with the line endings, the byte order mark and the mode that it has."""
    before, mode = path.read_bytes(), path.stat().st_mode
    mark = "\ufeff" if before.startswith(b"\xef\xbb\xbf") else ""
    with explain_refusals(path.parent, doing="changing the settings"):
        write_whole(path, mark + text, newline=detect_newline(path))
        path.chmod(mode)
