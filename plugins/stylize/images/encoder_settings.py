"""Encoder settings of renditions. A module of its own, so that a warm build need not load Pillow."""

from dataclasses import asdict, dataclass, replace
from functools import cache, cached_property

from ..model.entities import digest_of
from ..model.image_sizes import WIDTHS


@dataclass(frozen=True, kw_only=True)
class Encoding:
    """All settings that decide a byte of a rendition; their digest is part of its address.

    The versions of the encoders are left out on purpose: a new Pillow may write other bytes for new
    renditions, but must not move the address of every picture that is already published.

    The numbers were chosen by eye on three stylized pictures of 1600x1067 (two dense, one dark),
    and by weight. The pictures are full of colored strokes a pixel or two wide, which 4:2:0 smears:
    JPEG of quality 78 in 4:4:4 and of 86 in 4:2:0 weigh about the same (0.5 MB), but the first has
    1.2 to 1.4 dB less error. AVIF of quality 60 weighs half of that; it pays 5 % for 4:4:4.
    """

    widths: tuple[int, ...] = WIDTHS  # pixels, rising; applied by `image_sizes.rendition_widths`
    avif_quality: int = 60
    # bench/encoding.py: 6 gives files 6 % smaller with 0.35 dB less error, but takes three times as long; 9
    # takes a quarter of the time, with 0.26 dB more error.
    avif_speed: int = 8
    jpeg_quality: int = 78
    subsampling: str = "4:4:4"  # of both
    # Scaling in linear light would move the mean by 1 of 255 levels at most on such pictures, and
    # browsers, which scale again, do not do it either.
    resampling: str = "LANCZOS"  # of sRGB values, without linearizing
    version: int = 1  # raised when the code of `renditions` changes a byte

    @cached_property
    def digest(self) -> str:
        """The sha256 of all of it."""
        return digest_of(asdict(self))


ENCODING = Encoding()


@cache
def choose_encoding(widths: tuple[int, ...]) -> Encoding:
    """Return the settings for a site that offers these widths, in pixels, rising."""
    return replace(ENCODING, widths=widths)
