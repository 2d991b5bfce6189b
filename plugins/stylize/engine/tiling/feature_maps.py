"""Feature maps of large pictures, written and read row by row, in memory or in a scratch file."""

import mmap
import os
import tempfile
from pathlib import Path
from threading import Lock
from typing import BinaryIO

import numpy as np
import torch
from torch import Tensor

from ...storage.atomic_files import explain_refusals

BYTES = 4  # of a number
LARGE = (
    2**26
)  # bytes; from here up, a map gets pages of its own that go back to the system when it is released


class FeatureMap:
    """A map of a height, width and number of channels, in single precision."""

    def __init__(
        self,
        height: int,
        width: int,
        channels: int,
        *,
        scratch: Path | None = None,
        device: torch.device | str = "cpu",
    ) -> None:
        """scratch: the folder of a file to keep the map in; None keeps it in the processor's memory. device:
        where the rows are that are read.

        The file has no name in its folder, so it vanishes however the process ends. Raises DiskError if the
        disk has no room for all of it.
        """
        self.height, self.width, self.channels = height, width, channels
        self._scratch, self._device = scratch, device
        self._file: BinaryIO | None = None
        self._rows: Tensor | None = None
        if scratch is None:
            if height * self._row_bytes < LARGE:
                self._rows = torch.empty(height, width, channels)
            else:
                pages = mmap.mmap(-1, height * self._row_bytes)
                self._rows = torch.frombuffer(pages, dtype=torch.float32).view(height, width, channels)
            return
        with explain_refusals(scratch, doing="drawing a large picture", setting="TMPDIR"):
            self._file = tempfile.TemporaryFile(dir=scratch, buffering=0)  # noqa: SIM115  # `release` closes it
            if hasattr(os, "posix_fallocate"):
                os.posix_fallocate(self._file.fileno(), 0, height * self._row_bytes)

    def read(self, first: int, last: int) -> Tensor:
        """Return the rows from `first` to before `last`, (rows, W, C); not to be changed."""
        if self._rows is not None:
            return self._rows[first:last].to(self._device)
        assert self._file is not None and self._scratch is not None
        rows = np.empty((last - first, self.width, self.channels), dtype=np.float32)
        rest = rows.data.cast("B")
        with explain_refusals(self._scratch, doing="drawing a large picture", setting="TMPDIR"):
            offset = first * self._row_bytes
            while rest:
                count = _read_at(self._file, rest, offset)
                rest, offset = rest[count:], offset + count
        return torch.from_numpy(rows).to(self._device)

    def write(self, first: int, rows: Tensor) -> None:
        """Store rows (rows, W, C) from row `first` on."""
        if self._rows is not None:
            self._rows[first : first + len(rows)].copy_(rows)
            return
        assert self._file is not None and self._scratch is not None
        rest = rows.cpu().contiguous().numpy().data.cast("B")
        with explain_refusals(self._scratch, doing="drawing a large picture", setting="TMPDIR"):
            offset = first * self._row_bytes
            while rest:
                count = _write_at(self._file, rest, offset)
                rest, offset = rest[count:], offset + count

    def release(self) -> None:
        """Give its memory or its disk space back."""
        self._rows = None
        if self._file is not None:
            self._file.close()

    @property
    def _row_bytes(self) -> int:
        return self.width * self.channels * BYTES


if hasattr(os, "preadv"):

    def _read_at(file: BinaryIO, buffer: memoryview, offset: int) -> int:
        return os.preadv(file.fileno(), [buffer], offset)

    def _write_at(file: BinaryIO, data: memoryview, offset: int) -> int:
        return os.pwrite(file.fileno(), data, offset)

else:  # Windows has one position for all threads
    _position = Lock()

    def _read_at(file: BinaryIO, buffer: memoryview, offset: int) -> int:
        with _position:
            file.seek(offset)
            return file.readinto(buffer)  # type: ignore[attr-defined]  # it is not buffered

    def _write_at(file: BinaryIO, data: memoryview, offset: int) -> int:
        with _position:
            file.seek(offset)
            return file.write(data)


def find_scratch_folder() -> Path:
    """Return the folder for scratch files: that of TMPDIR, or /var/tmp, which is on a disk.

    /tmp is memory on many machines, so a map there would take what it is to save.
    """
    if os.environ.get("TMPDIR") or not Path("/var/tmp").is_dir():
        return Path(tempfile.gettempdir())
    return Path("/var/tmp")
