"""A style is added to the library: from an artwork's file and its record, whole or not at all."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ..executors.interface import Executor
from ..images.crop import Box, read_crop
from ..model.entities import CATEGORIES, Author
from ..model.errors import PhotoError, UserError
from ..rights.rules import SitePolicy, apply_decision, decide
from ..storage.atomic_files import display_path, explain_refusals, private_folder, put_new, sha256_of
from ..storage.toml_tables import as_toml, read_toml
from .artwork_record import ArtworkRecord, FoundRecord, find_record, make_slug, slug_problems
from .library import COMING, style_folders
from .train import predict_style


@dataclass(frozen=True, slots=True, kw_only=True)
class StyleRequest:
    """What is to be added, as it was typed."""

    picture: Path
    given: Mapping[str, str]  # by the names of `ArtworkRecord`; "" where nothing was typed
    own: bool = False  # the work is that of the site's author


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """A style that is new in the library."""

    slug: str
    folder: Path
    title: str
    came_from: str  # where its record was written, in words
    size: tuple[int, int]  # of artwork.jpg, pixels
    warning: str = ""  # why no picture in it can be published yet


def add_style(
    wish: StyleRequest,
    library: Path,
    executor: Executor,
    *,
    categories: tuple[str, ...] = CATEGORIES,
    author: Author | None = None,
    policy: SitePolicy | None = None,
) -> Added:
    """Make a style of an artwork, at level 0, in a folder of its own.

    library: the folder of the styles. Raises UserError with all that is wrong; nothing is left behind then.
    """
    found, problems = find_record(
        wish.picture, wish.given, categories=categories, own=wish.own, author=author
    )
    title = found.record.title if found else wish.given.get("title", "")
    slug = (found.record.slug if found else wish.given.get("slug", "")) or make_slug(title)
    if slug or found:
        problems += slug_problems(slug) or _taken(slug, library)
    crop = found.record.crop if found else wish.given.get("crop", "")
    size, box = (0, 0), None
    try:
        size, box = _part_of(wish.picture, crop)
        problems += _owned(wish.picture, box, size, library)
    except PhotoError as error:
        problems += [f"{display_path(wish.picture)}: {problem}" for problem in error.problems]
    except UserError as error:
        problems += error.problems
    if problems or found is None or box is None:
        raise UserError(*problems)
    folder = library / slug
    with (
        explain_refusals(library, doing="adding a style"),
        private_folder(library, prefix=COMING) as aside,
    ):
        coming = aside / slug
        coming.mkdir()
        try:
            written = _fill(coming, wish.picture, found, size=size, box=box)
            predict_style(coming, executor, shown=display_path(folder), categories=categories)
            put_new(coming, folder)
        except FileExistsError:
            raise UserError(*_taken(slug, library)) from None
        except PhotoError as error:
            raise UserError(
                *(f"{display_path(wish.picture)}: {problem}" for problem in error.problems)
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


def _part_of(picture: Path, crop: str) -> tuple[tuple[int, int], Box]:
    """Return the size of a picture and the part of it that is wanted; raises UserError, or PhotoError."""
    from ..images.artwork_files import check_size, read_size

    size = read_size(picture)
    box = read_crop(crop, size, where=display_path(picture))
    check_size(box)
    return size, box


def _taken(slug: str, library: Path) -> list[str]:
    """Return that a name is taken, where it is; by a folder that differs in its case too."""
    there = {path.name.casefold(): path for path in library.iterdir()} if library.is_dir() else {}
    path = there.get(slug.casefold())
    if path is None:
        return []
    number = next(n for n in range(2, len(there) + 3) if f"{slug}-{n}" not in there)
    return [
        f"{display_path(path)} is there already, and is left as it is. Name another: --slug {slug}-{number}"
    ]


def _owned(picture: Path, box: Box, size: tuple[int, int], library: Path) -> list[str]:
    """Return which style has this artwork already; another part of it may be a style of its own."""
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
                f"{display_path(picture)} is the artwork of the style {folder.name!r} already. Use that "
                "one, or take"
                " a part of the picture for a style of its own: --crop LEFT,TOP,WIDTH,HEIGHT"
            ]
    return []


def _fill(
    folder: Path, picture: Path, found: FoundRecord, *, size: tuple[int, int], box: Box
) -> tuple[int, int]:
    """Write artwork.jpg and style.toml; returns the size of the former in pixels."""
    from ..images.artwork_files import save_artwork

    written = save_artwork(picture, folder / "artwork.jpg", size=size, box=box)
    text = _style_toml(
        found, picture, size=size, box=box, written=written, sha256=sha256_of(folder / "artwork.jpg")
    )
    (folder / "style.toml").write_text(text, "utf-8")
    return written


def _style_toml(
    found: FoundRecord,
    picture: Path,
    *,
    size: tuple[int, int],
    box: Box,
    written: tuple[int, int],
    sha256: str,
) -> str:
    record = found.record
    crop = "" if box == Box(0, 0, *size) else str(box)
    came_from, name = _printable(found.came_from), _printable(picture.name)
    part = f"the part {crop} of the file" if crop else "the file"
    lines = [
        f"title = {as_toml(record.title)}",
        f"category = {as_toml(record.category)}",
        *([] if record.meaning else ["# What this artwork says about a photo it redraws, in your words:"]),
        f"meaning = {as_toml(record.meaning)}",
        "",
        f"# As written in {came_from}. artwork.jpg is {part} that [original]",
        f"# names, upright, in sRGB, {written[0]} x {written[1]} pixels, without what else stood in it.",
        "[artwork]",
        *(f"{name} = {as_toml(value)}" for name, value in _facts_of(record)),
        f"license = {as_toml(found.license.code)}",
        *([f"credit_line = {as_toml(record.credit_line)}"] if record.credit_line else []),
        f"sha256 = {as_toml(sha256)}",
        "",
        "[original]",
        f"file = {as_toml(name)}",
        f"sha256 = {as_toml(sha256_of(picture))}",
        f"bytes = {picture.stat().st_size}",
        f"width = {size[0]}  # pixels, upright",
        f"height = {size[1]}",
        f"crop = {as_toml(crop)}" + ("  # left, top, width, height, in pixels" if crop else ""),
        "",
    ]
    if found.decision:
        lines += [
            "[rights]",
            f"decision = {as_toml(found.decision.text)}",
            f"by = {as_toml(found.decision.by)}",
            f"on = {found.decision.on}",
            "",
        ]
    return "\n".join([*lines, *_MODEL, ""])


# What `predict_style` fills in.
_MODEL = ("[model]", 'method = "feed-forward"', "level = 0", 'digest = ""', 'how = ""')


def _printable(name: str) -> str:
    """Return the name of a file without what a comment, or UTF-8, cannot hold."""
    return "".join(character if character.isprintable() else "\ufffd" for character in name)


def _facts_of(record: ArtworkRecord) -> list[tuple[str, str]]:
    """Return what is known of an artwork, in the order of a label, without what is not."""
    names = ("title", "creator", "date", "medium", "institution", "accession", "source_url", "image_url")
    return [(name, value) for name in names if (value := getattr(record, name))]
