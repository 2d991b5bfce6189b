"""Finds the blog: its settings file is found from any folder below it, as git finds its repository.

Commands run in the folder of the settings file. Paths in settings and messages are
relative to it; paths that were typed are made absolute first.
"""

import contextlib
import os
import sys
import traceback
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from invoke import Context

from ..blog.settings import Settings, load_settings
from ..model.errors import UserError
from ..storage.atomic_files import display_path
from .console import report_mistakes

PLUGIN = "pelican.plugins.stylize"  # as PLUGINS may name it
SETTINGS, PUBLISH_SETTINGS = "pelicanconf.py", "publishconf.py"


@contextlib.contextmanager
def in_blog(c: Context) -> Iterator[str]:
    """Enter the folder of the blog; yields the name of its settings file. Reports errors and exits."""
    with report_mistakes():
        path = find_settings(typed_settings(c) or SETTINGS)
        sys.path.append(str(path.parent))  # for settings that import others: `from pelicanconf import *`
        here = Path.cwd()
        os.chdir(path.parent)
        try:
            yield path.name
        finally:
            with contextlib.suppress(FileNotFoundError):  # `clean` may have removed it
                os.chdir(here)


def typed_settings(c: Context) -> str:
    """Return what was typed after --settings; "" for nothing."""
    return str(c.config.get("stylize", {}).get("settings") or "")


def find_settings(typed: str) -> Path:
    """Return the absolute path of a settings file.

    typed: a path, or a bare name, which is looked for in the current folder and in those above it. Raises
    UserError if there is none.
    """
    path = Path(typed).expanduser()
    here = Path.cwd()
    if path.name != typed:
        if path.is_file():
            return path.absolute()
        raise UserError(f"{typed}: there is no such settings file.")
    for folder in (here, *here.parents):
        if (folder / typed).is_file():
            return folder / typed
    raise UserError(
        f"there is no {typed} in {here} or in a folder above it. Go to the folder of your blog,"
        " begin one with pelican-quickstart, or name its settings: --settings FILE"
    )


def read_site(settings_file: str) -> tuple[dict[str, Any], Settings]:
    """Return Pelican's settings, and ours; raises UserError if one of ours is wrong."""
    from pelican.settings import read_settings

    folder = Path(settings_file).absolute().parent
    loaded = set(sys.modules)
    try:
        site = read_settings(settings_file)
    except (Exception, SystemExit) as error:  # whatever its own code raises
        where = _find_line(error, folder) or settings_file
        raise UserError(f"{where}: {type(error).__name__}: {error}.") from None
    finally:
        # Pelican reads the file again when it builds, and with it every module that the file imports.
        for name in set(sys.modules) - loaded:
            file = getattr(sys.modules[name], "__file__", None)
            if file and Path(file).parent == folder:
                del sys.modules[name]
    return site, load_settings(site, folder=folder)


def _find_line(error: BaseException, folder: Path) -> str:
    """Return the last file of a folder that an error passed through, and its line; "" if there is none."""
    frames = traceback.extract_tb(error.__traceback__)
    lines = [(Path(frame.filename), frame.lineno) for frame in frames]
    return next((f"{file.name}:{line}" for file, line in reversed(lines) if file.parent == folder), "")


def output_folder(site: dict[str, Any], settings: Settings) -> Path:
    """Return the folder that the site is built into, which commands replace or remove.

    Raises UserError where something else of the blog is inside it.
    """
    output = Path(site["OUTPUT_PATH"])
    theme = Path(site["THEME"]).absolute()
    for path in (Path.cwd(), Path(site["PATH"]), settings.styles, settings.store, theme, Path.home()):
        if path.resolve().is_relative_to(output.resolve()):
            raise UserError(
                f"OUTPUT_PATH is {display_path(output)}, and {display_path(path)} is inside it."
                ' Name a folder of its own, as in OUTPUT_PATH = "output"'
            )
    return output


def publish_settings(settings_file: str) -> str:
    """Return the settings file for publishing: publishconf.py, or the blog's own where there is none."""
    return PUBLISH_SETTINGS if Path(PUBLISH_SETTINGS).is_file() else settings_file


def names_plugin(plugins: Iterable[object]) -> bool:
    """Whether a list of Pelican plugins, names or modules, has ours in it."""
    names = (str(getattr(plugin, "__name__", plugin)) for plugin in plugins)
    return not {PLUGIN, PLUGIN.rpartition(".")[2]}.isdisjoint(names)


def check_plugin(site: dict[str, Any], settings_file: str) -> None:
    """Raise UserError where PLUGINS of a blog is set and does not name the plugin."""
    plugins = site.get("PLUGINS")
    if plugins is not None and not names_plugin(plugins):
        raise UserError(
            f"{settings_file}: the plugin is not in PLUGINS, so no picture is made."
            f' Add "{PLUGIN}" to the list.'
        )


def output_folders(settings_file: str) -> list[Path]:
    """Return the folders that the blog is built and published into, each once; the published one last."""
    files = dict.fromkeys((settings_file, publish_settings(settings_file)))
    return list(dict.fromkeys(Path(read_site(file)[0]["OUTPUT_PATH"]) for file in files))


def absolute(typed: str) -> str:
    """Return a typed path as an absolute path; called before the command enters the folder of the blog."""
    if not typed:
        return ""
    return f"{Path(typed).expanduser().absolute()}{'/' if typed.endswith('/') else ''}"
