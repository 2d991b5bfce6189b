"""From the name that an author wrote to the photo's file, never outside content/."""

import os
from pathlib import Path
from stat import S_ISLNK, S_ISREG
from unicodedata import normalize
from urllib.parse import unquote

from ..disk import shown
from ..errors import UserError, suggestion

PHOTOS = "photos"  # the folder of content/ for photos that belong to no post alone


def find_photo(name: str, *, folder: Path, content: Path) -> Path:
    """Return the photo of this name: beside the post, or else in content/, or else in content/photos/.

    name: as written, perhaps quoted as in URLs or behind Pelican's {static}; a leading / means content/.
    folder: where the post lies. Raises UserError, without a place, that says what to write instead.
    """
    bare = _without_prefix(name)
    root = os.fspath(content)
    places = [os.fspath(folder), root, f"{root}{os.sep}{PHOTOS}"]  # strings: a build asks thousands of times
    if bare.startswith("/"):
        bare, places = bare.lstrip("/"), [root]
    for written in (bare, unquote(bare)) if "%" in bare else (bare,):
        for place in places:
            path = _file_in(place, written, content=content)
            if path:
                return path
    return _look_closer(name, unquote(bare), places=[*map(Path, dict.fromkeys(places))], content=content)


def _without_prefix(name: str) -> str:
    for prefix in ("{static}", "{attach}", "{filename}"):
        name = name.removeprefix(prefix)
    return name


def _file_in(place: str, name: str, *, content: Path) -> Path | None:
    """Return the file of this name, or None where there is none; a name may not climb out of content/."""
    root = f"{content}{os.sep}"
    path = f"{place}{os.sep}{name}"
    if "./" in path or "//" in path:
        path = os.path.normpath(path)
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
            f"{name!r} is a link that leads out of {shown(content)}. "
            f"Copy the photo to {shown(content / PHOTOS)} instead."
        )
    return found


def _look_closer(name: str, bare: str, *, places: list[Path], content: Path) -> Path:
    """Return the photo after all where only its accents are stored otherwise, or say what may be meant."""
    home = shown(content / PHOTOS)
    if "://" in name or name.startswith(("//", "data:")):
        raise UserError(
            f"{name!r} is on the web, and nothing is fetched from there. "
            f"Save the photo in {home}, with its credit beside it."
        )
    if not bare.strip():
        raise UserError("this picture names no photo. Write the name of a file, such as pier.jpg.")
    plain = bare.strip(_QUOTES)
    if plain != bare:
        raise UserError(f"the photo is written with quotes, {bare}. Take the quotes away: {plain}")
    if not Path(os.path.normpath(places[0] / bare)).is_relative_to(content):
        raise UserError(f"{name!r} leads out of {shown(content)}. Copy the photo to {home} instead.")
    there = _photos_around(places, inner=os.path.dirname(bare))  # noqa: PTH120 - Path loses "./"
    for photo, place in there.items():
        # macOS stores é as an e and an accent, and its archives carry that to other systems.
        if normalize("NFC", photo) == normalize("NFC", bare):
            path = _file_in(str(place), photo, content=content)
            if path:
                return path
    for photo, place in there.items():
        if photo.casefold() == bare.casefold():
            raise UserError(
                f"there is no photo {name!r}; in {shown(place)} it is called {photo!r}. Write it so."
            )
    if any(os.path.isdir(place / bare) for place in places):  # noqa: PTH112 - Path fails on long names
        raise UserError(f"{name!r} is a folder. Name a photo in it.")
    near = suggestion(bare, there) or suggestion(Path(bare).name, there) or " Put the photo there."
    looked = ", ".join(shown(place) for place in places)
    raise UserError(f"there is no photo {name!r}; looked in {looked}.{near}")


_QUOTES = "\"'“”„‘’‚«»"
_SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".avif", ".heic", ".heif", ".tif", ".tiff", ".gif", ".bmp")


def _photos_around(places: list[Path], *, inner: str) -> dict[str, Path]:
    """Return the photos of these folders, and of the inner folder of each, by the names to write."""
    there: dict[str, Path] = {}
    for place in reversed(places):  # the first place has the last word
        there |= dict.fromkeys(_photos_in(place), place)
        if inner:
            there |= dict.fromkeys((f"{inner}/{photo}" for photo in _photos_in(place / inner)), place)
    return there


def _photos_in(folder: Path) -> list[str]:
    try:
        return sorted(path.name for path in folder.iterdir() if path.suffix.lower() in _SUFFIXES)
    except (OSError, ValueError):
        return []
