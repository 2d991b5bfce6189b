"""A style as one file, to keep and to hand on: a zip that any unzip opens, with a manifest in it."""

import io
import json
import os
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from ..model.entities import Style
from ..model.errors import UserError
from ..model.methods import NETWORK_FILES
from ..storage.atomic_files import display_path, explain_refusals
from ..storage.safetensors_header import read_network
from .model_card import write_card
from .scores_file import SCORES
from .style_facts import PANEL, read_style_facts

FORMAT = "pelican-stylize style"
VERSION = 1  # of the format; raised when an older plugin could not read it
SUFFIX = ".style.zip"
NEEDED = ("artwork.jpg", "style.toml", "style.safetensors")
ALLOWED = (*NEEDED, PANEL, SCORES)  # all that belongs to a style
CARD, MANIFEST = "README.md", "manifest.json"  # written for the pack; they never enter the library


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What manifest.json says of the pack it lies in."""

    slug: str  # also the folder in which everything lies
    method: str
    network: str  # sha256 of the shared network that the numbers belong to
    digest: str  # of the numbers, see `safetensors_header.digest_tensors`
    plugin: str  # the version that packed it
    made: str  # the day
    files: dict[str, tuple[int, str]]  # by name: bytes and sha256

    def document(self) -> dict[str, Any]:
        """Return it as plain values, fit for JSON."""
        files = {name: {"bytes": size, "sha256": digest} for name, (size, digest) in self.files.items()}
        facts = {"slug": self.slug, "method": self.method, "network": self.network, "digest": self.digest}
        return {
            "format": FORMAT,
            "version": VERSION,
            **facts,
            "plugin": self.plugin,
            "made": self.made,
            "files": files,
        }


def pack_style(style: Style, target: Path, *, plugin: str, made: str = "") -> Path:
    """Write a style into one file, whole or not at all, and return its place.

    target: a file, or a folder to put it in. plugin: the version that packs. made: the day; "" for today, or
    that of SOURCE_DATE_EPOCH. The same style, version and day give the same bytes. Raises UserError where
    something else lies there.
    """
    if target.is_dir():
        target /= f"{style.slug}{SUFFIX}"
    if target.exists() and not _is_pack(target):
        raise UserError(
            f"{display_path(target)}: something else is there, and is left as it is. Name another file."
        )
    data = find_pack(style, plugin=plugin, made=made or _today())
    coming = target.with_name(f".{target.name}.{os.getpid()}")
    with explain_refusals(target.parent, doing=f"packing {style.slug}"):
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            with coming.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            coming.replace(target)
        finally:
            coming.unlink(missing_ok=True)
    return target


def find_pack(style: Style, *, plugin: str, made: str) -> bytes:
    """Return the bytes of a style's pack."""
    folder = style.artwork.path.parent
    files = {name: (folder / name).read_bytes() for name in ALLOWED if (folder / name).is_file()}
    card = read_style_facts(style)
    files[CARD] = write_card(style, card).encode()
    numbers = files["style.safetensors"]
    manifest = Manifest(
        slug=style.slug,
        method=card.method,
        network=read_network(numbers, where=display_path(style.numbers.path))
        or NETWORK_FILES["transformer.safetensors"],
        digest=style.numbers.digest,
        plugin=plugin,
        made=made,
        files={name: (len(data), sha256(data).hexdigest()) for name, data in sorted(files.items())},
    )
    files[MANIFEST] = (json.dumps(manifest.document(), indent=2, ensure_ascii=False) + "\n").encode()
    buffer = io.BytesIO()
    # Stored: pictures do not get smaller, each zlib deflates otherwise, and bytes that lie there as they
    # are can be saved by hand.
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as pack:
        for name, data in sorted(files.items()):
            entry = zipfile.ZipInfo(f"{style.slug}/{name}")  # its time is 1980-01-01, the first a zip knows
            entry.create_system = 3  # Unix, whose permissions follow
            entry.external_attr = 0o100644 << 16
            pack.writestr(entry, data)
    return buffer.getvalue()


def _today() -> str:
    """Return the day; that of https://reproducible-builds.org/specs/source-date-epoch/ where it is set."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    now = datetime.fromtimestamp(int(epoch), UTC) if epoch.isdecimal() else datetime.now(UTC)
    return now.date().isoformat()


def _is_pack(path: Path) -> bool:
    return path.is_file() and zipfile.is_zipfile(path)
