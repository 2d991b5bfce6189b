"""Finds the photo that an author names, never outside content/."""

import os
from pathlib import Path
from stat import S_ISLNK, S_ISREG
from unicodedata import normalize
from urllib.parse import unquote

from ...model.errors import UserError, suggestion
from ...storage.atomic_files import display_path
from ...storage.ordinary_files import describe_unusual

PHOTOS = "photos"  # the folder of content/ for photos that belong to no post alone


def find_photo(name: str, *, folder: Path, content: Path) -> Path:
    """Return the photo of this name: next to the post, or else in content/, or else in content/photos/.

    name: as written; it may be URL-encoded, or follow Pelican's {static}; a leading / means content/.
    folder: of the post. Raises UserError, without a place, that says what to write instead.
    """
    for candidate in list_candidate_paths(name, folder=folder, content=content):
        path = _file_at(candidate, name, content=content)
        if path:
            return path
    bare, places = _split_name(name, folder=folder, content=content)
    return _explain_missing_photo(
        name, unquote(bare), places=[*map(Path, dict.fromkeys(places))], content=content
    )


def list_candidate_paths(name: str, *, folder: Path, content: Path) -> list[str]:
    """Return the paths where a photo of this name is looked for, in order."""
    bare, places = _split_name(name, folder=folder, content=content)
    paths = []
    for written in (bare, unquote(bare)) if "%" in bare else (bare,):
        for place in places:
            path = f"{place}{os.sep}{written}"
            if "./" in path or "//" in path:
                path = os.path.normpath(path)
            paths.append(path)
    return paths


def find_mask(name: str, *, photo: Path, folder: Path, content: Path) -> Path:
    """Return the mask of this name: next to its photo, or else where a photo of this name is looked for.

    folder: of the post. Raises UserError, without a place, that says what to write instead.
    """
    for candidate in list_mask_paths(name, photo=photo, folder=folder, content=content):
        path = _file_at(candidate, name, content=content)
        if path:
            return path
    bare, places = _split_name(name, folder=folder, content=content)
    looked = [*map(Path, dict.fromkeys([os.fspath(photo.parent), *places]))]
    raise _make_mask_error(name, unquote(bare), looked=looked)


def find_mask_beside(name: str, *, photo: Path) -> Path:
    """Return the mask at a path, or else next to its photo; raises UserError that says what to write."""
    looked = [*dict.fromkeys((Path(), photo.parent))]
    for folder in looked:
        if (folder / name).is_file():
            return folder / name
    raise _make_mask_error(name, name, looked=looked)


def list_mask_paths(name: str, *, photo: Path, folder: Path, content: Path) -> list[str]:
    """Return the paths where the mask of a photo is looked for, in order."""
    beside = list_candidate_paths(name, folder=photo.parent, content=content)
    return list(dict.fromkeys([beside[0], *list_candidate_paths(name, folder=folder, content=content)]))


def list_photos(folder: Path) -> list[str]:
    """Return the names of the photos in a folder, sorted; none if there is no such folder."""
    try:
        return sorted(path.name for path in folder.iterdir() if path.suffix.lower() in _SUFFIXES)
    except (OSError, ValueError):
        return []


def _split_name(name: str, *, folder: Path, content: Path) -> tuple[str, list[str]]:
    """Return the name without prefix, and the folders in which it is looked for."""
    bare = _without_prefix(name)
    root = os.fspath(content)
    if bare.startswith("/"):
        return bare.lstrip("/"), [root]
    return bare, [os.fspath(folder), root, f"{root}{os.sep}{PHOTOS}"]  # strings: this runs thousands of times


def _without_prefix(name: str) -> str:
    for prefix in ("{static}", "{attach}", "{filename}"):
        name = name.removeprefix(prefix)
    return name


