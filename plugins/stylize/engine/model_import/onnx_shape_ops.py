"""Rules for the nodes of an ONNX graph that arrange, count and sum."""

import torch
from torch import Tensor

from .onnx_attributes import Rule, Translation, unusual, whole_of, wholes_of
from .onnx_reader import FLOATS, Node

BOOL = 9  # TensorProto.DataType


def _constant(to: Translation, node: Node, inputs: list[str]) -> None:
    for name, kind in (("value", None), ("value_float", torch.float32), ("value_int", torch.int64),
                       ("value_floats", torch.float32), ("value_ints", torch.int64)):  # fmt: skip
        value = node.attributes.get(name)
        if value is not None and not isinstance(value, str):
            tensor = value if isinstance(value, Tensor) else torch.tensor(value, dtype=kind)
            to.tensors[node.outputs[0]] = tensor
            return
    raise unusual(node, ", ".join(node.attributes) or "no value")


def _reduce(to: Translation, node: Node, inputs: list[str]) -> None:
    if "axes" in node.attributes:  # an input since operator set 13, or 18
        axes = torch.tensor(wholes_of(node, "axes", ()), dtype=torch.int64)
        inputs = [inputs[0], to.constant(node, "axes", axes)]
    elif len(inputs) < 2 and node.attributes.get("noop_with_empty_axes"):
        raise unusual(node, "noop_with_empty_axes")
    kind = "mean" if node.kind == "ReduceMean" else "sum"
    to.add(node, kind, inputs, keeps_axes=bool(whole_of(node, "keepdims", 1)))


def _shape(to: Translation, node: Node, inputs: list[str]) -> None:
    to.add(node, "shape", inputs, start=whole_of(node, "start", 0), end=whole_of(node, "end", 2**31 - 1))


def _gather(to: Translation, node: Node, inputs: list[str]) -> None:
    to.add(node, "gather", inputs, axis=whole_of(node, "axis", 0))


def _cast(to: Translation, node: Node, inputs: list[str]) -> None:
    kind = whole_of(node, "to", 1)
    to.add(node, "cast", inputs, to="bool" if kind == BOOL else "float" if kind in FLOATS else "int")


def _concat(to: Translation, node: Node, inputs: list[str]) -> None:
    to.add(node, "concat", inputs, axis=whole_of(node, "axis", 1))


def _reshape(to: Translation, node: Node, inputs: list[str]) -> None:
    if len(inputs) < 2:  # until operator set 4
        raise unusual(node, "shape")
    to.add(node, "reshape", inputs, keeps_zero=bool(node.attributes.get("allowzero")))


def _flatten(to: Translation, node: Node, inputs: list[str]) -> None:
    to.add(node, "flatten", inputs, axis=whole_of(node, "axis", 1))


def _squeeze(to: Translation, node: Node, inputs: list[str]) -> None:
    if "axes" in node.attributes:  # until operator set 12
        axes = torch.tensor(wholes_of(node, "axes", ()), dtype=torch.int64)
        inputs = [inputs[0], to.constant(node, "axes", axes)]
    to.add(node, node.kind.lower(), inputs)


def _transpose(to: Translation, node: Node, inputs: list[str]) -> None:
    order = wholes_of(node, "perm", ())
    if not order:
        raise unusual(node, "no order of the axes")
    to.add(node, "transpose", inputs, order=order)


def _slice(to: Translation, node: Node, inputs: list[str]) -> None:
    if "starts" in node.attributes:  # until operator set 9
        inputs = inputs[:1] + [
            to.constant(node, name, torch.tensor(wholes_of(node, name, ()), dtype=torch.int64))
            for name in ("starts", "ends", "axes")
            if name in node.attributes
        ]
    to.add(node, "slice", inputs)


def _constant_of_shape(to: Translation, node: Node, inputs: list[str]) -> None:
    value = node.attributes.get("value")
    tensor = value if isinstance(value, Tensor) and value.numel() == 1 else torch.zeros(1)
    kind = {torch.int64: "int", torch.bool: "bool"}.get(tensor.dtype, "float")
    to.add(node, "constant_of_shape", inputs, value=float(tensor), of=kind)


SIZES: dict[str, Rule] = {
    "Constant": _constant,
    "ReduceMean": _reduce,
    "ReduceSum": _reduce,
    "Shape": _shape,
    "Gather": _gather,
    "Cast": _cast,
    "Concat": _concat,
    "Reshape": _reshape,
    "Flatten": _flatten,
    "Squeeze": _squeeze,
    "Unsqueeze": _squeeze,
    "Transpose": _transpose,
    "Slice": _slice,
    "ConstantOfShape": _constant_of_shape,
}
