"""An ONNX file as plain values: its nodes in order, its weights, its inputs and outputs.

Numbers of fields and their meaning are those of onnx.proto3 (github.com/onnx/onnx, IR version 3 and up).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import torch
from torch import Tensor

from .graph_spec import NetworkError
from .protobuf import DAMAGED, bytes_of, fields_of, floats_in, integers_in, number_of, text_of

# TensorProto.DataType -> how it lies in raw_data. 16 is bfloat16.
TYPES = {
    1: torch.float32,
    2: torch.uint8,
    3: torch.int8,
    5: torch.int16,
    6: torch.int32,
    7: torch.int64,
    9: torch.bool,
    10: torch.float16,
    11: torch.float64,
    16: torch.bfloat16,
}
FLOATS = {1, 10, 11, 16}
EXTERNAL = 1  # TensorProto.DataLocation
GRAPHS = {5, 10}  # AttributeProto.AttributeType: a graph in a node, which is control flow

MOST_PARTS = 200_000  # of a graph: nodes, weights, names; two bytes of a damaged file can claim to be one

Attribute = int | float | str | list[int] | list[float] | Tensor | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A step of the graph."""

    kind: str  # "Conv"
    name: str  # as its maker called it, or by what it makes
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attributes: Mapping[str, Attribute]


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """An input or output of the whole: its name, and its sizes as far as they are stated."""

    name: str
    is_float: bool
    sizes: tuple[int | None, ...]  # None for one that is free


@dataclass(slots=True, kw_only=True)
class Graph:
    """What an ONNX file holds."""

    opset: int = 0
    nodes: list[Node] = field(default_factory=list)
    weights: dict[str, Tensor] = field(default_factory=dict)  # float32, int64 or bool
    inputs: list[Slot] = field(default_factory=list)
    outputs: list[Slot] = field(default_factory=list)


def read_graph(data: bytes) -> Graph:
    """Return the graph of an ONNX file; raises NetworkError where it is none, or refers to other files."""
    graph, found = Graph(), False
    for number, value in fields_of(memoryview(data)):
        if number == 7:
            _read_graph(bytes_of(value), graph)
            found = True
        elif number == 8:
            _read_opset(bytes_of(value), graph)
    if not found or not graph.nodes:
        raise NetworkError("this is not an ONNX model: there is no graph in it. Name the .onnx file itself.")
    # Files before IR version 4 list their weights among the inputs.
    graph.inputs = [slot for slot in graph.inputs if slot.name not in graph.weights]
    return graph


def _read_opset(message: memoryview, graph: Graph) -> None:
    domain, version = "", 0
    for number, value in fields_of(message):
        if number == 1:
            domain = text_of(value)
        elif number == 2:
            version = number_of(value)
    if domain in ("", "ai.onnx"):
        graph.opset = version


def _read_graph(message: memoryview, graph: Graph) -> None:
    for count, (number, value) in enumerate(fields_of(message), start=1):
        if count > MOST_PARTS:
            raise NetworkError(
                f"its graph has more than {MOST_PARTS:,} parts."
                " A network that redraws photos has some hundred."
            )
        if number == 1:
            graph.nodes.append(_node(bytes_of(value)))
        elif number == 5:
            name, tensor = _tensor(bytes_of(value))
            graph.weights[name] = tensor
        elif number == 11:
            graph.inputs.append(_slot(bytes_of(value)))
        elif number == 12:
            graph.outputs.append(_slot(bytes_of(value)))
        elif number == 15:
            raise NetworkError("it holds sparse weights, which cannot be read. Export it without them.")


def _node(message: memoryview) -> Node:
    inputs, outputs, attributes = [], [], {}
    name = kind = domain = ""
    parts = []
    for number, value in fields_of(message):
        if number == 1:
            inputs.append(text_of(value))
        elif number == 2:
            outputs.append(text_of(value))
        elif number == 3:
            name = text_of(value)
        elif number == 4:
            kind = text_of(value)
        elif number == 5:
            parts.append(bytes_of(value))
        elif number == 7:
            domain = text_of(value)
    name = (name or (outputs[0] if outputs else ""))[:100]
    for part in parts:
        key, attribute = _attribute(part, node=f"{name!r} ({kind})")
        attributes[key] = attribute
    if domain not in ("", "ai.onnx"):
        kind = f"{domain}.{kind}"
    return Node(kind=kind, name=name, inputs=tuple(inputs), outputs=tuple(outputs), attributes=attributes)


