"""The styles and photos that ship: four styles, the photos of their panel, and a photo for a first post."""

from importlib.util import find_spec
from pathlib import Path

STYLES = ("harvesters", "hubble-m51", "reduction-gear", "wheat-field-with-cypresses")
PANEL = "_panel"  # the photos that show a style, also used for tuning if a blog has none
PHOTO = "mont-saint-michel"  # with its credit file


def starter_styles() -> list[Path]:
    """Return the folders of the styles that ship, without the photos of their panel."""
    return [_folder("starter_styles", "styles") / name for name in STYLES]


def starter_panel() -> Path:
    """Return the folder of the photos that show a style."""
    return _folder("starter_styles", "styles") / PANEL


def starter_photo() -> list[Path]:
    """Return the photo of the first post, and its credit file."""
    folder = _folder("starter_photos", "content/photos")
    return [folder / f"{PHOTO}.jpg", folder / f"{PHOTO}.toml"]


def _folder(package: str, in_repository: str) -> Path:
    """Return a folder: package data in an installed wheel, content of the blog in this repository."""
    spec = find_spec(f"{__name__.rsplit('.', 2)[0]}.{package}")
    if spec and spec.submodule_search_locations:
        return Path(next(iter(spec.submodule_search_locations)))
    return Path(__file__).parents[3] / in_repository
