"""A published picture: its output folder, named by a digest of its contents."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from ..model.entities import Artwork, Photo, Stylization, digest_of
from ..model.image_sizes import WIDTHS, fit, rendition_widths
from ..provenance.record import Record

LONGEST_NAME = 200  # bytes of a folder's name without its digest; file systems allow 255
SIDECAR = "provenance.jsonld"  # in the folder of each picture: its whole record
THUMB = WIDTHS[0]  # pixels: the width of the photo and the artwork next to the picture


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    """A photo, an artwork or a contact sheet, as it was when it was read."""

    path: Path  # absolute
    digest: str  # sha256 of the file


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelPiece:
    """One picture of a style's panel, as it is on the contact sheet."""

    sheet: SourceFile
    number: int  # on the sheet, from 0
    sizes: tuple[tuple[int, int], ...]  # width and height of all its pictures, in pixels


@dataclass(frozen=True, slots=True, kw_only=True)
class Stale:
    """What a run has to read again: it was damaged in the store, or has changed since it was read."""

    publications: frozenset["Publication"] = frozenset()
    files: frozenset[Path] = frozenset()  # photos, masks, artworks and weights

    def __bool__(self) -> bool:
        return bool(self.publications or self.files)

    def __or__(self, other: "Stale") -> "Stale":
        return Stale(publications=self.publications | other.publications, files=self.files | other.files)


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """One published picture: a folder of renditions."""

    name: str  # of the folder, with a digest of its contents: browsers may cache it for ever
    address: str  # of the renditions in the store
    width: int  # pixels of the whole picture
    height: int
    key: str = ""  # of the stylization; "" for a photo or an artwork shown as it is
    styles: tuple[str, ...] = ()  # their slugs, likewise
    record: str = ""  # the digest of its record in the store
    license_url: str = ""  # of the license that the picture carries
    offered: tuple[int, ...] = WIDTHS  # the widths of the site, in pixels, rising
    # What it is made from; None if the store has its renditions and nothing needs to be made.
    source: Stylization | SourceFile | PanelPiece | None = None

    @property
    def widths(self) -> tuple[int, ...]:
        """The widths in which it is published, in pixels."""
        return rendition_widths(self.width, self.offered)

    def height_at(self, width: int) -> int:
        """Return the height that belongs to a width, both in pixels."""
        return max(1, round(self.height * width / self.width))


def make_publication(
    stylization: Stylization,
    record: Record | None = None,
    *,
    finish: str = "",
    offered: tuple[int, ...] = WIDTHS,
) -> Publication:
    """Describe how a stylized picture is published.

    record: what its files say about it. finish: what else decides their bytes, such as who signs them.
    offered: the widths of the site, in pixels, rising.
    """
    photo, key = stylization.photo, stylization.key
    width, height = fit(photo.width, photo.height, long_edge=stylization.parameters.long_edge)
    address = compute_address("picture", key, offered=offered)
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
        offered=offered,
        source=stylization,
    )


def make_plain_publication(
    work: Photo | Artwork,
    record: Record | None = None,
    *,
    size: tuple[int, int],
    finish: str = "",
    widest: int | None = None,
    offered: tuple[int, ...] = WIDTHS,
) -> Publication:
    """Describe how a photo or an artwork is published unchanged.

    size: width and height of the upright image in pixels. widest: the largest width it is published in;
    None for the largest offered. offered: as for `make_publication`.
    """
    widest = widest or offered[-1]
    # Only the width is bounded, so that tall pictures get the same widths as wide ones.
    width = min(size[0], widest)
    height = max(1, round(size[1] * width / size[0]))
    kind = "photo" if widest == offered[-1] else f"photo {widest}"
    pixels = work.pixels if isinstance(work, Photo) else work.digest
    address = compute_address(kind, pixels, offered=offered)
    stem = work.path.stem if isinstance(work, Photo) else work.path.parent.name
    return Publication(
        name=_name((_slug(stem),), address=address, record=record, finish=finish),
        address=address,
        width=width,
        height=height,
        record=record.digest if record else "",
        license_url=work.credit.license.url,
        offered=offered,
        source=SourceFile(path=work.path.absolute(), digest=work.digest),
    )


def make_panel_publication(
    stylization: Stylization, record: Record, *, piece: PanelPiece, finish: str = ""
) -> Publication:
    """Describe how one picture of a style's panel is published.

    The contact sheet is encoded with losses, so this is not the picture of the stylization's key and has an
    address of its own.
    """
    whole = make_publication(stylization, record, finish=finish)
    style = stylization.blend[0].style
    address = compute_address("panel", f"{stylization.key} {piece.sheet.digest}")
    kind = "painted" if stylization.method.reads_artworks else "panel"
    words = (kind, style.slug, _slug(stylization.photo.path.stem))
    return replace(
        whole,
        name=_name(words, address=address, record=record, finish=finish),
        address=address,
        key="",
        source=piece,
    )


def list_source_files(publication: Publication) -> frozenset[Path]:
    """Return the files that a picture is made from; none if nothing needs to be made."""
    source = publication.source
    if isinstance(source, Stylization):
        styles = [share.style for share in source.blend]
        paths = [photo.path for photo in (source.photo, *source.together)]
        paths += [share.mask.path for share in source.blend if share.mask]
        paths += [path for style in styles for path in (style.artwork.path, style.weights.path)]
        return frozenset(path.absolute() for path in paths)
    if isinstance(source, PanelPiece):
        return frozenset([source.sheet.path])
    return frozenset([source.path] if source else [])


def original_path(photo: Photo) -> str:
    """Return where the photo's own file is published, relative to the folder of pictures."""
    return f"{_slug(photo.path.stem)}-original-{photo.digest[:12]}/{photo.path.name}"


def compute_address(kind: str, digest: str, *, offered: tuple[int, ...] = WIDTHS) -> str:
    """Return the address of the renditions of a picture, or of an unchanged photo."""
    from ..images.encoder_settings import choose_encoding  # not needed for pictures in the cache

    return digest_of({kind: digest, "encoding": choose_encoding(offered).digest})


def _name(words: Iterable[str], *, address: str, record: Record | None, finish: str) -> str:
    contents = digest_of({"renditions": address, "record": record.digest if record else "", "finish": finish})
    return f"{'-'.join(words)[:LONGEST_NAME]}-{contents[:12]}"


def _slug(stem: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", stem.lower()).strip("-") or "picture"
