"""Files named by their digests."""

import pytest
from pelican.plugins.stylize.executors.file_refs import (
    FileChangedError,
    make_file_ref,
    open_file,
    resolve_file,
)
from pelican.plugins.stylize.images.decode import open_photo
from pelican.plugins.stylize.model.errors import UserError
from pelican.plugins.stylize.storage.safetensors_header import digest_tensors


def test_a_file_is_found_by_its_digest_until_it_changes(tmp_path):
    path = tmp_path / "pier.jpg"
    path.write_bytes(b"a photo")
    ref = make_file_ref(path)
    assert resolve_file(ref) == path
    path.write_bytes(b"another")
    with pytest.raises(FileChangedError, match="the file was changed during the run"):
        resolve_file(ref)
    path.unlink()
    with pytest.raises(FileChangedError, match="the file was removed during the run"):
        resolve_file(ref)


def test_weights_are_the_same_whatever_their_metadata_says(tmp_path):
    path = tmp_path / "style.safetensors"
    path.write_bytes((2).to_bytes(8, "little") + b"{}")
    ref = make_file_ref(path, digest=digest_tensors(path, where=""))
    header = b'{"__metadata__":{"note":"tuned"}}'
    path.write_bytes(len(header).to_bytes(8, "little") + header)
    assert resolve_file(ref) == path


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
