"""Publishes renditions from the store into the site, each with its provenance."""

import json
import os
import re
import shutil
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from ..model.entities import Photo
from ..storage.atomic_files import (
    OUTPUT,
    explain_refusals,
    private_folder,
    read_stamp,
    sha256_of,
    sweep,
    write_whole,
)
from ..storage.checked_files import DamagedError
from ..storage.checksums import INDEX, LEFT_BY_DESKTOPS
from ..storage.sealed_text import JSON_END, open_seal, seal
from ..storage.store import Store
from .publication import SIDECAR, Publication, Stale, original_path

INDEX_VERSION = 2
ASIDE = ".stylize-coming-"  # prefix of the folders in which a build prepares what it publishes
WRITTEN = (".avif", ".jpg")  # by `images.renditions`
TYPES = {".avif": "image/avif", ".jpg": "image/jpeg", ".png": "image/png", ".webp": "image/webp"}

# Embeds provenance into a rendition: (publication, file name, bytes) -> (bytes, whether it is signed).
Finish = Callable[[Publication, str, bytes], tuple[bytes, bool]]


def publish(
    publications: Iterable[Publication],
    *,
    store: Store,
    output: Path,
    folder: str,
    site: str = "",
    sidecars: Callable[[Publication], str] = lambda publication: "",
    finish: Finish = lambda publication, file, data: (data, False),
    originals: Iterable[Photo] = (),
    unlisted: Collection[str] = (),
    static: Iterable[str] = (),
) -> Stale:
    """Write the renditions into the site, each picture's folder whole or not at all, and the index of all.

    output: the site; folder: where in it pictures are published; site: its URL. sidecars: returns the text
    of a picture's sidecar, "" for none. finish: embeds provenance into a rendition. originals: photos whose
    own files are published too, with everything that the camera wrote into them. unlisted: names of the
    publications that only drafts and hidden posts show; the index, which everybody can read, has the digest
    of their path instead. static: files of the author's own in the folder, as paths below the site. The name
    of a folder depends on its contents, so a folder in the index is skipped if its files exist, have the size
    in the index and are no younger than the index; otherwise it is published again.

    Returns what could not be published: pictures whose renditions the store cannot vouch for, or for which
    `sidecars` or `finish` raised DamagedError, and originals that have changed since they were read.

    Several builds may publish into one site: each prepares a folder and renames it, and the first one wins.
    """
    place = output / folder
    known = _read_index(output / INDEX)
    written = (read_stamp(os.fspath(output / INDEX)) or [0, 0])[1]
    static = sorted(static)
    by_name = {publication.name: publication for publication in publications}
    addresses = {name: _address_in_index(f"{folder}/{name}", hidden=name in unlisted) for name in by_name}
    whole = {
        name: entry
        for name, address in addresses.items()
        if (entry := known.pictures.get(address))
        and _is_whole(entry, f"{output}/{folder}/{name}", written=written)
    }
    stale = {addresses[name] for name in by_name.keys() - whole.keys()} & known.pictures.keys()
    if stale:  # removed first, so that a build that is killed leaves no wrong entry
        left = {name: entry for name, entry in known.pictures.items() if name not in stale}
        known = Index(pictures=left, static=known.static, site=known.site)
        _write_index(output / INDEX, known)
    with ExitStack() as opened:

        @cache
        def aside() -> Path:
            return opened.enter_context(private_folder(place, prefix=ASIDE))

        changed = _publish_originals(originals, place, aside)
        damaged: list[Publication] = []
        entries: dict[str, dict[str, Any]] = {}
        for name, publication in by_name.items():
            entry = whole.get(name)
            if entry is None:
                if not store.has_renditions(publication.address):
                    continue  # it could not be made, and the page says so in its place
                with explain_refusals(place, doing=f"publishing {name}", setting=OUTPUT):
                    coming = aside() / name
                    try:
                        entry = _write_folder(
                            publication, coming, store=store, sidecars=sidecars, finish=finish
                        )
                    except DamagedError:
                        damaged.append(publication)
                        continue
                    _put_in_place(coming, place / name)
                entry = _place_entry(entry, addresses[name])
            entries[addresses[name]] = entry
    current = Index(pictures=entries, static=static, site=site)
    if current != known:
        _write_index(output / INDEX, current)
    return Stale(publications=frozenset(damaged), files=frozenset(changed))


