"""The sections of `gpu.py` that call the networks themselves: equality and the speed of the network."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import torch
from _bare_plugin import ROOT
from _gpu_measure import Limits, Work, counting, get_peak, measure_seconds, reset_peak, synchronize
from _gpu_report import Report
from pelican.plugins.stylize.engine.image_tensors import to_picture, to_tensor
from pelican.plugins.stylize.engine.networks.style_file import load_style_file
from pelican.plugins.stylize.engine.networks.transformer import Transformer
from pelican.plugins.stylize.engine.networks.vgg_encoder import Encoder
from pelican.plugins.stylize.engine.networks.weight_files import load_weights
from pelican.plugins.stylize.engine.stylizer import STROKE_EDGE, Stylizer
from PIL import Image
from torch import Tensor
from torch.func import functional_call

STYLES = ("harvesters", "hubble-m51", "whalers")
PRECISIONS = {"fp32": torch.float32, "tf32": torch.float32, "fp16": torch.float16, "bf16": torch.bfloat16}
LAYOUTS = {"channels_last": torch.channels_last, "contiguous": torch.contiguous_format}
GAIN = 1.03  # a batch twice as large must give so much more, or the search for the best one ends
ALWAYS = {512: 8, 1024: 8}  # batches up to this are measured whatever they gain, by side
LONGEST_COMPILATION = 90  # seconds
LARGEST_BATCH_PIXELS = 2**27  # eight pictures of 4096 pixels squared

# Largest mean and largest single difference from the CPU in single precision, in levels of 255.
PICTURE_TOLERANCES = {"fp32": (0.02, 2), "tf32": (0.2, 8), "fp16": (0.2, 8), "bf16": (1.0, 24)}
# Largest relative difference of feature maps, |a - b| / |b|
FEATURE_TOLERANCES = {"fp32": 1e-4, "bf16": 1e-2}


@dataclass(frozen=True, kw_only=True)
class Setting:
    """How a network is computed."""

    precision: str = "fp16"
    layout: str = "channels_last"
    deterministic: bool = True  # as the engine does
    search: bool = False  # let cuDNN try its algorithms and take the fastest


@dataclass(frozen=True, kw_only=True)
class Bench:
    """What every section needs."""

    report: Report
    device: torch.device
    limits: Limits
    is_small: bool
    scratch: Path  # a folder for files

    def measure_seconds(self, work: Callable[[], object]) -> float:
        """Return seconds for one call, the best of three rounds."""
        return measure_seconds(work, self.device, budget=0.02 if self.is_small else 0.3)


def open_square(side: int, index: int = 0) -> Image.Image:
    """Return one of the demo's photos as a square of so many pixels."""
    paths = sorted((ROOT / "content" / "photos").glob("*.jpg"))
    photo = Image.open(paths[index % len(paths)]).convert("RGB")
    left = (photo.width - photo.height) // 2
    box = (left, 0, left + photo.height, photo.height)
    return photo.resize((side, side), Image.Resampling.BICUBIC, box=box)


def find_stroke(photo: Image.Image) -> float:
    """Return the stroke at which the network draws a photo at its own size."""
    return STROKE_EDGE / max(photo.size)


def find_style(name: str) -> Path:
    """Return the file of one of the demo's styles."""
    return ROOT / "styles" / name / "style.safetensors"


class Network:
    """The shared network with one style's weights, on a device."""

    def __init__(self, style: Path, device: torch.device) -> None:
        self.device = device
        self.module = load_weights(Transformer(), "transformer.safetensors", device=device)
        loaded = load_style_file(style, device=device)
        self.parameters: Mapping[str, Tensor] = loaded.parameters
        shared = dict(self.module.named_parameters())
        self.weights = {name: shared[name] + delta for name, delta in loaded.deltas.items()}

    def draw(self, pixels: Tensor) -> Tensor:
        """Redraw (N, 3, H, W)."""
        return functional_call(self.module, self.weights, (pixels, self.parameters))

    def use_layout(self, layout: str) -> None:
        """Store the weights in a memory format."""
        self.module.to(memory_format=LAYOUTS[layout])
        self.weights = {
            name: weight.contiguous(memory_format=LAYOUTS[layout]) if weight.ndim == 4 else weight
            for name, weight in self.weights.items()
        }


