"""What a picture's file says about itself, whoever made it."""

import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from .containers import scan_file
from .xmp_exif import Value, read_exif, read_packet

LARGEST = 200_000_000  # bytes; no published picture comes near


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageMetadata:
    """A file and its metadata."""

    format: str  # "image/avif"
    width: int  # pixels
    height: int  # pixels
    sha256: str
    properties: Mapping[str, Value] = field(
        default_factory=dict
    )  # of XMP, as `packets.read_packet` names them
    exif: Mapping[str, str] = field(default_factory=dict)  # description, artist, copyright
    has_manifest: bool = False  # of Content Credentials; whether it is true is another question

    def text(self, name: str) -> str:
        """Return a property that is a text, or "" where it is none or something else."""
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
    """Read a picture's file; raises ValueError that says what is wrong with it, and OSError."""
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        raise ValueError("this is no file")
    if status.st_size > LARGEST:
        raise ValueError("the file is larger than 200 MB")
    data = path.read_bytes()
    container = scan_file(data)
    if len(container.packets) > 1:
        raise ValueError(f"the file has {len(container.packets)} XMP packets, which may say different things")
    return ImageMetadata(
        format=container.format,
        width=container.width,
        height=container.height,
        sha256=sha256(data).hexdigest(),
        properties=read_packet(container.packets[0]) if container.packets else {},
        exif=read_exif(container.exif) if container.exif else {},
        has_manifest=container.has_manifest,
    )
