"""Rules for the nodes of an ONNX graph that work on feature maps."""

import torch

from .graph_spec import Setting
from .onnx_attributes import Rule, Translation, pair_of, real_of, unusual, whole_of, wholes_of, word_of
from .onnx_reader import Node


def _conv(to: Translation, node: Node, inputs: list[str]) -> None:
    transposed = node.kind == "ConvTranspose"
    stride, dilation = pair_of(node, "strides"), pair_of(node, "dilations")
    settings: dict[str, Setting] = {
        "stride": stride,
        "dilation": dilation,
        "groups": whole_of(node, "group", 1),
    }
    fit = word_of(node, "auto_pad", "NOTSET")
    if fit in ("SAME_UPPER", "SAME_LOWER") and not transposed:
        settings["fit"] = fit.lower()
    elif fit not in ("NOTSET", "VALID") or (transposed and "output_shape" in node.attributes):
        raise unusual(node, "output_shape" if "output_shape" in node.attributes else f"auto_pad = {fit}")
    else:
        settings["padding"] = padding = wholes_of(node, "pads", (0, 0, 0, 0)) if fit == "NOTSET" else (0,) * 4
        if len(padding) != 4:
            raise unusual(node, "a padding that is not of height and width")
    if transposed:
        settings["output_padding"] = wholes_of(node, "output_padding", (0, 0))
    to.add(node, "conv_transpose" if transposed else "conv", inputs, **settings)


def _instance_norm(to: Translation, node: Node, inputs: list[str]) -> None:
    to.add(node, "instance_norm", inputs, epsilon=real_of(node, "epsilon", 1e-5))


def _batch_norm(to: Translation, node: Node, inputs: list[str]) -> None:
    if node.attributes.get("training_mode"):
        raise unusual(node, "training_mode")
    to.add(node, "batch_norm", inputs, epsilon=real_of(node, "epsilon", 1e-5))


def _leaky_relu(to: Translation, node: Node, inputs: list[str]) -> None:
    to.add(node, "leaky_relu", inputs, slope=real_of(node, "alpha", 0.01))


def _elu(to: Translation, node: Node, inputs: list[str]) -> None:
    to.add(node, "elu", inputs, alpha=real_of(node, "alpha", 1.0))


def _clip(to: Translation, node: Node, inputs: list[str]) -> None:
    if to.opset < 11:  # bounds were attributes
        inputs = inputs[:1] + [
            to.constant(node, name, torch.tensor(real_of(node, name, 0.0))) if name in node.attributes else ""
            for name in ("min", "max")
        ]
    to.add(node, "clip", inputs)


def _pad(to: Translation, node: Node, inputs: list[str]) -> None:
    mode = word_of(node, "mode", "constant")
    if mode not in ("constant", "reflect", "edge"):
        raise unusual(node, f"mode = {mode}")
    if len(inputs) < 2:  # until operator set 10
        sizes = wholes_of(node, "pads", wholes_of(node, "paddings", ()))
        inputs = [inputs[0], to.constant(node, "pads", torch.tensor(sizes, dtype=torch.int64))]
        inputs.append(to.constant(node, "value", torch.tensor(real_of(node, "value", 0.0))))
    to.add(node, "pad", inputs, mode=mode)


def _resize(to: Translation, node: Node, inputs: list[str]) -> None:
    mode = word_of(node, "mode", "nearest")
    mode = "linear" if mode == "bilinear" else mode
    if mode not in ("nearest", "linear") or node.attributes.get("antialias"):
        raise unusual(node, f"mode = {mode}" if mode not in ("nearest", "linear") else "antialias")
    if "axes" in node.attributes or word_of(node, "keep_aspect_ratio_policy", "stretch") != "stretch":
        raise unusual(node, "axes" if "axes" in node.attributes else "keep_aspect_ratio_policy")
    if node.kind == "Upsample" or to.opset < 11:
        if len(inputs) < 2:  # operator sets 7 and 8
            scales = torch.tensor(node.attributes.get("scales", ()), dtype=torch.float32)
            inputs = [inputs[0], to.constant(node, "scales", scales)]
        to.add(node, "resize", inputs[:2], mode=mode, coordinates="asymmetric", rounding="floor")
        return
    coordinates = word_of(node, "coordinate_transformation_mode", "half_pixel")
    if coordinates not in ("asymmetric", "half_pixel", "pytorch_half_pixel", "align_corners"):
        raise unusual(node, f"coordinate_transformation_mode = {coordinates}")
    rounding = word_of(node, "nearest_mode", "round_prefer_floor")
    _, _, scales_name, sizes = [*inputs, "", "", ""][:4]
    if scales_name in to.tensors and to.tensors[scales_name].numel() == 0:
        scales_name = ""  # PyTorch gives an empty one beside the sizes
    to.add(
        node, "resize", [inputs[0], scales_name, sizes], mode=mode, coordinates=coordinates, rounding=rounding
    )


def _pool(to: Translation, node: Node, inputs: list[str]) -> None:
    kernel, padding = wholes_of(node, "kernel_shape", ()), wholes_of(node, "pads", (0, 0, 0, 0))
    plain = word_of(node, "auto_pad", "NOTSET") in ("NOTSET", "VALID") and not node.attributes.get(
        "ceil_mode"
    )
    if not plain or len(padding) != 4 or padding[:2] != padding[2:] or set(pair_of(node, "dilations")) != {1}:
        raise unusual(node, "a padding that differs from side to side")
    settings: dict[str, Setting] = {
        "kernel": kernel,
        "stride": pair_of(node, "strides"),
        "padding": padding[:2],
    }
    if node.kind == "AveragePool":
        settings["counts_padding"] = bool(node.attributes.get("count_include_pad"))
    to.add(node, "average_pool" if node.kind == "AveragePool" else "max_pool", inputs, **settings)


def _global_pool(to: Translation, node: Node, inputs: list[str]) -> None:
    to.add(node, "mean", [inputs[0], to.constant(node, "axes", torch.tensor([2, 3]))], keeps_axes=True)


def _depth(to: Translation, node: Node, inputs: list[str]) -> None:
    block = whole_of(node, "blocksize", 1)
    if node.kind == "SpaceToDepth":
        to.add(node, "space_to_depth", inputs, block=block)
    else:
        to.add(node, "depth_to_space", inputs, block=block, mode=word_of(node, "mode", "DCR"))


LAYERS: dict[str, Rule] = {
    "Conv": _conv,
    "ConvTranspose": _conv,
    "InstanceNormalization": _instance_norm,
    "BatchNormalization": _batch_norm,
    "LeakyRelu": _leaky_relu,
    "Elu": _elu,
    "Clip": _clip,
    "Pad": _pad,
    "Upsample": _resize,
    "Resize": _resize,
    "AveragePool": _pool,
    "MaxPool": _pool,
    "GlobalAveragePool": _global_pool,
    "DepthToSpace": _depth,
    "SpaceToDepth": _depth,
}
