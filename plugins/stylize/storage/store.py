"""The store: every picture once, under its key, written whole or not at all, and verified when read.

    .stylize/pictures/ab/<key>/picture.png   the picture, lossless
                               receipt.json  what it took to make it, and its sha256
    .stylize/renditions/ab/<name>/...        published files, made from a picture
    .stylize/records/ab/<digest>.json        the records of published pictures
    .stylize/signed/ab/<name>/image          a published file with its author's signature
    .stylize/incoming/...                    what is being made; removed after its build has ended
    .stylize/optimizing/<key>/...            the checkpoint of a picture that takes minutes

An entry is a folder, or for a record a file, that is renamed into place, because a rename is atomic: a
picture is never seen without its receipt, and two builds that make the same picture cannot mix their files.
The first one wins, and nothing in the store is overwritten.

Every file has a digest and is compared with it when it is read; before, only its existence is checked. What
is damaged is removed with a warning and made again. docs/architecture.md lists all files of the store, those
of other modules too, and what vouches for each.
"""

import json
import logging
import os
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from ..model.entities import digest_of
from ..model.errors import UserError
from .atomic_files import (
    STORE,
    display_path,
    explain_refusals,
    private_folder,
    put_in_place,
    sha256_of,
    write_whole,
)
from .checked_files import SUMS, DamagedError, is_listed_in_part, read_listed_files, write_sums

logger = logging.getLogger(__name__)

