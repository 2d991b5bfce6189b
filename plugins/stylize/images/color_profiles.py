"""Convert the colors of photos to sRGB, eight bits a channel, on white."""

import io
import logging

from PIL import Image, ImageCms

logger = logging.getLogger(__name__)


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


def to_srgb(image: Image.Image, *, profile: bytes | None, background: str = "white") -> Image.Image:
    """Return an eight-bit image as RGB in sRGB, with transparent parts on a background.

    profile: the ICC profile; without one, or if it is broken or of another kind of image, the colors are
    treated as sRGB, as in browsers.
    """
    if image.mode in ("LA", "RGBA"):
        alpha = image.getchannel("A")
        opaque = to_srgb(image.convert(image.mode[:-1]), profile=profile)
        flat = Image.new("RGB", image.size, background)
        flat.paste(opaque, mask=alpha)
        return flat
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
    except (ImageCms.PyCMSError, OSError) as error:
        logger.debug("an unusable color profile was ignored: %s", error)
        return image.convert("RGB")
    assert converted is not None  # only conversion in place returns None
    return converted


def _scale_to_eight_bits(image: Image.Image) -> Image.Image:
    """Scale sixteen bits to eight; for integers and floats, guess the range from the largest value."""
    import numpy as np  # takes 0.1 s to import, and few photos need it

    values = np.nan_to_num(np.asarray(image, dtype=np.float32), posinf=0.0, neginf=0.0)
    highest = float(values.max())
    if image.mode.startswith("I;16"):
        white = 65_535.0
    else:
        ranges = (1.0, 255.0, 65_535.0) if image.mode == "F" else (255.0, 65_535.0)
        white = next((end for end in ranges if highest <= end), highest)
    eight_bits = np.clip(values * (255 / white) + 0.5, 0, 255).astype(np.uint8)
    return Image.fromarray(eight_bits)
