"""Converts the nodes of an ONNX graph into operations of `graph_networks`.

The rules read operator sets from 7 up: what older sets wrote as attributes becomes a constant input.
`onnx.version_converter` is not used for that, because it turns Upsample into a Resize that samples at other
positions (half_pixel instead of asymmetric), which moves every pixel of a linear enlargement (onnx 1.23.2).
"""

from collections.abc import Callable, Sequence
from typing import TypeVar

import torch
from torch import Tensor

from ..graph_networks.graph_spec import NetworkError, Operation, Setting
from .onnx_reader import BOOL_TYPE, FLOAT_TYPES, Graph, Node

_SAME_INPUTS = {  # operators whose inputs are those of our operation, and that have no attributes that count
    "Relu": "relu",
    "Tanh": "tanh",
    "Sigmoid": "sigmoid",
    "Softplus": "softplus",
    "Abs": "abs",
    "Neg": "negative",
    "Exp": "exp",
    "Log": "log",
    "Sqrt": "sqrt",
    "Reciprocal": "reciprocal",
    "Floor": "floor",
    "Ceil": "ceil",
    "Add": "add",
    "Sub": "subtract",
    "Mul": "multiply",
    "Div": "divide",
    "Pow": "power",
    "Min": "minimum",
    "Max": "maximum",
    "PRelu": "prelu",
    "Expand": "expand",
}
# The same with settings: our operation, and the attribute and the default of each of its settings.
_SAME_SETTINGS: dict[str, tuple[str, dict[str, tuple[str, int | float]]]] = {
    "InstanceNormalization": ("instance_norm", {"epsilon": ("epsilon", 1e-5)}),
    "LeakyRelu": ("leaky_relu", {"slope": ("alpha", 0.01)}),
    "Elu": ("elu", {"alpha": ("alpha", 1.0)}),
    "Shape": ("shape", {"start": ("start", 0), "end": ("end", 2**31 - 1)}),
    "Gather": ("gather", {"axis": ("axis", 0)}),
    "Concat": ("concat", {"axis": ("axis", 1)}),
    "Flatten": ("flatten", {"axis": ("axis", 1)}),
}
_PASS_THROUGH = ("Identity", "Dropout")


class ConvertedGraph:
    """The operations and tensors of a graph, as far as it is converted."""

    def __init__(self, graph: Graph) -> None:
        self.opset = graph.opset
        self.operations: list[Operation] = []
        self.tensors: dict[str, Tensor] = dict(graph.weights)
        self.aliases: dict[str, str] = {}  # name of a value that is passed through -> name of the original

    def add(self, node: Node, kind: str, inputs: Sequence[str], **settings: Setting) -> None:
        """Add the operation that stands for a node."""
        while inputs and not inputs[-1]:
            inputs = inputs[:-1]
        self.operations.append(
            Operation(kind=kind, inputs=tuple(inputs), output=node.outputs[0], settings=settings)
        )

    def add_constant(self, node: Node, role: str, values: Tensor) -> str:
        """Add what an older operator set has as an attribute, and return its name."""
        name = f"{node.outputs[0]}.{role}"
        self.tensors[name] = values
        return name


Value = TypeVar("Value", int, float, str)
Rule = Callable[[ConvertedGraph, Node, list[str]], None]


def convert_graph(graph: Graph) -> ConvertedGraph:
    """Convert a graph node by node; raises NetworkError for a node that no rule covers."""
    converted = ConvertedGraph(graph)
    for node in graph.nodes:
        if not node.outputs or not node.outputs[0]:
            raise NetworkError(f"its node {node.name!r} ({node.kind}) has no output. Export the model again.")
        inputs = [converted.aliases.get(name, name) for name in node.inputs]
        if node.kind in _PASS_THROUGH and inputs:
            converted.aliases[node.outputs[0]] = inputs[0]
        elif node.kind in _RULES and (inputs or node.kind == "Constant"):
            _RULES[node.kind](converted, node, inputs)
        else:
            raise NetworkError(
                f"its node {node.name!r} is of the kind {node.kind}, which is not known here. Known are:"
                f" {', '.join(KINDS)}."
            )
    return converted


