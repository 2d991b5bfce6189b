"""Convert the colors of photos to sRGB, eight bits a channel, on white."""

import io
import logging
from collections.abc import Iterator
from typing import TYPE_CHECKING

from PIL import Image, ImageCms

from .stated_colors import StatedColors

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

logger = logging.getLogger(__name__)

STRIP = 2**20  # pixels of more than eight bits that are scaled at a time


def to_eight_bits(image: Image.Image) -> Image.Image:
    """Return the image in a mode of eight bits a channel: L, LA, RGB, RGBA, CMYK or LAB.

    Sixteen bits and floats are scaled; Pillow's own conversion would clip them to white.
    """
    if image.mode.startswith("I") or image.mode == "F":
        return _scale_to_eight_bits(image)
    if image.mode in ("L", "LA", "RGB", "RGBA", "CMYK", "LAB") and "transparency" not in image.info:
        return image
    if image.has_transparency_data:
        return image.convert("LA" if image.mode in ("1", "L", "LA", "La") else "RGBA")
    if image.mode == "1":
        return image.convert("L")
    return image.convert("RGB")


def to_srgb(
    image: Image.Image,
    *,
    profile: bytes | None,
    colors: StatedColors | None = None,
    background: str = "white",
) -> Image.Image:
    """Return an eight-bit image as RGB in sRGB, with transparent parts on a background.

    colors: a space that is stated without a profile. profile: of ICC. Without one, or if it is broken or of
    another kind of image, the colors are treated as sRGB, as in browsers.
    """
    if image.mode in ("LA", "RGBA"):
        alpha = image.getchannel("A")
        opaque = to_srgb(image.convert(image.mode[:-1]), profile=profile, colors=colors)
        flat = Image.new("RGB", image.size, background)
        flat.paste(opaque, mask=alpha)
        return flat
    if colors is not None and image.mode in ("L", "RGB"):
        from .color.code_points import convert_to_srgb  # loads numpy, and few photos need it

        return convert_to_srgb(image.convert("RGB"), colors)
    if profile is None and image.mode != "LAB":
        return image if image.mode == "RGB" else image.convert("RGB")
    try:
        # Relative colorimetric with black point compensation is what browsers do (and Adobe's default).
        converted = ImageCms.profileToProfile(
            image,
            ImageCms.createProfile("LAB") if profile is None else io.BytesIO(profile),
            ImageCms.createProfile("sRGB"),
            renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
            outputMode="RGB",
            flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError) as error:
        logger.debug("an unusable color profile was ignored: %s", error)
        return image.convert("RGB")
    assert converted is not None  # only conversion in place returns None
    return converted


def is_usable(profile: bytes, mode: str) -> bool:
    """Return whether an ICC profile is readable and for images of a mode."""
    try:
        space = ImageCms.ImageCmsProfile(io.BytesIO(profile)).profile.xcolor_space.strip()
    except Exception:  # Pillow raises several kinds for damaged profiles
        return False
    return space == _SPACES.get(mode, "GRAY" if mode.startswith("I") or mode == "F" else "RGB")


_SPACES = {"L": "GRAY", "LA": "GRAY", "1": "GRAY", "CMYK": "CMYK", "LAB": "Lab"}


def _scale_to_eight_bits(image: Image.Image) -> Image.Image:
    """Scale sixteen bits to eight; for integers and floats, guess the range from the largest value."""
    import numpy as np  # takes 0.1 s to import, and few photos need it

    def read_strips() -> "Iterator[tuple[int, NDArray[np.float32]]]":
        rows = max(1, STRIP // image.width)
        for top in range(0, image.height, rows):
            strip = image.crop((0, top, image.width, min(top + rows, image.height)))
            yield top, np.nan_to_num(np.asarray(strip, dtype=np.float32), posinf=0.0, neginf=0.0)

    if image.mode.startswith("I;16"):
        white = 65_535.0
    else:
        highest = max(float(values.max()) for _, values in read_strips())
        ranges = (1.0, 255.0, 65_535.0) if image.mode == "F" else (255.0, 65_535.0)
        white = next((end for end in ranges if highest <= end), highest)
    scaled = Image.new("L", image.size)
    for top, values in read_strips():
        eight_bits = np.clip(values * (255 / white) + 0.5, 0, 255).astype(np.uint8)
        scaled.paste(Image.fromarray(eight_bits), (0, top))
    return scaled
