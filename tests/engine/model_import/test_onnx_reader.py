"""ONNX models that are styles, and files that cannot be one."""

import numpy as np
import onnx
import pytest
from fixtures.onnx_models import model, node, save, zoo_like
from onnx import TensorProto, helper
from onnx.reference import ReferenceEvaluator
from pelican.plugins.stylize.engine.model_import.calibration import RequestedConvention
from pelican.plugins.stylize.engine.model_import.convert import convert, read_network
from pelican.plugins.stylize.engine.model_import.graph_spec import NetworkError
from pelican.plugins.stylize.engine.model_import.onnx_translate import KINDS

RNG = np.random.default_rng(2)
KERNEL = {"w": RNG.normal(size=(3, 3, 3, 3)).astype("f")}
CONV = node("Conv", ["photo", "w"], "picture", pads=[1, 1, 1, 1])


def refusal(proto: onnx.ModelProto | bytes, folder, *, choice: int | None = None) -> str:
    path = folder / "old.onnx"
    path.write_bytes(proto if isinstance(proto, bytes) else proto.SerializeToString())
    with pytest.raises(NetworkError) as error:
        read_network(path, choice=choice)
    return str(error.value)


def test_a_model_draws_what_the_reference_draws(tmp_path, photo):
    proto = zoo_like()
    network = convert(save(proto, tmp_path), photo, asked=RequestedConvention()).network
    pixels = np.array(photo, dtype="f").transpose(2, 0, 1)[None]
    (expected,) = ReferenceEvaluator(proto).run(None, {"photo": pixels})
    difference = np.asarray(network.draw(photo, strength=1.0)) - expected[0].transpose(1, 2, 0).clip(0, 255)
    assert np.abs(difference).max() < 0.6


def test_a_size_that_is_stated_but_not_needed_is_no_bound(tmp_path, photo):
    description = convert(
        save(zoo_like(size=(224, 224)), tmp_path), photo, asked=RequestedConvention()
    ).network.description
    assert (description.multiple, description.size) == (2, None)


def test_what_does_not_depend_on_the_photo_is_done_once(tmp_path, photo):
    sizes = [
        node("Concat", ["a", "b"], "both", axis=0),
        node("Cast", ["both"], "pads", to=7),
        node("Pad", ["photo", "pads"], "p", mode="reflect"),
        node("Conv", ["p", "w"], "picture"),
    ]
    halves = {"a": np.array([0, 0, 1, 1], "f"), "b": np.array([0, 0, 1, 1], "f")}
    network = convert(
        save(model(sizes, KERNEL | halves), tmp_path), photo, asked=RequestedConvention()
    ).network
    assert [each.kind for each in network.description.operations] == ["pad", "conv"]
    assert network.tensors["pads"].tolist() == [0, 0, 1, 1, 0, 0, 1, 1]


def test_a_network_for_one_size_draws_at_that_size(tmp_path, photo):
    flat = np.array([1, 3, 48 * 64])
    fixed = [
        node("Conv", ["photo", "w"], "c", pads=[1, 1, 1, 1]),
        node("Reshape", ["c", "flat"], "f"),
        node("Relu", ["f"], "r"),
        node("Reshape", ["r", "back"], "picture"),
    ]
    weights = KERNEL | {"flat": flat, "back": np.array([1, 3, 48, 64])}
    network = convert(
        save(model(fixed, weights, image=(1, 3, 48, 64)), tmp_path), photo, asked=RequestedConvention()
    ).network
    assert network.description.size == (48, 64)
    assert network.size_for(photo) == (64, 48)
    assert network.draw(photo, strength=1.0).size == photo.size


