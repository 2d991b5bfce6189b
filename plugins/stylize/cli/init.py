"""The command `init`: adds settings, starter styles and a first post to an existing blog.

Nothing is overwritten.
"""

import ast
import json
import os
import pkgutil
import shutil
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from invoke import Exit

from ..model.command_name import command
from ..model.entities import Author
from ..model.errors import UserError
from ..rights.license_parser import parse_license
from ..storage.atomic_files import detect_newline, display_path, explain_refusals, write_whole
from .blog_folder import PLUGIN, names_plugin, read_site
from .console import INTERRUPTED
from .new_post import write_post
from .starter import PANEL, PHOTO, starter_panel, starter_photo, starter_styles

FIRST_POST = "a-first-picture"
WORDS = """\
This photo was painted with the colors and the brushwork of *The Harvesters*, which Pieter Bruegel the Elder
finished in 1565. Both originals are linked below it.

Write down why you chose an artwork for a photo: that is the story. Then change this post, or delete it.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """A change to a settings file."""

    text: str  # of the whole file
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing that init will do."""

    says: str
    source: Path | None = None  # a file or folder to copy
    target: Path | None = None


def init(settings_file: str, *, author: str = "", license: str = "", yes: bool = False) -> Iterator[str]:
    """Prepare a blog, and yield what is done; on a terminal, asks before it begins.

    author, license: for photos without a credit file; asked for if not given. Raises UserError if the license
    is unknown, or if one of both is missing and there is no terminal to ask on.
    """
    site, settings = read_site(settings_file)
    content = Path(site["PATH"])
    person = settings.author or _ask_author(author or site.get("AUTHOR") or "", license)
    path = Path(settings_file)
    edits = _plan_settings(path, site, person=None if settings.author else person)
    steps = _plan_copies(settings.styles, content)
    post = content / f"{FIRST_POST}.md"
    plans = [edit.says for edit in edits] + [step.says for step in steps]
    if not post.exists():
        plans.append(f"write {display_path(post)}, a first post with a picture")
    if not any(edit.text for edit in edits) and not steps and post.exists():
        yield "Everything is there already; nothing was changed."
        yield from (f"- {edit.says}" for edit in edits)
        return
    yield "This will, without overwriting anything:"
    yield from (f"- {plan}" for plan in plans)
    if not yes and sys.stdin.isatty() and input("Go on? [Y/n] ").strip().lower() not in ("", "y", "yes"):
        raise Exit("Nothing was changed.", code=INTERRUPTED)
    for edit in edits:
        if edit.text:
            _write_settings(path.resolve(), edit.text)
    for step in steps:
        _copy(step)
    if not post.exists():
        write_post(
            post,
            title="A first picture",
            style="harvesters",
            photos=[f"{PHOTO}.jpg"],  # its credit file says what it shows
            words=WORDS,
            date=datetime.now(),
        )
    yield f"Done. Build it and look: {command('build')}, then {command('serve')}"


def _ask_author(name: str, license: str) -> Author:
    """Return the author of the photos; on a terminal, asks for what was not typed."""
    can_ask = sys.stdin.isatty()
    if not name and can_ask:
        name = input("Whose photos will the blog show? Your name: ").strip()
    if not license and can_ask:
        print("Under which license may others use your photos? CC-BY-4.0 lets everybody use them and asks")
        print("for your name; CC0-1.0 asks for nothing; OWN keeps all rights.")
        license = input("License [CC-BY-4.0]: ").strip() or "CC-BY-4.0"
    missing = [option for option, value in (("--author", name), ("--license", license)) if not value]
    if missing:
        raise UserError(
            f"{' and '.join(missing)} missing: whose photos will the blog show, and under which license?"
            " As in " + command('init --author "Ana Sol" --license CC-BY-4.0')
        )
    return Author(name=name, license=parse_license(license, where="--license"))


def _plan_settings(path: Path, site: dict[str, object], *, person: Author | None) -> list[Edit]:
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
        edits.append(
            Edit(text="", says=f"leave PLUGINS unset in {path}: Pelican loads every installed plugin")
        )
    elif plugins is None:
        edits.append(
            Edit(
                text="",
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
            edits.append(
                Edit(
                    text="", says=f'(for you to do) PLUGINS in {path} is no plain list; add "{PLUGIN}" to it'
                )
            )
    if person:
        entry = json.dumps({"name": person.name, "license": person.license.code}, ensure_ascii=False)
        if "STYLIZE" in site:
            edits.append(
                Edit(text="", says=f'(for you to do) add this to {path}: STYLIZE["author"] = {entry}')
            )
        else:
            text = f'{text.rstrip()}\n\nSTYLIZE = {{"author": {entry}}}\n'
            edits.append(Edit(text=text, says=f"name {person.name} in {path} as the author of your photos"))
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


def _plan_copies(library: Path, content: Path) -> list[Step]:
    """Return the styles and photos to copy: those that are missing."""
    steps = [
        Step(
            says=f"copy the style {folder.name} to {display_path(library)}/",
            source=folder,
            target=library / folder.name,
        )
        for folder in starter_styles()
        if not (library / folder.name).exists()
    ]
    if not (library / PANEL).exists():
        says = f"copy six photos to {display_path(library)}/{PANEL}/, for tuning and for the pages of styles"
        steps.append(Step(says=says, source=starter_panel(), target=library / PANEL))
    for file in starter_photo():
        target = content / "photos" / file.name
        if not target.exists():
            steps.append(Step(says=f"copy {display_path(target)}", source=file, target=target))
    return steps


def _write_settings(path: Path, text: str) -> None:
    """Write a settings file whole, with the line endings, the byte order mark and the mode that it has."""
    before, mode = path.read_bytes(), path.stat().st_mode
    mark = "\ufeff" if before.startswith(b"\xef\xbb\xbf") else ""
    with explain_refusals(path.parent, doing="changing the settings"):
        write_whole(path, mark + text, newline=detect_newline(path))
        path.chmod(mode)


def _copy(step: Step) -> None:
    assert step.source is not None and step.target is not None
    with explain_refusals(step.target.parent, doing="copying what ships"):
        step.target.parent.mkdir(parents=True, exist_ok=True)
        coming = step.target.with_name(f".coming-{step.target.name}")  # init may be killed here
        if step.source.is_dir():
            shutil.rmtree(coming, ignore_errors=True)
            shutil.copytree(step.source, coming)
        else:
            shutil.copyfile(step.source, coming)
        coming.rename(step.target)
