"""Keeps what museums have sent out of the site, whatever STATIC_PATHS names: citations and originals."""

import logging
from pathlib import Path
from typing import Any

from ..rights.museum_item import CITATION
from ..storage.atomic_files import display_path

logger = logging.getLogger(__name__)


def withhold_museum_files(files: list[Any], *, originals: Path) -> None:
    """Remove the files that must not be published from a list of pelican.contents.Static.

    originals: the folder of the museums' large files. A file of the author's own with such a name is
    published: a citation has its credit beside it, and the original of a style its citation.
    """
    folder = originals.resolve()
    is_inside = {  # by folder, of which there are few; a link may lead into the originals
        place: place.resolve().is_relative_to(folder)
        for place in {Path(file.source_path).parent for file in files}
    }
    withheld = {
        file.source_path
        for file in files
        if is_inside[Path(file.source_path).parent] or _is_of_museum(Path(file.source_path))
    }
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
