"""The sizes of pictures and renditions. Plans and cost estimates need them before any image is opened."""

from functools import cache

WIDTHS = (480, 800, 1200, 1600)  # pixels: a phone, a phone with a dense screen, a column, a wide screen
LARGEST = 30_000  # pixels: the longest side of a picture, and the largest width


def fit(width: int, height: int, *, long_edge: int) -> tuple[int, int]:
    """Return the size of a photo scaled down to a long edge; a smaller photo keeps its size."""
    longer = max(width, height)
    if longer <= long_edge:
        return width, height
    scale = long_edge / longer
    return max(1, round(width * scale)), max(1, round(height * scale))


@cache
def rendition_widths(width: int, offered: tuple[int, ...] = WIDTHS) -> tuple[int, ...]:
    """Return the widths in which a picture is published: those offered that are below its own, and its own.

    offered: pixels, rising. A picture that is wider than the largest of them is published up to that one.
    """
    smaller = tuple(w for w in offered if w < width)
    return (*smaller, width) if width < offered[-1] else offered
