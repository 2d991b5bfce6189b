"""Write a PNG row by row, so that only some rows of a large picture are in memory.

PNG specification, third edition: https://www.w3.org/TR/png-3/, sections 5 (chunks) and 9 (filters).
"""

import struct
import zlib
from collections.abc import Iterable
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

LEVEL = 4  # of zlib, as for the store's pictures
STEP = 32  # rows that are filtered at once; each takes 20 times its size meanwhile
Rows = NDArray[np.uint8]


def write_png(
    file: BinaryIO, bands: Iterable[Rows], *, width: int, height: int, profile: bytes | None = None
) -> None:
    """Write bands of rows, from the top down, as an RGB PNG. bands: (rows, width, 3) each; profile: ICC.

    Raises ValueError if the bands have another width, or not this height together.
    """
    file.write(b"\x89PNG\r\n\x1a\n")
    _write_chunk(file, b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    if profile:
        _write_chunk(file, b"iCCP", b"ICC profile\0\0" + zlib.compress(profile))
    compressor = zlib.compressobj(LEVEL)
    above: Rows = np.zeros((1, width, 3), np.uint8)
    written = 0
    for band in bands:
        if band.shape[1:] != (width, 3):
            raise ValueError(f"a band has the shape {band.shape}, not {width} pixels of 3 bytes in a row")
        for start in range(0, len(band), STEP):
            rows = band[start : start + STEP]
            if data := compressor.compress(_filter(rows, above).tobytes()):
                _write_chunk(file, b"IDAT", data)
            above = rows[-1:]
        written += len(band)
    if written != height:
        raise ValueError(f"there are {written} rows, not {height}")
    _write_chunk(file, b"IDAT", compressor.flush())
    _write_chunk(file, b"IEND", b"")


def _write_chunk(file: BinaryIO, kind: bytes, data: bytes) -> None:
    file.write(struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)))


def _filter(band: Rows, above: Rows) -> Rows:
    """Return the rows with the filter Paeth, which suits photos best, each behind the filter's number."""
    rows, width, _ = band.shape
    left = np.zeros(band.shape, np.int16)
    left[:, 1:] = band[:, :-1]
    up = np.concatenate((above, band[:-1])).astype(np.int16)
    corner = np.zeros(band.shape, np.int16)
    corner[:, 1:] = up[:, :-1]
    guess = left + up - corner
    to_left, to_up, to_corner = abs(guess - left), abs(guess - up), abs(guess - corner)
    nearest = np.where(
        (to_left <= to_up) & (to_left <= to_corner), left, np.where(to_up <= to_corner, up, corner)
    )
    filtered = np.empty((rows, 1 + 3 * width), np.uint8)
    filtered[:, 0] = 4
    filtered[:, 1:] = (band - nearest).astype(np.uint8).reshape(rows, 3 * width)
    return filtered
