"""Caches the style library, unless it has errors, so that a build with nothing new reads no style."""

import os
from collections.abc import Collection, Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ...model.entities import CATEGORIES, Artwork, MuseumItem, Style, StyleWeights, Verdict
from ...provenance.record import read_credit_document
from ...storage.atomic_files import read_stamp
from ..stamped_file import load_facts, save_facts

FILE = "styles.json"  # in the store
READ = ("style.toml", "artwork.jpg", "style.safetensors")  # the files that `styles.library` reads of a style


def load_cached_styles(
    store: Path, library: Path, *, categories: Collection[str] = CATEGORIES
) -> dict[str, Style] | None:
    """Return the styles of a library as they were read before, or None if it has to be read."""

    def parse(facts: Any) -> dict[str, Style]:
        return {slug: _parse_style(library / slug, **of_style) for slug, of_style in facts.items()}

    try:
        styles = load_facts(store / FILE, _read_stamps(library), parse=parse)
    except OSError:  # there is no library
        return None
    if styles is None or any(style.category not in categories for style in styles.values()):
        return None
    return styles


def load_library(
    folder: Path, *, categories: Collection[str]
) -> tuple[dict[str, Style], dict[str, tuple[str, ...]]]:
    """Read a library; return its styles, and by slug what is wrong with those that cannot be read."""
    from ...styles.library import load_styles

    library = load_styles(folder, categories=categories)
    return library.styles, library.problems


def cache_styles(store: Path, library: Path, *, styles: Iterable[Style], started: int) -> None:
    """Save the styles of a library.

    started: when the reading began, in nanoseconds since 1970.
    """
    try:
        stamps = _read_stamps(library)
    except OSError:  # there is no library
        return
    facts = {style.slug: _style_facts(style) for style in styles}
    save_facts(store / FILE, stamps, facts, started=started)


def _read_stamps(library: Path) -> dict[str, list[int]]:
    with os.scandir(library) as entries:
        slugs = sorted(entry.name for entry in entries if entry.name[0] not in "._" and entry.is_dir())
    return {f"{slug}/{name}": read_stamp(f"{library}/{slug}/{name}") for slug in slugs for name in READ}


def _style_facts(style: Style) -> dict[str, Any]:
    facts = asdict(style)
    del facts["slug"], facts["artwork"]["path"], facts["weights"]["path"]
    return facts


def _parse_style(
    folder: Path,
    *,
    artwork: dict[str, Any],
    weights: dict[str, Any],
    verdict: dict[str, Any] | None,
    **words: Any,
) -> Style:
    return Style(
        slug=folder.name,
        artwork=Artwork(
            path=folder / "artwork.jpg",
            digest=artwork["digest"],
            credit=read_credit_document(artwork["credit"]),
            museum=MuseumItem(**artwork["museum"]) if artwork["museum"] else None,
        ),
        weights=StyleWeights(path=folder / "style.safetensors", digest=weights["digest"]),
        verdict=Verdict(**verdict | {"suits": tuple(verdict["suits"])}) if verdict else None,
        **words,
    )
