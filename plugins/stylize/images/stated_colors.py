"""Find the color space that a file states in another way than by an ICC profile.

By the code points of ITU-T H.273 (cICP in PNG, nclx in AVIF and HEIC), by gamma and chromaticities (gAMA and
cHRM in PNG, PrimaryChromaticities in TIFF), or by EXIF's mark of Adobe RGB.
"""

import struct
from dataclasses import dataclass
from typing import BinaryIO

from PIL import ExifTags, Image

from ..storage.image_structure import find_png_chunk, names_too_much
from .formats import AVIF, HEIC, PNG, TIFF
from .isobmff_boxes import MOST_BOXES, read_boxes, walk_boxes

Chromaticities = tuple[float, ...]  # x and y of white, red, green and blue

_D65 = (0.3127, 0.3290)
SRGB: Chromaticities = (*_D65, 0.64, 0.33, 0.30, 0.60, 0.15, 0.06)
ADOBE_RGB: Chromaticities = (*_D65, 0.64, 0.33, 0.21, 0.71, 0.15, 0.06)  # Adobe RGB (1998), section 4.3
# ITU-T H.273 (07/2024), table 2. 2 is "unspecified", which means sRGB for a still image.
PRIMARIES: dict[int, Chromaticities] = {
    1: SRGB,
    2: SRGB,
    4: (0.310, 0.316, 0.67, 0.33, 0.21, 0.71, 0.14, 0.08),
    5: (*_D65, 0.64, 0.33, 0.29, 0.60, 0.15, 0.06),
    6: (*_D65, 0.630, 0.340, 0.310, 0.595, 0.155, 0.070),
    7: (*_D65, 0.630, 0.340, 0.310, 0.595, 0.155, 0.070),
    8: (0.310, 0.316, 0.681, 0.319, 0.243, 0.692, 0.145, 0.049),
    9: (*_D65, 0.708, 0.292, 0.170, 0.797, 0.131, 0.046),  # BT.2020
    11: (0.314, 0.351, 0.680, 0.320, 0.265, 0.690, 0.150, 0.060),  # DCI P3
    12: (*_D65, 0.680, 0.320, 0.265, 0.690, 0.150, 0.060),  # Display P3
    22: (*_D65, 0.630, 0.340, 0.295, 0.605, 0.155, 0.077),
}
PQ, HLG, CINEMA, CURVE = "PQ", "HLG", "SMPTE 428", "sRGB"
# Table 3. The curves of cameras (1, 6, 14, 15) are made for screens whose curve is near that of sRGB.
TRANSFERS: dict[int, str | float] = {
    **dict.fromkeys((1, 2, 6, 13, 14, 15), CURVE),
    4: 2.2,
    5: 2.8,
    8: 1.0,
    16: PQ,
    17: CINEMA,
    18: HLG,
}
_NEAR = 0.005  # programs round what they write; a gamma of 1/2.2 is meant as the curve of sRGB
_MOST_BYTES = 2**22  # of the box `meta` of an AVIF, which has 400


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedColors:
    """A color space: where its primaries are, and its curve."""

    primaries: Chromaticities
    transfer: str | float  # PQ, HLG, CINEMA, CURVE, or the power that gives linear light

    @property
    def name(self) -> str:
        """What stands for it in keys: it changes if the conversion does."""
        numbers = " ".join(f"{number:.4f}" for number in self.primaries)
        return f"1 {self.transfer} {numbers}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What a file says about its colors."""

    profile: bytes | None = None  # ICC
    colors: StatedColors | None = None  # None for sRGB
    problem: str = ""  # something that cannot be followed, for a warning


def read_statement(image: Image.Image, file: BinaryIO, format: str) -> Statement:
    """Return what an open image says about its colors, the strongest statement first.

    In PNG, cICP comes before an ICC profile, that before sRGB, and that before gAMA and cHRM (PNG, third
    edition, section 12.10.3); in other formats, an ICC profile comes first. The file's position stays.
    """
    profile = image.info.get("icc_profile")
    place = file.tell() if format in (PNG, AVIF, HEIC) else 0
    problem = ""
    try:
        if format == PNG and len(points := find_png_chunk(file, b"cICP")) == 4:
            colors, problem = _read_code_points(points[0], points[1])
            if not problem:
                return Statement(colors=colors)
        if profile is not None:
            return Statement(profile=profile, problem=problem)
        if format in (AVIF, HEIC) and (codes := _find_nclx(file)):
            colors, problem = _read_code_points(*codes)
            return Statement(colors=colors, problem=problem)
    finally:
        if format in (PNG, AVIF, HEIC):
            file.seek(place)
    if format == PNG:
        colors, more = _read_gamma(image)
        return Statement(colors=colors, problem=problem or more)
    if format == TIFF and (primaries := _read_tiff_primaries(image)):
        return Statement(colors=_simplify(primaries, CURVE))
    return Statement(colors=_simplify(ADOBE_RGB, 563 / 256) if _is_adobe_rgb(image) else None)


