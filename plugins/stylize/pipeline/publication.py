"""How one picture leaves the house: its folder of renditions, under a name that tells all that is in it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from ..model.entities import Artwork, Photo, Stylization, digest_of
from ..model.image_sizes import WIDTHS, fit, rendition_widths
from ..provenance.record import Record

LONGEST_NAME = 200  # bytes of a folder's name without its digest; file systems allow 255
SIDECAR = "provenance.jsonld"  # in the folder of each picture: its whole record
THUMB = WIDTHS[0]  # pixels: the width at which photo and artwork stand beside the picture


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """One picture as it leaves the house: a folder of renditions."""

    name: str  # of the folder, with a digest of all that is in it: browsers may keep it for ever
    address: str  # of the renditions in the store
    width: int  # pixels of the whole picture
    height: int
    key: str = ""  # of the stylization; "" for a photo or an artwork shown as it is
    styles: tuple[str, ...] = ()  # their slugs, likewise
    record: str = ""  # the digest of its record, which rests in the store
    license_url: str = ""  # of the license that the picture carries
    # What it is made from; None where its renditions were seen in the store and nothing is to be made.
    source: Stylization | Path | None = None

    @property
    def widths(self) -> tuple[int, ...]:
        """The widths in which it is published, in pixels."""
        return rendition_widths(self.width)

    def height_at(self, width: int) -> int:
        """Return the height that belongs to a width, both in pixels."""
        return max(1, round(self.height * width / self.width))


def make_publication(
    stylization: Stylization, record: Record | None = None, *, finish: str = ""
) -> Publication:
    """Describe how a stylized picture is published.

    record: what its files say about it. finish: what else decides a byte of them, such as who signs.
    """
    photo, key = stylization.photo, stylization.key
    width, height = fit(photo.width, photo.height, long_edge=stylization.parameters.long_edge)
    address = compute_address("picture", key)
    styles = tuple(share.style.slug for share in stylization.blend)
    return Publication(
        name=_name((_slug(photo.path.stem), *styles), address=address, record=record, finish=finish),
        address=address,
        width=width,
        height=height,
        key=key,
        styles=styles,
        record=record.digest if record else "",
        license_url=record.license.url if record and record.license else "",
        source=stylization,
    )


def make_plain_publication(
    work: Photo | Artwork,
    record: Record | None = None,
    *,
    size: tuple[int, int],
    finish: str = "",
    widest: int = WIDTHS[-1],
) -> Publication:
    """Describe how a photo or an artwork is published as it is.

    size: width and height of the upright image in pixels. widest: the largest width it is published in.
    """
    # A tall picture keeps the widths a wide one has: only the width is bounded.
    width = min(size[0], widest)
    height = max(1, round(size[1] * width / size[0]))
    address = compute_address("photo" if widest == WIDTHS[-1] else f"photo {widest}", work.digest)
    stem = work.path.stem if isinstance(work, Photo) else work.path.parent.name
    return Publication(
        name=_name((_slug(stem),), address=address, record=record, finish=finish),
        address=address,
        width=width,
        height=height,
        record=record.digest if record else "",
        license_url=work.credit.license.url,
        source=work.path,
    )


def make_panel_publication(
    stylization: Stylization, record: Record, *, piece: Path, finish: str = ""
) -> Publication:
    """Describe how one picture of a style's panel is published.

    piece: the file that was cut from the sheet, on which it was coded with losses. So this is not the
    picture of the stylization's key, and goes by an address of its own.
    """
    drawn = make_publication(stylization, record, finish=finish)
    style = stylization.blend[0].style
    address = compute_address(
        "panel", f"{style.numbers.digest} {stylization.photo.digest} {piece.parent.name}"
    )
    words = ("panel", style.slug, _slug(stylization.photo.path.stem))
    return replace(
        drawn,
        name=_name(words, address=address, record=record, finish=finish),
        address=address,
        key="",
        source=piece,
    )


def original_path(photo: Photo) -> str:
    """Return where the photo's own file is published, below the pictures' folder."""
    return f"{_slug(photo.path.stem)}-original-{photo.digest[:12]}/{photo.path.name}"


def compute_address(kind: str, digest: str) -> str:
    """Return the address of the renditions of a picture, or of a photo as it is."""
    from ..images.encoder_settings import ENCODING  # a remembered picture knows its address

    return digest_of({kind: digest, "encoding": ENCODING.digest})


def is_folder_of_ours(name: str) -> bool:
    """Tell whether a folder is called as pictures are."""
    return re.fullmatch(r"[a-z0-9-]+-[0-9a-f]{12}", name) is not None


def _name(words: Iterable[str], *, address: str, record: Record | None, finish: str) -> str:
    contents = digest_of({"renditions": address, "record": record.digest if record else "", "finish": finish})
    return f"{'-'.join(words)[:LONGEST_NAME]}-{contents[:12]}"


def _slug(stem: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", stem.lower()).strip("-") or "picture"
