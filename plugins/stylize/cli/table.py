"""Rows of words as a table in a terminal."""

from collections.abc import Sequence


def format_columns(rows: Sequence[Sequence[str]], *, right_from: int | None = None) -> list[str]:
    """Return a line for each row, as wide in every column as its longest cell.

    right_from: the column from which on cells stand to the right, as numbers do; None has none.
    """
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    left = len(widths) if right_from is None else right_from
    return [
        "  ".join(
            cell.ljust(width) if place < left else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
