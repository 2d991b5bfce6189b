"""An imported network at work, and what trying it finds."""

import json
from dataclasses import replace

import numpy as np
import pytest
import torch
from fixtures.onnx_models import model, node, save
from pelican.plugins.stylize.engine.model_import.calibration import RequestedConvention
from pelican.plugins.stylize.engine.model_import.convert import convert, save_network
from pelican.plugins.stylize.engine.model_import.graph_spec import NetworkError
from pelican.plugins.stylize.engine.model_import.interpreter import load_network
from pelican.plugins.stylize.engine.stylizer import Stylizer
from pelican.plugins.stylize.model.errors import UserError
from pelican.plugins.stylize.storage.safetensors_header import digest_tensors
from safetensors.torch import save_file

HALVE = [node("Mul", ["photo", "half"], "picture")]
HALF = {"half": np.array(0.5, "f")}


@pytest.fixture(scope="module")
def network(example, photo, tmp_path_factory):
    path = tmp_path_factory.mktemp("weights") / "mosaic.pth"
    torch.save(example.saved(), path)
    return convert(path, photo, asked=RequestedConvention()).network


@pytest.fixture
def stored(network, tmp_path):
    save_network(network, tmp_path / "style.safetensors")
    return tmp_path / "style.safetensors"


def test_a_network_that_was_stored_draws_the_same(network, stored, photo):
    again = load_network(stored)
    assert again.description == network.description
    assert again.draw(photo, strength=1.0).tobytes() == network.draw(photo, strength=1.0).tobytes()


def test_a_network_is_stored_in_the_same_bytes_every_time(network, stored):
    first = stored.read_bytes()
    save_network(load_network(stored), stored)
    assert stored.read_bytes() == first


def test_the_stylizer_draws_it(network, stored, photo):
    picture = Stylizer("cpu").redraw(photo, network=stored, strength=1.0)
    assert picture.tobytes() == network.draw(photo, strength=1.0).tobytes()


@pytest.mark.parametrize("size", [(1, 1), (5, 300), (64, 64), (97, 71)])
def test_a_picture_has_its_photo_s_size(network, photo, size):
    assert network.draw(photo.resize(size), strength=1.0).size == size


def test_strength_mixes_with_the_photo(network, photo):
    plain, full, half = (
        np.asarray(network.draw(photo, strength=strength), dtype=float) for strength in (0.0, 1.0, 0.5)
    )
    assert np.array_equal(plain, np.asarray(photo))
    assert np.abs(half - (plain + full) / 2).max() <= 1


def test_a_photo_above_the_limit_is_drawn_at_the_limit(network, photo):
    limited = replace(network, description=replace(network.description, most_pixels=1200))
    assert limited.size_for(photo) == (40, 30)
    assert limited.draw(photo, strength=1.0).size == photo.size
    assert network.size_for(photo) == photo.size


def test_the_limit_follows_from_what_is_held_at_once(network, tmp_path, photo):
    light = convert(save(model(HALVE, HALF), tmp_path), photo, asked=RequestedConvention()).network
    assert light.description.most_pixels == 16_000_000
    assert 5_000_000 < network.description.most_pixels < 16_000_000


def test_the_description_counts_in_the_digest_of_the_numbers(network, stored):
    before = digest_tensors(stored, shown="")
    save_network(replace(network, description=replace(network.description, multiple=8)), stored)
    assert digest_tensors(stored, shown="") != before


@pytest.mark.parametrize(
    ("nodes", "low", "high"),
    [
        ([node("Mul", ["photo", "one"], "picture")], 0, 255),
        ([node("Mul", ["photo", "one"], "p"), node("Clip", ["p", "zero", "one"], "picture")], 0, 1),
        ([node("Sub", ["photo", "one"], "p"), node("Tanh", ["p"], "picture")], -1, 1),
    ],
)
def test_the_range_is_found_by_trying(tmp_path, photo, nodes, low, high):
    proto = model(nodes, {"zero": np.array(0, "f"), "one": np.array(1, "f")})
    found = convert(save(proto, tmp_path), photo, asked=RequestedConvention()).network.description.convention
    assert (found.low, found.high, found.out_low, found.out_high) == (low, high, low, high)


def test_a_range_that_is_told_is_taken(tmp_path, photo):
    proto = model([node("Sigmoid", ["photo"], "picture")])
    asked = RequestedConvention(range="-1", out_range="1")
    found = convert(save(proto, tmp_path), photo, asked=asked).network.description.convention
    assert (found.low, found.high, found.out_low, found.out_high) == (-1, 1, 0, 1)