@contextmanager
def using(setting: Setting, device: torch.device) -> Iterator[None]:
    """Compute without gradients, with these settings."""
    half = PRECISIONS[setting.precision] if setting.precision in ("fp16", "bf16") else torch.float16
    with (
        torch.inference_mode(),
        torch.backends.cudnn.flags(
            enabled=True,
            benchmark=setting.search,
            deterministic=setting.deterministic,
            allow_tf32=setting.precision == "tf32",
        ),
        torch.autocast(device.type, dtype=half, enabled=setting.precision in ("fp16", "bf16")),
    ):
        yield


def check_equality(bench: Bench) -> bool:
    """Compare with the CPU: pictures, and the encoder's feature maps; returns whether all are near enough."""
    return all([*_check_pictures(bench), *_check_repetition(bench), *_check_features(bench)])


def _check_pictures(bench: Bench) -> Iterator[bool]:
    cpu = torch.device("cpu")
    photo = open_square(96 if bench.is_small else 1024)
    precisions = ("fp32", "tf32", "fp16", "bf16") if bench.device.type == "cuda" else ("fp32",)
    for style in STYLES[: 1 if bench.is_small else None]:
        reference_network, network = (Network(find_style(style), device) for device in (cpu, bench.device))
        with using(Setting(precision="fp32"), cpu):
            reference = to_picture(reference_network.draw(to_tensor(photo)))
        for precision in precisions:
            with using(Setting(precision=precision), bench.device):
                picture = to_picture(network.draw(to_tensor(photo, device=bench.device)))
            tolerance = PICTURE_TOLERANCES[precision]
            yield _add_difference(bench, f"{style}, {precision}", picture, reference, tolerance=tolerance)
        blend = [(find_style(style), 1.0)]
        picture = Stylizer(bench.device.type).stylize(
            photo, blend=blend, strength=1.0, stroke=find_stroke(photo)
        )
        tolerance = PICTURE_TOLERANCES["fp16" if bench.device.type == "cuda" else "fp32"]
        yield _add_difference(bench, f"{style}, as `stylize`", picture, reference, tolerance=tolerance)


def _add_difference(
    bench: Bench, what: str, picture: Image.Image, other: Image.Image, *, tolerance: tuple[float, int]
) -> bool:
    difference = np.abs(np.asarray(picture).astype(int) - np.asarray(other))
    average, largest = float(difference.mean()), int(difference.max())
    is_near = average <= tolerance[0] and largest <= tolerance[1]
    bench.report.add(
        what=what,
        **{"mean levels": average, "max levels": largest},
        tolerance=f"{tolerance[0]} and {tolerance[1]}",
        verdict="equal" if is_near else "OUTSIDE",
    )
    return is_near


def _check_repetition(bench: Bench) -> Iterator[bool]:
    stylizer, photo = Stylizer(bench.device.type), open_square(96 if bench.is_small else 1024)
    first, second = (
        stylizer.stylize(photo, blend=[(find_style(STYLES[0]), 1.0)], strength=0.5) for _ in range(2)
    )
    yield _add_difference(bench, "`stylize` twice", first, second, tolerance=(0, 0))


def _check_features(bench: Bench) -> Iterator[bool]:
    photo = open_square(64 if bench.is_small else 512)
    with torch.inference_mode():
        reference = load_weights(Encoder(), "encoder.safetensors")(to_tensor(photo))
    for precision, tolerance in FEATURE_TOLERANCES.items():
        encoder = load_weights(Encoder(), "encoder.safetensors", device=bench.device)
        encoder.set_precision(PRECISIONS[precision]).to(memory_format=torch.channels_last)
        with using(Setting(precision="fp32"), bench.device):
            maps = encoder(to_tensor(photo, device=bench.device))
        differences = {
            layer: float((maps[layer].cpu() - reference[layer]).norm() / reference[layer].norm())
            for layer in reference
        }
        layer = max(differences, key=lambda name: differences[name])
        is_near = differences[layer] <= tolerance
        bench.report.add(
            what=f"encoder in {precision}, worst layer {layer}",
            **{"relative difference": differences[layer]},
            tolerance=f"{tolerance}",
            verdict="equal" if is_near else "OUTSIDE",
        )
        yield is_near


def measure_network(bench: Bench) -> None:
    """Measure the shared network alone, at all sizes: precisions, layouts, batches."""
    network = Network(find_style(STYLES[0]), bench.device)
    sizes = (64,) if bench.is_small else (512, 1024, 2048, 4096)
    is_cuda = bench.device.type == "cuda"
    usual = Setting(precision="fp16" if is_cuda else "fp32")
    for side in sizes:
        settings = [usual]
        if is_cuda and side >= 1024:
            settings += [Setting(precision="fp32"), Setting(precision="tf32"), Setting(precision="bf16")]
        if side in (sizes[0], 1024, 4096):
            settings.append(Setting(precision=usual.precision, layout="contiguous"))
        if is_cuda and side in (1024, 4096):
            settings += [
                Setting(precision="fp32", layout="contiguous"),
                Setting(deterministic=False),
                Setting(deterministic=False, search=True),
            ]
        for setting in settings:
            _measure_setting(bench, network, setting, side=side, batch=1)
        _find_best_batch(bench, network, usual, side=side)


