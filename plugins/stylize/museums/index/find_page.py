"""The page of what an index has found: thumbnails, credits, rights, and the command that takes each work."""

import shlex
from base64 import b64encode
from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path

from ...model.command_name import command
from ...storage.atomic_files import explain_refusals, write_whole
from ..importers.registry import by_name
from .query import OPEN, Hit


def write_find_page(
    hits: Sequence[Hit],
    target: Path,
    *,
    asked: str,
    category: str,
    read_thumbnail: Callable[[int], bytes],
) -> None:
    """Write a page that needs neither network nor scripts; raises DiskError.

    asked: what was asked, in words. category: of the styles that its commands make. read_thumbnail: returns
    the JPEG of an item by its id, or b"".
    """
    cards = "".join(_format_card(hit, read_thumbnail(hit.id), category=category) for hit in hits)
    style = Path(__file__).with_name("find_page.css").read_text("utf-8")
    count = f"{len(hits)} work{'s' * (len(hits) != 1)}"
    page = _PAGE.format(style=style, asked=escape(asked), count=count, cards=cards)
    with explain_refusals(target.parent, doing="writing the page of an index"):
        write_whole(target, page.encode("utf-8", errors="replace"))


def make_take_command(hit: Hit, *, category: str) -> str:
    """Return the command that makes a style of an item, as a shell reads it."""
    record = hit.record
    if hit.place and not record.page:
        # A page is handed on, so it names a file, and not its place on this machine.
        place = hit.place if not Path(hit.place).is_absolute() else Path(hit.place).name
        return command(f"style.add {shlex.quote(place)} --category {shlex.quote(category)}")
    place = record.key if record.museum in by_name() else record.page or record.key
    return command(f"museum.add {shlex.quote(place)} --as style --category {shlex.quote(category)}")


def describe_license(hit: Hit) -> str:
    """Return the name of an item's license; "rights unknown" if nothing is known."""
    license = hit.record.rights.license
    return "rights unknown" if license.code == "UNKNOWN" else license.name


def _format_card(hit: Hit, thumbnail: bytes, *, category: str) -> str:
    record = hit.record
    title = escape(record.title or "Untitled")
    linked = f'<a href="{escape(record.page)}">{title}</a>' if _is_address(record.page) else title
    by = " · ".join(
        escape(text)
        for text in (", ".join(one.name for one in record.creators), record.date, record.institution)
        if text
    )
    alt = escape(record.alt or record.title or "Untitled")
    image = (
        f'<img src="data:image/jpeg;base64,{b64encode(thumbnail).decode()}" alt="{alt}" loading="lazy">'
        if thumbnail
        else '<p class="quiet">The index has no picture of it.</p>'
    )
    lines = [f"<p>{by}</p>" if by else "", f"<p>{_format_badge(hit)}</p>"]
    if record.credit_line:
        lines.append(f'<p class="quiet">{escape(record.credit_line)}</p>')
    if record.rights.written and record.rights.license.code == "UNKNOWN":
        lines.append(f'<p class="quiet">The museum writes: {escape(record.rights.written)}</p>')
    lines += [f'<p class="quiet">{escape(text)}</p>' for text in (*hit.why, *record.warnings)]
    if hit.also:
        lines.append(f'<p class="quiet">The same picture: {escape(", ".join(hit.also))}</p>')
    take = escape(make_take_command(hit, category=category))
    return f"<li>{image}<h2>{linked}</h2>{''.join(lines)}<code>{take}</code></li>\n"


def _format_badge(hit: Hit) -> str:
    license = hit.record.rights.license
    kind = "badge" if license.family in OPEN else "badge closed"
    name = escape(describe_license(hit))
    if _is_address(license.url):
        return f'<a class="{kind}" href="{escape(license.url)}">{name}</a>'
    return f'<span class="{kind}">{name}</span>'


def _is_address(text: str) -> bool:
    return text.startswith(("https://", "http://"))


_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Found in the index</title><style>{style}</style></head>
<body><h1>Found in the index</h1>
<p>{count}: {asked}. Each has the command that makes a style of it. A dashed frame around a license means
that the work cannot be used as it is, or that somebody has to read its terms first.</p>
<ol>
{cards}</ol></body></html>
"""