def _convert_same_inputs(converted: ConvertedGraph, node: Node, inputs: list[str]) -> None:
    if node.attributes.get("broadcast"):  # until operator set 6
        raise _unsupported(node, "broadcast")
    kind = _SAME_INPUTS[node.kind]
    if node.kind in ("Min", "Max"):  # these take any number of inputs, ours take two
        inputs = inputs * 2 if len(inputs) == 1 else inputs
        while len(inputs) > 2:
            name = f"{node.outputs[0]}.{len(inputs)}"
            converted.operations.append(Operation(kind=kind, inputs=(*inputs[:2],), output=name, settings={}))
            inputs = [name, *inputs[2:]]
    converted.add(node, kind, inputs)


def _convert_same_settings(converted: ConvertedGraph, node: Node, inputs: list[str]) -> None:
    kind, settings = _SAME_SETTINGS[node.kind]
    converted.add(node, kind, inputs, **{name: _get(node, *given) for name, given in settings.items()})


def _convert_conv(converted: ConvertedGraph, node: Node, inputs: list[str]) -> None:
    transposed = node.kind == "ConvTranspose"
    stride, dilation = _int_pair(node, "strides"), _int_pair(node, "dilations")
    settings: dict[str, Setting] = {
        "stride": stride,
        "dilation": dilation,
        "groups": _get(node, "group", 1),
    }
    fit = _get(node, "auto_pad", "NOTSET")
    if fit in ("SAME_UPPER", "SAME_LOWER") and not transposed:
        settings["fit"] = fit.lower()
    elif fit not in ("NOTSET", "VALID") or (transposed and "output_shape" in node.attributes):
        raise _unsupported(node, "output_shape" if "output_shape" in node.attributes else f"auto_pad = {fit}")
    else:
        settings["padding"] = padding = _ints(node, "pads", (0, 0, 0, 0)) if fit == "NOTSET" else (0,) * 4
        if len(padding) != 4:
            raise _unsupported(node, "a padding that is not of height and width")
    if transposed:
        settings["output_padding"] = _ints(node, "output_padding", (0, 0))
    converted.add(node, "conv_transpose" if transposed else "conv", inputs, **settings)


def _convert_batch_norm(converted: ConvertedGraph, node: Node, inputs: list[str]) -> None:
    if node.attributes.get("training_mode"):
        raise _unsupported(node, "training_mode")
    converted.add(node, "batch_norm", inputs, epsilon=_get(node, "epsilon", 1e-5))


def _convert_clip(converted: ConvertedGraph, node: Node, inputs: list[str]) -> None:
    if converted.opset < 11:  # bounds were attributes
        inputs = inputs[:1] + [
            converted.add_constant(node, name, torch.tensor(_get(node, name, 0.0)))
            if name in node.attributes
            else ""
            for name in ("min", "max")
        ]
    converted.add(node, "clip", inputs)


def _convert_pad(converted: ConvertedGraph, node: Node, inputs: list[str]) -> None:
    mode = _get(node, "mode", "constant")
    if mode not in ("constant", "reflect", "edge"):
        raise _unsupported(node, f"mode = {mode}")
    if len(inputs) < 2:  # until operator set 10
        sizes = _ints(node, "pads", _ints(node, "paddings", ()))
        inputs = [inputs[0], converted.add_constant(node, "pads", torch.tensor(sizes, dtype=torch.int64))]
        inputs.append(converted.add_constant(node, "value", torch.tensor(_get(node, "value", 0.0))))
    converted.add(node, "pad", inputs, mode=mode)


