"""Removes from the store what no site uses any more, except pictures, which take long to make."""

import re
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ..model.command_name import command
from ..model.errors import UserError
from ..storage.atomic_files import display_path
from ..storage.checksums import INDEX
from ..storage.store import MONTH, RECORDS, RENDITIONS, SIGNED_FILES, Store

_DIGEST = re.compile(rb"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pruned:
    """How much was removed, and how much is left."""

    renditions: int  # folders
    records: int
    signed: int  # files
    size: int  # bytes
    kept: int  # of all three kinds


def prune_store(store: Store, sites: Iterable[Path]) -> Pruned:
    """Remove renditions, records and signed files that are unused and older than a month.

    Used are those in the index of a site, and those of posts that the last build has cached. What is removed
    by mistake is recreated. Raises UserError if no site is built, since the index is then missing.
    """
    sites = list(dict.fromkeys(sites))
    in_use = {digest for site in sites for digest in _digests_in(site / INDEX)}
    if not in_use:
        places = " or ".join(display_path(site) for site in sites)
        raise UserError(
            f"{places}: there is no built site with pictures, which would show what is in use."
            f" Build it first: {command('build')}"
        )
    for posts in store.root.glob("posts-*.jsonl"):  # the blog's caches, one for each language
        in_use.update(_digests_in(posts))
    removed: Counter[str] = Counter()
    size = kept = 0
    with store.incoming() as aside:
        for kind, path, digest in store.cheap():
            with suppress(FileNotFoundError):  # another build was faster
                if digest in in_use or time.time() - path.stat().st_mtime <= MONTH:
                    kept += 1
                    continue
                bytes_in_it = sum(file.stat().st_size for file in _files_of(path))
                path.rename(aside / f"{kind}-{path.name}")
                size += bytes_in_it
                removed[kind] += 1
    return Pruned(
        renditions=removed[RENDITIONS],
        records=removed[RECORDS],
        signed=removed[SIGNED_FILES],
        size=size,
        kept=kept,
    )


def _digests_in(file: Path) -> Iterator[str]:
    """Yield everything that looks like a digest; too many do no harm."""
    with suppress(OSError), file.open("rb") as lines:
        for line in lines:
            for digest in _DIGEST.findall(line):
                yield digest.decode()


def _files_of(path: Path) -> list[Path]:
    return list(path.iterdir()) if path.is_dir() else [path]
