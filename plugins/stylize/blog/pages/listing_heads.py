"""What the head of a page says of covers that hang there: walls of pictures, as home pages and tags are."""

import re
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ..rendered_post import PAGE

if TYPE_CHECKING:
    from ..build import Run


class ListingHeads:
    """Knows the covers of a run, which are all there once its pages are written."""

    def __init__(self, run: "Run") -> None:
        self._run = run
        self._told: dict[str, dict[str, Any] | None] = {}
        folder = re.escape(f"{run.place.base}/{run.settings.folder}/")
        self._picture = re.compile(rf"""{folder}([^/"'\s]+)/""")

    def head_of(self, html: str) -> str:
        """Return the covers that a page shows as structured data for its head, each once; "" for none."""
        names = dict.fromkeys(self._picture.findall(html))
        if not any(name in self._covers for name in names):
            return ""
        from ...provenance.schema_org import render_script

        told = [self._object_of(name) for name in names if name in self._covers]
        return render_script([picture for picture in told if picture])

    @cached_property
    def _covers(self) -> dict[str, int]:
        """The posts by the folder of their cover's files."""
        covers: dict[str, int] = {}
        for identity, drawn in self._run.drawn.items():
            # The address of a draft is for those who were given it.
            if drawn.cover and drawn.cover.src and self._run.contents[identity].status == "published":
                covers.setdefault(drawn.cover.src.rsplit("/", 2)[1], identity)
        return covers

    def _object_of(self, name: str) -> dict[str, Any] | None:
        """Return what the page of a cover's post says of it; None where that page does not show it."""
        if name not in self._told:
            from ...provenance.schema_org import parse_objects

            identity = self._covers[name]
            page = f"{self._run.place.base}/{self._run.contents[identity].url}"
            pictures = parse_objects(self._run.drawn[identity].head.replace(PAGE, page))
            named = (picture for picture in pictures if picture["contentUrl"].rsplit("/", 2)[1] == name)
            self._told[name] = next(named, None)
        return self._told[name]