def prune(
    folder: Path, *, keep: Iterable[Publication], originals: Iterable[Photo] = (), static: Iterable[str] = ()
) -> None:
    """Remove pictures from the site that no post shows any more; other files are left alone.

    static: what the author has put into the folder, as paths below it. A folder is removed only if everything
    in it is what `publish` writes, since an author's own folder may have a name of the same form.
    """
    if not folder.is_dir():
        return
    names = {publication.name for publication in keep}
    names |= {original_path(photo).partition("/")[0] for photo in originals}
    names |= {path.partition("/")[0] for path in static}
    for entry in os.scandir(folder):
        if entry.name.startswith(ASIDE):
            sweep(folder, prefix=ASIDE)
        elif entry.name not in names and _DIGEST_AT_END.search(entry.name) and _is_of_ours(Path(entry.path)):
            shutil.rmtree(entry.path, ignore_errors=True)


def has_published(output: Path) -> bool:
    """Whether a build has published pictures into a site, by its index."""
    return bool(_read_index(output / INDEX).pictures)


_DIGEST_AT_END = re.compile("-[0-9a-f]{12}$")
_ORIGINAL = re.compile("-original-([0-9a-f]{12})$")


def _is_of_ours(folder: Path) -> bool:
    """Return whether a folder holds a picture with its record, or a photo's own file, and nothing else."""
    try:
        names = [entry.name for entry in os.scandir(folder) if entry.is_file(follow_symlinks=False)]
        if len(names) != len(os.listdir(folder)):  # noqa: PTH208
            return False
        if original := _ORIGINAL.search(folder.name):
            return len(names) == 1 and sha256_of(folder / names[0]).startswith(original[1])
        others = {name for name in names if not re.fullmatch(r"[0-9]+\.(avif|jpg|png|webp)", name)}
        return others - LEFT_BY_DESKTOPS == {SIDECAR} and "record" in json.loads(
            (folder / SIDECAR).read_bytes()
        )
    except (OSError, ValueError, TypeError, RecursionError):
        return False


def _is_whole(entry: Mapping[str, Any], folder: str, *, written: int) -> bool:
    """Return whether the files of a folder are unchanged since the index was written; no file is read.

    written: the time of the index, in nanoseconds since 1970.
    """
    try:
        for file in entry["files"]:
            name = file["path"].rpartition("/")[2]
            facts = os.stat(f"{folder}/{name}")  # noqa: PTH116 - a site has tens of thousands
            if facts.st_size != file["bytes"] or facts.st_mtime_ns > written:
                return False
        return not entry["sidecar"] or os.stat(f"{folder}/{SIDECAR}").st_mtime_ns <= written  # noqa: PTH116
    except (OSError, KeyError, TypeError):
        return False


def _write_folder(
    publication: Publication,
    coming: Path,
    *,
    store: Store,
    sidecars: Callable[[Publication], str],
    finish: Finish,
) -> dict[str, Any]:
    """Write one folder; return its entry for the index, with file names instead of paths.

    Raises DamagedError if the store cannot vouch for what it is made from.
    """
    coming.mkdir()
    files = []
    sidecar = sidecars(publication)
    if sidecar:
        (coming / SIDECAR).write_bytes(sidecar.encode())
    for name, data in _read_renditions(publication, store).items():
        finished, signed = finish(publication, name, data)
        (coming / name).write_bytes(finished)
        width, suffix = os.path.splitext(name)  # noqa: PTH122
        files.append(
            {
                "path": name,
                "width": int(width),
                "format": TYPES[suffix],
                "bytes": len(finished),
                "sha256": sha256(finished).hexdigest(),
                "signed": signed,
            }
        )
    return {
        "record": publication.record,
        "sidecar": SIDECAR if sidecar else "",
        "sidecar_sha256": sha256(sidecar.encode()).hexdigest() if sidecar else "",
        "key": publication.key,
        "stylized": bool(publication.styles),
        "renditions": publication.address,
        "files": files,
    }