def _attribute(message: memoryview, *, node: str) -> tuple[str, Attribute]:
    name = ""
    value_of: Attribute = None
    floats: list[float] = []
    integers: list[int] = []
    kind = 0
    for number, value in fields_of(message):
        if number == 1:
            name = text_of(value)
        elif number == 2:
            value_of = floats_in(value)[0] if value else 0.0
        elif number == 3:
            value_of = number_of(value)
        elif number == 4:
            value_of = text_of(value)
        elif number == 5:
            value_of = _tensor(bytes_of(value))[1]
        elif number == 7:
            floats += floats_in(value)
        elif number == 8:
            integers += integers_in(value)
        elif number == 20:
            kind = number_of(value)
        if number in (6, 11) or kind in GRAPHS:
            raise NetworkError(
                f"its node {node} holds a graph of its own, and networks with branches or loops cannot be"
                " imported. Export the model for one fixed way through it."
            )
    if kind == 7 or integers:
        return name, integers
    return name, floats if kind == 6 or floats else value_of


def _slot(message: memoryview) -> Slot:
    name, is_float, sizes = "", False, []
    for number, value in fields_of(message):
        if number == 1:
            name = text_of(value)
        elif number == 2:
            for kind, part in fields_of(bytes_of(value)):
                if kind != 1:
                    continue
                for place, entry in fields_of(bytes_of(part)):
                    if place == 1:
                        is_float = number_of(entry) in FLOATS
                    elif place == 2:
                        sizes = [_size(bytes_of(size)) for _, size in fields_of(bytes_of(entry))]
    return Slot(name=name, is_float=is_float, sizes=tuple(sizes))


def _size(message: memoryview) -> int | None:
    for number, value in fields_of(message):
        if number == 1 and number_of(value) > 0:
            return number_of(value)
    return None


def _tensor(message: memoryview) -> tuple[str, Tensor]:
    sizes: list[int] = []
    numbers: list[float] = []
    raw: memoryview | None = None
    name, kind = "", 0
    for number, value in fields_of(message):
        if number == 1:
            sizes += integers_in(value)
        elif number == 2:
            kind = number_of(value)
        elif number == 4:
            numbers += floats_in(value)
        elif number in (5, 7, 11):
            numbers += integers_in(value)
        elif number == 8:
            name = text_of(value)
        elif number == 9:
            raw = bytes_of(value)
        elif number == 13 or (number == 14 and value == EXTERNAL):
            raise NetworkError(
                "its weights lie in another file beside it, which is not followed. Save the model as one"
                " file: onnx.save(model, FILE, save_as_external_data=False)"
            )
    return name, _filled(name, kind, sizes, raw=raw, numbers=numbers)


def _filled(
    name: str, kind: int, sizes: list[int], *, raw: memoryview | None, numbers: list[float]
) -> Tensor:
    if kind not in TYPES:
        raise NetworkError(f"its tensor {name[:100]!r} is of type {kind}, which no picture needs.")
    if raw is None and kind not in (1, 2, 3, 5, 6, 7, 9):
        raise NetworkError(f"its tensor {name[:100]!r} is not stored as raw data. Save the model anew.")
    try:
        if raw is None:
            tensor = torch.tensor(numbers, dtype=TYPES[kind])
        else:  # a copy, since memory that belongs to the file cannot be written to
            tensor = torch.frombuffer(bytearray(raw), dtype=TYPES[kind]) if len(raw) else torch.tensor([])
        tensor = tensor.reshape(sizes)
    except (RuntimeError, ValueError, TypeError, OverflowError):
        raise NetworkError(DAMAGED) from None
    if kind == 9:
        return tensor
    return tensor.to(torch.float32 if kind in FLOATS else torch.int64)
