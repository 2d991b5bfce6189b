"""Importing weights of PyTorch's fast_neural_style, and refusing other files of torch.save."""

import io
import pickle
import tarfile
import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch
from pelican.plugins.stylize.engine.graph_networks.graph_spec import Convention, NetworkError
from pelican.plugins.stylize.engine.model_import.calibration import RequestedConvention
from pelican.plugins.stylize.engine.model_import.convert import convert_network, read_network
from torch import nn

SAVE = "Save the weights alone where the model runs: torch.save(model.state_dict(), FILE)"


def refusal(path: Path) -> str:
    with pytest.raises(NetworkError) as error:
        read_network(path)
    return str(error.value)


@pytest.fixture
def saved(tmp_path):
    """Save anything with torch, and return the file."""

    def saved(state, **options) -> Path:
        torch.save(state, tmp_path / "mosaic.pth", **options)
        return tmp_path / "mosaic.pth"

    return saved


def test_imported_weights_draw_what_torch_s_own_modules_draw(weights, example, blobs):
    network = convert_network(weights, blobs, requested=RequestedConvention()).network
    pixels = torch.from_numpy(np.array(blobs)).permute(2, 0, 1)[None].float()
    with torch.no_grad():
        expected = example(pixels).clamp(0, 255)[0].permute(1, 2, 0).numpy()
    assert np.abs(np.asarray(network.stylize(blobs, strength=1.0)) - expected).max() < 0.6


def test_the_convention_of_the_example_is_found_by_trials(weights, blobs):
    spec = convert_network(weights, blobs, requested=RequestedConvention()).network.spec
    assert spec.convention == Convention(low=0, high=255, out_low=0, out_high=255)
    assert (spec.multiple, spec.size) == (4, None)


@pytest.mark.parametrize(
    "wrapped",
    [
        lambda state: {"state_dict": state, "epoch": 3},
        lambda state: {f"module.{name}": tensor for name, tensor in state.items()},
        lambda state: {name: tensor.half() for name, tensor in state.items()},
        lambda state: {name: t for name, t in state.items() if "running" not in name},
    ],
    ids=["of a checkpoint", "of several GPUs", "in half precision", "without old statistics"],
)
def test_weights_are_found_however_they_were_saved(example, saved, wrapped):
    draft = read_network(saved(wrapped(example.saved())))
    assert len([each for each in draft.operations if each.kind == "conv"]) == 10
    assert not [name for name in draft.tensors if "running" in name]


def test_weights_in_the_format_before_2020_are_read(example, saved):
    assert read_network(saved(example.saved(), _use_new_zipfile_serialization=False)).tensors


class Bomb:
    """Writes a file when it is unpickled."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self):
        return eval, (f"open({str(self.mark)!r}, 'w')",)


@pytest.mark.parametrize("new", [True, False])
def test_a_file_that_would_run_code_is_refused_and_does_not_run_it(saved, tmp_path, new):
    mark = tmp_path / "mark"
    path = saved({"conv1.conv2d.weight": Bomb(mark)}, _use_new_zipfile_serialization=new)
    assert refusal(path) == (
        f"reading this file would run code (eval), so it was not read. Weights need none. {SAVE}"
    )
    assert not mark.exists()


@pytest.mark.parametrize(
    ("protocol", "message"),
    [
        (2, f"reading this file would run code (eval), so it was not read. Weights need none. {SAVE}"),
        (4, "the file is damaged, or was not written by torch.save. Fetch it again."),
    ],
)
def test_a_plain_pickle_that_would_run_code_is_refused_and_does_not_run_it(tmp_path, protocol, message):
    mark = tmp_path / "mark"
    path = tmp_path / "mosaic.pth"
    path.write_bytes(pickle.dumps(Bomb(mark), protocol=protocol))
    assert refusal(path) == message
    assert not mark.exists()


def test_a_whole_model_that_was_pickled_is_refused(saved):
    assert refusal(saved(nn.Sequential(nn.Conv2d(3, 3, 3)))) == (
        "reading this file would run code (torch.nn.modules.container.Sequential), so it was not read."
        f" Weights need none. {SAVE}"
    )


def test_a_torchscript_file_is_refused(tmp_path):
    path = tmp_path / "mosaic.pt"
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("m/data.pkl", "m/constants.pkl", "m/code/__torch__.py"):
            archive.writestr(name, b"")
    assert refusal(path) == f"this is a TorchScript file, which holds code as well as weights. {SAVE}"


def test_a_tar_archive_is_refused(tmp_path):
    path = tmp_path / "mosaic.pth"
    with tarfile.open(path, "w") as archive:
        archive.addfile(tarfile.TarInfo("storages"), io.BytesIO())
    assert refusal(path) == (
        f"this is a tar archive. If it holds a model, unpack it and name the model's file. {SAVE}"
    )


def test_any_other_zip_archive_is_refused(tmp_path):
    path = tmp_path / "models.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mosaic.pth", b"weights")
    assert refusal(path) == (
        "this is a zip archive without a model of PyTorch. Unpack it and name the model's file."
    )


def test_an_archive_that_swells_is_not_unpacked(tmp_path):
    path = tmp_path / "mosaic.pth"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("m/data.pkl", bytes(10_000_000))
    assert refusal(path) == (
        "it would unpack to more than twice its size, which is not normal for weights. It was not read."
    )


@pytest.mark.parametrize("part", [0.3, 0.9, 0.999])
@pytest.mark.parametrize("new", [True, False])
def test_a_file_that_was_cut_off_is_refused(saved, example, part, new):
    path = saved(example.saved(), _use_new_zipfile_serialization=new)
    path.write_bytes(path.read_bytes()[: int(part * path.stat().st_size)])
    assert refusal(path).startswith("the file is damaged")
    assert refusal(path).endswith("Fetch it again.")


def test_weights_of_another_network_are_refused_by_name(saved):
    assert refusal(saved({"features.0.weight": torch.zeros(3, 3, 3, 3)})) == (
        "these are not the weights of PyTorch's fast_neural_style, the only layout that is known:"
        " conv1.conv2d.weight and 21 more are missing, features.0.weight and 0 more are not known."
        " Export the model to ONNX where it runs, and import that."
    )


def test_weights_that_are_not_finite_are_refused(saved, example):
    state = example.saved()
    state["conv2.conv2d.weight"] = state["conv2.conv2d.weight"] / 0
    assert refusal(saved(state)) == (
        "its weights 'conv2.conv2d.weight' hold a value that is not finite. Its training failed"
        " or the file is damaged. Take an earlier file."
    )


def test_weights_of_a_shape_that_does_not_fit_are_refused(saved, example, blobs):
    state = example.saved()
    state["in2.weight"] = torch.ones(5)
    with pytest.raises(NetworkError) as error:
        convert_network(saved(state), blobs, requested=RequestedConvention())
    assert "instance_norm cannot make 'in2'" in str(error.value)


def test_weights_that_claim_more_than_they_hold_are_refused(saved, example):
    state = example.saved() | {"conv2.conv2d.bias": torch.zeros(1).expand(10**10)}
    assert refusal(saved(state)) == (
        "it has more than 100,000,000 weights. A network that redraws photos has 1 or 2 million."
    )


@pytest.mark.parametrize(
    ("state", "message"),
    [
        ([1, 2], f"it holds no weights by name, but list. {SAVE}"),
        ({}, f"it holds no weights by name, but dict. {SAVE}"),
        ({"a": 3}, f"'a' in it is not a plain tensor. {SAVE}"),
    ],
)
def test_other_objects_are_refused(saved, state, message):
    assert refusal(saved(state)) == message
