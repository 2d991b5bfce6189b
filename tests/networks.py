"""Small networks from elsewhere, made here: state dicts and ONNX files with seeded weights."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor, nn

WIDTHS = (8, 12, 16)  # of the example's 32, 64 and 128


class TransformerNet(nn.Module):
    """The network of Johnson et al. (2016) out of torch's own modules, narrow and with two blocks."""

    def __init__(self) -> None:
        super().__init__()
        a, b, c = WIDTHS
        torch.manual_seed(7)
        self.down = nn.ModuleList([Step(3, a, 9), Step(a, b, 3, stride=2), Step(b, c, 3, stride=2)])
        self.blocks = nn.ModuleList([nn.ModuleList([Step(c, c, 3), Step(c, c, 3)]) for _ in range(2)])
        self.up = nn.ModuleList([Step(c, b, 3), Step(b, a, 3)])
        self.last = nn.Sequential(nn.ReflectionPad2d(4), nn.Conv2d(a, 3, 9))
        with torch.no_grad():
            self.last[1].weight.mul_(300)
            self.last[1].bias.fill_(128)

    def forward(self, x: Tensor) -> Tensor:
        for step in self.down:
            x = step(x).relu()
        for first, second in self.blocks:
            x = x + second(first(x).relu())
        for step in self.up:
            x = step(nn.Upsample(scale_factor=2, mode="nearest")(x)).relu()
        return self.last(x)

    def saved(self) -> dict[str, Tensor]:
        """The state dict as PyTorch's example names it, with what files of 2017 hold as well."""
        state = {}
        for number, step in enumerate(self.down, 1):
            state |= step.saved(f"conv{number}", f"in{number}")
        for number, (first, second) in enumerate(self.blocks, 1):
            state |= first.saved(f"res{number}.conv1", f"res{number}.in1")
            state |= second.saved(f"res{number}.conv2", f"res{number}.in2")
        for number, step in enumerate(self.up, 1):
            state |= step.saved(f"deconv{number}", f"in{number + 3}")
        state["deconv3.conv2d.weight"] = self.last[1].weight.detach()
        state["deconv3.conv2d.bias"] = self.last[1].bias.detach()
        for name in [name for name in state if ".in" in name or name.startswith("in")]:
            if name.endswith(".weight"):
                state[name.replace(".weight", ".running_mean")] = torch.rand_like(state[name])
                state[name.replace(".weight", ".running_var")] = torch.rand_like(state[name])
        return state


class Step(nn.Module):
    """Mirror, convolve, normalize."""

    def __init__(self, channels_in: int, channels_out: int, side: int, *, stride: int = 1) -> None:
        super().__init__()
        self.edge = nn.ReflectionPad2d(side // 2)
        self.conv = nn.Conv2d(channels_in, channels_out, side, stride)
        self.norm = nn.InstanceNorm2d(channels_out, affine=True)
        nn.init.uniform_(self.norm.weight, 0.5, 1.5)
        nn.init.normal_(self.norm.bias, std=0.1)

    def forward(self, x: Tensor) -> Tensor:
        return self.norm(self.conv(self.edge(x)))

    def saved(self, conv: str, norm: str) -> dict[str, Tensor]:
        return {
            f"{conv}.conv2d.weight": self.conv.weight.detach(),
            f"{conv}.conv2d.bias": self.conv.bias.detach(),
            f"{norm}.weight": self.norm.weight.detach(),
            f"{norm}.bias": self.norm.bias.detach(),
        }


def node(kind: str, inputs: Sequence[str], output: str, **attributes) -> onnx.NodeProto:
    return helper.make_node(kind, list(inputs), [output], name=f"the_{output}", **attributes)


def model(
    nodes: Sequence[onnx.NodeProto],
    weights: dict[str, np.ndarray] | None = None,
    *,
    opset: int = 13,
    image: Sequence[int | str] = (1, 3, "h", "w"),
    output: str = "picture",
    inputs: dict[str, Sequence[int]] | None = None,
    kind: int = TensorProto.FLOAT,
) -> onnx.ModelProto:
    """An ONNX model from `photo` to an output."""
    slots = [helper.make_tensor_value_info("photo", kind, image)]
    slots += [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, sizes)
        for name, sizes in (inputs or {}).items()
    ]
    graph = helper.make_graph(
        list(nodes),
        "g",
        slots,
        [helper.make_tensor_value_info(output, TensorProto.FLOAT, None)],
        [numpy_helper.from_array(array, name) for name, array in (weights or {}).items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8)


def zoo_like(*, size: Sequence[int | str] = (224, 224)) -> onnx.ModelProto:
    """A network as exporters of 2019 wrote them, operator set 9: the size is counted, enlarged by Upsample."""
    rng = np.random.default_rng(3)
    weights = {
        "w1": rng.normal(size=(6, 3, 3, 3)).astype("f"),
        "b1": rng.normal(size=6).astype("f"),
        "g1": np.ones(6, "f"),
        "s1": np.zeros(6, "f"),
        "w2": (40 * rng.normal(size=(3, 6, 3, 3))).astype("f"),
        "b2": np.full(3, 120, "f"),
        "two": np.array(2.0, "f"),
        "i2": np.array(2),
        "i3": np.array(3),
        "ones": np.ones(2, "f"),
    }
    sizes = []
    for axis in ("2", "3"):
        sizes += [
            node("Shape", ["r1"], f"shape{axis}"),
            node("Gather", [f"shape{axis}", f"i{axis}"], f"old{axis}", axis=0),
            node("Cast", [f"old{axis}"], f"float{axis}", to=TensorProto.FLOAT),
            node("Mul", [f"float{axis}", "two"], f"twice{axis}"),
            node("Floor", [f"twice{axis}"], f"new{axis}"),
            node("Div", [f"new{axis}", f"float{axis}"], f"factor{axis}"),
            node("Unsqueeze", [f"factor{axis}"], f"scale{axis}", axes=[0]),
        ]
    nodes = [
        node("Pad", ["photo"], "p1", mode="reflect", pads=[0, 0, 1, 1, 0, 0, 1, 1]),
        node("Conv", ["p1", "w1", "b1"], "c1", kernel_shape=[3, 3], strides=[2, 2]),
        node("InstanceNormalization", ["c1", "g1", "s1"], "n1"),
        node("Relu", ["n1"], "r1"),
        *sizes,
        node("Concat", ["ones", "scale2", "scale3"], "scales", axis=0),
        node("Upsample", ["r1", "scales"], "u1", mode="nearest"),
        node("Pad", ["u1"], "p2", mode="reflect", pads=[0, 0, 1, 1, 0, 0, 1, 1]),
        node("Conv", ["p2", "w2", "b2"], "picture", kernel_shape=[3, 3]),
    ]
    return model(nodes, weights, opset=9, image=(1, 3, *size))


def save(proto: onnx.ModelProto, folder: Path, name: str = "old.onnx") -> Path:
    path = folder / name
    path.write_bytes(proto.SerializeToString())
    return path
