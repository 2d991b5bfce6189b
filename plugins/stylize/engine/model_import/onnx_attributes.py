"""What rules for ONNX nodes build on: the operations so far, and a node's attributes, checked."""

from collections.abc import Callable, Sequence

from torch import Tensor

from .graph_spec import NetworkError, Operation, Setting
from .onnx_reader import Node


class Translation:
    """A graph on its way to operations; its constants are `tensors`."""

    def __init__(self, tensors: dict[str, Tensor], *, opset: int) -> None:
        self.opset = opset
        self.operations: list[Operation] = []
        self.tensors = tensors

    def add(self, node: Node, kind: str, inputs: Sequence[str], **settings: Setting) -> None:
        """Add the operation that a node comes to."""
        while inputs and not inputs[-1]:
            inputs = inputs[:-1]
        self.operations.append(
            Operation(kind=kind, inputs=tuple(inputs), output=node.outputs[0], settings=settings)
        )

    def constant(self, node: Node, role: str, values: Tensor) -> str:
        """Keep what an older form has as an attribute, and return its name."""
        name = f"{node.outputs[0]}.{role}"
        self.tensors[name] = values
        return name


Rule = Callable[[Translation, Node, list[str]], None]


def unusual(node: Node, what: str) -> NetworkError:
    return NetworkError(
        f"its node {node.name!r} ({node.kind}) is set in a way that is not known here: {what}."
        " Export the model with another operator set, 11 say."
    )


def wholes_of(node: Node, name: str, default: tuple[int, ...]) -> tuple[int, ...]:
    value = node.attributes.get(name, default)
    if not isinstance(value, list | tuple) or not all(isinstance(part, int) for part in value):
        raise unusual(node, name)
    return tuple(int(part) for part in value)


def pair_of(node: Node, name: str) -> tuple[int, ...]:
    pair = wholes_of(node, name, (1, 1))
    if len(pair) != 2:
        raise unusual(node, f"{name} that are not of height and width")
    return pair


def whole_of(node: Node, name: str, default: int) -> int:
    value = node.attributes.get(name, default)
    if not isinstance(value, int):
        raise unusual(node, name)
    return value


def real_of(node: Node, name: str, default: float) -> float:
    value = node.attributes.get(name, default)
    if not isinstance(value, int | float):
        raise unusual(node, name)
    return float(value)


def word_of(node: Node, name: str, default: str) -> str:
    value = node.attributes.get(name, default)
    if not isinstance(value, str):
        raise unusual(node, name)
    return value
