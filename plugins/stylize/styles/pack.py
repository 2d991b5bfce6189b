"""Pack a style into one file: a zip with a manifest, to keep or to share."""

import io
import json
import os
import zipfile
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from ..model.entities import Style
from ..model.errors import UserError
from ..model.methods import NETWORK_FILES
from ..rights.museum_item import CITATION
from ..storage.atomic_files import display_path, explain_refusals, flush, new_file
from ..storage.safetensors_header import read_network_digest
from .model_card import write_card
from .scores_file import SCORES
from .style_facts import PAINTED, PANEL, read_style_facts

FORMAT = "pelican-stylize style"
VERSION = 2  # of the format, with files of a museum; what has none is still written as 1, which all can read
SUFFIX = ".style.zip"
NEEDED = ("artwork.jpg", "style.toml", "style.safetensors")
ORIGINALS = tuple(f"original.{kind}" for kind in ("jpg", "png", "webp", "avif", "heic", "tif", "gif", "bmp"))
OF_MUSEUM = (CITATION, *ORIGINALS)
ALLOWED = (*NEEDED, PANEL, PAINTED, SCORES, *OF_MUSEUM)  # all files of a style
CARD, MANIFEST = "README.md", "manifest.json"  # written for the pack; not copied into a library


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """The contents of a pack's manifest.json."""

    slug: str  # also the folder that holds all other files
    method: str
    network: str  # sha256 of the shared network that the weights belong to
    digest: str  # of the weights, see `safetensors_header.digest_tensors`
    plugin: str  # the version of the plugin that packed it
    made: str  # the day
    files: dict[str, tuple[int, str]]  # by name: bytes and sha256

    def document(self) -> dict[str, Any]:
        """Return the manifest as plain values for JSON."""
        files = {name: {"bytes": size, "sha256": digest} for name, (size, digest) in self.files.items()}
        version = VERSION if files.keys() & set(OF_MUSEUM) else 1
        return {"format": FORMAT, "version": version, **asdict(self), "files": files}


def pack_style(style: Style, target: Path, *, plugin: str, made: str = "") -> Path:
    """Pack a style into one file and return its path.

    target: a file, or a folder to put it in. plugin: the version of the plugin. made: the day; "" for today,
    or that of SOURCE_DATE_EPOCH. The same style, version and day give the same bytes. Raises UserError if
    the file exists and is not a pack.
    """
    if target.is_dir():
        target /= f"{style.slug}{SUFFIX}"
    if target.exists() and not _is_pack(target):
        raise UserError(
            f"{display_path(target)}: this file is not a pack, and is left as it is. Choose another name."
        )
    data = build_pack(style, plugin=plugin, made=made or _today())
    with explain_refusals(target.parent, doing=f"packing {style.slug}"), new_file(target) as coming:
        coming.write_bytes(data)
        flush(coming)
    return target


def build_pack(style: Style, *, plugin: str, made: str) -> bytes:
    """Return the bytes of a style's pack."""
    folder = style.artwork.path.parent
    files = {name: (folder / name).read_bytes() for name in ALLOWED if (folder / name).is_file()}
    facts = read_style_facts(style)
    files[CARD] = write_card(style, facts).encode()
    weights = files["style.safetensors"]
    manifest = Manifest(
        slug=style.slug,
        method=facts.method,
        network=read_network_digest(weights, where=display_path(style.weights.path))
        or NETWORK_FILES["transformer.safetensors"],
        digest=style.weights.digest,
        plugin=plugin,
        made=made,
        files={name: (len(data), sha256(data).hexdigest()) for name, data in sorted(files.items())},
    )
    files[MANIFEST] = (json.dumps(manifest.document(), indent=2, ensure_ascii=False) + "\n").encode()
    buffer = io.BytesIO()
    # Stored, not compressed: pictures do not get smaller, versions of zlib compress differently, and stored
    # bytes can be recovered from a damaged pack.
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as pack:
        for name, data in sorted(files.items()):
            entry = zipfile.ZipInfo(
                f"{style.slug}/{name}"
            )  # its time is 1980-01-01, the earliest of the format
            entry.create_system = 3  # Unix, for the permissions below
            entry.external_attr = 0o100644 << 16
            pack.writestr(entry, data)
    return buffer.getvalue()


def _today() -> str:
    """Return today, or the day of https://reproducible-builds.org/specs/source-date-epoch/ if it is set."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    now = datetime.fromtimestamp(int(epoch), UTC) if epoch.isdecimal() else datetime.now(UTC)
    return now.date().isoformat()


def _is_pack(path: Path) -> bool:
    return path.is_file() and zipfile.is_zipfile(path)