def _put_in_place(coming: Path, target: Path) -> None:
    """Rename a finished folder to its final name, unless an equal one is there already."""
    if _renamed(coming, target) or _is_same(target, coming):
        return
    with suppress(FileNotFoundError):  # another build was faster
        target.rename(coming.with_name(f"{coming.name}.before"))
    _renamed(coming, target)


def _renamed(coming: Path, target: Path) -> bool:
    """Rename a folder; return False if the target exists and is not empty."""
    try:
        coming.rename(target)
    except OSError:
        if not target.is_dir():
            raise
        return False
    return True


def _is_same(folder: Path, other: Path) -> bool:
    try:
        names = {path.name for path in folder.iterdir()}
        return names == {path.name for path in other.iterdir()} and all(
            (folder / name).read_bytes() == (other / name).read_bytes() for name in names
        )
    except OSError:
        return False


def _read_renditions(publication: Publication, store: Store) -> dict[str, bytes]:
    """Return the renditions of a picture by file name; raises DamagedError if they are not whole."""
    files = store.renditions(publication.address)  # `store.prune` may have removed them
    expected = {f"{width}{suffix}" for width in publication.widths for suffix in WRITTEN}
    if files is None or files.keys() != expected:
        store.remove_renditions(publication.address)
        raise DamagedError("the renditions are not whole")
    return files


def _address_in_index(folder: str, *, hidden: bool) -> str:
    """Return the name of a folder in the index: its path, or the digest of that if it is to be hidden."""
    return f"sha256:{sha256(folder.encode()).hexdigest()}" if hidden else folder


def _place_entry(entry: dict[str, Any], address: str) -> dict[str, Any]:
    """Return an entry with paths below the site, or with names alone if its folder is not to be known."""
    if address.startswith("sha256:"):
        return {"folder": address, **entry}
    files = [{**file, "path": f"{address}/{file['path']}"} for file in entry["files"]]
    sidecar = f"{address}/{entry['sidecar']}" if entry["sidecar"] else ""
    return {"folder": address, **entry, "sidecar": sidecar, "files": files}


def _publish_originals(photos: Iterable[Photo], folder: Path, aside: Callable[[], Path]) -> list[Path]:
    """Publish the photos' own files; return those that have changed since they were read."""
    changed = []
    for photo in photos:
        target = folder / original_path(photo)
        if target.exists():
            continue
        with explain_refusals(folder, doing=f"publishing {photo.path.name}", setting=OUTPUT):
            coming = aside() / photo.path.name  # a build that is killed leaves no half photo at the target
            try:
                shutil.copyfile(photo.path, coming)
                is_same = sha256_of(coming) == photo.digest
            except FileNotFoundError:
                is_same = False
            if not is_same:
                changed.append(photo.path.absolute())
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            coming.replace(target)
    return changed


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """What `provenance/index.json` says."""

    pictures: Mapping[str, dict[str, Any]]  # by folder
    static: list[str]  # the author's own files in the folder of pictures, sorted
    site: str  # URL


def _read_index(path: Path) -> Index:
    """Return the index of the last build; an empty one if it is missing or damaged."""
    try:
        data = path.read_bytes()
        open_seal(data, JSON_END)
        index = json.loads(data)
        if index["version"] == INDEX_VERSION:
            pictures = {entry["folder"]: entry for entry in index["pictures"]}
            return Index(pictures=pictures, static=index["static"], site=index["site"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        pass
    return Index(pictures={}, static=[], site="")


def _write_index(path: Path, index: Index) -> None:
    facts = {
        "version": INDEX_VERSION,
        "site": index.site,
        "static": index.static,
        "pictures": [index.pictures[name] for name in sorted(index.pictures)],
    }
    body = json.dumps(facts, indent=1).removesuffix("\n}")
    with explain_refusals(path.parent, doing="writing the index of provenance", setting=OUTPUT):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, seal(body.encode(), JSON_END))