PICTURE = "picture.png"
RECEIPT = "receipt.json"
SIGNED = "image"
SHA256 = "sha256"  # of the signed file, in a file next to it
RENDITIONS, RECORDS, SIGNED_FILES = "renditions", "records", "signed"  # cheap to make again
MARKS = {  # for backup programs (https://bford.info/cachedir/) and for git
    "CACHEDIR.TAG": "Signature: 8a477f597d28d172789f06886806bc55\n"
    "# Pictures made by pelican-stylize. They can be made again, but not quickly.\n",
    ".gitignore": "*\n",
}
MONTH = 30 * 24 * 60 * 60  # seconds


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What a picture took and cost, and the digest of its file."""

    sha256: str  # of the picture file
    width: int  # pixels
    height: int  # pixels
    seconds: float  # reading the photo, drawing and writing the picture
    device: str  # "NVIDIA H100", "cpu"
    versions: Mapping[str, str]  # of what drew it: {"torch": "2.14.1"}
    made: str = field(default_factory=_now)  # ISO 8601, UTC
    artifacts: tuple[str, ...] = ()  # faults of the picture, in words
    method: str = "feed-forward"  # the only method when receipts did not name it
    energy: float | None = None  # watt-hours
    energy_known: str = ""  # its source: "read from RAPL", "estimated: 65 W x seconds"
    cost: float | None = None  # at the prices of the day
    currency: str = ""
    styles: Mapping[str, float] = field(default_factory=dict)  # slug -> its part; the parts add to 1


def parse_receipt(facts: Mapping[str, Any]) -> Receipt:
    """Return the receipt of a receipt.json; raises ValueError if it is not one.

    Fields of later versions are ignored; receipts of earlier versions lack some that have a default.
    """
    try:
        values = {known.name: facts[known.name] for known in fields(Receipt) if known.name in facts}
        return Receipt(**values | {"made": facts["made"], "artifacts": tuple(values.get("artifacts", ()))})
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"not a receipt: {error}") from error


class Store:
    """A folder of pictures and renditions, created with the first picture."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._pictures = os.fspath(root / "pictures")  # strings, since a build calls has() thousands of times
        self._renditions = os.fspath(root / RENDITIONS)
        self._records = os.fspath(root / RECORDS)
        self._signed = os.fspath(root / SIGNED_FILES)
        self._damaged: set[str] = set()  # keys of pictures whose receipt is damaged
        self._replaces_old = False  # renditions without digests

    def has(self, key: str) -> bool:
        """Return whether the picture of a key exists, and was not found damaged; the file is not read."""
        return key not in self._damaged and os.path.exists(f"{self._pictures}/{key[:2]}/{key}")  # noqa: PTH110

    def is_damaged(self, key: str) -> bool:
        """Return whether this run found the receipt of a picture damaged and has not made it again yet."""
        return key in self._damaged

    def picture(self, key: str) -> Path | None:
        """Return the picture of a key, or None if it is missing or damaged.

        The whole file is read and compared with its receipt. A damaged entry is removed with a warning.
        Raises UserError if it may not be read.
        """
        folder = self._folder_of(key)
        if not folder.exists():
            return None
        path = folder / PICTURE
        try:
            with _explaining_permission():
                whole = sha256_of(path) == _read_receipt(folder).sha256
        except (FileNotFoundError, ValueError):
            whole = False
        if whole:
            return path
        logger.warning("%s: the picture is damaged and will be made again.", display_path(path))
        self._remove(folder)
        return None

    def receipt(self, key: str) -> Receipt | None:
        """Return the receipt of a picture, or None if it is missing or damaged.

        With a damaged receipt, the picture counts as missing from now on, with a warning; what is adopted in
        its place replaces it. Raises UserError if the receipt may not be read.
        """
        folder = self._folder_of(key)
        if key in self._damaged or not folder.exists():
            return None
        try:
            return _read_receipt(folder)
        except (OSError, ValueError):
            self._damaged.add(key)
            path = display_path(folder / RECEIPT)
            logger.warning("%s: the receipt is damaged, so the picture will be made again.", path)
            return None

    def receipts(self) -> Iterator[Receipt]:
        """Yield the receipts of all pictures, in no order."""
        yield from (receipt for _, receipt in self.receipts_by_key())

    def receipts_by_key(self) -> Iterator[tuple[str, Receipt]]:
        """Yield the key and the receipt of each picture, in no order; damaged ones are left out."""
        for path in (self.root / "pictures").glob(f"*/*/{RECEIPT}"):
            try:
                receipt = _read_receipt(path.parent)
            except (OSError, ValueError):
                logger.warning("%s: the receipt is damaged and is left out.", display_path(path))
                continue
            yield path.parent.name, receipt

    @contextmanager
    def incoming(self) -> Iterator[Path]:
        """Yield a private folder on the disk of the store; what was not adopted is removed at the end."""
        with ExitStack() as opened:
            with self._refusals(doing="making room for new pictures"):
                self.root.mkdir(parents=True, exist_ok=True)
                for name, text in MARKS.items():
                    if not (self.root / name).exists():
                        (self.root / name).write_text(text, "utf-8")
                folder = opened.enter_context(private_folder(self.root / "incoming"))
            yield folder

    def adopt(self, key: str, path: Path, *, receipt: Receipt, photo: str) -> None:
        """Move a finished picture from incoming() into the store.

        photo: the photo's name, for messages. Raises UserError if the file is not that of the receipt or the
        disk refuses it; the store is then unchanged.
        """
        with self._refusals(doing=f"storing the picture of {photo}"):
            if sha256_of(path) != receipt.sha256:
                raise UserError(
                    f"{display_path(self.root)}: the picture of {photo} is incomplete and was not stored."
                    " Build again."
                )
            entry = path.with_name(f"{path.name}.entry")
            entry.mkdir()
            path.rename(entry / PICTURE)
            text = json.dumps(asdict(receipt), indent=1, ensure_ascii=False)
            (entry / RECEIPT).write_text(f"{text}\n", "utf-8")
            write_sums(entry, {PICTURE: receipt.sha256})
            if key in self._damaged:
                self._remove(self._folder_of(key))
            put_in_place(entry, self._folder_of(key))
        self._damaged.discard(key)

    def has_renditions(self, name: str) -> bool:
        """Return whether the renditions of that name exist, with the list of their digests."""
        return os.path.exists(f"{self._renditions}/{name[:2]}/{name}/{SUMS}")  # noqa: PTH110

    def renditions(self, name: str) -> dict[str, bytes] | None:
        """Return the files of the renditions of that name, or None if they are missing or damaged.

        Every file is compared with its digest. A damaged folder is removed with a warning. Other files in
        the folder, such as those of a desktop, are left out.
        """
        folder = self._renditions_of(name)
        try:
            return read_listed_files(folder)
        except FileNotFoundError:
            return None
        except (OSError, DamagedError) as error:
            logger.warning("%s: %s; the renditions are made again.", display_path(folder), error)
            self.remove_renditions(name)
            return None

    def remove_renditions(self, name: str) -> None:
        """Remove the renditions of that name, so that they are made again."""
        self._remove(self._renditions_of(name))

    def adopt_renditions(self, name: str, folder: Path, *, photo: str) -> None:
        """Move a folder of files from incoming() into the store, with a list of their digests.

        Renditions without digests, of an earlier version, are replaced. Raises UserError if the disk refuses
        it; the store is then unchanged.
        """
        target = self._renditions_of(name)
        with self._refusals(doing=f"storing the renditions of {photo}"):
            write_sums(folder)
            if target.exists() and not self.has_renditions(name):
                self._remove(target)
                if not self._replaces_old:
                    self._replaces_old = True
                    place = display_path(self.root / RENDITIONS)
                    logger.warning(
                        "%s: renditions without digests, of an earlier version, are made again.", place
                    )
            put_in_place(folder, target)

    def has_record(self, digest: str) -> bool:
        """Return whether the record of a digest exists."""
        return os.path.exists(f"{self._records}/{digest[:2]}/{digest}.json")  # noqa: PTH110

    def keep_record(self, digest: str, document: Mapping[str, Any]) -> None:
        """Save the document of a record under its digest. Raises UserError if the disk refuses it."""
        if not self.has_record(digest):
            with self._refusals(doing="storing the record of a picture"):
                path = Path(f"{self._records}/{digest[:2]}/{digest}.json")
                write_whole(path, json.dumps(document, ensure_ascii=False))

    def record(self, digest: str) -> dict[str, Any] | None:
        """Return the document of a record, or None if it is missing or damaged; a damaged one is removed."""
        path = Path(f"{self._records}/{digest[:2]}/{digest}.json")
        try:
            document = json.loads(path.read_bytes())
            if isinstance(document, dict) and digest_of(document) == digest:
                return document
        except FileNotFoundError:
            return None
        except (OSError, ValueError, RecursionError) as error:
            logger.debug("%s: %s", display_path(path), error)
        logger.warning("%s: the record is damaged and will be written again.", display_path(path))
        with suppress(OSError):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        return None

    def signed(self, name: str) -> Path | None:
        """Return the signed file of that name, or None if it is missing or damaged.

        The whole file is compared with its digest. A damaged one is removed with a warning.
        """
        folder = Path(f"{self._signed}/{name[:2]}/{name}")
        if not folder.exists():
            return None
        with suppress(OSError):
            if sha256_of(folder / SIGNED) == (folder / SHA256).read_text("ascii"):
                return folder / SIGNED
        logger.warning("%s: the signed file is damaged and will be signed again.", display_path(folder))
        self._remove(folder)
        return None

    def adopt_signed(self, name: str, data: bytes, *, photo: str) -> Path:
        """Save a signed file, since signing it again gives other bytes; returns its path.

        If another build was faster, its file stays. photo: the photo's name, for messages. Raises UserError
        if the disk refuses it; the store is then unchanged.
        """
        target = Path(f"{self._signed}/{name[:2]}/{name}")
        with self.incoming() as aside, self._refusals(doing=f"storing the signed {photo}"):
            entry = aside / name
            entry.mkdir()
            (entry / SIGNED).write_bytes(data)
            (entry / SHA256).write_text(sha256(data).hexdigest(), "ascii")
            put_in_place(entry, target)
        return target / SIGNED

    def cheap(self) -> Iterator[tuple[str, Path, str]]:
        """Yield what is cheap to make again: its kind, its path, and the digest by which sites name it.

        Sites name renditions by their address, a record by its digest, a signed file by its sha256.
        """
        for kind in (RENDITIONS, RECORDS, SIGNED_FILES):
            for path in self.root.glob(f"{kind}/*/*"):
                digest = path.name.removesuffix(".json")
                if kind == SIGNED_FILES:
                    with suppress(OSError, UnicodeDecodeError):
                        digest = (path / SHA256).read_text("ascii")
                yield kind, path, digest

    def workplace(self, key: str, *, photo: str) -> Path:
        """Return a folder for the checkpoint of a picture, which stays when the build ends.

        Folders that were not used for a month are removed. photo: the photo's name, for messages.
        """
        places = self.root / "optimizing"
        with self._refusals(doing=f"optimizing {photo}"):
            (places / key).mkdir(parents=True, exist_ok=True)
            for place in places.iterdir():
                with suppress(FileNotFoundError):  # another build removes them as well
                    if place.name != key and time.time() - place.stat().st_mtime > MONTH:
                        shutil.rmtree(place)
        return places / key

    def remove_workplace(self, key: str) -> None:
        """Remove the folder of a picture that is finished."""
        shutil.rmtree(self.root / "optimizing" / key, ignore_errors=True)

    def _remove(self, folder: Path) -> None:
        with self.incoming() as aside, suppress(FileNotFoundError):  # another build was faster
            folder.rename(aside / "damaged")

    def _refusals(self, *, doing: str) -> AbstractContextManager[None]:
        return explain_refusals(self.root, doing=doing, setting=STORE)

    def _folder_of(self, key: str) -> Path:
        return Path(f"{self._pictures}/{key[:2]}/{key}")

    def _renditions_of(self, name: str) -> Path:
        return Path(f"{self._renditions}/{name[:2]}/{name}")


