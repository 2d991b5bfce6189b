"""Reads weights of the network of Johnson et al. (2016), in the layout that PyTorch's own example saves.

The state dict of the example holds `conv1` to `conv3`, residual blocks `res1` to `res5` of two convolutions
each, and `deconv1` to `deconv3`, with `.conv2d.` before the weights of a convolution. After each convolution
but the last comes an instance normalization, `in1` and so on (Ulyanov et al. 2016). Convolutions mirror the
picture at its edges; before `deconv1` and `deconv2` every pixel is repeated. Input and output are RGB from 0
to 255. The width of the layers and the number of blocks follow from the weights.
"""

import io
import pickle
import re
import warnings
import zipfile
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from ..graph_networks.graph_spec import IMAGE, NetworkError, Operation, Setting

MAX_BLOCKS = 32  # the example has 5
_STATISTICS = re.compile(r"\.(running_mean|running_var|num_batches_tracked)$")
_PREFIXES = ("module.", "model.", "net.", "transformer.")  # added when a network is part of another module

_SAVE = "Save the weights alone where the model runs: torch.save(model.state_dict(), FILE)"


def read_state_dict(data: bytes) -> dict[str, Tensor]:
    """Return the weights, by name, in a file that torch.save wrote.

    Such a file is a program for Python's pickle. It is loaded with `weights_only`, which accepts tensors and
    refuses everything else before any of it runs. Raises NetworkError if the file is refused, damaged, or
    holds no tensors by name.
    """
    _check_archive(data)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about formats that torch may not know; it raises an error then
            state = torch.load(io.BytesIO(data), map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        name = re.search(r"(?:GLOBAL|global) `?([\w.]+)", str(error))
        if name is None:
            raise NetworkError(
                "the file is damaged, or was not written by torch.save. Fetch it again."
            ) from None
        raise NetworkError(
            f"reading this file would run code ({name[1]}), so it was not read. Weights need none. {_SAVE}"
        ) from None
    except MemoryError:
        raise
    except Exception as error:  # a damaged pickle can raise any error inside torch
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0][:120]
        raise NetworkError(f"the file is damaged or was cut off ({reason}). Fetch it again.") from None
    return _tensors_in(state)


def build_transformer_net(state: Mapping[str, Tensor]) -> tuple[list[Operation], dict[str, Tensor]]:
    """Return the operations and tensors of the example's network; raises NetworkError for other weights."""
    weights = {name: tensor for name, tensor in state.items() if not _STATISTICS.search(name)}
    blocks = len({name.split(".")[0] for name in weights if re.match(r"res\d+\.", name)})
    net = _Builder(weights)
    x = IMAGE
    for number, stride in ((1, 1), (2, 2), (3, 2)):
        x = net.relu(net.norm(net.conv(x, f"conv{number}.conv2d", stride=stride), f"in{number}"))
    for number in range(1, min(blocks, MAX_BLOCKS) + 1):
        branch = net.relu(net.norm(net.conv(x, f"res{number}.conv1.conv2d"), f"res{number}.in1"))
        branch = net.norm(net.conv(branch, f"res{number}.conv2.conv2d"), f"res{number}.in2")
        x = net.add("add", [x, branch], f"res{number}")
    for number in (1, 2):
        enlarged = net.add(
            "resize", [x, "twice"], f"deconv{number}.twice", coordinates="asymmetric", rounding="floor"
        )
        x = net.relu(net.norm(net.conv(enlarged, f"deconv{number}.conv2d"), f"in{number + 3}"))
    net.conv(x, "deconv3.conv2d")
    net.check()
    return net.operations, net.tensors


OUTPUT = "deconv3.conv2d"  # the name of the picture in `build_transformer_net`


