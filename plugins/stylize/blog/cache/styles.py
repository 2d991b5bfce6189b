"""The style library as the last build read it, so that a build with nothing new reads no style again.

One file in the store's folder. It is believed while the folders of the library are the same, and the
stamps of the files in them, and the plugin's own code; a library with a mistake in it is not kept.
"""

import json
import logging
import os
from collections.abc import Collection, Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ...model.entities import CATEGORIES, Artwork, Style, StyleWeights, Verdict
from ...model.version import digest_of_code
from ...provenance.record import read_credit_document
from ...storage.atomic_files import is_settled, read_stamp, write_whole

logger = logging.getLogger(__name__)

FILES = ("style.toml", "artwork.jpg", "style.safetensors")  # all that `library` reads of a style


def load_cached_styles(
    path: Path, folder: Path, *, categories: Collection[str] = CATEGORIES
) -> dict[str, Style] | None:
    """Return the styles of a library as they were read before, or None where it has to be read anew."""
    try:
        facts = json.loads(path.read_bytes())
        if facts["code"] != digest_of_code() or facts["stamps"] != _stamps(folder):
            return None
        styles = {slug: _style(folder / slug, **of_style) for slug, of_style in facts["styles"].items()}
        return styles if all(style.category in categories for style in styles.values()) else None
    except FileNotFoundError:
        pass
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        logger.debug("%s is not used: %s", path, error)
    return None


def load_library(
    folder: Path, *, categories: Collection[str]
) -> tuple[dict[str, Style], dict[str, tuple[str, ...]]]:
    """Read a library anew; returns its styles, and what is wrong with the others, by slug."""
    from ...styles.library import load_styles

    library = load_styles(folder, categories=categories)
    return library.styles, library.problems


def cache_styles(path: Path, folder: Path, *, styles: Iterable[Style], begun: int) -> None:
    """Remember the styles of a library, unless one of its files is too new to trust.

    begun: when the reading began, in nanoseconds since 1970. A disk that refuses it costs the next
    build time, nothing else.
    """
    try:
        stamps = _stamps(folder)
        if not all(is_settled(stamp, at=begun) for of_style in stamps.values() for stamp in of_style):
            return
        facts = {
            "code": digest_of_code(),
            "stamps": stamps,
            "styles": {style.slug: _facts(style) for style in styles},
        }
        write_whole(path, json.dumps(facts))
    except OSError as error:
        logger.debug("%s could not be written: %s", path, error)


def _stamps(folder: Path) -> dict[str, list[list[int]]]:
    """Return the stamps of each style's files, by the name of its folder."""
    with os.scandir(folder) as entries:
        slugs = sorted(entry.name for entry in entries if entry.name[0] not in "._" and entry.is_dir())
    return {slug: [read_stamp(f"{folder}/{slug}/{name}") for name in FILES] for slug in slugs}


def _facts(style: Style) -> dict[str, Any]:
    """Return a style as plain values."""
    facts = asdict(style)
    del facts["slug"], facts["artwork"]["path"], facts["weights"]["path"]
    return facts


def _style(
    place: Path,
    *,
    artwork: dict[str, Any],
    weights: dict[str, Any],
    verdict: dict[str, Any] | None,
    **words: Any,
) -> Style:
    """Make a style of plain values; raises what a table of another form leads to."""
    return Style(
        slug=place.name,
        artwork=Artwork(
            path=place / "artwork.jpg",
            digest=artwork["digest"],
            credit=read_credit_document(artwork["credit"]),
        ),
        weights=StyleWeights(path=place / "style.safetensors", digest=weights["digest"]),
        verdict=Verdict(**verdict | {"suits": tuple(verdict["suits"])}) if verdict else None,
        **words,
    )
