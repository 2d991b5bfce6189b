"""An imported network is saved, loaded and draws."""

import json
import re
from dataclasses import replace

import numpy as np
import pytest
import torch
from fixtures.program import run_python
from pelican.plugins.stylize.engine.graph_networks.interpreter import load_graph_network
from pelican.plugins.stylize.engine.model_import.convert import save_network
from pelican.plugins.stylize.engine.stylizer import Stylizer
from pelican.plugins.stylize.model.errors import UserError
from pelican.plugins.stylize.storage.safetensors_header import digest_tensors
from safetensors.torch import save_file


@pytest.fixture
def stored(network, tmp_path):
    save_network(network, tmp_path / "style.safetensors")
    return tmp_path / "style.safetensors"


def test_a_saved_network_draws_the_same(network, stored, blobs):
    again = load_graph_network(stored)
    assert again.spec == network.spec
    assert again.stylize(blobs, strength=1.0).tobytes() == network.stylize(blobs, strength=1.0).tobytes()


def test_a_worker_draws_without_the_library_onnx(stored, blobs, tmp_path):
    blobs.save(tmp_path / "photo.png")
    program = (
        "sys.modules['onnx'] = None  # importing it fails\n"
        "from PIL import Image\n"
        "from pelican.plugins.stylize.engine.stylizer import Stylizer\n"
        "photo, network = Image.open(sys.argv[1]), Path(sys.argv[2])\n"
        "Stylizer('cpu').redraw(photo, network=network, strength=1.0)\n"
        "sys.exit(any('model_import' in name for name in sys.modules))\n"
    )
    run_python(
        program, tmp_path / "photo.png", stored
    )  # raises an error if it exits with another code than 0


def test_a_network_is_saved_in_the_same_bytes_every_time(network, stored):
    first = stored.read_bytes()
    save_network(load_graph_network(stored), stored)
    assert stored.read_bytes() == first


def test_the_stylizer_draws_it(network, stored, blobs):
    picture = Stylizer("cpu").redraw(blobs, network=stored, strength=1.0)
    assert picture.tobytes() == network.stylize(blobs, strength=1.0).tobytes()


def test_a_memory_limit_too_low_for_it_says_the_least_that_works(stored, blobs):
    with pytest.raises(UserError) as refused:
        Stylizer("cpu", memory_limit=100_000_000).redraw(blobs, network=stored, strength=1.0)
    found = re.fullmatch(
        r"memory_limit is 100 MB, but an imported network draws a picture at once, and (\d+) x (\d+) pixels take at"
        r" least (\d+) MB\. Raise STYLIZE\['memory_limit'\] or lower STYLIZE\['long_edge'\]\.",
        str(refused.value),
    )
    assert (int(found[1]), int(found[2])) == blobs.size
    enough = (int(found[3]) + 100) * 10**6  # the test itself takes some as well
    Stylizer("cpu", memory_limit=enough).redraw(blobs, network=stored, strength=1.0)


@pytest.mark.parametrize("size", [(1, 1), (5, 300), (64, 64), (97, 71)])
def test_a_picture_has_its_photo_s_size(network, blobs, size):
    assert network.stylize(blobs.resize(size), strength=1.0).size == size


def test_strength_mixes_with_the_photo(network, blobs):
    plain, full, half = (
        np.asarray(network.stylize(blobs, strength=strength), dtype=float) for strength in (0.0, 1.0, 0.5)
    )
    assert np.array_equal(plain, np.asarray(blobs))
    assert np.abs(half - (plain + full) / 2).max() <= 1


def test_a_photo_above_the_limit_is_scaled_down_to_it(network, blobs):
    limited = replace(network, spec=replace(network.spec, most_pixels=1200))
    assert limited.compute_input_size(blobs) == (40, 30)
    assert limited.stylize(blobs, strength=1.0).size == blobs.size
    assert network.compute_input_size(blobs) == blobs.size


def test_the_specification_is_part_of_the_digest(network, stored):
    before = digest_tensors(stored, where="")
    save_network(replace(network, spec=replace(network.spec, multiple=8)), stored)
    assert digest_tensors(stored, where="") != before


def test_the_file_of_another_style_is_no_imported_style(tmp_path):
    path = tmp_path / "style.safetensors"
    save_file({"a": torch.zeros(1)}, path)
    with pytest.raises(UserError) as error:
        load_graph_network(path)
    assert str(error.value) == (
        f"{path}: it describes no network, so it is no imported style. Import it again."
    )


def test_a_specification_that_was_tampered_with_is_refused(stored):
    data = stored.read_bytes()
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + length])
    header["__metadata__"]["network"] = header["__metadata__"]["network"].replace('"relu"', '"exec"')
    text = json.dumps(header).encode()
    stored.write_bytes(len(text).to_bytes(8, "little") + text + data[8 + length :])
    with pytest.raises(UserError) as error:
        load_graph_network(stored)
    assert "is of the kind 'exec', but known are: abs, add," in str(error.value)
    assert str(error.value).endswith("Import the style again.")


def test_an_error_while_drawing_names_the_file(network, tmp_path, blobs):
    narrow = replace(network, tensors={**network.tensors, "in1.weight": torch.ones(3)})
    save_network(narrow, tmp_path / "style.safetensors")
    with pytest.raises(UserError) as error:
        Stylizer("cpu").redraw(blobs, network=tmp_path / "style.safetensors", strength=1.0)
    assert str(error.value).startswith(f"{tmp_path}/style.safetensors: instance_norm cannot make 'in1': ")
