"""What the head of a page says of covers that hang there: walls of pictures, as home pages and tags are."""

import re
from typing import TYPE_CHECKING, Any

from ..provenance.structured_data import objects_of, script_of
from .drawn import PAGE

if TYPE_CHECKING:
    from .run import Run


class Walls:
    """Knows the covers of a run, which are all there once its pages are written."""

    def __init__(self, run: "Run") -> None:
        self._run = run
        self._found: dict[str, dict[str, Any]] = {}
        self._looked = 0
        folder = re.escape(f"{run.place.base}/{run.settings.folder}/")
        self._picture = re.compile(rf"""{folder}([^/"'\s]+)/""")

    def head_of(self, html: str) -> str:
        """Return the covers that a page shows as structured data for its head, each once; "" for none."""
        names = dict.fromkeys(self._picture.findall(html))
        covers = self._covers() if names else {}
        return script_of([covers[name] for name in names if name in covers])

    def _covers(self) -> dict[str, dict[str, Any]]:
        """Return what there is to say of each cover, by the folder of its files."""
        if self._looked != len(self._run.drawn):
            for identity, drawn in self._run.drawn.items():
                content = self._run.contents[identity]
                # The address of a draft is for those who were given it.
                if drawn.cover is None or not drawn.cover.src or content.status != "published":
                    continue
                page = f"{self._run.place.base}/{content.url}"
                name = drawn.cover.src.rsplit("/", 2)[1]
                for picture in objects_of(drawn.head.replace(PAGE, page)):
                    if picture["contentUrl"].rsplit("/", 2)[1] == name:
                        self._found.setdefault(name, picture)
            self._looked = len(self._run.drawn)
        return self._found
