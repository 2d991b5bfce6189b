"""Reads an ONNX file into plain values: nodes in order, weights, inputs and outputs.

The library `onnx` parses the file. It comes with the extra `import` and is imported only when a file is read.
The file is parsed from memory, so references to other files are never followed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from ..graph_networks.graph_spec import NetworkError

if TYPE_CHECKING:
    import onnx

# Values of TensorProto.DataType; onnx.proto3 fixes them for all versions of the format.
FLOAT_TYPES = {1, 10, 11, 16}  # float, float16, double, bfloat16
INTEGER_TYPES = {2, 3, 5, 6, 7}  # uint8, int8, int16, int32, int64
BOOL_TYPE = 9

MAX_PARTS = 200_000  # nodes with their inputs, outputs and attributes, and weights

DAMAGED = "the file is damaged or was cut off. Fetch it again."
WITHOUT_ONNX = "reading ONNX files needs the package onnx. Install it: pip install 'pelican-stylize[import]'"

Attribute = int | float | str | list[int] | list[float] | Tensor | None  # None: of a type that no rule reads


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One node of the graph."""

    kind: str  # the operator: "Conv", or "com.example.Conv" from another domain
    name: str  # as its maker called it, otherwise the name of its first output
    inputs: tuple[str, ...]  # "" for an optional input that is left out
    outputs: tuple[str, ...]
    attributes: Mapping[str, Attribute]


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueInfo:
    """An input or output of the graph, and its shape as far as the file states it."""

    name: str
    is_float: bool
    shape: tuple[int | None, ...]  # None for a dimension that is free


@dataclass(frozen=True, slots=True, kw_only=True)
class Graph:
    """The contents of an ONNX file."""

    opset: int  # version of the default operator set
    nodes: tuple[Node, ...]
    weights: Mapping[str, Tensor]  # float32, int64 or bool
    inputs: tuple[ValueInfo, ...]  # without weights
    outputs: tuple[ValueInfo, ...]


def read_graph(data: bytes) -> Graph:
    """Return the graph of an ONNX file.

    Raises NetworkError if the library `onnx` is missing, if the file is damaged or no ONNX model, and if it
    holds external weights, sparse weights, or a graph within a node.
    """
    try:
        import onnx
        from google.protobuf.message import DecodeError
    except ImportError:
        raise NetworkError(WITHOUT_ONNX) from None
    try:
        model = onnx.load_model_from_string(data)
    except DecodeError:
        raise NetworkError(DAMAGED) from None
    graph = model.graph
    parts = sum(map(len, (graph.node, graph.initializer, graph.input, graph.output)))
    parts += sum(len(node.attribute) + len(node.input) + len(node.output) for node in graph.node)
    if parts > MAX_PARTS:
        raise NetworkError(
            f"its graph has more than {MAX_PARTS:,} parts. A network that redraws photos has some hundred."
        )
    if not graph.node:
        raise NetworkError("this is not an ONNX model: there is no graph in it. Name the .onnx file itself.")
    if graph.sparse_initializer:
        raise NetworkError("it holds sparse weights, which cannot be read. Export it without them.")
    weights = {_decode(tensor.name): _read_tensor(tensor) for tensor in graph.initializer}
    return Graph(
        opset=max((each.version for each in model.opset_import if _is_default(each.domain)), default=0),
        nodes=tuple(_read_node(node) for node in graph.node),
        weights=weights,
        # Files before IR version 4 list their weights among the inputs.
        inputs=tuple(info for info in _read_values(graph.input) if info.name not in weights),
        outputs=tuple(_read_values(graph.output)),
    )


def _read_node(node: "onnx.NodeProto") -> Node:
    outputs = tuple(map(_decode, node.output))
    kind, domain = _decode(node.op_type), _decode(node.domain)
    name = (_decode(node.name) or (outputs[0] if outputs else ""))[:100]
    attributes = {
        _decode(part.name): _read_attribute(part, node=f"{name!r} ({kind})") for part in node.attribute
    }
    return Node(
        kind=kind if _is_default(domain) else f"{domain}.{kind}",
        name=name,
        inputs=tuple(map(_decode, node.input)),
        outputs=outputs,
        attributes=attributes,
    )


def _read_attribute(attribute: "onnx.AttributeProto", *, node: str) -> Attribute:
    from onnx import TensorProto, helper

    if attribute.HasField("g") or attribute.graphs or attribute.type in (attribute.GRAPH, attribute.GRAPHS):
        raise NetworkError(
            f"its node {node} holds a graph of its own, and networks with branches or loops cannot be"
            " imported. Export the model for one fixed way through it."
        )
    try:
        value = helper.get_attribute_value(attribute)
    except ValueError:
        raise NetworkError(DAMAGED) from None
    match value:
        case TensorProto():
            return _read_tensor(value)
        case bytes():
            return _decode(value)
        case int() | float():
            return value
        case list() if all(isinstance(part, int | float) for part in value):
            return value
    return None


def _read_values(values: Iterable["onnx.ValueInfoProto"]) -> Iterable[ValueInfo]:
    for value in values:
        tensor = value.type.tensor_type
        sizes = [size.dim_value for size in tensor.shape.dim]
        yield ValueInfo(
            name=_decode(value.name),
            is_float=tensor.elem_type in FLOAT_TYPES,
            shape=tuple(size if size > 0 else None for size in sizes),
        )


def _read_tensor(tensor: "onnx.TensorProto") -> Tensor:
    from onnx import TensorProto, numpy_helper

    if tensor.external_data or tensor.data_location == TensorProto.EXTERNAL:
        raise NetworkError(
            "its weights are in another file, which is not followed. Save the model as one"
            " file: onnx.save(model, FILE, save_as_external_data=False)"
        )
    kind, name = tensor.data_type, _decode(tensor.name)[:100]
    if kind in FLOAT_TYPES:
        target: type = np.float32
    elif kind in INTEGER_TYPES:
        target = np.int64
    elif kind == BOOL_TYPE:
        target = np.bool_
    else:
        known = TensorProto.DataType.values()
        word = TensorProto.DataType.Name(kind) if kind in known else kind
        raise NetworkError(f"its tensor {name!r} is of type {word}, which no picture needs.")
    try:
        return torch.from_numpy(np.array(numpy_helper.to_array(tensor), dtype=target))
    except (ValueError, TypeError, OverflowError):
        raise NetworkError(DAMAGED) from None


def _decode(text: str | bytes) -> str:
    """Return text of a file; protobuf leaves text that is not valid UTF-8 as bytes."""
    return text if isinstance(text, str) else text.decode("utf-8", errors="replace")


def _is_default(domain: str) -> bool:
    return domain in ("", "ai.onnx")
