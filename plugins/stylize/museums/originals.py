"""Keeps the museums' own files: small ones beside their record, large ones in a folder outside git.

The manifest of that folder lies in the blog, so that git knows which files there are and their digests.
Nothing here is published, and no clean-up of the store touches it.
"""

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from ..model.errors import UserError
from ..storage.atomic_files import display_path, explain_refusals, new_file, sha256_of, write_whole
from .citation import KeptFile

LARGE = 10_000_000  # bytes, from which a file does not belong in git
MANIFEST = "museum-originals.json"  # beside the settings of the blog
BESIDE, ORIGINALS = "beside", "originals"  # where a file is kept
SETTING = "STYLIZE['museum_originals']"


@dataclass(frozen=True, slots=True, kw_only=True)
class LargeFile:
    """A file in the folder of originals."""

    file: str  # its name
    sha256: str
    size: int  # bytes
    item: str  # "met:435809"
    url: str


class Originals:
    """The folder of large files, and its manifest."""

    def __init__(self, folder: Path, *, manifest: Path) -> None:
        self.folder = folder
        self.manifest = manifest

    def keep(
        self, path: Path, *, name: str, item: str, url: str, beside: Path | None, aside: bool = False
    ) -> KeptFile:
        """Copy a file of a museum to where it is kept: into the folder beside, or if it is large here.

        beside: None if the caller writes it there under this name. aside: keep it here, whatever its size,
        since the blog shows a part of it. Raises UserError if the disk refuses it.
        """
        digest, size = sha256_of(path), path.stat().st_size
        if size <= LARGE and not aside:
            target, place, file = beside / name if beside else None, BESIDE, name
        else:
            file = f"{digest[:12]}-{name}"
            target, place = self.folder / file, ORIGINALS
        if target is None:
            return KeptFile(url=url, file=file, sha256=digest, size=size, place=place)
        with explain_refusals(target.parent, doing="keeping a museum's file", setting=SETTING):
            target.parent.mkdir(parents=True, exist_ok=True)
            if place == ORIGINALS and not (self.folder / ".gitignore").exists():
                (self.folder / ".gitignore").write_text("*\n", "utf-8")
            with new_file(target) as coming:
                shutil.copyfile(path, coming)
        if place == ORIGINALS:
            self._note(LargeFile(file=file, sha256=digest, size=size, item=item, url=url))
        return KeptFile(url=url, file=file, sha256=digest, size=size, place=place)

    @contextmanager
    def all_or_none(self) -> Iterator[None]:
        """Remove the large files again that were kept within, if something fails or is interrupted there."""
        before = self.read()
        try:
            yield
        except BaseException:
            for file in self.read().keys() - before.keys():
                self._remove(file)
            raise

    def find(self, kept: KeptFile, *, beside: Path) -> Path | None:
        """Return where a kept file is, or None if it is gone."""
        if not kept.file or "/" in kept.file or "\\" in kept.file:
            return None
        path = (beside if kept.place == BESIDE else self.folder) / kept.file
        return path if path.is_file() else None

    def remove(self, file: LargeFile) -> None:
        """Remove a file, and its line of the manifest."""
        self._remove(file.file)

    def read(self) -> dict[str, LargeFile]:
        """Return the files of the manifest by name; raises UserError if it is damaged."""
        try:
            files = json.loads(self.manifest.read_bytes())["files"]
            return {file["file"]: LargeFile(**file) for file in files}
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            raise UserError(
                f"{display_path(self.manifest)}: it is no list of museums' files. Take back its last version."
            ) from None

    def _note(self, file: LargeFile) -> None:
        files = self.read()
        try:
            self._write({**files, file.file: file})
        except BaseException:
            if file.file not in files:
                (self.folder / file.file).unlink(missing_ok=True)
            raise

    def _remove(self, name: str) -> None:
        (self.folder / name).unlink(missing_ok=True)
        self._write({other: file for other, file in self.read().items() if other != name})

    def _write(self, files: Mapping[str, LargeFile]) -> None:
        text = json.dumps({"files": [asdict(files[name]) for name in sorted(files)]}, indent=1)
        with explain_refusals(self.manifest.parent, doing="noting a museum's file"):
            write_whole(self.manifest, f"{text}\n")
