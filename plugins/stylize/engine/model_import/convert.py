"""Converts a file of a network that was trained elsewhere into an imported style."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from PIL import Image
from safetensors.torch import save
from torch import Tensor

from ...storage.safetensors_header import DESCRIPTION
from ..graph_networks.graph_spec import (
    IMAGE,
    Convention,
    NetworkError,
    NetworkSpec,
    Operation,
    serialize_spec,
    validate_operations,
)
from ..graph_networks.interpreter import GraphNetwork, run_operation
from .calibration import RequestedConvention, calibrate
from .onnx_nodes import convert_graph
from .onnx_reader import Graph, ValueInfo, read_graph
from .state_dicts import OUTPUT, build_transformer_net, read_state_dict

MAX_BYTES = 256 * 2**20
MAX_WEIGHTS = 100_000_000  # the networks meant here have one or two million

TRANSFORMER_NET = "fast_neural_style of PyTorch's examples"
ONNX = "ONNX"

CHANNELS_LAST = f"{IMAGE}.last"  # the photo transposed for a network that takes (1, H, W, 3)
CHANNELS_FIRST = f"{IMAGE}.first"  # the picture transposed back


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkDraft:
    """A network as it was read, before it is tried on a photo."""

    kind: str  # TRANSFORMER_NET or ONNX
    operations: tuple[Operation, ...]
    tensors: Mapping[str, Tensor]
    output: str
    size: tuple[int, int] | None = None  # height and width that the file states


@dataclass(frozen=True, slots=True, kw_only=True)
class ConvertedNetwork:
    """An imported style, and what the trials found."""

    kind: str
    network: GraphNetwork
    picture: Image.Image  # the test photo, redrawn
    weight_count: int


def convert_network(
    path: Path, photo: Image.Image, *, requested: RequestedConvention, choice: int | None = None
) -> ConvertedNetwork:
    """Read a network and try it on a photo.

    photo: RGB. requested: what the user says about its convention. choice: the index of one of its styles,
    for a network that has several. Raises NetworkError if the network cannot be used.
    """
    with torch.inference_mode():
        draft = fold_constants(read_network(path, choice=choice))
        validate_operations(draft.operations, draft.tensors, output=draft.output)
        spec = NetworkSpec(operations=draft.operations, output=draft.output, convention=Convention())
        network = GraphNetwork(spec=spec, tensors=draft.tensors, device=torch.device("cpu"))
        network, picture = calibrate(network, photo, requested=requested, size=draft.size)
    count = sum(tensor.numel() for tensor in draft.tensors.values() if tensor.is_floating_point())
    return ConvertedNetwork(kind=draft.kind, network=network, picture=picture, weight_count=count)


def save_network(network: GraphNetwork, path: Path) -> None:
    """Write a network as safetensors, its specification in the metadata; equal networks give equal bytes."""
    tensors = {name: tensor.cpu().clone().contiguous() for name, tensor in network.tensors.items()}
    path.write_bytes(save(tensors, metadata={DESCRIPTION: serialize_spec(network.spec)}))


def read_network(path: Path, *, choice: int | None = None) -> NetworkDraft:
    """Return the network in a file; its content decides how it is read, not its name.

    Raises NetworkError if the file is too large, damaged, of an unknown kind, or not a network of one photo
    to one picture.
    """
    size = path.stat().st_size
    if size > MAX_BYTES:
        raise NetworkError(
            f"it has {size / 2**20:.0f} MB, but at most {MAX_BYTES / 2**20:.0f} MB are read."
            " A network that redraws photos has 1 to 50."
        )
    data = path.read_bytes()
    if not data:
        raise NetworkError("the file is empty. Fetch it again.")
    if data[:1] == b"\x80" or data[:4] == b"PK\x03\x04" or data[257:262] == b"ustar":
        operations, weights = build_transformer_net(read_state_dict(data))
        draft = NetworkDraft(
            kind=TRANSFORMER_NET, operations=tuple(operations), tensors=weights, output=OUTPUT
        )
    elif data[:1] == b"\x08":  # the version of the format, the first field of every ONNX file
        draft = _draft_from_graph(read_graph(data), choice=choice)
    else:
        raise NetworkError(
            "this file holds no model that can be read. Readable are ONNX files (.onnx), and weights of"
            " PyTorch's fast_neural_style (.pth, .pt, .model)."
        )
    if choice is not None and draft.kind != ONNX:
        raise NetworkError("it has one style only. Leave --pick out.")
    return replace(draft, tensors=_normalize_types(draft.tensors))


def fold_constants(draft: NetworkDraft) -> NetworkDraft:
    """Run all operations that do not depend on the photo, and remove those that the output does not need.

    Raises NetworkError if the output does not depend on the photo, or if the constants grow too large.
    """
    values, constants = dict(draft.tensors), set(draft.tensors)
    remaining, elements = [], 0
    for operation in draft.operations:
        if all(name in constants for name in operation.inputs if name):
            validate_operations([operation], values, output=operation.output)
            result = run_operation(operation, values)
            elements += result.numel()
            if elements > MAX_WEIGHTS:
                raise NetworkError(
                    f"it computes more than {MAX_WEIGHTS:,} values that do not depend on a photo."
                )
            values[operation.output] = result.contiguous()
            constants.add(operation.output)
        else:
            remaining.append(operation)
    needed, operations = {draft.output}, []
    for operation in reversed(remaining):
        if operation.output in needed:
            operations.append(operation)
            needed.update(operation.inputs)
    if IMAGE not in needed:
        raise NetworkError("its output does not depend on the photo. This is no network that redraws photos.")
    tensors = {name: values[name] for name in sorted(needed & constants)}
    return replace(draft, operations=tuple(reversed(operations)), tensors=tensors)


def _draft_from_graph(graph: Graph, *, choice: int | None) -> NetworkDraft:
    image, style_inputs = _find_image_input(graph.inputs)
    converted = convert_graph(graph)
    tensors, operations = converted.tensors, converted.operations
    if style_inputs:
        (weights,) = style_inputs
        tensors[weights.name] = _make_style_weights(weights, choice)
    elif choice is not None:
        raise NetworkError("it has one style only. Leave --pick out.")
    input_name, size = IMAGE, image.shape[2:]
    if _has_channels_last(image):
        input_name, size = CHANNELS_LAST, image.shape[1:3]
        operations.insert(0, _transpose(IMAGE, CHANNELS_LAST, order=(0, 2, 3, 1)))
    rename = {image.name: input_name}
    operations = [
        replace(each, inputs=tuple(rename.get(name, name) for name in each.inputs)) for each in operations
    ]
    output = _find_picture_output(graph.outputs)
    name = converted.aliases.get(output.name, output.name)
    if len(output.shape) == 4 and _has_channels_last(output):
        operations.append(_transpose(name, CHANNELS_FIRST, order=(0, 3, 1, 2)))
        name = CHANNELS_FIRST
    height, width = size
    return NetworkDraft(
        kind=ONNX,
        operations=tuple(operations),
        tensors=tensors,
        output=name,
        size=(height, width) if height and width else None,
    )


def _has_channels_last(value: ValueInfo) -> bool:
    return value.shape[1] != 3 and value.shape[-1] == 3  # (N, H, W, 3)


def _transpose(name: str, output: str, *, order: tuple[int, ...]) -> Operation:
    return Operation(kind="transpose", inputs=(name,), output=output, settings={"order": order})


def _find_image_input(inputs: Sequence[ValueInfo]) -> tuple[ValueInfo, list[ValueInfo]]:
    """Return the input that takes the photo, and at most one other input, which weighs styles."""
    images = [
        value for value in inputs if value.is_float and len(value.shape) == 4 and 3 in value.shape[1::2]
    ]
    listed = ", ".join(f"{value.name} ({_format_value(value)})" for value in inputs) or "none"
    if not images:
        raise NetworkError(f"none of its inputs takes a photo of three channels; it has {listed}.")
    if len(images) > 1:
        raise NetworkError(
            f"it takes {len(images)} pictures: {listed}."
            " A network that is to be a style takes the photo alone."
        )
    others = [value for value in inputs if value is not images[0]]
    if len(others) > 1 or any(len(value.shape) not in (1, 2) or not value.shape[-1] for value in others):
        raise NetworkError(
            f"it has {len(inputs)} inputs: {listed}. A network that is to be a style takes the photo alone."
        )
    return images[0], others


def _make_style_weights(value: ValueInfo, choice: int | None) -> Tensor:
    """Return the weights of the styles: 1 for the chosen style, 0 for all others."""
    count = value.shape[-1] or 0
    if not value.is_float or choice is None or not 0 <= choice < count:
        raise NetworkError(
            f"besides the photo it takes {value.name} ({_format_value(value)})."
            f" If that weighs {count} styles, choose one: --pick 0 to --pick {count - 1}"
        )
    weights = torch.zeros([size or 1 for size in value.shape])
    weights[..., choice] = 1.0
    return weights


def _find_picture_output(outputs: Sequence[ValueInfo]) -> ValueInfo:
    if len(outputs) != 1:
        listed = ", ".join(value.name for value in outputs) or "none"
        raise NetworkError(f"it has {len(outputs)} outputs ({listed}), but must have one, the picture.")
    return outputs[0]


def _format_value(value: ValueInfo) -> str:
    sizes = " x ".join(str(size or "any") for size in value.shape) or "a number"
    return sizes if value.is_float else f"{sizes}, not of decimal numbers"


def _normalize_types(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Convert tensors to float32, int64 or bool, as operations take them.

    Raises NetworkError if they are too many, not finite, or complex.
    """
    if sum(tensor.numel() for tensor in tensors.values()) > MAX_WEIGHTS:
        raise NetworkError(
            f"it has more than {MAX_WEIGHTS:,} weights. A network that redraws photos has 1 or 2 million."
        )
    normalized = {}
    for name, tensor in tensors.items():
        if tensor.is_floating_point():
            tensor = tensor.detach().float()
            if not bool(tensor.isfinite().all()):
                raise NetworkError(
                    f"its weights {name[:80]!r} hold a value that is not finite. Its training failed"
                    " or the file is damaged. Take an earlier file."
                )
        elif tensor.is_complex() or tensor.is_quantized:
            raise NetworkError(
                f"its weights {name[:80]!r} are of type {tensor.dtype}, which no picture needs."
            )
        elif tensor.dtype != torch.bool:
            tensor = tensor.long()
        normalized[name] = tensor
    return normalized
