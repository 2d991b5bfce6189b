"""Importing ONNX models, and refusing files that cannot be styles."""

import sys

import numpy as np
import onnx
import pytest
import torch
from fixtures.onnx_models import model, node, save, zoo_like
from onnx import TensorProto, helper
from onnx.reference import ReferenceEvaluator
from pelican.plugins.stylize.engine.graph_networks.graph_spec import NetworkError
from pelican.plugins.stylize.engine.image_tensors import to_tensor
from pelican.plugins.stylize.engine.model_import.calibration import RequestedConvention
from pelican.plugins.stylize.engine.model_import.convert import convert_network, read_network
from pelican.plugins.stylize.engine.model_import.onnx_nodes import KINDS

RNG = np.random.default_rng(2)
KERNEL = {"w": RNG.normal(size=(3, 3, 3, 3)).astype("f")}
CONV = node("Conv", ["photo", "w"], "picture", pads=[1, 1, 1, 1])


def refusal(proto: onnx.ModelProto | bytes, folder, *, choice: int | None = None) -> str:
    path = folder / "old.onnx"
    path.write_bytes(proto if isinstance(proto, bytes) else proto.SerializeToString())
    with pytest.raises(NetworkError) as error:
        read_network(path, choice=choice)
    return str(error.value)


def test_a_model_draws_what_the_reference_draws(convert, blobs):
    proto = zoo_like()
    network = convert(proto)
    pixels = np.array(blobs, dtype="f").transpose(2, 0, 1)[None]
    (expected,) = ReferenceEvaluator(proto).run(None, {"photo": pixels})
    with torch.inference_mode():
        drawn = 255 * network.forward(to_tensor(blobs)).clamp(0, 1).numpy()
    assert np.abs(drawn - expected.clip(0, 255)).max() < 0.01


def test_a_stated_size_that_is_not_needed_is_ignored(convert):
    spec = convert(zoo_like(size=(224, 224))).spec
    assert (spec.multiple, spec.size) == (2, None)


def test_constants_are_computed_once_at_the_import(convert):
    sizes = [
        node("Concat", ["a", "b"], "both", axis=0),
        node("Cast", ["both"], "pads", to=7),
        node("Pad", ["photo", "pads"], "p", mode="reflect"),
        node("Conv", ["p", "w"], "picture"),
    ]
    halves = {"a": np.array([0, 0, 1, 1], "f"), "b": np.array([0, 0, 1, 1], "f")}
    network = convert(model(sizes, KERNEL | halves))
    assert [each.kind for each in network.spec.operations] == ["pad", "conv"]
    assert network.tensors["pads"].tolist() == [0, 0, 1, 1, 0, 0, 1, 1]


def test_a_network_for_one_size_draws_at_that_size(convert, blobs):
    flat = np.array([1, 3, 48 * 64])
    fixed = [
        node("Conv", ["photo", "w"], "c", pads=[1, 1, 1, 1]),
        node("Reshape", ["c", "flat"], "f"),
        node("Relu", ["f"], "r"),
        node("Reshape", ["r", "back"], "picture"),
    ]
    weights = KERNEL | {"flat": flat, "back": np.array([1, 3, 48, 64])}
    network = convert(model(fixed, weights, image=(1, 3, 48, 64)))
    assert network.spec.size == (48, 64)
    assert network.compute_input_size(blobs) == (64, 48)
    assert network.stylize(blobs, strength=1.0).size == blobs.size


def test_a_network_with_channels_last_is_transposed(convert, blobs):
    last = [
        node("Transpose", ["photo"], "first", perm=[0, 3, 1, 2]),
        node("Conv", ["first", "w"], "c", pads=[1, 1, 1, 1]),
        node("Transpose", ["c"], "picture", perm=[0, 2, 3, 1]),
    ]
    proto = model(last, KERNEL, image=("n", "h", "w", 3))
    del proto.graph.output[:]
    proto.graph.output.append(helper.make_tensor_value_info("picture", TensorProto.FLOAT, ("n", "h", "w", 3)))
    turned = convert(proto)
    plain = convert(model([CONV], KERNEL))
    assert turned.stylize(blobs, strength=1.0).tobytes() == plain.stylize(blobs, strength=1.0).tobytes()


def several() -> onnx.ModelProto:
    """Three styles in one network, each another tint."""
    nodes = [
        node("Unsqueeze", ["weights", "last"], "column"),
        node("Mul", ["column", "tints"], "weighed"),
        node("ReduceSum", ["weighed", "first"], "tint", keepdims=0),
        node("Reshape", ["tint", "form"], "t"),
        node("Mul", ["photo", "t"], "picture"),
    ]
    weights = {
        "tints": np.eye(3, dtype="f"),
        "last": np.array([1]),
        "first": np.array([0]),
        "form": np.array([1, 3, 1, 1]),
    }
    return model(nodes, weights, inputs={"weights": (3,)})


