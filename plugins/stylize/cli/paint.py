"""The command `paint`: draws one photo in a style, in a blog or without one."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from ..blog.settings import Settings
from ..content.photos.lookup import find_mask_beside
from ..executors.factory import make_executor
from ..model.command_name import command
from ..model.entities import Author, Style
from ..model.errors import UserError, suggestion
from ..model.picture_options import PictureOptions
from ..pipeline.paint import check_suffix
from ..pipeline.paint import paint as paint_photo
from ..pipeline.read_options import parse_amounts
from ..rights.license_parser import parse_license
from ..storage.atomic_files import display_path
from ..styles.library import load_style, style_folders
from .blog_folder import SETTINGS, find_settings, read_site
from .starter import starter_styles


def paint(
    photo: str,
    *,
    style: str,
    options: PictureOptions,
    elsewhere: str = "",
    output: str = "",
    long_edge: int = 1600,
    author: str = "",
    license: str = "",
    force: bool = False,
    settings_file: str = "",
) -> Iterator[str]:
    """Draw a photo in a style and save it with its record; yields the lines to print.

    style, elsewhere: the name of a style of the blog or of the starter styles, or a folder. options: as a
    post has them, without its style. output: "" names the file after photo and style, in the current folder.
    settings_file: of the blog, as it was typed.

    Raises UserError with everything that is wrong.
    """
    blog = _read_blog(settings_file)
    library = blog.styles if blog else None
    chosen = _find_style(style, library=library)
    other = _find_style(elsewhere, library=library) if elsewhere else None
    amounts, wrong = parse_amounts(options)
    if wrong:
        raise UserError(*(text for text, _, _ in wrong))
    target = Path(output).expanduser() if output else Path(f"{Path(photo).stem}-{chosen.slug}.jpg")
    check_suffix(target)
    if target.exists() and not force:
        raise UserError(f"{display_path(target)} exists already. Name another file with -o, or add --force.")
    for source, what in ((Path(photo), "photo"), *_list_masks(options.mask, photo=Path(photo))):
        if target.exists() and source.exists() and target.samefile(source):
            raise UserError(f"{display_path(target)} is the {what} itself. Name another file with -o.")
    if not target.parent.is_dir():
        raise UserError(f"{display_path(target.parent)}: there is no such folder.")
    person = _read_author(author, license) or (blog.author if blog else None)
    picture = paint_photo(
        photo,
        chosen,
        long_edge=long_edge,
        quality=options.quality or "good",
        mask=options.mask or None,
        elsewhere=other,
        author=person,
        policy=blog.policy if blog else None,
        executor=make_executor(blog.executor, device=blog.device) if blog else None,
        **amounts,
    )
    picture.save(target)
    width, height = picture.image.size
    terms = picture.record.license
    yield f"{display_path(target)}: {width} x {height} pixels, {terms.name if terms else 'no license'}"
    yield picture.record.statement


def _read_blog(settings_file: str) -> Settings | None:
    """Return the settings of the blog around the current folder; None if there is no blog."""
    if settings_file:
        return read_site(str(find_settings(settings_file)))[1]
    try:
        path = find_settings(SETTINGS)
    except UserError:
        return None
    return read_site(str(path))[1]


def _find_style(typed: str, *, library: Path | None) -> Style:
    if not typed:
        example = command("paint photo.jpg --style harvesters")
        raise UserError(f"--style is missing: name a style, as in {example}")
    if "/" in typed or (Path(typed) / "style.toml").is_file():
        return load_style(Path(typed).expanduser())
    folders = {folder.name: folder for folder in starter_styles()}
    if library:
        folders |= {folder.name: folder for folder in style_folders(library)}
    if typed not in folders:
        near = suggestion(typed, folders, many="styles")
        raise UserError(f"there is no style {typed!r}.{near}")
    return load_style(folders[typed])


def _list_masks(name: str, *, photo: Path) -> Iterator[tuple[Path, str]]:
    """Yield the file of a mask, if it is there, and what it is."""
    if name:
        with suppress(UserError):
            yield find_mask_beside(name, photo=photo), "mask"


def _read_author(name: str, license: str) -> Author | None:
    """Return the photo's author as typed; None if nothing was typed."""
    if bool(name) != bool(license):
        raise UserError(
            "--author and --license belong together: who made the photo, and under which license."
        )
    return Author(name=name, license=parse_license(license, where="--license")) if name else None
