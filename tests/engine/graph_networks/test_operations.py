"""Operations compute what ONNX's reference evaluator computes."""

import numpy as np
import pytest
import torch
from fixtures.onnx_models import model, node
from onnx.reference import ReferenceEvaluator
from pelican.plugins.stylize.engine.graph_networks.graph_spec import (
    IMAGE,
    NetworkError,
    Operation,
    validate_operations,
)
from pelican.plugins.stylize.engine.graph_networks.interpreter import run_operation
from pelican.plugins.stylize.engine.model_import.onnx_nodes import convert_graph
from pelican.plugins.stylize.engine.model_import.onnx_reader import read_graph

RNG = np.random.default_rng(5)
PHOTO = RNG.normal(size=(1, 3, 10, 13)).astype("f")
ONE = RNG.uniform(0.5, 2, size=(3, 1, 1)).astype("f")
THREE = RNG.uniform(0.5, 2, size=3).astype("f")
KERNEL = RNG.normal(size=(5, 3, 3, 3)).astype("f")
BACK = RNG.normal(size=(3, 4, 3, 3)).astype("f")


def ints(*numbers):
    return np.array(numbers, dtype=np.int64)


def floats(*numbers):
    return np.array(numbers, dtype="f")


CASES = [
    ("Conv", {"w": KERNEL}, {"pads": [1, 1, 1, 1], "strides": [2, 2]}, 13),
    ("Conv", {"w": KERNEL, "b": floats(1, 2, 3, 4, 5)}, {"pads": [0, 1, 2, 0]}, 13),
    ("Conv", {"w": KERNEL}, {"auto_pad": "SAME_UPPER", "strides": [2, 2]}, 13),
    ("Conv", {"w": KERNEL}, {"auto_pad": "SAME_LOWER", "strides": [2, 2]}, 13),
    ("Conv", {"w": KERNEL}, {"auto_pad": "VALID", "dilations": [2, 2]}, 13),
    ("ConvTranspose", {"w": BACK}, {"strides": [2, 2], "pads": [1, 1, 1, 1], "output_padding": [1, 1]}, 13),
    ("ConvTranspose", {"w": BACK}, {"strides": [2, 2], "pads": [0, 0, 1, 1]}, 13),
    ("InstanceNormalization", {"g": THREE, "b": THREE}, {"epsilon": 1e-3}, 13),
    ("BatchNormalization", {"g": THREE, "b": THREE, "m": THREE, "v": THREE}, {}, 15),
    ("Relu", {}, {}, 13),
    ("LeakyRelu", {}, {"alpha": 0.2}, 13),
    ("PRelu", {"s": ONE}, {}, 13),
    ("Elu", {}, {}, 13),
    ("Tanh", {}, {}, 13),
    ("Sigmoid", {}, {}, 13),
    ("Clip", {"low": np.array(-0.5, "f"), "high": np.array(0.5, "f")}, {}, 13),
    ("Clip", {}, {"min": -0.5, "max": 0.25}, 6),
    ("Add", {"o": ONE}, {}, 13),
    ("Sub", {"o": ONE}, {}, 13),
    ("Mul", {"o": ONE}, {}, 13),
    ("Div", {"o": ONE}, {}, 13),
    ("Max", {"o": ONE, "p": ONE * 0}, {}, 13),
    ("Pad", {"p": ints(0, 0, 2, 1, 0, 0, 3, 4)}, {"mode": "reflect"}, 13),
    ("Pad", {"p": ints(0, 0, 2, 1, 0, 0, 3, 4)}, {"mode": "edge"}, 13),
    ("Pad", {"p": ints(0, 1, 2, 1, 0, 0, 3, 4), "v": np.array(3.0, "f")}, {}, 13),
    ("Pad", {}, {"mode": "reflect", "pads": [0, 0, 2, 1, 0, 0, 3, 4]}, 10),
    ("Upsample", {"s": floats(1, 1, 2, 2)}, {"mode": "nearest"}, 9),
    ("Resize", {"": None, "s": floats(1, 1, 2, 2)}, {"coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"}, 13),
    ("Resize", {"": None, "s": floats(1, 1, 1.5, 0.7)}, {}, 13),
    ("Resize", {"": None, "s": floats(1, 1, 2, 2)}, {"mode": "linear"}, 13),
    ("Resize", {"": None, "s": floats(1, 1, 2, 2)}, {"mode": "linear", "coordinate_transformation_mode": "align_corners"}, 13),
    ("Resize", {"": None, " ": None, "z": ints(1, 3, 20, 26)}, {"mode": "linear", "coordinate_transformation_mode": "pytorch_half_pixel"}, 13),
    ("AveragePool", {}, {"kernel_shape": [2, 2], "strides": [2, 2]}, 13),
    ("MaxPool", {}, {"kernel_shape": [3, 3], "strides": [2, 2], "pads": [1, 1, 1, 1]}, 12),
    ("GlobalAveragePool", {}, {}, 13),
    ("SpaceToDepth", {}, {"blocksize": 1}, 13),
    ("ReduceMean", {}, {"axes": [2, 3]}, 13),
    ("ReduceMean", {"a": ints(2, 3)}, {"keepdims": 0}, 18),
    ("ReduceSum", {"a": ints(1)}, {}, 13),
    ("Transpose", {}, {"perm": [0, 2, 3, 1]}, 13),
    ("Slice", {"s": ints(1, 2), "e": ints(9, -1), "a": ints(2, 3), "t": ints(1, 2)}, {}, 13),
    ("Slice", {"s": ints(-1), "e": ints(-(2**63)), "a": ints(3), "t": ints(-1)}, {}, 13),
    ("Slice", {}, {"starts": [0, 1], "ends": [5, 9], "axes": [2, 3]}, 9),
    ("Gather", {"i": ints(2, 0, -1)}, {"axis": 1}, 13),
    ("Reshape", {"s": ints(0, -1, 13)}, {}, 13),
    ("Flatten", {}, {"axis": 2}, 13),
    ("Unsqueeze", {"a": ints(0, 5)}, {}, 13),
    ("Squeeze", {"a": ints(0)}, {}, 13),
    ("Expand", {"s": ints(2, 1, 1, 1)}, {}, 13),
    ("Concat", {"o": PHOTO}, {"axis": -1}, 13),
    ("Shape", {}, {}, 13),
    ("Cast", {}, {"to": 7}, 13),
]  # fmt: skip


