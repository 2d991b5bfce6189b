"""Windows of rows for convolutions: a strip of a feature map with its halo, mirrored at the map's edges."""

from collections.abc import Callable

from torch import Tensor

# (distance from the edge, from 1; phase) -> the position, counted from the edge, that is shown there
Mirror = Callable[[int, int], int]


def reflect(distance: int, phase: int) -> int:
    """Mirror at the middle of the outermost pixel."""
    return distance


def repeat(distance: int, phase: int) -> int:
    """Repeat the outermost pixel."""
    return 0


def reflect_pixels(distance: int, phase: int) -> int:
    """Mirror at the middle of the outermost pixel, where two pixels share a position.

    Pixel `phase` of the position at this distance before the edge is pixel phase - 2*distance, which shows
    pixel 2*distance - phase: the same phase of position distance - phase.
    """
    return distance - phase


def make_window(
    kernel: Tensor, first: int, end: int, *, height: int, width: int, stride: int = 1
) -> "RowWindow":
    """Return the window that a centered convolution reads for its output rows from `first` to before `end`.

    kernel: (C_out, C, h, w). height, width: of the map, multiples of the stride. stride: of the rows.
    """
    size, before = kernel.shape[2], kernel.shape[2] // 2
    after = size - before - stride  # columns: the last position reads so many beyond the map
    return RowWindow(
        stride * first - before,
        stride * (end - 1) - before + size,
        height=height,
        width=width,
        like=kernel,
        halo=(before, after),
    )


class RowWindow:
    """Rows of a map with a halo on all sides, to be filled: first `inner`, then `mirror_edges`."""

    def __init__(
        self, first: int, last: int, *, height: int, width: int, like: Tensor, halo: tuple[int, int]
    ) -> None:
        """first, last: rows that the window has, of which some may lie outside the map.

        height, width: of the map. like: a kernel (C_out, C, h, w) of its channels, on its device. halo:
        columns that are added at the left and the right.
        """
        self.first, self.last = max(0, first), min(height, last)  # the rows of the map in it
        self._above, self._below = self.first - first, last - self.last
        left, right = halo
        self._left, self._width = left, width
        self.rows = like.new_empty(last - first, left + width + right, like.shape[1])  # (rows, columns, C)
        self.inner = self.rows[self._above : len(self.rows) - self._below, left : left + width]

    def mirror_edges(self, mirror: Mirror = reflect, *, phases: int = 1) -> None:
        """Fill what lies outside the map with its mirror image.

        phases: rows and columns of pixels that share a position, whose channels are (phases, phases, C).
        """
        channels = self.rows.unflatten(-1, (phases, phases, -1))  # (rows, columns, p, q, C)
        columns = channels.movedim((1, 3), (0, 1))  # (columns, q, rows, p, C)
        _mirror_axis(columns, mirror, before=self._left, length=self._width)
        lines = channels.movedim(2, 1)  # (rows, p, columns, q, C)
        _mirror_axis(lines, mirror, before=self._above, length=self.last - self.first)

    def as_input(self) -> Tensor:
        """Return the window as a convolution takes it, (1, C, rows, columns), channels last."""
        return self.rows.permute(2, 0, 1)[None]


def _mirror_axis(lines: Tensor, mirror: Mirror, *, before: int, length: int) -> None:
    """Fill the lines before and after `length` lines that are there: (lines, phases, ...).

    The phases of a position are mirrored too, so its first pixel is as far outside as the last one of the
    position at the other edge.
    """
    after = lines.shape[0] - before - length
    phases = lines.shape[1]
    for phase in range(phases):
        for distance in range(1, before + 1):
            lines[before - distance, phase] = lines[before + mirror(distance, phase), phase]
        for distance in range(1, after + 1):
            opposite = phases - 1 - phase
            end = before + length - 1
            lines[end + distance, phase] = lines[end - mirror(distance, opposite), phase]
