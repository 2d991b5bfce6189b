import hashlib

import pytest
from pelican.plugins.stylize.engine.networks.weight_files import DIGESTS, FOLDER, read_verified
from pelican.plugins.stylize.model.errors import UserError


@pytest.mark.parametrize("name", DIGESTS)
def test_the_committed_weights_are_the_pinned_ones(name):
    assert hashlib.sha256((FOLDER / name).read_bytes()).hexdigest() == DIGESTS[name]


def test_one_changed_byte_is_refused(tmp_path):
    altered = tmp_path / "transformer.safetensors"
    content = bytearray((FOLDER / "transformer.safetensors").read_bytes())
    content[-1] ^= 1
    altered.write_bytes(content)
    found = hashlib.sha256(content).hexdigest()
    with pytest.raises(UserError) as error:
        read_verified(altered, digest=DIGESTS["transformer.safetensors"])
    assert str(error.value) == (
        f"{altered}: these are not the weights this version was made with (sha256 {found[:12]}…, "
        "expected d6b29674f28b…); install pelican-stylize again."
    )


def test_missing_weights_are_reported(tmp_path):
    with pytest.raises(UserError) as error:
        read_verified(tmp_path / "encoder.safetensors", digest="")
    assert str(error.value) == (
        f"{tmp_path}/encoder.safetensors: the network's weights are missing; install pelican-stylize again."
    )