class _Builder:
    """Collects operations and tensors, and which weights are missing or unknown."""

    def __init__(self, weights: Mapping[str, Tensor]) -> None:
        self.operations: list[Operation] = []
        self.tensors: dict[str, Tensor] = {"twice": torch.tensor([1.0, 1.0, 2.0, 2.0])}
        self._weights = weights
        self._used: set[str] = set()
        self._missing: list[str] = []
        self._channels = 3

    def add(self, kind: str, inputs: list[str], output: str, **settings: Setting) -> str:
        self.operations.append(Operation(kind=kind, inputs=tuple(inputs), output=output, settings=settings))
        return output

    def conv(self, x: str, name: str, *, stride: int = 1) -> str:
        weight = self._take(f"{name}.weight")
        bias = self._take(f"{name}.bias")
        if weight is not None and (
            weight.ndim != 4 or weight.shape[2] != weight.shape[3] or weight.shape[2] % 2 == 0
        ):
            sizes = "x".join(map(str, weight.shape))
            raise NetworkError(f"{name}.weight is {sizes}, but must be square with an odd side.")
        margin = weight.shape[2] // 2 if weight is not None else 0
        edge = f"{name}.margin"
        self.tensors[edge] = torch.tensor([0, 0, margin, margin, 0, 0, margin, margin])
        inputs = [self.add("pad", [x, edge], f"{name}.padded", mode="reflect"), f"{name}.weight"]
        inputs += [f"{name}.bias"] if bias is not None else []
        return self.add("conv", inputs, name, stride=(stride, stride))

    def norm(self, x: str, name: str) -> str:
        self._take(f"{name}.weight")
        self._take(f"{name}.bias")
        return self.add("instance_norm", [x, f"{name}.weight", f"{name}.bias"], name)

    def relu(self, x: str) -> str:
        return self.add("relu", [x], f"{x}.relu")

    def check(self) -> None:
        """Raise NetworkError if weights are missing or unknown."""
        unknown = sorted(self._weights.keys() - self._used)
        if not self._missing and not unknown:
            return
        parts = [f"{self._missing[0]} and {len(self._missing) - 1} more are missing"] if self._missing else []
        parts += [f"{unknown[0][:80]} and {len(unknown) - 1} more are not known"] if unknown else []
        raise NetworkError(
            "these are not the weights of PyTorch's fast_neural_style, the only layout that is known:"
            f" {', '.join(parts)}. Export the model to ONNX where it runs, and import that."
        )

    def _take(self, name: str) -> Tensor | None:
        tensor = self._weights.get(name)
        if tensor is None:
            self._missing.append(name)
        else:
            self.tensors[name] = tensor
            self._used.add(name)
        return tensor


def _check_archive(data: bytes) -> None:
    """Raise NetworkError for a kind of file that torch.load must not or cannot read."""
    if data[257:262] == b"ustar":
        raise NetworkError(
            f"this is a tar archive. If it holds a model, unpack it and name the model's file. {_SAVE}"
        )
    if data[:4] != b"PK\x03\x04":
        return
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError):
        raise NetworkError("the file is damaged or was cut off. Fetch it again.") from None
    names = [entry.filename for entry in entries]
    if any("/code/" in name or name.endswith("/constants.pkl") for name in names):
        raise NetworkError(f"this is a TorchScript file, which holds code as well as weights. {_SAVE}")
    if not any(name.endswith("data.pkl") for name in names):
        raise NetworkError(
            "this is a zip archive without a model of PyTorch. Unpack it and name the model's file."
        )
    if sum(entry.file_size for entry in entries) > 2 * len(data):
        raise NetworkError(
            "it would unpack to more than twice its size, which is not normal for weights. It was not read."
        )


def _tensors_in(state: Any) -> dict[str, Tensor]:
    """Return the weights of a state dict, or of the state dict in a training checkpoint."""
    for key in ("state_dict", "model_state_dict", "model", "net"):
        if isinstance(state, Mapping) and isinstance(state.get(key), Mapping):
            state = state[key]
            break
    if not isinstance(state, Mapping) or not state:
        raise NetworkError(f"it holds no weights by name, but {type(state).__name__}. {_SAVE}")
    tensors = {}
    for name, value in state.items():
        is_plain = isinstance(value, Tensor) and value.layout == torch.strided and not value.is_meta
        if not isinstance(name, str) or not is_plain:
            raise NetworkError(f"{str(name)[:80]!r} in it is not a plain tensor. {_SAVE}")
        tensors[name] = value
    for prefix in _PREFIXES:
        if all(name.startswith(prefix) for name in tensors):
            return {name.removeprefix(prefix): tensor for name, tensor in tensors.items()}
    return tensors
