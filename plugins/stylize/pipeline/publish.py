"""Publishes renditions from the store into the site, each with its provenance."""

import json
import os
import shutil
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack, suppress
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
from ..storage.store import Store
from .publication import SIDECAR, Publication, Stale, is_folder_of_ours, original_path

INDEX = "provenance/index.json"  # in output/: the digest of every published file
INDEX_VERSION = 1
ASIDE = ".coming-"  # prefix of the folders in which a build prepares what it publishes
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
) -> Stale:
    """Write the renditions into the site, each picture's folder whole or not at all, and the index of all.

    output: the site; folder: where in it pictures are published; site: its URL. sidecars: returns the text
    of a picture's sidecar, "" for none. finish: embeds provenance into a rendition. originals: photos whose
    own files are published too, with everything that the camera wrote into them. The name of a folder depends
    on its contents, so a folder in the index is skipped if its files exist, have the size in the index and
    are no younger than the index; otherwise it is published again.

    Returns what could not be published: pictures whose renditions the store cannot vouch for, or for which
    `sidecars` or `finish` raised DamagedError, and originals that have changed since they were read.

    Several builds may publish into one site: each prepares a folder and renames it, and the first one wins.
    """
    place = output / folder
    known = _read_index(output / INDEX)
    written = (read_stamp(os.fspath(output / INDEX)) or [0, 0])[1]
    by_name = {publication.name: publication for publication in publications}
    whole = {
        name: entry
        for name in by_name
        if (entry := known.get(f"{folder}/{name}")) and _is_whole(entry, os.fspath(output), written=written)
    }
    stale = {f"{folder}/{name}" for name in by_name.keys() - whole.keys()} & known.keys()
    if stale:  # removed first, so that a build that is killed leaves no wrong entry
        known = {name: entry for name, entry in known.items() if name not in stale}
        _write_index(output / INDEX, known, site=site)
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
                entry = _placed(entry, f"{folder}/{name}")
            entries[f"{folder}/{name}"] = entry
    if entries != known:
        _write_index(output / INDEX, entries, site=site)
    return Stale(publications=frozenset(damaged), files=frozenset(changed))


def prune(folder: Path, *, keep: Iterable[Publication], originals: Iterable[Photo] = ()) -> None:
    """Remove pictures from the site that no post shows any more; other files are left alone."""
    if not folder.is_dir():
        return
    names = {publication.name for publication in keep}
    names |= {original_path(photo).partition("/")[0] for photo in originals}
    for entry in os.scandir(folder):
        if entry.name.startswith(ASIDE):
            sweep(folder, prefix=ASIDE)
        elif entry.name not in names and is_folder_of_ours(entry.name):
            shutil.rmtree(entry.path, ignore_errors=True)


def has_published(output: Path) -> bool:
    """Whether a build has published pictures into a site, by its index."""
    return bool(_read_index(output / INDEX))


def _is_whole(entry: Mapping[str, Any], output: str, *, written: int) -> bool:
    """Return whether the files of a folder are unchanged since the index was written; no file is read.

    output: the site. written: the time of the index, in nanoseconds since 1970.
    """
    try:
        for file in entry["files"]:
            facts = os.stat(f"{output}/{file['path']}")  # noqa: PTH116 - a site has tens of thousands
            if facts.st_size != file["bytes"] or facts.st_mtime_ns > written:
                return False
        sidecar = entry["sidecar"]
        return not sidecar or os.stat(f"{output}/{sidecar}").st_mtime_ns <= written  # noqa: PTH116
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
        (coming / SIDECAR).write_text(sidecar, "utf-8")
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


def _placed(entry: dict[str, Any], folder: str) -> dict[str, Any]:
    files = [{**file, "path": f"{folder}/{file['path']}"} for file in entry["files"]]
    sidecar = f"{folder}/{entry['sidecar']}" if entry["sidecar"] else ""
    return {"folder": folder, **entry, "sidecar": sidecar, "files": files}


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


def _read_index(path: Path) -> dict[str, dict[str, Any]]:
    """Return the entries of the last build's index, by folder; returns {} if it is missing or damaged."""
    try:
        index = json.loads(path.read_bytes())
        if index["version"] != INDEX_VERSION:
            return {}
        return {entry["folder"]: entry for entry in index["pictures"]}
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return {}


def _write_index(path: Path, entries: Mapping[str, Any], *, site: str) -> None:
    index = {"version": INDEX_VERSION, "site": site, "pictures": [entries[name] for name in sorted(entries)]}
    with explain_refusals(path.parent, doing="writing the index of provenance", setting=OUTPUT):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, json.dumps(index, ensure_ascii=False, indent=1) + "\n")
