"""What a feed says of a post's pictures beside its text: their rights, and the cover as enclosure."""

import os
from collections.abc import Callable, Iterable
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from ..rendered_post import RenderedPost

if TYPE_CHECKING:
    from ..build import Run


DUBLIN_CORE = "http://purl.org/dc/elements/1.1/"


def add_rights_and_covers(items: Iterable[dict[str, Any]], run: "Run", *, domain: str) -> None:
    """Add to each item, in place, who is to be credited for its cover, and the cover itself.

    domain: URL of the site, to which the items' links lead.
    """
    for item in items:
        url = item["link"].partition("?ref=")[0].removeprefix(f"{domain}/")
        found = run.by_url.get(url)
        if found:
            _complete(item, run.drawn[found], run, domain=domain)


def write_rights(feed: Any) -> None:
    """Have an RSS feed write the rights of its items, which Atom has an element for and RSS has not."""
    if feed.content_type.startswith("application/rss+xml"):
        feed.add_item_elements = partial(_with_rights, feed.add_item_elements)


def _with_rights(add_item_elements: Callable[[Any, Any], None], handler: Any, item: dict[str, Any]) -> None:
    add_item_elements(handler, item)
    if item["item_copyright"]:
        handler.addQuickElement("dc:rights", item["item_copyright"], {"xmlns:dc": DUBLIN_CORE})


def _complete(item: dict[str, Any], drawn: RenderedPost, run: "Run", *, domain: str) -> None:
    cover = drawn.cover
    if cover is None or cover.pending or cover.problem:
        return
    item["item_copyright"] = Markup(drawn.cover_credit).striptags()
    if item["content"] is None and cover.src not in item["description"]:
        # A summary goes out with the cover as its enclosure, so it carries the cover's credit.
        item["description"] += drawn.cover_credit
    place = "/".join(cover.src.rsplit("/", 2)[1:])
    length = _length_of(f"{run.output}/{run.settings.folder}/{place}")
    if length:
        from feedgenerator import Enclosure

        url = f"{domain}/{run.settings.folder}/{place}"
        item["enclosures"] = [Enclosure(url, str(length), "image/jpeg")]


@lru_cache(4096)  # a post stands in several feeds
def _length_of(path: str) -> int:
    try:
        return os.stat(path).st_size  # noqa: PTH116
    except FileNotFoundError:
        return 0