def run_model(proto) -> np.ndarray:
    converted = convert_graph(read_graph(proto.SerializeToString()))
    validate_operations(converted.operations, converted.tensors, output="picture")
    values = {**converted.tensors, IMAGE: torch.from_numpy(PHOTO)}
    for operation in converted.operations:
        values[operation.output] = run_operation(operation, values)
    return values["picture"].numpy()


@pytest.mark.parametrize(("kind", "weights", "attributes", "opset"), CASES)
def test_an_operation_computes_what_the_reference_computes(kind, weights, attributes, opset):
    inputs = ["photo", *(name.strip() for name in weights)]
    stored = {name: array for name, array in weights.items() if array is not None}
    proto = model([node(kind, inputs, "picture", **attributes)], stored, opset=opset)
    (expected,) = ReferenceEvaluator(proto).run(None, {"photo": PHOTO})
    output = run_model(with_our_input_name(proto))
    assert output.shape == expected.shape
    assert np.allclose(output, expected, atol=1e-4)


def test_an_enlargement_of_operator_set_8_repeats_pixels():
    proto = model(
        [node("Upsample", [IMAGE], "picture", mode="nearest", scales=[1.0, 1.0, 3.0, 2.0])], opset=8
    )
    assert np.array_equal(run_model(proto), PHOTO.repeat(3, axis=2).repeat(2, axis=3))


@pytest.mark.parametrize("kind", ["add", "divide", "prelu"])
def test_broadcasting_a_row_with_a_column_has_a_limit(kind):
    values = {"column": torch.zeros(30_000, 1), "row": torch.zeros(1, 30_000)}
    operation = Operation(kind=kind, inputs=("column", "row"), output="square", settings={})
    with pytest.raises(NetworkError) as raised:
        run_operation(operation, values)
    assert str(raised.value) == (
        f"{kind} cannot make 'square': it would make a tensor of 30000 x 30000 numbers."
    )


def test_gathering_and_joining_have_a_limit():
    values = {"photo": torch.zeros(1, 2**20), "often": torch.zeros(600, dtype=torch.int64)}
    operation = Operation(kind="gather", inputs=("photo", "often"), output="large", settings={"axis": 0})
    with pytest.raises(
        NetworkError, match="gather cannot make 'large': it would make a tensor of 600 x 1048576"
    ):
        run_operation(operation, values)
    operation = Operation(kind="concat", inputs=("photo",) * 600, output="large", settings={"axis": 0})
    with pytest.raises(NetworkError, match="concat cannot make 'large': it would make a tensor of 629145600"):
        run_operation(operation, values)


def with_our_input_name(proto):
    """Rename the input, as `convert` does for a whole file."""
    for each in proto.graph.node:
        each.input[:] = [IMAGE if name == "photo" else name for name in each.input]
    return proto
