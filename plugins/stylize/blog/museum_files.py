"""Keeps what museums have sent out of the site, whatever STATIC_PATHS names: citations and originals."""

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ..storage.atomic_files import display_path

logger = logging.getLogger(__name__)

CITATION = "museum.json"  # beside a style; beside a photo NAME.museum.json


def withhold_museum_files(files: list[Any], *, originals: Path) -> None:
    """Remove the files that must not be published from a list of pelican.contents.Static.

    originals: the folder of the museums' large files. A file of the author's own with such a name is
    published: a citation has its credit beside it, and the original of a style its citation.
    """
    withheld = set(_find_withheld((Path(file.source_path).absolute() for file in files), originals))
    if withheld:
        files[:] = [file for file in files if Path(file.source_path).absolute() not in withheld]
        for path in sorted(withheld):
            logger.info("%s is of a museum, and is not published.", display_path(path))


def _find_withheld(paths: Iterator[Path], originals: Path) -> Iterator[Path]:
    folder = originals.resolve()
    for path in paths:
        if path.name == CITATION:
            is_ours = path.with_name("style.toml").exists()
        elif path.name.endswith(f".{CITATION}"):
            is_ours = path.with_name(f"{path.name.removesuffix(CITATION)}toml").exists()
        elif path.stem == "original":
            is_ours = path.with_name(CITATION).exists() and path.with_name("style.toml").exists()
        else:
            is_ours = False
        if is_ours or path.resolve().is_relative_to(folder):
            yield path
