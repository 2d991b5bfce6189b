"""From a file that somebody trained elsewhere to an imported style."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from PIL import Image
from safetensors.torch import save
from torch import Tensor

from ...storage.safetensors_header import DESCRIPTION
from .calibration import RequestedConvention, try_out
from .graph_spec import IMAGE, Convention, Description, NetworkError, Operation, check_operations, text_of
from .interpreter import Network, perform
from .onnx_reader import Graph, Slot, read_graph
from .onnx_translate import translate
from .state_dicts import OUTPUT, read_state_dict, transformer_net

MOST_BYTES = 256 * 2**20
MOST_NUMBERS = 100_000_000  # of all weights together; the networks meant here have one or two million

TRANSFORMER_NET = "fast_neural_style of PyTorch's examples"
ONNX = "ONNX"

LAST, FIRST = f"{IMAGE}.last", f"{IMAGE}.first"  # a photo and a picture that are turned: channels last, first


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkDraft:
    """A network as it was read, before it was tried."""

    kind: str  # TRANSFORMER_NET or ONNX
    operations: tuple[Operation, ...]
    tensors: Mapping[str, Tensor]
    output: str
    size: tuple[int, int] | None = None  # height and width that its maker states


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversion:
    """An imported style, and what was found about it."""

    kind: str
    network: Network
    picture: Image.Image  # the test photo, redrawn
    numbers: int  # of its weights


def convert(
    path: Path, photo: Image.Image, *, asked: RequestedConvention, choice: int | None = None
) -> Conversion:
    """Read a network and try it on a photo; raises NetworkError where it cannot be used.

    asked: what of its convention is known. choice: which of its styles, for a network that has several.
    """
    with torch.inference_mode():
        draft = simplify(read_network(path, choice=choice))
        check_operations(draft.operations, draft.tensors, output=draft.output)
        description = Description(operations=draft.operations, output=draft.output, convention=Convention())
        network = Network(description=description, tensors=draft.tensors, device=torch.device("cpu"))
        network, picture = try_out(network, photo, asked=asked, size=draft.size)
    numbers = sum(tensor.numel() for tensor in draft.tensors.values() if tensor.is_floating_point())
    return Conversion(kind=draft.kind, network=network, picture=picture, numbers=numbers)


def save_network(network: Network, path: Path) -> None:
    """Write a network as safetensors, with its description in the metadata; the same bytes every time."""
    tensors = {name: tensor.cpu().clone().contiguous() for name, tensor in network.tensors.items()}
    path.write_bytes(save(tensors, metadata={DESCRIPTION: text_of(network.description)}))


def read_network(path: Path, *, choice: int | None = None) -> NetworkDraft:
    """Return the network in a file, whatever the file is called; raises NetworkError."""
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise NetworkError(
            f"it is of {size / 2**20:.0f} MB, and {MOST_BYTES / 2**20:.0f} are the most."
            " A network that redraws photos has 1 to 50."
        )
    data = path.read_bytes()
    if not data:
        raise NetworkError("the file is empty. Fetch it again.")
    if data[:1] == b"\x80" or data[:4] == b"PK\x03\x04" or data[257:262] == b"ustar":
        operations, weights = transformer_net(read_state_dict(data))
        draft = NetworkDraft(
            kind=TRANSFORMER_NET, operations=tuple(operations), tensors=weights, output=OUTPUT
        )
    elif data[:1] == b"\x08":  # the version of the format, the first field of every ONNX file
        draft = _from_graph(read_graph(data), choice=choice)
    else:
        raise NetworkError(
            "this is no model that can be read. Known are ONNX files (.onnx), and weights of PyTorch's"
            " fast_neural_style (.pth, .pt, .model)."
        )
    if choice is not None and draft.kind != ONNX:
        raise NetworkError("it has one style only. Leave --pick out.")
    return replace(draft, tensors=_checked(draft.tensors))


def simplify(draft: NetworkDraft) -> NetworkDraft:
    """Do what does not depend on the photo once and for all, and leave out what nothing needs."""
    values, known = dict(draft.tensors), set(draft.tensors)
    kept, numbers = [], 0
    for operation in draft.operations:
        if all(name in known for name in operation.inputs if name):
            check_operations([operation], values, output=operation.output)
            done = perform(operation, values)
            numbers += done.numel()
            if numbers > MOST_NUMBERS:
                raise NetworkError(f"it makes more than {MOST_NUMBERS:,} numbers of itself before any photo.")
            values[operation.output] = done.contiguous()
            known.add(operation.output)
        else:
            kept.append(operation)
    needed, operations = {draft.output}, []
    for operation in reversed(kept):
        if operation.output in needed:
            operations.append(operation)
            needed.update(operation.inputs)
    if IMAGE not in needed:
        raise NetworkError("its output does not depend on the photo. This is no network that redraws photos.")
    tensors = {name: values[name] for name in sorted(needed & known)}
    return replace(draft, operations=tuple(reversed(operations)), tensors=tensors)


def _from_graph(graph: Graph, *, choice: int | None) -> NetworkDraft:
    image, others = _image_among(graph.inputs)
    translation, same_as = translate(graph)
    tensors, operations = translation.tensors, translation.operations
    if others:
        (styles,) = others
        tensors[styles.name] = _choice_of(styles, choice)
    elif choice is not None:
        raise NetworkError("it has one style only. Leave --pick out.")
    rename = {image.name: IMAGE}
    size = image.sizes[2:]
    if image.sizes[1] != 3 and image.sizes[-1] == 3:  # (N, H, W, 3)
        rename = {image.name: LAST}
        size = image.sizes[1:3]
        turned = Operation(kind="transpose", inputs=(IMAGE,), output=LAST, settings={"order": (0, 2, 3, 1)})
        operations.insert(0, turned)
    operations = [
        replace(each, inputs=tuple(rename.get(name, name) for name in each.inputs)) for each in operations
    ]
    output = _picture_among(graph.outputs)
    name = same_as.get(output.name, output.name)
    if len(output.sizes) == 4 and output.sizes[1] != 3 and output.sizes[-1] == 3:
        operations.append(
            Operation(kind="transpose", inputs=(name,), output=FIRST, settings={"order": (0, 3, 1, 2)})
        )
        name = FIRST
    height, width = size
    return NetworkDraft(
        kind=ONNX,
        operations=tuple(operations),
        tensors=tensors,
        output=name,
        size=(height, width) if height and width else None,
    )


def _image_among(inputs: Sequence[Slot]) -> tuple[Slot, list[Slot]]:
    """Return the input that takes the photo, and at most one more, which chooses among styles."""
    images = [slot for slot in inputs if slot.is_float and len(slot.sizes) == 4 and 3 in slot.sizes[1::2]]
    listed = ", ".join(f"{slot.name} ({_spoken(slot)})" for slot in inputs) or "none"
    if not images:
        raise NetworkError(f"none of its inputs takes a photo of three channels; it has {listed}.")
    if len(images) > 1:
        raise NetworkError(
            f"it takes {len(images)} pictures: {listed}."
            " A network that is to be a style takes the photo alone."
        )
    others = [slot for slot in inputs if slot is not images[0]]
    if len(others) > 1 or any(len(slot.sizes) not in (1, 2) or not slot.sizes[-1] for slot in others):
        raise NetworkError(
            f"it has {len(inputs)} inputs: {listed}. A network that is to be a style takes the photo alone."
        )
    return images[0], others


def _choice_of(slot: Slot, choice: int | None) -> Tensor:
    """Return what is given to an input that weighs styles: 1 for the chosen one, 0 for all others."""
    count = slot.sizes[-1] or 0
    if not slot.is_float or choice is None or not 0 <= choice < count:
        raise NetworkError(
            f"beside the photo it takes {slot.name} ({_spoken(slot)})."
            f" If that weighs {count} styles, choose one: --pick 0 to --pick {count - 1}"
        )
    weights = torch.zeros([size or 1 for size in slot.sizes])
    weights[..., choice] = 1.0
    return weights


def _picture_among(outputs: Sequence[Slot]) -> Slot:
    if len(outputs) != 1:
        listed = ", ".join(slot.name for slot in outputs) or "none"
        raise NetworkError(f"it has {len(outputs)} outputs ({listed}), and one picture is wanted.")
    return outputs[0]


def _spoken(slot: Slot) -> str:
    sizes = " x ".join(str(size or "any") for size in slot.sizes) or "a number"
    return sizes if slot.is_float else f"{sizes}, not of decimal numbers"


def _checked(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return tensors in the types that operations know; raises NetworkError for what is not finite."""
    if sum(tensor.numel() for tensor in tensors.values()) > MOST_NUMBERS:
        raise NetworkError(
            f"it has more than {MOST_NUMBERS:,} weights. A network that redraws photos has 1 or 2 million."
        )
    checked = {}
    for name, tensor in tensors.items():
        if tensor.is_floating_point():
            tensor = tensor.detach().float()
            if not bool(tensor.isfinite().all()):
                raise NetworkError(
                    f"its weights {name[:80]!r} hold a value that is not finite. Its training went wrong,"
                    " or the file is damaged; take an earlier one."
                )
        elif tensor.is_complex() or tensor.is_quantized:
            raise NetworkError(
                f"its weights {name[:80]!r} are of type {tensor.dtype}, which no picture needs."
            )
        elif tensor.dtype != torch.bool:
            tensor = tensor.long()
        checked[name] = tensor
    return checked