def test_one_of_several_styles_can_be_chosen(convert, blobs):
    network = convert(several(), range="255", choice=1)
    red, green, blue = np.asarray(network.stylize(blobs, strength=1.0)).transpose(2, 0, 1)
    assert red.max() == blue.max() == 0
    assert np.array_equal(green, np.asarray(blobs)[:, :, 1])


@pytest.mark.parametrize("choice", [None, 3, -1])
def test_several_styles_ask_for_a_choice(tmp_path, choice):
    assert refusal(several(), tmp_path, choice=choice) == (
        "besides the photo it takes weights (3). If that weighs 3 styles, choose one: --pick 0 to --pick 2"
    )


def test_a_choice_where_there_is_none_is_refused(tmp_path):
    assert refusal(model([CONV], KERNEL), tmp_path, choice=0) == "it has one style only. Leave --pick out."


def test_an_unknown_kind_of_node_is_named_with_those_that_are_known(tmp_path):
    strange = model([node("Conv", ["photo", "w"], "c"), node("LSTM", ["c", "w", "w"], "picture")], KERNEL)
    assert refusal(strange, tmp_path) == (
        f"its node 'the_picture' is of the kind LSTM, which is not known here. Known are: {', '.join(KINDS)}."
    )


def test_a_node_of_another_maker_is_unknown(tmp_path):
    ours = node("Conv", ["photo", "w"], "picture")
    ours.domain = "com.example"
    assert "is of the kind com.example.Conv, which is not known here" in refusal(
        model([ours], KERNEL), tmp_path
    )


def test_a_setting_that_is_not_known_is_named(tmp_path):
    cubic = node("Resize", ["photo", "", "s"], "picture", mode="cubic")
    proto = model([cubic], {"s": np.array([1, 1, 2, 2], "f")})
    assert refusal(proto, tmp_path) == (
        "its node 'the_picture' (Resize) is set in a way that is not known here: mode = cubic."
        " Export the model with another operator set, for example 11."
    )


def test_control_flow_is_refused(tmp_path):
    branch = helper.make_graph([CONV], "b", [], [helper.make_tensor_value_info("picture", 1, None)])
    either = helper.make_node(
        "If", ["yes"], ["picture"], name="either", then_branch=branch, else_branch=branch
    )
    assert refusal(model([either], {"yes": np.array(True)}), tmp_path) == (
        "its node 'either' (If) holds a graph of its own, and networks with branches or loops cannot be"
        " imported. Export the model for one fixed way through it."
    )


def test_without_the_library_onnx_the_message_names_the_command(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "onnx", None)
    assert refusal(model([CONV], KERNEL), tmp_path) == (
        "reading ONNX files needs the package onnx. Install it: pip install 'pelican-stylize[import]'"
    )


def test_a_type_that_no_picture_needs_is_refused(tmp_path):
    weights = {"w": KERNEL["w"].astype("complex64")}
    assert refusal(model([CONV], weights), tmp_path) == (
        "its tensor 'w' is of type COMPLEX64, which no picture needs."
    )


def test_weights_in_half_precision_are_read(tmp_path):
    draft = read_network(save(model([CONV], {"w": KERNEL["w"].astype("float16")}), tmp_path))
    assert np.allclose(draft.tensors["w"], KERNEL["w"], atol=2e-3)


def test_constants_in_another_file_are_not_followed(tmp_path):
    tensor = TensorProto(name="w", data_type=TensorProto.FLOAT, dims=[1], data_location=TensorProto.EXTERNAL)
    tensor.external_data.add(key="location", value="/etc/hostname")
    nodes = [node("Constant", [], "w", value=tensor), node("Mul", ["photo", "w"], "picture")]
    assert refusal(model(nodes), tmp_path).startswith(
        "its weights are in another file, which is not followed."
    )


def test_weights_in_another_file_are_not_followed(tmp_path):
    proto = model([CONV], KERNEL)
    onnx.save(
        proto,
        tmp_path / "outside.onnx",
        save_as_external_data=True,
        location="outside.bin",
        size_threshold=0,
    )
    assert refusal((tmp_path / "outside.onnx").read_bytes(), tmp_path) == (
        "its weights are in another file, which is not followed. Save the model as one file:"
        " onnx.save(model, FILE, save_as_external_data=False)"
    )


