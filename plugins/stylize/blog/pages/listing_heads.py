"""The covers on listing pages (home page, tags, archives) as structured data for the heads of these pages."""

import re
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ..rendered_post import PAGE

if TYPE_CHECKING:
    from ..build_state import BuildState


class ListingHeads:
    """The covers of a run, by the folders of their files; all are known once pages are written."""

    def __init__(self, state: "BuildState") -> None:
        self._state = state
        self._objects: dict[str, dict[str, Any] | None] = {}
        folder = re.escape(f"{state.place.base}/{state.settings.folder}/")
        self._picture = re.compile(rf"""{folder}([^/"'\s]+)/""")

    def render_head(self, html: str) -> str:
        """Return the covers that a page shows as structured data, each once; "" if it shows none."""
        names = dict.fromkeys(self._picture.findall(html))
        if not any(name in self._covers for name in names):
            return ""
        from ...provenance.schema_org import render_script

        pictures = [self._find_object(name) for name in names if name in self._covers]
        return render_script([picture for picture in pictures if picture])

    @cached_property
    def _covers(self) -> dict[str, int]:
        """The posts, by the folder of their cover's files."""
        covers: dict[str, int] = {}
        for identity, rendered in self._state.rendered.items():
            cover = rendered.cover
            # The URL of a draft is not made public.
            if cover and cover.src and self._state.is_public(identity):
                covers.setdefault(cover.src.rsplit("/", 2)[1], identity)
        return covers

    def _find_object(self, name: str) -> dict[str, Any] | None:
        """Return a cover as the page of its post describes it; None if that page does not show it."""
        if name not in self._objects:
            from ...provenance.schema_org import parse_objects

            identity = self._covers[name]
            page = f"{self._state.place.base}/{self._state.contents[identity].url}"
            pictures = parse_objects(self._state.rendered[identity].head.replace(PAGE, page))
            named = (picture for picture in pictures if picture["contentUrl"].rsplit("/", 2)[1] == name)
            self._objects[name] = next(named, None)
        return self._objects[name]
