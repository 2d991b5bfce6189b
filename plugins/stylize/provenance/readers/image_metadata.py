"""Read what an image file says about itself: Pillow finds the metadata, `xmp_exif` parses it."""

import io
import re
import stat
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from ...storage.image_structure import check_structure
from .xmp_exif import Value, read_exif, read_packet

LARGEST = 200_000_000  # bytes; no published picture comes near


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageMetadata:
    """A file and its metadata."""

    format: str  # "image/avif"
    width: int  # pixels
    height: int  # pixels
    sha256: str
    properties: Mapping[str, Value] = field(default_factory=dict)  # of XMP, see `read_packet`
    exif: Mapping[str, str] = field(default_factory=dict)  # description, artist, copyright
    has_manifest: bool = False  # of Content Credentials; its signature is not checked here

    def text(self, name: str) -> str:
        """Return a property that is a text, or "" if it is missing or something else."""
        value = self.properties.get(name, "")
        return value if isinstance(value, str) else ""

    def texts(self, name: str) -> list[str]:
        """Return a property that is a list of texts."""
        value = self.properties.get(name)
        return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []

    def structures(self, name: str) -> list[Mapping[str, Value]]:
        """Return a property that is a list of structures."""
        value = self.properties.get(name)
        return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def read_file(path: Path) -> ImageMetadata:
    """Read an image file; raises ValueError that says what is wrong with it, and OSError."""
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        raise ValueError("this is no file")
    if status.st_size > LARGEST:
        raise ValueError("the file is larger than 200 MB")
    return parse_file(path.read_bytes())


def parse_file(data: bytes) -> ImageMetadata:
    """Parse an image file; raises ValueError that says what is wrong with it."""
    if (packets := data.count(b"<?xpacket begin=")) > 1:
        raise ValueError(f"the file has {packets} XMP packets, which may say different things")
    image = _open(data)
    format = "JPEG" if image.format == "MPO" else image.format or ""  # MPO is several photos in a JPEG
    packet, exif = image.info.get("xmp", b""), image.info.get("exif", b"")
    return ImageMetadata(
        format=f"image/{format.lower()}",
        width=image.width,
        height=image.height,
        sha256=sha256(data).hexdigest(),
        properties=read_packet(packet) if packet else {},
        exif=read_exif(exif) if exif else {},
        has_manifest=bool(_MANIFESTS[format].search(data)),
    )


def _open(data: bytes) -> Image.Image:
    """Open an image; its pixels are not decoded."""
    check_structure(io.BytesIO(data))
    try:
        with warnings.catch_warnings(action="error"):  # Pillow warns about damage and goes on
            return Image.open(io.BytesIO(data), formats=list(_MANIFESTS))
    except UnidentifiedImageError:
        raise ValueError("this is neither a JPEG nor a PNG, WebP or AVIF file, or it is damaged") from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise ValueError("the image has too many pixels") from None
    except Exception as error:  # Pillow raises many kinds for damaged files
        raise ValueError(f"the file is damaged or cut off: {error}") from None


# Where each format keeps a C2PA manifest store: as a JUMBF box in an APP11 segment or a chunk, or as a box.
_MANIFESTS = {
    "JPEG": re.compile(rb"\xff\xeb..JP.{10}jumb", re.DOTALL),
    "PNG": re.compile(rb"caBX.{4}jumb", re.DOTALL),
    "WEBP": re.compile(rb"C2PA.{8}jumb", re.DOTALL),
    "AVIF": re.compile(rb"uuid\xd8\xfe\xc3\xd6\x1b\x0e\x48\x3c\x92\x97\x58\x28\x87\x7e\xc4\x81"),
}
