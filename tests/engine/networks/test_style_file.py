import json

import pytest
import torch
from pelican.plugins.stylize.engine.networks.style_file import (
    NETWORK,
    LoadedStyle,
    average_styles,
    load_style_file,
    save_style_file,
)
from pelican.plugins.stylize.engine.networks.style_parameters import SHAPES, save_parameters
from pelican.plugins.stylize.engine.networks.transformer import Transformer
from pelican.plugins.stylize.model.errors import UserError
from pelican.plugins.stylize.storage.safetensors_header import digest_tensors
from safetensors import safe_open
from safetensors.torch import save_file


@pytest.fixture
def parameters():
    return {name: torch.rand(shape) for name, shape in SHAPES.items()}


@pytest.fixture
def tuned(parameters):
    deltas = {name: 0.01 * torch.rand_like(weight) for name, weight in Transformer().named_parameters()}
    return LoadedStyle(parameters=parameters, deltas=deltas)


def refusal(path):
    with pytest.raises(UserError) as error:
        load_style_file(path)
    return str(error.value)


def test_deltas_are_saved_in_half_precision(tuned, tmp_path):
    path = tmp_path / "style.safetensors"
    save_style_file(tuned, path, record={"seed": 7})
    loaded = load_style_file(path)
    assert all(torch.equal(loaded.parameters[name], tuned.parameters[name]) for name in SHAPES)
    assert all(torch.allclose(loaded.deltas[name], tuned.deltas[name], atol=1e-5) for name in tuned.deltas)


def test_a_style_of_level_2_is_under_256_kb(tuned, tmp_path):
    save_style_file(tuned, tmp_path / "style.safetensors", record={})
    assert 200_000 < (tmp_path / "style.safetensors").stat().st_size < 256_000


def test_a_style_of_level_1_is_under_8_kb_and_has_no_deltas(parameters, tmp_path):
    save_style_file(LoadedStyle(parameters=parameters, deltas={}), tmp_path / "tuned", record={})
    save_parameters(parameters, tmp_path / "predicted")
    assert (tmp_path / "tuned").stat().st_size < 8000
    assert load_style_file(tmp_path / "tuned").deltas == load_style_file(tmp_path / "predicted").deltas == {}


def test_a_blend_is_the_weighted_average_of_its_styles(tuned):
    other = LoadedStyle(
        parameters={name: tensor + 1 for name, tensor in tuned.parameters.items()},
        deltas={name: tensor + 1 for name, tensor in tuned.deltas.items()},
    )
    blend = average_styles([(tuned, 0.7), (other, 0.3)])
    for name, tensor in tuned.parameters.items():
        assert torch.allclose(blend.parameters[name], tensor + 0.3, atol=1e-5)
    for name, tensor in tuned.deltas.items():
        assert torch.allclose(blend.deltas[name], tensor + 0.3, atol=1e-5)


def test_a_style_without_deltas_counts_as_deltas_of_0(tuned):
    predicted = LoadedStyle(parameters=tuned.parameters, deltas={})
    blend = average_styles([(predicted, 0.75), (tuned, 0.25)])
    for name, tensor in tuned.deltas.items():
        assert torch.allclose(blend.deltas[name], 0.25 * tensor, atol=1e-6)
    assert average_styles([(predicted, 0.5), (predicted, 0.5)]).deltas == {}


def test_a_style_alone_is_itself(tuned):
    assert average_styles([(tuned, 1.0)]) is tuned


def test_the_record_is_sorted_json_and_not_part_of_the_digest(tuned, tmp_path):
    for name, record in (("a", {"steps": 3, "seed": 7}), ("b", {})):
        save_style_file(tuned, tmp_path / name, record=record)
    with safe_open(tmp_path / "a", framework="pt") as file:
        assert file.metadata() == {"stylize": f'{{"network": "{NETWORK}", "seed": 7, "steps": 3}}'}
    assert digest_tensors(tmp_path / "a", where="a") == digest_tensors(tmp_path / "b", where="b")


def test_the_digest_covers_the_deltas(tuned, tmp_path):
    save_style_file(tuned, tmp_path / "a", record={})
    save_style_file(LoadedStyle(parameters=tuned.parameters, deltas={}), tmp_path / "b", record={})
    assert digest_tensors(tmp_path / "a", where="a") != digest_tensors(tmp_path / "b", where="b")


def test_a_style_of_another_network_is_refused(parameters, tmp_path):
    path = tmp_path / "style.safetensors"
    save_file(parameters, path, metadata={"stylize": json.dumps({"network": "0123456789abcdef"})})
    assert refusal(path) == (
        f"{path}: it was tuned for another network (0123456789ab…, installed is d6b29674f28b…); tune the style again."
    )


def test_a_record_that_is_no_json_is_reported(parameters, tmp_path):
    path = tmp_path / "style.safetensors"
    save_file(parameters, path, metadata={"stylize": "{"})
    assert refusal(path) == f"{path}: its record is not JSON; tune the style again."


@pytest.mark.parametrize(
    ("name", "change", "problem"),
    [
        ("expand9.weight", torch.rand(3), "the network has no weight 'expand9.weight'"),
        ("expand1.weight", torch.rand(3), "the change of expand1.weight does not fit it"),
        (
            "expand1.weight",
            torch.full((16, 32, 3, 3), torch.inf),
            "the change of expand1.weight does not fit it",
        ),
    ],
)
def test_a_delta_that_does_not_fit_the_network_is_reported(name, change, problem, parameters, tmp_path):
    path = tmp_path / "style.safetensors"
    save_file(parameters | {f"network.{name}": change}, path)
    assert refusal(path) == f"{path}: {problem}; tune the style again."