def _read_code_points(primaries: int, transfer: int) -> tuple[StatedColors | None, str]:
    if primaries not in PRIMARIES or transfer not in TRANSFERS:
        return None, f"the code points {primaries} and {transfer} (ITU-T H.273)"
    return _simplify(PRIMARIES[primaries], TRANSFERS[transfer]), ""


def _read_gamma(image: Image.Image) -> tuple[StatedColors | None, str]:
    """Return what gAMA and cHRM of a PNG say; sRGB comes before them."""
    gamma, primaries = image.info.get("gamma"), image.info.get("chromaticity")
    if "srgb" in image.info or (gamma is None and primaries is None):
        return None, ""
    if gamma is not None and not 0.1 <= gamma <= 10:
        return None, f"a gamma of {gamma:g}"
    is_usual = gamma is None or abs(gamma - 1 / 2.2) < _NEAR
    where = SRGB if primaries is None else tuple(primaries)
    if not _is_triangle(where):
        return None, "its chromaticities (cHRM)"
    return _simplify(where, CURVE if gamma is None or is_usual else round(1 / gamma, 5)), ""


def _simplify(primaries: Chromaticities, transfer: str | float) -> StatedColors | None:
    """Return a color space; None if it is sRGB as far as rounding goes."""
    near = max(abs(one - other) for one, other in zip(primaries, SRGB, strict=True)) < _NEAR
    return None if near and transfer == CURVE else StatedColors(primaries=primaries, transfer=transfer)


def _is_triangle(primaries: Chromaticities) -> bool:
    """Return whether primaries have an area, and the white point is no dark one."""
    if len(primaries) != 8 or not all(0 <= value <= 1 for value in primaries):
        return False
    _, white, red_x, red_y, green_x, green_y, blue_x, blue_y = primaries
    area = (green_x - red_x) * (blue_y - red_y) - (blue_x - red_x) * (green_y - red_y)
    return white > 0.05 and abs(area) > 0.01


def _read_tiff_primaries(image: Image.Image) -> Chromaticities | None:
    """Return the tags WhitePoint and PrimaryChromaticities (TIFF 6.0, section 20)."""
    tags = getattr(image, "tag_v2", {})
    try:
        values = (*map(float, tags.get(318, _D65)), *map(float, tags[319]))
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return None
    return values if _is_triangle(values) else None


def _is_adobe_rgb(image: Image.Image) -> bool:
    """Return whether a camera marked the photo as Adobe RGB: "R03" (Exif 3.0, section 4.6.7; DCF 2.0)."""
    if names_too_much(image.info.get("exif") or b""):
        return False
    try:
        return str(image.getexif().get_ifd(ExifTags.IFD.Interop).get(1, "")).strip("\0 ") == "R03"
    except Exception:  # old editors leave broken EXIF; Pillow raises many kinds for it
        return False


def _find_nclx(file: BinaryIO) -> tuple[int, int] | None:
    """Return the primaries and the transfer that an AVIF or HEIC states for its primary image."""
    try:
        return _read_nclx(_read_meta(file))
    except (struct.error, IndexError, KeyError, ValueError):
        return None


def _read_meta(file: BinaryIO) -> bytes:
    """Return the content of the box `meta` (ISO/IEC 14496-12), without version and flags."""
    for kind, begin, length in walk_boxes(file):
        if kind == b"meta":
            file.seek(begin + 4)
            return file.read(min(max(length - 4, 0), _MOST_BYTES))
    raise ValueError("no list of items")


def _read_nclx(meta: bytes) -> tuple[int, int] | None:
    boxes = {kind: content for kind, _, content in read_boxes(meta)}
    primary = struct.unpack_from(">H" if boxes[b"pitm"][0] == 0 else ">I", boxes[b"pitm"], 4)[0]
    inner = {kind: content for kind, _, content in read_boxes(boxes[b"iprp"])}
    stated = {
        number: struct.unpack_from(">HH", content, 4)
        for number, (kind, _, content) in enumerate(read_boxes(inner[b"ipco"]), start=1)
        if kind == b"colr" and content.startswith(b"nclx")
    }
    of_primary = (stated[number] for number in _read_properties(inner[b"ipma"], primary) if number in stated)
    return next(of_primary, None)


def _read_properties(box: bytes, item: int) -> list[int]:
    """Return the numbers of an item's properties: the box `ipma` (ISO/IEC 23008-12, section 9.3)."""
    is_wide, is_large = box[0] >= 1, box[3] & 1
    (entries,) = struct.unpack_from(">I", box, 4)
    at = 8
    for _ in range(min(entries, MOST_BOXES)):
        (number,) = struct.unpack_from(">I" if is_wide else ">H", box, at)
        at += 4 if is_wide else 2
        count, size = box[at], 2 if is_large else 1
        words = [int.from_bytes(box[at + 1 + size * n : at + 1 + size * (n + 1)]) for n in range(count)]
        if number == item:
            return [word & (0x7FFF if is_large else 0x7F) for word in words]
        at += 1 + size * count
    return []
