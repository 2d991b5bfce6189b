"""Encode pictures as JPEG or AVIF. No other module has Pillow write a JPEG; a test checks it.

Pillow gives libjpeg a buffer of one byte for each pixel if a JPEG is progressive or optimized, in which the
whole file must fit. Colored noise needs more, and then Pillow raises "broken data stream".
"""

import io
from threading import Lock
from typing import Any

from PIL import Image, ImageFile

from ..model.errors import PhotoError

BUFFERS = (2, 4, 8, 16)  # bytes for each pixel; noise of quality 100 in 4:4:4 takes 4
_LOCK = Lock()


def encode(picture: Image.Image, format: str, **options: Any) -> bytes:
    """Return a picture's pixels as the bytes of a file. format: "JPEG" or "AVIF"; options: of Pillow.

    Raises PhotoError if the encoder refuses the picture. Threads may encode the same picture.
    """
    # Pillow keeps the options on the image while it saves it.
    picture = picture.copy()
    try:
        return _encode(picture, format, options)
    except OSError as error:
        if error.errno is not None:
            raise
        if format != "JPEG":
            raise PhotoError(f"it cannot be encoded as {format}: {error}.") from error
    return _encode_with_more_room(picture, options)


def _encode_with_more_room(picture: Image.Image, options: dict[str, Any]) -> bytes:
    # The size of the buffer is a variable of Pillow's module. A larger one changes no byte of what other
    # threads read or write meanwhile, so only those who change it wait for one another.
    reason: OSError | None = None
    with _LOCK:
        usual = ImageFile.MAXBLOCK
        try:
            for each in BUFFERS:
                ImageFile.MAXBLOCK = max(usual, each * picture.width * picture.height)
                try:
                    return _encode(picture, "JPEG", options)
                except OSError as error:
                    reason = error
        finally:
            ImageFile.MAXBLOCK = usual
    raise PhotoError(f"it cannot be encoded as JPEG: {reason}.") from reason


def _encode(picture: Image.Image, format: str, options: dict[str, Any]) -> bytes:
    file = io.BytesIO()
    picture.save(file, format, **options)
    return file.getvalue()