def _convert_resize(converted: ConvertedGraph, node: Node, inputs: list[str]) -> None:
    mode = _get(node, "mode", "nearest")
    mode = "linear" if mode == "bilinear" else mode
    if mode not in ("nearest", "linear") or node.attributes.get("antialias"):
        raise _unsupported(node, f"mode = {mode}" if mode not in ("nearest", "linear") else "antialias")
    if "axes" in node.attributes or _get(node, "keep_aspect_ratio_policy", "stretch") != "stretch":
        raise _unsupported(node, "axes" if "axes" in node.attributes else "keep_aspect_ratio_policy")
    if node.kind == "Upsample" or converted.opset < 11:
        if len(inputs) < 2:  # operator sets 7 and 8
            scales = torch.tensor(node.attributes.get("scales", ()), dtype=torch.float32)
            inputs = [inputs[0], converted.add_constant(node, "scales", scales)]
        converted.add(node, "resize", inputs[:2], mode=mode, coordinates="asymmetric", rounding="floor")
        return
    coordinates = _get(node, "coordinate_transformation_mode", "half_pixel")
    if coordinates not in ("asymmetric", "half_pixel", "pytorch_half_pixel", "align_corners"):
        raise _unsupported(node, f"coordinate_transformation_mode = {coordinates}")
    rounding = _get(node, "nearest_mode", "round_prefer_floor")
    _, _, scales_name, sizes = [*inputs, "", "", ""][:4]
    if scales_name in converted.tensors and converted.tensors[scales_name].numel() == 0:
        scales_name = ""  # PyTorch writes an empty tensor when it gives sizes
    converted.add(
        node, "resize", [inputs[0], scales_name, sizes], mode=mode, coordinates=coordinates, rounding=rounding
    )


def _convert_pool(converted: ConvertedGraph, node: Node, inputs: list[str]) -> None:
    kernel, padding = _ints(node, "kernel_shape", ()), _ints(node, "pads", (0, 0, 0, 0))
    plain = _get(node, "auto_pad", "NOTSET") in ("NOTSET", "VALID") and not node.attributes.get("ceil_mode")
    if (
        not plain
        or len(padding) != 4
        or padding[:2] != padding[2:]
        or set(_int_pair(node, "dilations")) != {1}
    ):
        raise _unsupported(node, "a padding that differs from side to side")
    settings: dict[str, Setting] = {
        "kernel": kernel,
        "stride": _int_pair(node, "strides"),
        "padding": padding[:2],
    }
    if node.kind == "AveragePool":
        settings["counts_padding"] = bool(node.attributes.get("count_include_pad"))
    converted.add(node, "average_pool" if node.kind == "AveragePool" else "max_pool", inputs, **settings)


def _convert_global_pool(converted: ConvertedGraph, node: Node, inputs: list[str]) -> None:
    converted.add(
        node, "mean", [inputs[0], converted.add_constant(node, "axes", torch.tensor([2, 3]))], keeps_axes=True
    )


def _convert_depth(converted: ConvertedGraph, node: Node, inputs: list[str]) -> None:
    block = _get(node, "blocksize", 1)
    if node.kind == "SpaceToDepth":
        converted.add(node, "space_to_depth", inputs, block=block)
    else:
        converted.add(node, "depth_to_space", inputs, block=block, mode=_get(node, "mode", "DCR"))


def _convert_constant(converted: ConvertedGraph, node: Node, inputs: list[str]) -> None:
    for name, kind in (("value", None), ("value_float", torch.float32), ("value_int", torch.int64),
                       ("value_floats", torch.float32), ("value_ints", torch.int64)):  # fmt: skip
        value = node.attributes.get(name)
        if value is not None and not isinstance(value, str):
            tensor = value if isinstance(value, Tensor) else torch.tensor(value, dtype=kind)
            converted.tensors[node.outputs[0]] = tensor
            return
    raise _unsupported(node, ", ".join(node.attributes) or "no value")


def _convert_reduce(converted: ConvertedGraph, node: Node, inputs: list[str]) -> None:
    if "axes" in node.attributes:  # an input since operator set 13, or 18
        inputs = [inputs[0], _attribute_to_input(converted, node, "axes")]
    elif len(inputs) < 2 and node.attributes.get("noop_with_empty_axes"):
        raise _unsupported(node, "noop_with_empty_axes")
    kind = "mean" if node.kind == "ReduceMean" else "sum"
    converted.add(node, kind, inputs, keeps_axes=bool(_get(node, "keepdims", 1)))


def _convert_cast(converted: ConvertedGraph, node: Node, inputs: list[str]) -> None:
    kind = _get(node, "to", 1)
    converted.add(
        node, "cast", inputs, to="bool" if kind == BOOL_TYPE else "float" if kind in FLOAT_TYPES else "int"
    )


