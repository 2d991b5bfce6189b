"""When the times of a file show that it has changed: also on file systems with coarse clocks."""

import os

import pytest
from pelican.plugins.stylize.storage.atomic_files import is_settled, read_identity

NOW = 1_800_000_000_500_000_000  # nanoseconds since 1970, half a second after a whole one
SECOND = 1_000_000_000


@pytest.mark.parametrize(
    ("changed", "inode", "settled"),
    [
        (NOW - 3600 * SECOND, NOW - 3600 * SECOND, True),
        (NOW - 2 * SECOND, NOW - 2 * SECOND, True),
        (NOW - 2 * SECOND + 1, NOW - 2 * SECOND, False),
        (NOW + 5 * SECOND, NOW + 5 * SECOND, False),
        # A copy that keeps the time of its original: a fine clock ticks every few milliseconds...
        (NOW - 3600 * SECOND, NOW - 30_000_000, True),
        (NOW - 3600 * SECOND, NOW - 10_000_000, False),
        # ... and one of whole seconds (HFS+, old NFS) or of two (FAT) may not have ticked since.
        (NOW - 3600 * SECOND, NOW - SECOND // 2, False),
        (NOW - 3600 * SECOND, NOW - 3 * SECOND // 2, False),
        (NOW - 3600 * SECOND, NOW - 5 * SECOND // 2, True),
    ],
)
def test_a_file_is_trusted_once_its_file_systems_clock_has_ticked(changed, inode, settled):
    assert is_settled([700, changed, inode], at=NOW) is settled


def test_a_file_that_is_not_there_can_be_trusted_to_show_when_it_comes():
    assert is_settled([], at=NOW)


def test_a_file_that_another_of_the_same_size_and_time_replaces_is_another(tmp_path):
    path, other = tmp_path / "pier.jpg", tmp_path / "other.jpg"
    for each in (path, other):
        each.write_bytes(b"a photo")
        os.utime(each, (0, 0))
    before = read_identity(path)
    assert read_identity(path) == before
    other.replace(path)
    assert read_identity(path) != before
    path.unlink()
    assert read_identity(path) == []