def _file_at(path: str, name: str, *, content: Path) -> Path | None:
    """Return the file at a path, or None if there is none; raises UserError if it is outside content/."""
    root = f"{content}{os.sep}"
    if not path.startswith(root):
        return None
    try:
        mode = os.lstat(path).st_mode
        linked = S_ISLNK(mode)
        if not S_ISREG(os.stat(path).st_mode if linked else mode):  # noqa: PTH116
            return None
    except (OSError, ValueError):  # ValueError: a zero byte in the name
        return None
    end = path.rfind(os.sep)
    while end >= len(root) and not linked:  # each folder on the way from content/
        linked = os.path.islink(path[:end])  # noqa: PTH114
        end = path.rfind(os.sep, 0, end)
    found = Path(path)
    if linked and not found.resolve().is_relative_to(content.resolve()):
        raise UserError(
            f"{name!r} is a link that leads out of {display_path(content)}. "
            f"Copy the photo to {display_path(content / PHOTOS)} instead."
        )
    return found


def _make_mask_error(name: str, bare: str, *, looked: list[Path]) -> UserError:
    for folder in looked:
        if what := describe_unusual(folder / bare):
            return UserError(f"the mask {display_path(folder / bare)} cannot be used: {what}")
    there = _photos_around(looked, inner=os.path.dirname(bare))  # noqa: PTH120 - Path loses "./"
    near = suggestion(bare, there) or " Save the mask beside the photo."
    places = ", ".join("this folder" if folder == Path() else display_path(folder) for folder in looked)
    return UserError(f"there is no mask {name!r}; looked in {places}.{near}")


def _explain_missing_photo(name: str, bare: str, *, places: list[Path], content: Path) -> Path:
    """Return the photo if only its accents are encoded differently, or raise UserError with what to write."""
    home = display_path(content / PHOTOS)
    if "://" in name or name.startswith(("//", "data:")):
        raise UserError(
            f"{name!r} is on the web, and nothing is fetched from there. "
            f"Save the photo in {home}, with a credit file next to it."
        )
    if not bare.strip():
        raise UserError("this picture names no photo. Write the name of a file, such as pier.jpg.")
    plain = bare.strip(_QUOTES)
    if plain != bare:
        raise UserError(f"the photo is written with quotes, {bare}. Remove the quotes: {plain}")
    if not Path(os.path.normpath(places[0] / bare)).is_relative_to(content):
        raise UserError(f"{name!r} leads out of {display_path(content)}. Copy the photo to {home} instead.")
    for place in places:
        is_folder = os.path.isdir(place / bare)  # noqa: PTH112 - Path fails on long names
        if not is_folder and (what := describe_unusual(place / bare)):
            raise UserError(f"{display_path(place / bare)} cannot be used: {what}")
    there = _photos_around(places, inner=os.path.dirname(bare))  # noqa: PTH120 - Path loses "./"
    for photo, place in there.items():
        # macOS stores é as an e and an accent, and its archives carry that to other systems.
        if normalize("NFC", photo) == normalize("NFC", bare):
            path = _file_at(os.path.normpath(place / photo), photo, content=content)
            if path:
                return path
    for photo, place in there.items():
        if photo.casefold() == bare.casefold():
            raise UserError(
                f"there is no photo {name!r}; in {display_path(place)} it is called {photo!r}. "
                "Write it that way."
            )
    if any(os.path.isdir(place / bare) for place in places):  # noqa: PTH112 - Path fails on long names
        raise UserError(f"{name!r} is a folder. Name a photo in it.")
    near = suggestion(bare, there) or suggestion(Path(bare).name, there) or " Put the photo there."
    looked = ", ".join(display_path(place) for place in places)
    raise UserError(f"there is no photo {name!r}; looked in {looked}.{near}")


_QUOTES = "\"'“”„‘’‚«»"
_SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".avif", ".heic", ".heif", ".tif", ".tiff", ".gif", ".bmp")


def _photos_around(places: list[Path], *, inner: str) -> dict[str, Path]:
    """Return the photos of these folders, and of the inner folder of each, by the names to write."""
    there: dict[str, Path] = {}
    for place in reversed(places):  # the first place wins
        there |= dict.fromkeys(list_photos(place), place)
        if inner:
            there |= dict.fromkeys((f"{inner}/{photo}" for photo in list_photos(place / inner)), place)
    return there
