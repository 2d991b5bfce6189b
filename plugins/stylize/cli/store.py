"""The command `store.prune`."""

from collections.abc import Iterable
from pathlib import Path

from ..pipeline.prune import prune_store
from ..storage.store import Store
from .blog_folder import read_site


def prune(settings_file: str, sites: Iterable[Path]) -> str:
    """Remove from the store what no built site uses any more; returns a line that says what was removed.

    sites: folders of built sites. Raises UserError if no site is built, since its index says what is in use.
    """
    site, settings = read_site(settings_file)
    pruned = prune_store(Store(settings.store), [*sites, Path(site["OUTPUT_PATH"])])
    removed = [
        f"{count} {one if count == 1 else many}"
        for count, one, many in (
            (pruned.renditions, "folder of renditions", "folders of renditions"),
            (pruned.records, "record", "records"),
            (pruned.signed, "signed file", "signed files"),
        )
        if count
    ]
    rest = f"{pruned.kept} are in use or younger than a month. Pictures are never removed."
    if not removed:
        return f"Nothing to remove; {rest}"
    return f"Removed {', '.join(removed)}: {pruned.size / 1e6:.1f} MB; {rest}"