def test_blue_first_and_a_mean_come_back_as_they_went(tmp_path, photo):
    asked = RequestedConvention(range="255", mean=(103.9, 116.8, 123.7), adds_mean=True, is_bgr=True)
    plain = model([node("Mul", ["photo", "one"], "picture")], {"one": np.array(1, "f")})
    network = convert(save(plain, tmp_path), photo, asked=asked).network
    assert network.draw(photo, strength=1.0).tobytes() == photo.tobytes()
    reddened = model(
        [node("Add", ["photo", "red"], "picture")], {"red": np.array([[[0]], [[0]], [[99]]], "f")}
    )
    network = convert(save(reddened, tmp_path), photo, asked=asked).network
    red, green, _ = np.asarray(network.draw(photo, strength=1.0)).transpose(2, 0, 1)
    assert red.mean() > np.asarray(photo)[:, :, 0].mean() + 40
    assert np.array_equal(green, np.asarray(photo)[:, :, 1])


def test_a_network_that_draws_nothing_is_refused(tmp_path, photo):
    black = model([node("Mul", ["photo", "zero"], "picture")], {"zero": np.array(0, "f")})
    with pytest.raises(NetworkError) as error:
        convert(save(black, tmp_path), photo, asked=RequestedConvention())
    assert str(error.value) == (
        "a test photo came out in one color (level 0 of 255), read from 0 to 1, given in 0 to 1."
        " Say what its maker does to a photo: --range 255, --range 1 or --range -1, --out-range, --mean, --bgr"
    )


def test_a_network_that_comes_to_no_numbers_is_refused(tmp_path, photo):
    root = model(
        [node("Sub", ["photo", "much"], "n"), node("Sqrt", ["n"], "picture")], {"much": np.array(999, "f")}
    )
    with pytest.raises(NetworkError) as error:
        convert(save(root, tmp_path), photo, asked=RequestedConvention())
    assert str(error.value) == (
        "it came to numbers that are not finite. Use another style, or import it again with --range."
    )


def test_a_network_whose_picture_has_another_size_is_refused(tmp_path, photo):
    twice = node("Resize", ["photo", "", "s"], "picture", coordinate_transformation_mode="asymmetric")
    proto = model([twice], {"s": np.array([1, 1, 2, 2], "f")})
    with pytest.raises(NetworkError) as error:
        convert(save(proto, tmp_path), photo, asked=RequestedConvention())
    assert str(error.value) == "no size was found for which a picture of the photo's size comes out."


def test_a_network_that_pays_no_heed_to_the_photo_is_refused(tmp_path, photo):
    deaf = model(
        [node("Relu", ["picture_of_old"], "picture")], {"picture_of_old": np.ones((1, 3, 64, 64), "f")}
    )
    with pytest.raises(NetworkError) as error:
        convert(save(deaf, tmp_path), photo, asked=RequestedConvention())
    assert str(error.value) == (
        "its output does not depend on the photo. This is no network that redraws photos."
    )


def test_a_file_of_numbers_for_the_shared_network_is_no_imported_style(tmp_path):
    path = tmp_path / "style.safetensors"
    save_file({"a": torch.zeros(1)}, path)
    with pytest.raises(UserError) as error:
        load_network(path)
    assert str(error.value) == (
        f"{path}: it describes no network, so it is no imported style. Import it again."
    )


def test_a_description_that_was_tampered_with_is_refused(stored):
    data = stored.read_bytes()
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + length])
    header["__metadata__"]["network"] = header["__metadata__"]["network"].replace('"relu"', '"exec"')
    text = json.dumps(header).encode()
    stored.write_bytes(len(text).to_bytes(8, "little") + text + data[8 + length :])
    with pytest.raises(UserError) as error:
        load_network(stored)
    assert "is of the kind 'exec', but known are: abs, add," in str(error.value)
    assert str(error.value).endswith("Import the style again.")


def test_a_picture_that_cannot_be_drawn_names_the_style(network, tmp_path, photo):
    narrow = replace(network, tensors={**network.tensors, "in1.weight": torch.ones(3)})
    save_network(narrow, tmp_path / "style.safetensors")
    with pytest.raises(UserError) as error:
        Stylizer("cpu").redraw(photo, network=tmp_path / "style.safetensors", strength=1.0)
    assert str(error.value).startswith(f"{tmp_path}/style.safetensors: instance_norm cannot make 'in1': ")
