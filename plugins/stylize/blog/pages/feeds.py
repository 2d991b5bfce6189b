"""Adds the cover of each post to the feeds, as an enclosure, with its rights."""

import os
from collections.abc import Callable, Iterable
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from markupsafe import Markup

from ..rendered_post import RenderedPost

if TYPE_CHECKING:
    from ..build_state import BuildState

DUBLIN_CORE = "http://purl.org/dc/elements/1.1/"


def add_rights_and_covers(items: Iterable[dict[str, Any]], state: "BuildState", *, site: str) -> None:
    """Add to each item, in place, the credit of its cover and the cover itself.

    site: URL of the site, with which the items' links begin.
    """
    for item in items:
        found = find_post(item, state, site)
        if found is not None:
            _add_to_item(item, state.rendered[found], state, site=site)


def find_post(item: dict[str, Any], state: "BuildState", *roots: str) -> int | None:
    """Return the identity of the post that an item is about, if it has pictures.

    roots: the URLs of the site with which its link may begin.
    """
    # A feed percent-encodes its links, and Pelican leaves the URL of a post as it was written.
    url = item["link"].partition("?ref=")[0]
    if "%" in url:
        url, roots = unquote(url), tuple(map(unquote, roots))
    for root in roots:
        if url.startswith(f"{root}/") and (found := state.by_url.get(url[len(root) + 1 :])):
            return found
    return None


def write_rights(feed: Any) -> None:
    """Make an RSS feed write the rights of its items; Atom has an element for them, RSS has not."""
    if feed.content_type.startswith("application/rss+xml"):
        feed.add_item_elements = partial(_with_rights, feed.add_item_elements)


def _with_rights(add_item_elements: Callable[[Any, Any], None], handler: Any, item: dict[str, Any]) -> None:
    add_item_elements(handler, item)
    if item["item_copyright"]:
        handler.addQuickElement("dc:rights", item["item_copyright"], {"xmlns:dc": DUBLIN_CORE})


def _add_to_item(item: dict[str, Any], rendered: RenderedPost, state: "BuildState", *, site: str) -> None:
    cover = rendered.cover
    if cover is None or not cover.is_shown:
        return
    item["item_copyright"] = _strip_tags(rendered.cover_credit)
    if item["content"] is None and cover.src not in item["description"]:
        # The cover is the enclosure of the summary, so the summary needs its credit.
        item["description"] += rendered.cover_credit
    place = "/".join(cover.src.rsplit("/", 2)[1:])
    length = _file_size(f"{state.output}/{state.settings.folder}/{place}")
    if length:
        from feedgenerator import Enclosure

        url = f"{site}/{state.settings.folder}/{place}"
        item["enclosures"] = [Enclosure(url, str(length), "image/jpeg")]


@lru_cache(4096)  # the same post is in several feeds
def _strip_tags(html: str) -> str:
    return str(Markup(html).striptags())


@lru_cache(4096)
def _file_size(path: str) -> int:
    try:
        return os.stat(path).st_size  # noqa: PTH116
    except FileNotFoundError:
        return 0
