"""From the nodes of an ONNX graph to operations: what older operator sets wrote otherwise is made alike."""

from .graph_spec import NetworkError, Operation
from .onnx_attributes import Translation, unusual
from .onnx_layer_ops import LAYERS
from .onnx_reader import Graph, Node
from .onnx_shape_ops import SIZES

_ALIKE = {  # kinds whose inputs are ours and that have no attributes, or none that counts
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
_UNCHANGED = ("Identity", "Dropout")
_RULES = LAYERS | SIZES

KINDS = sorted((*_ALIKE, *_UNCHANGED, *_RULES))


def translate(graph: Graph) -> tuple[Translation, dict[str, str]]:
    """Return a graph's operations and constants, and which names stand for another; raises NetworkError."""
    to = Translation(dict(graph.weights), opset=graph.opset)
    same_as: dict[str, str] = {}
    for node in graph.nodes:
        if not node.outputs or not node.outputs[0]:
            raise NetworkError(f"its node {node.name!r} ({node.kind}) makes nothing. Export the model anew.")
        inputs = [same_as.get(name, name) for name in node.inputs]
        if node.kind in _UNCHANGED and inputs:
            same_as[node.outputs[0]] = inputs[0]
        elif node.kind in _ALIKE:
            _add_alike(to, node, inputs)
        elif node.kind in _RULES and (inputs or node.kind == "Constant"):
            _RULES[node.kind](to, node, inputs)
        else:
            raise NetworkError(
                f"its node {node.name!r} is of the kind {node.kind}, which is not known here. Known are:"
                f" {', '.join(KINDS)}."
            )
    return to, same_as


def _add_alike(to: Translation, node: Node, inputs: list[str]) -> None:
    if node.attributes.get("broadcast"):  # until operator set 6
        raise unusual(node, "broadcast")
    kind = _ALIKE[node.kind]
    if node.kind in ("Min", "Max"):  # which take any number
        inputs = inputs * 2 if len(inputs) == 1 else inputs
        while len(inputs) > 2:
            name = f"{node.outputs[0]}.{len(inputs)}"
            to.operations.append(Operation(kind=kind, inputs=(*inputs[:2],), output=name, settings={}))
            inputs = [name, *inputs[2:]]
    to.add(node, kind, inputs)
