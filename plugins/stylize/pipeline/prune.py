"""What the store keeps and no site uses any more, taken away; never the pictures, which are dear."""

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
from ..storage.store import MONTH, RECORDS, RENDITIONS, SIGNED_FILES, Store
from .publish import INDEX

_DIGEST = re.compile(rb"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pruned:
    """What went, and what is left of its kind."""

    renditions: int  # folders
    records: int
    signed: int  # files
    size: int  # bytes
    kept: int  # of all three kinds


def prune_store(store: Store, sites: Iterable[Path]) -> Pruned:
    """Remove renditions, records and signed files that are older than a month and that nobody names.

    Named are those that the index of a site has, or a post that the last build remembers. Whatever goes by
    mistake is made again. Raises UserError where no site is built, since nothing would tell what is in use.
    """
    sites = list(dict.fromkeys(sites))
    in_use = {digest for site in sites for digest in _digests_in(site / INDEX)}
    if not in_use:
        places = " or ".join(display_path(site) for site in sites)
        raise UserError(
            f"{places}: no site with pictures is built there to tell what is in use."
            f" Build it first: {command('build')}"
        )
    in_use.update(_digests_in(store.root / "posts.jsonl"))
    went: Counter[str] = Counter()
    size = kept = 0
    with store.incoming() as aside:
        for kind, path, digest in store.cheap():
            with suppress(FileNotFoundError):  # another build may have been faster
                if digest in in_use or time.time() - path.stat().st_mtime <= MONTH:
                    kept += 1
                    continue
                bytes_in_it = sum(file.stat().st_size for file in _files_of(path))
                path.rename(aside / f"{kind}-{path.name}")
                size += bytes_in_it
                went[kind] += 1
    return Pruned(
        renditions=went[RENDITIONS], records=went[RECORDS], signed=went[SIGNED_FILES], size=size, kept=kept
    )


def _digests_in(file: Path) -> Iterator[str]:
    """Yield whatever looks like a digest: more than is one does no harm."""
    with suppress(OSError), file.open("rb") as lines:
        for line in lines:
            for digest in _DIGEST.findall(line):
                yield digest.decode()


def _files_of(path: Path) -> list[Path]:
    return list(path.iterdir()) if path.is_dir() else [path]
