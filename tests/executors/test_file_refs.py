"""Files named by their digests."""

import os
import shutil
import time
from pathlib import Path

import pytest
from pelican.plugins.stylize.executors.file_refs import (
    FileChangedError,
    make_file_ref,
    open_file,
    read_file,
)
from pelican.plugins.stylize.images.decode import open_photo
from pelican.plugins.stylize.model.errors import UserError
from pelican.plugins.stylize.storage.safetensors_header import digest_tensors


def test_a_file_is_found_by_its_digest_until_it_changes(tmp_path):
    path = tmp_path / "pier.jpg"
    path.write_bytes(b"a photo")
    ref = make_file_ref(path)
    assert read_file(ref, Path.read_bytes) == b"a photo"
    path.write_bytes(b"another")
    with pytest.raises(FileChangedError, match="the file was changed during the run"):
        read_file(ref, Path.read_bytes)
    path.unlink()
    with pytest.raises(FileChangedError, match="the file was removed during the run"):
        read_file(ref, Path.read_bytes)


def test_a_file_that_is_exchanged_while_it_is_read_and_put_back_is_not_used(tmp_path):
    path, other = tmp_path / "red.jpg", tmp_path / "blue.jpg"
    for each, words in ((path, b"a red photo"), (other, b"a blue one.")):
        each.write_bytes(words)
        os.utime(each, (0, 0))
    ref = make_file_ref(path)

    def read_another(path):
        path.rename(tmp_path / "away.jpg")
        shutil.copy2(other, path)
        data = path.read_bytes()
        (tmp_path / "away.jpg").replace(path)
        return data

    assert read_file(ref, Path.read_bytes) == b"a red photo"
    time.sleep(0.05)  # a file system's clock ticks
    with pytest.raises(FileChangedError, match="the file was changed during the run"):
        read_file(ref, read_another)
    assert path.read_bytes() == b"a red photo"


def test_weights_are_the_same_whatever_their_metadata_says(tmp_path):
    path = tmp_path / "style.safetensors"
    path.write_bytes((2).to_bytes(8, "little") + b"{}")
    ref = make_file_ref(path, digest=digest_tensors(path, where=""))
    header = b'{"__metadata__":{"note":"tuned"}}'
    path.write_bytes(len(header).to_bytes(8, "little") + header)
    assert read_file(ref, Path.read_bytes) == path.read_bytes()


def test_a_file_that_cannot_be_used_is_named_by_its_path(tmp_path):
    path = tmp_path / "sky.png"
    path.write_bytes(b"no picture")
    ref = make_file_ref(path)
    with pytest.raises(UserError) as error:
        open_file(ref, open_photo)
    assert str(error.value).startswith(f"{path}: ")
    path.unlink()
    with pytest.raises(UserError) as error:
        open_file(ref, open_photo)
    assert str(error.value) == f"{path}: the file was removed during the run. Run the command again."
