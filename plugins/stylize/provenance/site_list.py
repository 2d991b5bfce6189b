"""Write the list of all files of a finished site, so that `verify` can tell which were changed.

Everybody can read the list. So it has the names only of what a visitor can find anyway, and a digest in the
place of the names of drafts, hidden posts, and files that their author has told to some people alone.
"""

import json
import re
from pathlib import Path
from typing import Any

from ..storage.checksums import INDEX, walk_files, write_checksums
from .readers.site_links import find_linked_files

# What everybody asks for, at the top of a site: files of known names, and the pages that every blog has.
KNOWN = re.compile(
    r"CNAME|robots\.txt|favicon\.ico|(?:404|index|archives|authors|categories|tags)\.html"
    r"|[^/]*sitemap[^/]*\.xml|(?:credits|provenance|styles)/index\.html|provenance/root\.pem"
)


def write_site_list(root: Path) -> None:
    """Write the list of a site that has pictures of ours, or has sub-sites with some; of no other site."""
    files = set(walk_files(root))
    folders = sorted(path.removesuffix(INDEX) for path in files if f"/{path}".endswith(f"/{INDEX}"))
    if not folders:
        return
    indexes = {folder: _read_index(root / folder / INDEX) for folder in folders}
    start: set[str] = set()
    for folder, index in indexes.items():
        start.add(f"{folder}{INDEX}")
        start |= {path for path in files if path.startswith(folder) and KNOWN.fullmatch(path, len(folder))}
        for picture in index["pictures"]:
            if not picture["folder"].startswith("sha256:"):
                start |= {f"{folder}{file['path']}" for file in picture["files"]}
                start.add(f"{folder}{picture['sidecar']}")
    site = indexes.get("", {}).get("site", "")
    write_checksums(root, named=find_linked_files(root, files, start=start, site=site))


def _read_index(path: Path) -> dict[str, Any]:
    """Return an index that this build has written, or an empty one for a file of another form."""
    try:
        index: dict[str, Any] = json.loads(path.read_bytes())
        if isinstance(index["site"], str) and all(
            isinstance(picture["folder"], str)
            and isinstance(picture["sidecar"], str)
            and all(isinstance(file["path"], str) for file in picture["files"])
            for picture in index["pictures"]
        ):
            return index
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        pass
    return {"site": "", "pictures": []}
