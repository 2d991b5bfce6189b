"""The board of a comparison: a folder with a page that needs no network and no scripts, and its pictures."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from ...model.entities import Style
from ...storage.atomic_files import STORE, explain_refusals, write_whole
from ..private_paths import hide_in, make_hider

if TYPE_CHECKING:
    from PIL.Image import Image

PAGE = "board.html"
PHOTO = "photo.jpg"
LONG_EDGE = 1200  # pixels of a picture on the board, at most
ARTWORK_EDGE = 320  # pixels of an artwork on the board
_STYLESHEETS = ("../audition/board.css", "comparison.css")


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonRow:
    """A style on the board."""

    style: Style
    line: str  # to copy into a post
    size: tuple[int, int] | None  # of its picture, in pixels; None while there is none
    quality: str  # of that picture
    missing: str = ""  # why there is no picture
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonIntro:
    """What stands above the pictures."""

    photo: str  # its file name
    alt: str
    size: tuple[int, int]  # of the photo on the board, in pixels
    notes: Sequence[str]


def write_board(
    rows: Iterable[ComparisonRow], intro: ComparisonIntro, *, folder: Path, photo: Path | None = None
) -> Path:
    """Write the page of a board and return its path; the pictures are those of `write_picture`.

    photo: its file, which lies anywhere. A board is handed on, so it names the file and not its place.
    """
    hide = make_hider([photo] if photo else [])
    intro = hide_in(intro, hide, "notes")
    cards = "".join(_format_row(hide_in(row, hide, "missing", "notes")) for row in rows)
    script = Path(__file__).with_name("comparison.js").read_text("utf-8")
    page = _PAGE.format(
        title=escape(intro.photo),
        style="".join(Path(__file__).parent.joinpath(name).read_text("utf-8") for name in _STYLESHEETS),
        notes="".join(f"<p>{escape(note)}</p>" for note in intro.notes),
        photo=_format_picture(PHOTO, intro.size, alt=intro.alt or f"The photo {intro.photo}"),
        cards=cards,
        script=script,
    )
    with explain_refusals(folder, doing="writing the board of a comparison", setting=STORE):
        # A title or a file's name may hold characters that UTF-8 cannot encode.
        write_whole(folder / PAGE, page.encode("utf-8", errors="replace"))
    return folder / PAGE


def write_picture(image: "Image", name: str, *, folder: Path, long_edge: int = LONG_EDGE) -> tuple[int, int]:
    """Write a picture (RGB) of a board as JPEG, scaled down to a long edge; returns its size in pixels.

    name: `PHOTO`, or that of `picture_name` or `artwork_name`.
    """
    from ...images.renditions import encode_picture

    small = image.copy()
    small.thumbnail((long_edge, long_edge))
    with explain_refusals(folder, doing="writing the board of a comparison", setting=STORE):
        write_whole(folder / name, encode_picture(small, "jpg"))
    return small.size


def picture_name(style: Style) -> str:
    """Return the file of a style's picture in the folder of the board."""
    return f"pictures/{style.slug}.jpg"


def artwork_name(style: Style) -> str:
    """Return the file of a style's artwork in the folder of the board."""
    return f"artworks/{style.slug}.jpg"


def _format_row(row: ComparisonRow) -> str:
    style, credit = row.style, row.style.artwork.credit
    title = escape(style.title)
    by = ", ".join(escape(part) for part in (credit.creator, credit.date) if part)
    if row.size:
        picture = _format_picture(
            picture_name(style), row.size, alt=f"The photo in the style of {style.title}, {row.quality}"
        )
    else:
        picture = f'<p class="missing">{escape(row.missing)}</p>'
    notes = "".join(f"<li>{escape(note)}</li>" for note in row.notes)
    is_meh = style.verdict is not None and style.verdict.is_meh
    return (
        f'<li tabindex="0"{" class=meh" if is_meh else ""}>{picture}<div class="about">'
        f'<img src="{escape(artwork_name(style))}" alt="The artwork: {title}" width="96" loading="lazy">'
        f"<div><h2>{title}</h2><small>{by}<br>{escape(style.category)}{_format_verdict(style)}</small></div></div>"
        f'<p class="line"><code>{escape(row.line)}</code> <button type="button" hidden>Copy</button></p>'
        f"{f'<ul>{notes}</ul>' if notes else ''}</li>\n"
    )


def _format_verdict(style: Style) -> str:
    if style.verdict is None:
        return ""
    suits = f", suits {' and '.join(style.verdict.suits)}" if style.verdict.suits else ""
    note = f": {style.verdict.note}" if style.verdict.note else ""
    return f"<br>{escape(f'{style.verdict.word}{suits}{note}')}"


def _format_picture(name: str, size: tuple[int, int], *, alt: str) -> str:
    width, height = size
    return (
        f'<a class="picture" href="{escape(name)}"><img src="{escape(name)}" alt="{escape(alt)}"'
        f' width="{width}" height="{height}" loading="lazy"></a>'
    )


_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title} in your styles</title><style>{style}</style></head>
<body><h1>{title} in your styles</h1>{notes}
<p class="tools" hidden><label>Find <input type="search" id="find"></label>
<span id="count" role="status"></span>
<span class="keys">Keys: / to search, j and k to move between styles, Enter to see a picture alone,
c to copy its line.</span></p>
<ul class="cards"><li class="photo">{photo}<div class="about"><div><h2>The photo</h2></div></div></li>
{cards}</ul><script>{script}</script></body></html>
"""
