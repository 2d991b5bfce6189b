"""Convert pictures from a stated color space to sRGB: by its curve and its primaries, strip by strip."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ..stated_colors import CINEMA, CURVE, HLG, PQ, SRGB, Chromaticities, StatedColors
from .oklab import Floats, cut_strips, encode_linear

WHITE = 203.0  # cd/m2: what white is in PQ and HLG (ITU-R BT.2408, section 2.1)
PEAK = (
    1000.0  # cd/m2: of the screen for which HLG is shown, whose system gamma is 1.2 (ITU-R BT.2100, table 5)
)
# The cones of Bradford, as in ICC.1:2022, annex E
_BRADFORD = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])

_Matrix = NDArray[np.float64]


def convert_to_srgb(picture: Image.Image, colors: StatedColors) -> Image.Image:
    """Return an RGB picture of a color space as RGB in sRGB.

    The white of the space becomes that of sRGB; what sRGB does not have, and what is lighter than white, is
    clipped in each channel, as in browsers.
    """
    table = _make_table(colors.transfer)  # (256,): linear light of each level
    to_xyz = _rgb_to_xyz(colors.primaries)
    matrix = np.linalg.inv(_rgb_to_xyz(SRGB)) @ _adapt(colors.primaries[:2]) @ to_xyz
    new = Image.new("RGB", picture.size)
    for top, (pixels,) in cut_strips([picture]):
        linear = table[pixels.reshape(-1, 3).T]  # (3, H*W)
        if colors.transfer == HLG:
            luminance = np.maximum(to_xyz[1].astype(np.float32) @ linear, np.float32(1e-6))
            linear = linear * luminance ** np.float32(0.2) * np.float32(PEAK / WHITE)
        encoded = encode_linear(matrix.astype(np.float32) @ linear)
        new.paste(Image.fromarray(encoded.T.reshape(pixels.shape)), (0, top))
    return new


def _make_table(transfer: str | float) -> Floats:
    """Return the linear light of 256 levels; 1 is white, except for HLG, whose light depends on the color."""
    levels = np.arange(256) / 255
    if transfer == CURVE:  # IEC 61966-2-1
        linear = np.where(levels <= 0.04045, levels / 12.92, ((levels + 0.055) / 1.055) ** 2.4)
    elif transfer == PQ:  # SMPTE ST 2084, section 5; also ITU-R BT.2100, table 4
        m1, m2, c1, c2, c3 = 2610 / 16384, 2523 / 32, 3424 / 4096, 2413 / 128, 2392 / 128
        power = levels ** (1 / m2)
        linear = 10_000 / WHITE * (np.maximum(power - c1, 0) / (c2 - c3 * power)) ** (1 / m1)
    elif transfer == HLG:  # the inverse of the curve of the camera, ITU-R BT.2100, table 5
        a, b, c = 0.17883277, 0.28466892, 0.55991073
        linear = np.where(levels <= 0.5, levels**2 / 3, (np.exp((levels - c) / a) + b) / 12)
    elif transfer == CINEMA:  # SMPTE ST 428-1
        linear = levels**2.6 * 52.37 / 48
    else:
        linear = levels ** float(transfer)
    return linear.astype(np.float32)


def _rgb_to_xyz(primaries: Chromaticities) -> _Matrix:
    """Return the matrix from linear RGB to XYZ (SMPTE RP 177)."""
    white_x, white_y, *rest = primaries
    points = np.array(rest).reshape(3, 2)
    columns = np.array([[x / max(y, 1e-6), 1, (1 - x - y) / max(y, 1e-6)] for x, y in points]).T
    white = np.array([white_x / white_y, 1, (1 - white_x - white_y) / white_y])
    return np.asarray(columns * np.linalg.solve(columns, white))


def _adapt(white: Chromaticities) -> _Matrix:
    """Return the matrix that makes XYZ under a white point those under that of sRGB (Bradford)."""
    source, target = (_BRADFORD @ np.array([x / y, 1, (1 - x - y) / y]) for x, y in (tuple(white), SRGB[:2]))
    return np.asarray(np.linalg.inv(_BRADFORD) @ np.diag(target / source) @ _BRADFORD)