def _find_best_batch(bench: Bench, network: Network, setting: Setting, *, side: int) -> None:
    best, batch, least = 0.0, 2, ALWAYS.get(side, 0)
    while batch * side**2 <= (2 * side**2 if bench.is_small else LARGEST_BATCH_PIXELS):
        rate = _measure_setting(bench, network, setting, side=side, batch=batch)
        if not rate or (batch >= least and rate < best * GAIN):
            break
        best, batch = max(best, rate), 2 * batch


def _measure_setting(bench: Bench, network: Network, setting: Setting, *, side: int, batch: int) -> float:
    """Add a line; returns images a second, 0 if there is no time or no memory for it."""
    what = f"{batch} of {side}²"
    if bench.report.seconds_left < 5:
        bench.report.skip(what, why="no time left")
        return 0.0
    reset_peak(bench.device)
    network.use_layout(setting.layout)
    try:
        photos = [to_tensor(open_square(side, index % 4), device=bench.device) for index in range(batch)]
        pixels = torch.cat(photos).contiguous(memory_format=LAYOUTS[setting.layout])
        del photos
        with using(setting, bench.device):
            with counting() as get_work:
                network.draw(pixels)
            seconds = bench.measure_seconds(lambda: network.draw(pixels))
    except torch.OutOfMemoryError:
        bench.report.skip(what, why="not enough memory")
        return 0.0
    work: Work = get_work()
    flags = "" if setting.deterministic else ("search" if setting.search else "any algorithm")
    bench.report.add(
        side=side,
        batch=batch,
        precision=setting.precision,
        layout=setting.layout,
        cuDNN=flags,
        **{"ms/image": 1000 * seconds / batch, "images/s": batch / seconds},
        **work.compare(seconds, bench.limits, precision=setting.precision),
        **{"peak GB": get_peak(bench.device)},
    )
    return batch / seconds


def measure_graphs(bench: Bench) -> None:
    """Measure what CUDA graphs and torch.compile would gain for the shared network; nothing ships with it."""
    if bench.device.type != "cuda":
        bench.report.skip("graphs", why="only CUDA has them")
        return
    network = Network(find_style(STYLES[0]), bench.device)
    network.use_layout("channels_last")
    for side in (96,) if bench.is_small else (512, 1024, 2048):
        pixels = to_tensor(open_square(side), device=bench.device)
        pixels = pixels.contiguous(memory_format=torch.channels_last)
        with using(Setting(), bench.device):
            _add_speed(bench, "as it is", side, partial(network.draw, pixels))
            _add_speed(bench, "CUDA graph", side, _capture(network, pixels))


def measure_compiled(bench: Bench) -> None:
    """Measure the shared network with torch.compile."""
    if bench.device.type != "cuda" or bench.is_small:
        bench.report.skip("torch.compile", why="measured on CUDA, and not with --small")
        return
    network = Network(find_style(STYLES[0]), bench.device)
    network.use_layout("channels_last")
    pixels = to_tensor(open_square(1024), device=bench.device)
    pixels = pixels.contiguous(memory_format=torch.channels_last)
    for mode in ("default", "reduce-overhead"):
        if bench.report.seconds_left < LONGEST_COMPILATION:
            bench.report.skip(mode, why="no time left")
            continue
        compiled = torch.compile(network.draw, mode=mode)
        with torch.no_grad(), torch.autocast(bench.device.type, dtype=torch.float16):
            _add_speed(bench, mode, 1024, partial(compiled, pixels))


def _capture(network: Network, pixels: Tensor) -> Callable[[], None]:
    stream = torch.cuda.Stream()
    stream.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(stream):
        for _ in range(3):
            network.draw(pixels)
    torch.cuda.current_stream().wait_stream(stream)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        network.draw(pixels)
    return graph.replay


def _add_speed(bench: Bench, what: str, side: int, work: Callable[[], object]) -> None:
    begun = bench.report.seconds_left
    work()
    synchronize(bench.device)
    first = begun - bench.report.seconds_left
    seconds = bench.measure_seconds(work)
    bench.report.add(what=what, side=side, **{"first call s": first, "ms/image": 1000 * seconds})
