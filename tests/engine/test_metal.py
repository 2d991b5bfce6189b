"""What can be said about Metal and CUDA without either: which operations are asked of them, and where tensors are."""

import re
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from pathlib import Path

import pytest
import torch
import torchgen
from pelican.plugins.stylize.engine.networks.strip_kernels import make_strip_kernels
from pelican.plugins.stylize.engine.networks.style_file import load_style_file
from pelican.plugins.stylize.engine.networks.style_parameters import SHAPES
from pelican.plugins.stylize.engine.networks.transformer import Transformer
from pelican.plugins.stylize.engine.networks.weight_files import load_weights
from pelican.plugins.stylize.engine.optimize.optimize import optimize
from pelican.plugins.stylize.engine.tiling.draw_picture import draw_on_device
from pelican.plugins.stylize.engine.tiling.feature_maps import FeatureMap
from pelican.plugins.stylize.engine.tiling.transformer_strips import StripDrawing
from pelican.plugins.stylize.model.training_config import TrainingConfig
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

TABLE = Path(torchgen.__file__).parent / "packaged/ATen/native/native_functions.yaml"


class Recorder(TorchDispatchMode):
    """Notes the operations that are done, and those that a card would do in double precision.

    In inference mode it sees some operations whole that are computed from others.
    """

    def __init__(self) -> None:
        super().__init__()
        self.operations: set[str] = set()
        self.double: set[str] = set()

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        results = func(*args, **(kwargs or {}))
        if func.namespace == "aten":
            self.operations.add(str(func).removeprefix("aten.").removesuffix(".default"))
        for leaf in tree_leaves(results):
            is_double = isinstance(leaf, torch.Tensor) and leaf.dtype == torch.float64
            if is_double and leaf.device.type != "cpu":
                self.double.add(str(func))
        return results


@pytest.fixture(scope="module")
def has_kernel() -> Callable[[str], bool]:
    """Return whether torch's own table of operations has one for Metal, or computes it from others."""
    blocks = TABLE.read_text().split("\n- func: ")
    entries = {block.partition("(")[0]: f"{block}\n" for block in blocks}

    def has_kernel(name: str) -> bool:
        block = entries[name]
        if found := re.search(r"structured_delegate: (\S+)", block):
            return has_kernel(found[1])
        dispatch = re.search(r"\n  dispatch:\n((?:    .*\n)+)", block)
        return not dispatch or "MPS" in dispatch[1] or "Composite" in dispatch[1]

    return has_kernel


class InThisThread:
    """Does the work of strips where the recorder sees it."""

    threads = 1

    def run(self, height: int, rows: int, work: Callable) -> Iterator:
        """Yield the result for each strip."""
        for first in range(0, height, rows):
            yield work(first, min(first + rows, height))


class Blank:
    """The rows of a photo of 64x48 pixels."""

    height, width = 64, 48

    def read(self, first: int, last: int) -> torch.Tensor:
        """Return black rows."""
        return torch.zeros(last - first, self.width, 3)


def draw_strips(weights, parameters, *, device="cpu", keeps_last_map=True):
    drawing = StripDrawing(
        photo=Blank(),
        kernels=make_strip_kernels(weights),
        parameters=parameters,
        workers=InThisThread(),
        rows=16,
        make_map=partial(FeatureMap, device=device),
        keeps_last_map=keeps_last_map,
    )
    return list(drawing.draw())


@pytest.fixture
def works(stylizer, photo, artwork, style_file, encoder, tmp_path) -> dict[str, Callable]:
    """All that a graphics card does, in a small size."""
    transformer = load_weights(Transformer(), "transformer.safetensors")
    weights, parameters = dict(transformer.named_parameters()), load_style_file(style_file).parameters

    @torch.no_grad()
    def draw() -> None:
        draw_on_device(transformer, photo, parameters, weights=weights, memory_limit=8_000_000_000)

    def paint(size: tuple[int, int]) -> None:
        run = optimize(photo.resize(size), artworks=[(artwork, 0.5), (photo, 0.5)], encoder=encoder)
        list(islice(run, 3))

    def tune() -> None:
        run = stylizer.tune(
            artwork,
            [photo],
            config=TrainingConfig(steps=1),
            sources="x",
            checkpoint=tmp_path / "c.safetensors",
        )
        list(run)

    return {
        "whole": draw,
        "strips": torch.no_grad()(partial(draw_strips, weights, parameters, keeps_last_map=False)),
        "predict": lambda: stylizer.predict(artwork),
        "series": lambda: stylizer.measure_moments(
            [photo], sizes=[photo.size], blend=[(style_file, 1.0)], strength=0.5
        ),
        "paint": partial(paint, (75, 61)),
        "tune": tune,
    }


@pytest.mark.parametrize("name", ["whole", "strips", "predict", "series", "paint", "tune"])
def test_metal_has_every_operation(works, has_kernel, name):
    with Recorder() as recorder:
        works[name]()
    assert len(recorder.operations) > 10
    assert [each for each in sorted(recorder.operations) if not has_kernel(each)] == []


@pytest.mark.parametrize("keeps_last_map", [True, False])
def test_strips_mix_no_devices_and_ask_no_double_precision_of_a_card(keeps_last_map):
    """The card is one of `FakeTensorMode`, which refuses operations on tensors of two devices."""
    with FakeTensorMode(allow_non_fake_inputs=True), Recorder() as recorder, torch.inference_mode():
        shapes = {name: weight.shape for name, weight in Transformer().named_parameters()}
        weights, parameters = (
            {name: torch.empty(shape, device="cuda") for name, shape in each.items()}
            for each in (shapes, SHAPES)
        )
        strips = draw_strips(weights, parameters, device="cuda", keeps_last_map=keeps_last_map)
    assert [strip.device.type for strip in strips] == ["cuda"] * 4
    assert recorder.double == set()
