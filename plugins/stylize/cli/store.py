"""Commands about the store of pictures."""

from collections.abc import Iterable
from pathlib import Path

from ..pipeline.prune import prune_store
from ..storage.store import Store
from .blog_folder import read_site


def prune(configuration: str, sites: Iterable[Path]) -> str:
    """Remove from the store of a blog what no built site uses any more, and say in one line what was removed.

    sites: folders of built sites. Raises UserError where none tells what is in use.
    """
    site, settings = read_site(configuration)
    pruned = prune_store(Store(settings.store), [*sites, Path(site["OUTPUT_PATH"])])
    went = [
        f"{count} {one if count == 1 else many}"
        for count, one, many in (
            (pruned.renditions, "folder of renditions", "folders of renditions"),
            (pruned.records, "record", "records"),
            (pruned.signed, "signed file", "signed files"),
        )
        if count
    ]
    stay = f"{pruned.kept} are in use or younger than a month. Pictures are never removed."
    if not went:
        return f"Nothing to remove; {stay}"
    return f"Removed {', '.join(went)}: {pruned.size / 1e6:.1f} MB; {stay}"
