"""Finds everything that was made of a work, by digests, keys and names, and removes it.

A record in the store says of which files a picture was made, and names its key; the index of a built site
says which renditions and signed files belong to a record. Renditions, records and signed files that no other
work's record accounts for are removed too: they are cheap to make again.
"""

import json
import re
import shutil
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..storage.atomic_files import sha256_of
from ..storage.checksums import INDEX
from ..storage.store import RECORDS, Store
from .holdings import STYLE, Holding
from .http_client.answer_cache import ANSWERS, DOWNLOADS, AnswerCache
from .http_client.museum_client import name_part

# Caches of the blog that can be deleted at any time, and folders of what was drawn for the author's eyes.
CACHES = ("photos.json", "styles.json", "positions.json", "uses.json", "posts-*.jsonl", "places-*.json")
DRAWN = ("audition/*", "compare/*", "panel/*", "imported/*", "tuning/*", "museums/*.html")
POSTS = (".md", ".markdown", ".mkd", ".mdown", ".rst", ".html", ".htm")


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What is known of a work that has to go."""

    holdings: tuple[Holding, ...]
    keys: frozenset[str]  # of its items: "met:12"
    slugs: frozenset[str]  # of its styles
    photos: frozenset[str]  # names of its photos, with suffix
    digests: frozenset[str]  # sha256 of its originals, artworks and photos
    sizes: frozenset[int]  # and their bytes
    addresses: frozenset[str]  # of the answers that are kept of it
    pictures: frozenset[str]  # addresses of its picture


@dataclass(slots=True, kw_only=True)
class Traces:
    """Everything that was found of a work, apart from its own files."""

    pictures: set[Path] = field(default_factory=set)  # folders of the store
    cheap: set[Path] = field(default_factory=set)  # renditions, records and signed files
    memories: set[Path] = field(default_factory=set)  # caches, answers, downloads, boards
    unknown: set[Path] = field(default_factory=set)  # pictures without a record, which may be made of it
    published: list[Path] = field(default_factory=list)  # in built sites
    posts: list[str] = field(default_factory=list)  # "content/nets.md:3"


def find_traces(work: Work, store: Store, *, sites: Iterable[Path], texts: Iterable[Path]) -> Traces:
    """Search the store, built sites, and the texts of the blog for a work. texts: posts and settings."""
    traces = Traces()
    keys, kept_keys, records = _read_records(store, work)
    in_use: set[str] = set()
    for site in sites:
        in_use |= _read_site(site, records, work, traces)
    for key, receipt in store.receipts_by_key():
        folder = store.root / "pictures" / key[:2] / key
        if key in keys or work.slugs & receipt.styles.keys():
            traces.pictures.add(folder)
        elif key not in kept_keys and work.photos:
            traces.unknown.add(folder)
    traces.pictures |= {path for key in keys if (path := store.root / "optimizing" / key).is_dir()}
    for kind, path, digest in store.cheap():
        is_of_another = kind == RECORDS and path.stem not in records
        if not is_of_another and digest not in in_use:
            traces.cheap.add(path)
    traces.memories |= set(_find_memories(work, store.root))
    traces.posts = [line for path in sorted(texts) for line in _find_lines(path, work)]
    return traces


def remove_traces(traces: Traces, store: Store, *, unknown: bool = False) -> None:
    """Remove what is in the store; unknown: the pictures that may be made of the work too."""
    paths = traces.pictures | traces.cheap | traces.memories | (traces.unknown if unknown else set())
    with store.incoming() as aside:
        for number, path in enumerate(sorted(paths)):
            with suppress(FileNotFoundError):  # within a folder that was removed before
                path.rename(aside / str(number))


def remove_holding(holding: Holding) -> None:
    """Remove a style's folder; or a photo, its credit and its citation.

    The credit is removed last, so that a command that was interrupted finds the rest again.
    """
    if holding.use == STYLE:
        folder = holding.credit.parent
        for path in folder.iterdir():
            if path != holding.credit:
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        shutil.rmtree(folder)
        return
    for path in (holding.citation, holding.picture, holding.credit):
        path.unlink(missing_ok=True)


def _read_records(store: Store, work: Work) -> tuple[set[str], set[str], set[str]]:
    """Return the keys of pictures of the work, those of other pictures, and the records of the work."""
    keys: set[str] = set()
    others: set[str] = set()
    records = set()
    for path in store.root.glob(f"{RECORDS}/*/*.json"):
        text = path.read_text("utf-8", errors="replace")
        is_ours = any(digest in text for digest in work.digests)
        with suppress(ValueError, AttributeError, RecursionError):
            if key := json.loads(text).get("key"):
                (keys if is_ours else others).add(key)
        if is_ours:
            records.add(path.stem)
    return keys, others, records


def _read_site(site: Path, records: Collection[str], work: Work, traces: Traces) -> set[str]:
    """Note what a built site shows of the work; return the digests of what it shows of others."""
    others: set[str] = set()
    with suppress(OSError, ValueError, KeyError, TypeError):
        for entry in json.loads((site / INDEX).read_bytes())["pictures"]:
            if entry["record"] in records:
                traces.published.append(site / entry["folder"])
            else:
                others |= set(_digests_in(entry))
    traces.published += [path for path in sorted(site.rglob("*")) if _is_copy(path, work)]
    return others


def _digests_in(entry: Any) -> Iterator[str]:
    yield from re.findall(r"[0-9a-f]{64}", json.dumps(entry))


def _is_copy(path: Path, work: Work) -> bool:
    return path.is_file() and path.stat().st_size in work.sizes and sha256_of(path) in work.digests


def _find_memories(work: Work, store: Path) -> Iterator[Path]:
    needles = [text.encode() for text in (*work.digests, *work.keys, *work.slugs, *work.photos)]
    for pattern in CACHES:
        yield from (path for path in store.glob(pattern) if _mentions(path, needles, work))
    for pattern in DRAWN:
        for place in store.glob(pattern):
            files = place.rglob("*") if place.is_dir() else [place]
            if any(_mentions(path, needles, work) for path in files if path.is_file()):
                yield place
    cache = AnswerCache(store / "museums" / ANSWERS)
    for address in work.addresses:
        if (path := cache.find_file(address)).exists():
            yield path
    for address in work.pictures:
        yield from (store / "museums" / DOWNLOADS).glob(f"{Path(name_part(address)).stem}.*")


def _mentions(path: Path, needles: Collection[bytes], work: Work) -> bool:
    with suppress(OSError):
        data = path.read_bytes()
        return any(needle in data for needle in needles) or sha256_of(path) in work.digests
    return False


def _find_lines(path: Path, work: Work) -> Iterator[str]:
    names = "|".join(map(re.escape, sorted(work.slugs | work.photos)))
    with suppress(OSError):
        for number, line in enumerate(path.read_text("utf-8", errors="replace").splitlines(), 1):
            if re.search(rf"(?<![\w-])({names})(?![\w-])", line):
                yield f"{path}:{number}"
