"""Keeps what museums have sent out of the site, whatever STATIC_PATHS names: citations and originals."""

import logging
import os
import re
from pathlib import Path
from typing import Any

from ..rights.museum_item import CITATION
from ..storage.atomic_files import display_path

logger = logging.getLogger(__name__)

_MUSEUMS = re.compile(rf"^original\.|(?:^|\.){re.escape(CITATION)}$")  # names that may be a museum's


def withhold_museum_files(files: list[Any], *, originals: Path) -> None:
    """Remove the files that must not be published from a list of pelican.contents.Static.

    originals: the folder of the museums' large files. A file of the author's own with such a name is
    published: a citation has its credit beside it, and the original of a style its citation.
    """
    folder = originals.resolve()
    is_inside: dict[str, bool] = {}  # by folder, of which there are few; a link may lead into the originals
    withheld = set()
    for file in files:
        place, name = os.path.split(file.source_path)  # strings, since a blog may have thousands
        if place not in is_inside:
            is_inside[place] = Path(place).resolve().is_relative_to(folder)
        if is_inside[place] or (_MUSEUMS.search(name) and _is_of_museum(Path(file.source_path))):
            withheld.add(file.source_path)
    if withheld:
        files[:] = [file for file in files if file.source_path not in withheld]
        for path in sorted(withheld):
            logger.info("%s is of a museum, and is not published.", display_path(Path(path)))


def _is_of_museum(path: Path) -> bool:
    if path.name == CITATION:
        return path.with_name("style.toml").exists()
    if path.name.endswith(f".{CITATION}"):
        return path.with_name(f"{path.name.removesuffix(CITATION)}toml").exists()
    if path.stem == "original":
        return path.with_name(CITATION).exists() and path.with_name("style.toml").exists()
    return False
