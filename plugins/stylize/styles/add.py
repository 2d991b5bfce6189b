"""Add a style to the library, from an artwork's file and its record."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from ..executors.interface import Executor
from ..images.crop import Box, read_crop
from ..model.entities import CATEGORIES, Author, Decision, MuseumItem
from ..model.errors import PhotoError, UserError
from ..rights.museum_item import MUSEUM, make_museum_table
from ..rights.rules import SitePolicy, apply_decision, decide
from ..storage.atomic_files import display_path, sha256_of
from ..storage.toml_tables import read_toml
from .artwork_record import FoundRecord, check_slug, find_record, make_slug
from .edit_toml import edit_style_toml, set_values
from .library import check_slug_is_free, new_style_folder, style_folders
from .train import predict_style


@dataclass(frozen=True, slots=True, kw_only=True)
class StyleRequest:
    """A style to add, as it was typed."""

    picture: Path
    given: Mapping[str, str]  # by the names of `ArtworkRecord`; "" for what was not typed
    own: bool = False  # the work is by the site's author
    decision: Decision | None = None  # about its license, if a person had to decide
    came_from: str = ""  # the source of the record in words, where that is neither a file nor a person
    museum: MuseumItem | None = None
    complete: Callable[[Path], None] | None = None  # adds files of its own to the style's new folder


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """A style that was added to the library."""

    slug: str
    folder: Path
    title: str
    came_from: str  # the source of its record, in words
    size: tuple[int, int]  # of artwork.jpg, pixels
    warning: str = ""  # why pictures in this style cannot be published yet


def add_style(
    request: StyleRequest,
    library: Path,
    executor: Executor,
    *,
    categories: tuple[str, ...] = CATEGORIES,
    author: Author | None = None,
    policy: SitePolicy | None = None,
) -> Added:
    """Make a style of an artwork, at level 0, in a new folder of the library.

    library: the folder of the styles. Raises UserError with every problem; nothing is left behind then.
    """
    found, problems = find_record(
        request.picture, request.given, categories=categories, own=request.own, author=author
    )
    if found:
        found = replace(
            found, decision=request.decision or found.decision, came_from=request.came_from or found.came_from
        )
    title = found.record.title if found else request.given.get("title", "")
    slug = (found.record.slug if found else request.given.get("slug", "")) or make_slug(title)
    if slug:
        problems += check_slug(slug) or check_slug_is_free(slug, library)
    elif found:
        problems.append(
            f"the title {title!r} makes no name for the style's folder. Name it with --slug, as in"
            " --slug starry-night."
        )
    crop = found.record.crop if found else request.given.get("crop", "")
    size, box = (0, 0), None
    try:
        size, box = _measure_part(request.picture, crop)
        problems += _find_duplicate(request.picture, box, size, library)
    except PhotoError as error:
        problems += [f"{display_path(request.picture)}: {problem}" for problem in error.problems]
    except UserError as error:
        problems += error.problems
    if problems or found is None or box is None:
        raise UserError(*problems)
    folder = library / slug
    with new_style_folder(library, slug, doing="adding a style") as coming:
        try:
            written = _fill(
                coming, request.picture, found, size=size, box=box, museum=request.museum or found.museum
            )
            predict_style(coming, executor, display_path=display_path(folder), categories=categories)
            if request.complete:
                request.complete(coming)
        except PhotoError as error:
            raise UserError(
                *(f"{display_path(request.picture)}: {problem}" for problem in error.problems)
            ) from error
    return Added(
        slug=slug,
        folder=folder,
        title=found.record.title,
        came_from=found.came_from,
        size=written,
        warning=decide(
            [apply_decision(found.license, found.decision)], policy=policy or SitePolicy()
        ).refusal,
    )


def _measure_part(picture: Path, crop: str) -> tuple[tuple[int, int], Box]:
    """Return the size of a picture and the part to take of it; raises UserError or PhotoError."""
    from ..images.artwork_files import check_size, read_size

    size = read_size(picture)
    box = read_crop(crop, size, where=display_path(picture))
    check_size(box)
    return size, box


def _find_duplicate(picture: Path, box: Box, size: tuple[int, int], library: Path) -> list[str]:
    """Return the problem if a style has this artwork already; another part of it may be another style."""
    digest = sha256_of(picture)
    whole = str(Box(0, 0, *size))
    for folder in style_folders(library):
        try:
            table = read_toml(folder / "style.toml", where="")
        except (UserError, OSError):
            continue
        own, original = (table.get(name) or {} for name in ("artwork", "original"))
        parts = {own.get("sha256"): whole, original.get("sha256"): original.get("crop") or whole}
        if digest in parts and parts[digest] == str(box):
            return [
                f"{display_path(picture)} is already the artwork of the style {folder.name!r}. Use that"
                " style, or make one from a part of the picture: --crop LEFT,TOP,WIDTH,HEIGHT"
            ]
    return []


_RECORD = """\
title = ""
category = ""
# What this artwork says about a photo it redraws, in your words:
meaning = ""

# From {came_from}. artwork.jpg is made from the file
# that [original] names: upright, in sRGB, {width} x {height} pixels, without its metadata.
[artwork]

[original]
file = ""
sha256 = ""
bytes = 0
width = 0  # pixels, upright
height = 0
crop = ""  # left, top, width, height, in pixels; "" for the whole picture

[rights]

[museum]

[model]
method = "feed-forward"
level = 0
digest = ""
how = ""
"""


def _fill(
    folder: Path,
    picture: Path,
    found: FoundRecord,
    *,
    size: tuple[int, int],
    box: Box,
    museum: MuseumItem | None,
) -> tuple[int, int]:
    """Write artwork.jpg and style.toml; return the size of artwork.jpg in pixels."""
    from ..images.artwork_files import save_artwork

    width, height = save_artwork(picture, folder / "artwork.jpg", size=size, box=box)
    came_from = _printable(found.came_from)
    path = folder / "style.toml"
    path.write_text(_RECORD.format(came_from=came_from, width=width, height=height), "utf-8")
    record, decision = found.record, found.decision
    with edit_style_toml(path, where=display_path(path)) as document:
        set_values(document, {"title": record.title, "category": record.category, "meaning": record.meaning})
        set_values(document["artwork"], _artwork_values(found))
        set_values(document["artwork"], {"sha256": sha256_of(folder / "artwork.jpg")})
        set_values(
            document["original"],
            {
                "file": _printable(picture.name),
                "sha256": sha256_of(picture),
                "bytes": picture.stat().st_size,
                "width": size[0],
                "height": size[1],
                "crop": "" if box == Box(0, 0, *size) else str(box),
            },
        )
        if decision:
            rights = {"decision": decision.text, "by": decision.by, "on": date.fromisoformat(decision.on)}
            set_values(document["rights"], rights)
        else:
            document.remove("rights")
        if museum:
            set_values(document[MUSEUM], make_museum_table(museum))
        else:
            document.remove(MUSEUM)
    return width, height


def _artwork_values(found: FoundRecord) -> dict[str, str]:
    """Return what is known of an artwork, in the order of a label."""
    names = ("title", "creator", "date", "medium", "institution", "accession", "source_url", "image_url")
    values = {name: getattr(found.record, name) for name in names}
    values |= {"license": found.license.code, "credit_line": found.record.credit_line}
    return {name: value for name, value in values.items() if value}


def _printable(name: str) -> str:
    """Return the name of a file without the characters that a comment, or UTF-8, cannot hold."""
    return "".join(character if character.isprintable() else "\ufffd" for character in name)