def _convert_reshape(converted: ConvertedGraph, node: Node, inputs: list[str]) -> None:
    if len(inputs) < 2:  # until operator set 4
        raise _unsupported(node, "shape")
    converted.add(node, "reshape", inputs, keeps_zero=bool(node.attributes.get("allowzero")))


def _convert_squeeze(converted: ConvertedGraph, node: Node, inputs: list[str]) -> None:
    if "axes" in node.attributes:  # until operator set 12
        inputs = [inputs[0], _attribute_to_input(converted, node, "axes")]
    converted.add(node, node.kind.lower(), inputs)


def _convert_transpose(converted: ConvertedGraph, node: Node, inputs: list[str]) -> None:
    order = _ints(node, "perm", ())
    if not order:
        raise _unsupported(node, "no order of the axes")
    converted.add(node, "transpose", inputs, order=order)


def _convert_slice(converted: ConvertedGraph, node: Node, inputs: list[str]) -> None:
    if "starts" in node.attributes:  # until operator set 9
        names = [name for name in ("starts", "ends", "axes") if name in node.attributes]
        inputs = [inputs[0], *(_attribute_to_input(converted, node, name) for name in names)]
    converted.add(node, "slice", inputs)


def _convert_constant_of_shape(converted: ConvertedGraph, node: Node, inputs: list[str]) -> None:
    value = node.attributes.get("value")
    tensor = value if isinstance(value, Tensor) and value.numel() == 1 else torch.zeros(1)
    kind = {torch.int64: "int", torch.bool: "bool"}.get(tensor.dtype, "float")
    converted.add(node, "constant_of_shape", inputs, value=float(tensor), of=kind)


_RULES: dict[str, Rule] = {
    **dict.fromkeys(_SAME_INPUTS, _convert_same_inputs),
    **dict.fromkeys(_SAME_SETTINGS, _convert_same_settings),
    "Conv": _convert_conv,
    "ConvTranspose": _convert_conv,
    "BatchNormalization": _convert_batch_norm,
    "Clip": _convert_clip,
    "Pad": _convert_pad,
    "Upsample": _convert_resize,
    "Resize": _convert_resize,
    "AveragePool": _convert_pool,
    "MaxPool": _convert_pool,
    "GlobalAveragePool": _convert_global_pool,
    "DepthToSpace": _convert_depth,
    "SpaceToDepth": _convert_depth,
    "Constant": _convert_constant,
    "ReduceMean": _convert_reduce,
    "ReduceSum": _convert_reduce,
    "Cast": _convert_cast,
    "Reshape": _convert_reshape,
    "Squeeze": _convert_squeeze,
    "Unsqueeze": _convert_squeeze,
    "Transpose": _convert_transpose,
    "Slice": _convert_slice,
    "ConstantOfShape": _convert_constant_of_shape,
}

KINDS = sorted((*_PASS_THROUGH, *_RULES))


def _attribute_to_input(converted: ConvertedGraph, node: Node, name: str) -> str:
    """Add the integers of an attribute as a constant, since newer operator sets take them as an input."""
    return converted.add_constant(node, name, torch.tensor(_ints(node, name, ()), dtype=torch.int64))


def _unsupported(node: Node, what: str) -> NetworkError:
    return NetworkError(
        f"its node {node.name!r} ({node.kind}) is set in a way that is not known here: {what}."
        " Export the model with another operator set, for example 11."
    )


def _ints(node: Node, name: str, default: tuple[int, ...]) -> tuple[int, ...]:
    value = node.attributes.get(name, default)
    if not isinstance(value, list | tuple) or not all(isinstance(part, int) for part in value):
        raise _unsupported(node, name)
    return tuple(int(part) for part in value)


def _int_pair(node: Node, name: str) -> tuple[int, ...]:
    pair = _ints(node, name, (1, 1))
    if len(pair) != 2:
        raise _unsupported(node, f"{name} that are not of height and width")
    return pair


def _get(node: Node, name: str, default: Value) -> Value:
    """Return an attribute, of the type of its default; a whole number also stands for a decimal one."""
    value = node.attributes.get(name, default)
    kind = type(default)
    if not isinstance(value, int | float if kind is float else kind):
        raise _unsupported(node, name)
    return kind(value)