def test_a_network_with_its_channels_last_is_turned(tmp_path, photo):
    last = [
        node("Transpose", ["photo"], "first", perm=[0, 3, 1, 2]),
        node("Conv", ["first", "w"], "c", pads=[1, 1, 1, 1]),
        node("Transpose", ["c"], "picture", perm=[0, 2, 3, 1]),
    ]
    proto = model(last, KERNEL, image=("n", "h", "w", 3))
    del proto.graph.output[:]
    proto.graph.output.append(helper.make_tensor_value_info("picture", TensorProto.FLOAT, ("n", "h", "w", 3)))
    turned = convert(save(proto, tmp_path), photo, asked=RequestedConvention()).network
    plain = convert(save(model([CONV], KERNEL), tmp_path), photo, asked=RequestedConvention()).network
    assert turned.draw(photo, strength=1.0).tobytes() == plain.draw(photo, strength=1.0).tobytes()


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


def test_one_of_several_styles_can_be_chosen(tmp_path, photo):
    network = convert(
        save(several(), tmp_path), photo, asked=RequestedConvention(range="255"), choice=1
    ).network
    red, green, blue = np.asarray(network.draw(photo, strength=1.0)).transpose(2, 0, 1)
    assert red.max() == blue.max() == 0
    assert np.array_equal(green, np.asarray(photo)[:, :, 1])


@pytest.mark.parametrize("choice", [None, 3, -1])
def test_several_styles_ask_for_a_choice(tmp_path, choice):
    assert refusal(several(), tmp_path, choice=choice) == (
        "beside the photo it takes weights (3). If that weighs 3 styles, choose one: --pick 0 to --pick 2"
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
        " Export the model with another operator set, 11 say."
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
        "its weights lie in another file beside it, which is not followed. Save the model as one file:"
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
    assert refusal(proto, tmp_path) == "it has 2 outputs (picture, w), and one picture is wanted."


def test_weights_that_are_not_finite_are_refused(tmp_path):
    assert refusal(model([CONV], {"w": KERNEL["w"] * np.nan}), tmp_path) == (
        "its weights 'w' hold a value that is not finite. Its training went wrong,"
        " or the file is damaged; take an earlier one."
    )


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
            "this is no model that can be read. Known are ONNX files (.onnx), and weights of PyTorch's"
            " fast_neural_style (.pth, .pt, .model).",
        ),
        (b"\x08\x07", "this is not an ONNX model: there is no graph in it. Name the .onnx file itself."),
        (b"\x08" + b"\xff" * 40, "the file is damaged or was cut off. Fetch it again."),
    ],
)
def test_what_is_no_model_is_refused(tmp_path, content, message):
    assert refusal(content, tmp_path) == message


def test_a_huge_file_is_not_read(tmp_path):
    path = tmp_path / "huge.onnx"
    with path.open("wb") as file:
        file.truncate(300 * 2**20)  # of holes: it takes no room
    with pytest.raises(NetworkError) as error:
        read_network(path)
    assert str(error.value) == (
        "it is of 300 MB, and 256 are the most. A network that redraws photos has 1 to 50."
    )


def test_any_change_of_bytes_leads_to_a_network_or_a_message(tmp_path, photo):
    whole = bytearray(zoo_like().SerializeToString())
    rng = np.random.default_rng(11)
    path = tmp_path / "old.onnx"
    heard = set()
    for _ in range(150):
        damaged = bytearray(whole)
        for place in rng.integers(0, len(whole), 3):
            damaged[place] = rng.integers(0, 256)
        path.write_bytes(damaged)
        try:
            convert(path, photo, asked=RequestedConvention(range="255"))
            heard.add("a network")
        except NetworkError:
            heard.add("a message")
    assert heard == {"a network", "a message"}


def test_a_graph_that_asks_for_more_memory_than_there_is_is_refused(tmp_path, photo):
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
        convert(save(proto, tmp_path), photo, asked=RequestedConvention())
    assert "pad cannot make 'large': it would make a tensor of 1 x 3 x 1000000" in str(error.value)


def test_a_file_that_claims_a_part_with_every_two_bytes_is_refused(tmp_path):
    graph = b"\x0a\x00" * 200_001
    size = len(graph)
    length = bytes([size & 127 | 128, size >> 7 & 127 | 128, size >> 14])
    assert refusal(b"\x08\x07\x3a" + length + graph, tmp_path) == (
        "its graph has more than 200,000 parts. A network that redraws photos has some hundred."
    )