def _read_receipt(folder: Path) -> Receipt:
    """Read a receipt; raises ValueError if it is damaged, and UserError if it may not be read.

    One of an earlier version has no digest and is used as it is: making a picture again takes far longer than
    these few lines are worth. If the list of digests alone is damaged, it is written again.
    """
    with _explaining_permission():
        data = (folder / RECEIPT).read_bytes()
        try:
            data = read_listed_files(folder, [RECEIPT])[RECEIPT]
        except FileNotFoundError:
            pass
        except DamagedError:
            if not _is_whole_without_list(folder, data):
                raise
            logger.warning(
                "%s: the list of digests is damaged; its picture is whole, so the list is written again.",
                display_path(folder / SUMS),
            )
            with suppress(OSError):  # the next build tries again
                write_sums(folder)
    return parse_receipt(json.loads(data))


def _is_whole_without_list(folder: Path, data: bytes) -> bool:
    """Return whether a damaged list still vouches for a receipt, and the receipt for its picture."""
    if not is_listed_in_part(folder, data):
        return False
    try:
        return sha256_of(folder / PICTURE) == parse_receipt(json.loads(data)).sha256
    except FileNotFoundError:
        return False


@contextmanager
def _explaining_permission() -> Iterator[None]:
    """Explain that a file of the store may not be read, which does not make it damaged."""
    try:
        yield
    except PermissionError as error:
        place = display_path(Path(str(error.filename)))
        raise UserError(
            f"{place}: there is no permission to read this file of the store, so its picture cannot be used."
            " Make it readable; nothing was made again."
        ) from error