@pytest.mark.parametrize(
    ("proto", "message"),
    [
        (
            model([CONV], KERNEL, inputs={"style": (1, 3, 8, 8)}),
            "it takes 2 pictures: photo (1 x 3 x any x any), style (1 x 3 x 8 x 8)."
            " A network that is to be a style takes the photo alone.",
        ),
        (
            model([CONV], KERNEL, inputs={"a": (2,), "b": (3,)}),
            "it has 3 inputs: photo (1 x 3 x any x any), a (2), b (3)."
            " A network that is to be a style takes the photo alone.",
        ),
        (
            model([CONV], KERNEL, image=(1, 80)),
            "none of its inputs takes a photo of three channels; it has photo (1 x 80).",
        ),
        (
            model([CONV], KERNEL, image=(1, 3, 8, 8), kind=TensorProto.INT64),
            "none of its inputs takes a photo of three channels;"
            " it has photo (1 x 3 x 8 x 8, not of decimal numbers).",
        ),
    ],
)
def test_inputs_that_are_not_a_photo_are_listed(tmp_path, proto, message):
    assert refusal(proto, tmp_path) == message


def test_two_outputs_are_one_too_many(tmp_path):
    proto = model([CONV], KERNEL)
    proto.graph.output.append(helper.make_tensor_value_info("w", TensorProto.FLOAT, None))
    assert refusal(proto, tmp_path) == "it has 2 outputs (picture, w), but must have one, the picture."


@pytest.mark.parametrize("part", [0.2, 0.5, 0.99])
def test_a_file_that_was_cut_off_is_refused(tmp_path, part):
    whole = model([CONV], KERNEL).SerializeToString()
    assert refusal(whole[: int(part * len(whole))], tmp_path) == (
        "the file is damaged or was cut off. Fetch it again."
    )


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the file is empty. Fetch it again."),
        (
            b"<!doctype html>",
            "this file holds no model that can be read. Readable are ONNX files (.onnx), and weights of PyTorch's"
            " fast_neural_style (.pth, .pt, .model).",
        ),
        (b"\x08\x07", "this is not an ONNX model: there is no graph in it. Name the .onnx file itself."),
        (b"\x08" + b"\xff" * 40, "the file is damaged or was cut off. Fetch it again."),
    ],
)
def test_other_files_are_refused(tmp_path, content, message):
    assert refusal(content, tmp_path) == message


def test_a_huge_file_is_not_read(tmp_path):
    path = tmp_path / "huge.onnx"
    with path.open("wb") as file:
        file.truncate(300 * 2**20)  # of holes: it takes no room
    with pytest.raises(NetworkError) as error:
        read_network(path)
    assert str(error.value) == (
        "it has 300 MB, but at most 256 MB are read. A network that redraws photos has 1 to 50."
    )


def test_any_change_of_bytes_leads_to_a_network_or_a_message(tmp_path, blobs):
    whole = bytearray(zoo_like().SerializeToString())
    rng = np.random.default_rng(11)
    path = tmp_path / "old.onnx"
    outcomes = set()
    for _ in range(150):
        damaged = bytearray(whole)
        for place in rng.integers(0, len(whole), 3):
            damaged[place] = rng.integers(0, 256)
        path.write_bytes(damaged)
        try:
            convert_network(path, blobs, requested=RequestedConvention(range="255"))
            outcomes.add("a network")
        except NetworkError:
            outcomes.add("a message")
    assert outcomes == {"a network", "a message"}


def test_a_graph_that_asks_for_more_memory_than_there_is_is_refused(convert):
    proto = model(
        [
            node("Pad", ["photo", "p"], "large"),
            node("Slice", ["large", "s", "e", "a"], "picture"),
        ],
        {
            "p": np.array([0, 0, 0, 0, 0, 0, 10**9, 10**9]),
            "s": np.array([0]),
            "e": np.array([64]),
            "a": np.array([2]),
        },
    )
    with pytest.raises(NetworkError) as error:
        convert(proto)
    assert "pad cannot make 'large': it would make a tensor of 1 x 3 x 1000000" in str(error.value)


@pytest.mark.parametrize("level", ["nodes", "attributes"])
def test_a_file_with_too_many_parts_is_refused(tmp_path, level):
    """Two bytes of a damaged file can be an empty node or attribute."""
    many = onnx.ModelProto(ir_version=7)
    parts = many.graph.node if level == "nodes" else many.graph.node.add().attribute
    for _ in range(200_001):
        parts.add()
    assert refusal(many, tmp_path) == (
        "its graph has more than 200,000 parts. A network that redraws photos has some hundred."
    )
