"""The sections of `gpu.py` that go through `Stylizer`: optimizing, tuning, and files in and out."""

import cProfile
import io
import pstats
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from tempfile import mkdtemp
from threading import Lock
from typing import Any

import torch
from _bare_plugin import ROOT
from _gpu_measure import counting, get_peak, reset_peak, sampling, synchronize
from _gpu_networks import STYLES, Bench, find_stroke, find_style, open_square
from pelican.plugins.stylize.engine.devices import choose_precision
from pelican.plugins.stylize.engine.image_tensors import to_picture, to_tensor
from pelican.plugins.stylize.engine.losses.style_content import Objective
from pelican.plugins.stylize.engine.networks.vgg_encoder import Encoder
from pelican.plugins.stylize.engine.networks.weight_files import load_weights
from pelican.plugins.stylize.engine.stylizer import Stylizer
from pelican.plugins.stylize.images.decode import open_photo
from pelican.plugins.stylize.images.renditions import write_png
from pelican.plugins.stylize.model.training_config import TrainingConfig
from PIL import Image

ARTWORK = "wheat-field-with-cypresses"
SIZES = ((640, 480), (1200, 900))  # of optimized pictures
# Of the methods that optimize: what `Stylizer.optimize` is told besides the photo and the artwork.
KINDS: dict[str, dict[str, Any]] = {"whole picture": {}, "small, then restored": {"small": True}}
# Of content and style distance, in proportion. Between single precision and bfloat16 on one CPU, eight steps
# of tuning differ by 0.0016.
TUNING_TOLERANCE = 0.01
OPTIMIZE_TOLERANCE = 0.05
LONGEST_CHECK = 60  # seconds for one small picture


def start_optimization(
    stylizer: Stylizer, photo: Image.Image, artwork: Image.Image, *, folder: Path, **kind: Any
) -> Iterator[Any]:
    """Begin to optimize; the only place that knows the arguments of `Stylizer.optimize`."""
    checkpoint = Path(mkdtemp(dir=folder)) / "checkpoint.safetensors"
    return stylizer.optimize(
        photo, artworks=[(artwork, 1.0)], content=0.5, strength=1.0, checkpoint=checkpoint, **kind
    )


def start_tuning(
    stylizer: Stylizer, artwork: Image.Image, photos: Sequence[Image.Image], *, folder: Path, steps: int
) -> Iterator[Any]:
    """Begin to tune; the only place that knows the arguments of `Stylizer.tune`."""
    checkpoint = Path(mkdtemp(dir=folder)) / "checkpoint.safetensors"
    config = TrainingConfig(steps=steps)
    return stylizer.tune(artwork, photos, config=config, sources="bench", checkpoint=checkpoint)


def open_artwork() -> Image.Image:
    """Return the artwork that pictures are optimized and styles tuned towards."""
    return open_photo(ROOT / "styles" / ARTWORK / "artwork.jpg")


def open_photos(count: int | None = None) -> list[Image.Image]:
    """Return the demo's photos, or the first of them."""
    paths = sorted((ROOT / "content" / "photos").glob("*.jpg"))
    return [open_photo(path) for path in paths[:count]]


def open_sized(size: tuple[int, int]) -> Image.Image:
    """Return a photo of exactly this size."""
    return open_photos(1)[0].resize(size, Image.Resampling.BICUBIC)


def check_runs(bench: Bench) -> bool:
    """Compare eight steps of tuning and a small optimized picture with the CPU's."""
    if bench.device.type == "cpu":
        bench.report.skip("runs", why="the CPU would be compared with itself")
        return True
    if bench.is_small:
        return _check_tuning(bench, steps=0)
    return all([_check_tuning(bench, steps=8), _check_optimization(bench)])


def _check_tuning(bench: Bench, *, steps: int) -> bool:
    artwork, photos = open_artwork(), open_photos(1 if bench.is_small else None)
    runs = [
        start_tuning(Stylizer(device), artwork, photos, folder=bench.scratch, steps=steps + 1)
        for device in ("cpu", bench.device.type)
    ]
    expected, found = ([state.losses for state in islice(run, steps + 1)] for run in runs)
    difference = max(
        abs(getattr(here, kind) / getattr(there, kind) - 1)
        for here, there in zip(found, expected, strict=True)
        for kind in ("content", "style")
    )
    is_near = difference <= TUNING_TOLERANCE
    bench.report.add(
        what=f"tuning, both distances from the start to step {steps}",
        **{"relative difference": difference},
        tolerance=f"{TUNING_TOLERANCE}",
        verdict="equal" if is_near else "OUTSIDE",
    )
    return is_near


def _check_optimization(bench: Bench) -> bool:
    """Compare how near the pictures come, since their pixels part: Adam enlarges the least rounding."""
    photo, artwork = open_sized((128, 96)), open_artwork()
    pictures = []
    for device in ("cpu", bench.device.type):
        run = start_optimization(Stylizer(device), photo, artwork, folder=bench.scratch)
        picture = _wait_for_picture(run)
        if picture is None:
            bench.report.skip("an optimized picture", why=f"{LONGEST_CHECK} s were not enough on {device}")
            return True
        pictures.append(picture)
    expected, found = (_measure_distances(picture, photo, artwork) for picture in pictures)
    difference = max(abs(here / there - 1) for here, there in zip(found, expected, strict=True))
    levels = 255 * (to_tensor(pictures[0]) - to_tensor(pictures[1])).abs().mean().item()
    is_near = difference <= OPTIMIZE_TOLERANCE
    bench.report.add(
        what=f"optimized picture of {photo.width}x{photo.height}, both distances at its end",
        **{"relative difference": difference, "mean levels": levels},
        tolerance=f"{OPTIMIZE_TOLERANCE}",
        verdict="equal" if is_near else "OUTSIDE",
    )
    return is_near


def _wait_for_picture(run: Iterator[Any]) -> Image.Image | None:
    """Return the picture at the end of a run, or None if it takes too long."""
    begun = time.monotonic()
    while time.monotonic() - begun < LONGEST_CHECK:
        if isinstance(state := next(run), Image.Image):
            return state
    return None


def _measure_distances(picture: Image.Image, photo: Image.Image, artwork: Image.Image) -> tuple[float, float]:
    """Return the content distance and the style distance of a picture, on the CPU in single precision."""
    encoder = load_weights(Encoder(), "encoder.safetensors")
    with torch.inference_mode():
        objective = Objective(to_tensor(artwork), encoder)
        content, style = objective.measure(to_tensor(picture), to_tensor(photo))
    return content.item(), style.item()


def measure_optimize(bench: Bench) -> None:
    """Measure whole optimizations: seconds, distance to the machine's limit, utilization, memory."""
    stylizer, artwork = Stylizer(bench.device.type), open_artwork()
    for size in ((48, 40),) if bench.is_small else SIZES:
        for name, kind in KINDS.items():
            photo = open_sized(size)

            def start(photo: Image.Image = photo, kind: dict[str, Any] = kind) -> Iterator[Any]:
                return start_optimization(stylizer, photo, artwork, folder=bench.scratch, **kind)

            _measure_run(bench, f"{name}, {size[0]}x{size[1]}", start, is_end=_is_picture)


def measure_tuning(bench: Bench) -> None:
    """Measure the tuning of a style with the usual number of steps."""
    stylizer = Stylizer(bench.device.type)
    steps = 2 if bench.is_small else TrainingConfig().steps
    artwork, photos = open_artwork(), open_photos(1 if bench.is_small else None)

    def start() -> Iterator[Any]:
        return start_tuning(stylizer, artwork, photos, folder=bench.scratch, steps=steps)

    _measure_run(bench, f"{ARTWORK}, {steps} steps", start, is_end=lambda state: not hasattr(state, "losses"))


def _is_picture(state: object) -> bool:
    return isinstance(state, Image.Image)


def _measure_run(
    bench: Bench, what: str, start: Callable[[], Iterator[Any]], *, is_end: Callable[[Any], bool]
) -> None:
    """Run once to count the work, which warms up as well, and once to measure; stop when time is up."""
    if bench.report.seconds_left < 10:
        bench.report.skip(what, why="no time left")
        return
    with counting() as get_work:
        _, counted_seconds, is_counted = _run(bench, start(), is_end, share=0.4)
    reset_peak(bench.device)
    with sampling(bench.device) as utilization:
        steps, seconds, is_finished = _run(bench, start(), is_end, share=0.6)
    precision = "bf16" if choose_precision(bench.device) is torch.bfloat16 else "fp32"
    is_whole = is_counted and is_finished
    bench.report.add(
        what=what,
        seconds=seconds,
        steps=steps,
        **{"steps/s": steps / seconds, "s while counting": counted_seconds},
        **(get_work().compare(seconds, bench.limits, precision=precision) if is_whole else {}),
        **utilization.to_cells(),
        **{"peak GB": get_peak(bench.device)},
        note=None if is_finished else "stopped before its end",
    )


def _run(
    bench: Bench, states: Iterator[Any], is_end: Callable[[Any], bool], *, share: float
) -> tuple[int, float, bool]:
    """Return the steps done, their seconds, and whether the run ended within a share of the time left."""
    begun = time.monotonic()
    longest = 0 if bench.is_small else share * bench.report.seconds_left
    for steps, state in enumerate(states):
        if is_end(state):
            return steps, time.monotonic() - begun, True
        if time.monotonic() - begun > longest:
            break
    synchronize(bench.device)
    return steps + 1, time.monotonic() - begun, False


def measure_files(bench: Bench) -> None:
    """Measure a photo's way from its file to the picture's file, step by step and in threads."""
    stylizer, blend = Stylizer(bench.device.type), [(find_style(STYLES[0]), 1.0)]
    one_at_a_time = Lock()  # as in the worker, whose other threads read and write
    for side in (96,) if bench.is_small else (1024, 2048, 4096):
        if bench.report.seconds_left < 15:
            bench.report.skip(f"{side}²", why="no time left")
            continue
        path, target = bench.scratch / f"{side}.jpg", bench.scratch / f"{side}.png"
        open_square(side).save(path, quality=90)
        photo = open_photo(path)
        pixels = to_tensor(photo, device=bench.device)
        picture = stylizer.stylize(photo, blend=blend, strength=1.0, stroke=find_stroke(photo))

        def draw(photo: Image.Image = photo) -> Image.Image:
            with one_at_a_time:
                return stylizer.stylize(photo, blend=blend, strength=1.0, stroke=find_stroke(photo))

        def make(path: Path = path) -> None:
            write_png(draw(open_photo(path)), Path(mkdtemp(dir=bench.scratch)) / "a.png", photo="bench")

        steps: dict[str, Callable[[], object]] = {
            "read JPEG ms": lambda path=path: open_photo(path),
            "to device ms": lambda photo=photo: to_tensor(photo, device=bench.device),
            "from device ms": lambda pixels=pixels: to_picture(pixels),
            "`stylize` ms": draw,
            "faults ms": lambda picture=picture, photo=photo: stylizer.find_artifacts(picture, photo=photo),
            "write PNG ms": lambda picture=picture, target=target: write_png(picture, target, photo="bench"),
        }
        reset_peak(bench.device)
        cells = {name: 1000 * bench.measure_seconds(step) for name, step in steps.items()}
        rates = {}
        for threads in (1, 4) if bench.is_small else (1, 4, 16):
            rates[f"images/s, {threads} threads"] = _measure_rate(make, threads=threads, bench=bench)
        bench.report.add(side=side, **cells, **rates, **{"peak GB": get_peak(bench.device)})


def _measure_rate(make: Callable[[], None], *, threads: int, bench: Bench) -> float:
    """Return pictures a second, if so many threads read, draw and write."""
    count = 2 if bench.is_small else 2 * threads
    begun = time.monotonic()
    with ThreadPoolExecutor(max_workers=threads) as pool:
        for job in [pool.submit(make) for _ in range(count)]:
            job.result()
    return count / (time.monotonic() - begun)


def make_works(bench: Bench) -> dict[str, Callable[[], int]]:
    """Return short pieces of each kind of work, each with warm networks; they return their steps."""
    stylizer, artwork, photos = Stylizer(bench.device.type), open_artwork(), open_photos()
    photo, count = open_square(96 if bench.is_small else 1024), 25
    small = open_sized(SIZES[0])

    def stylize() -> int:
        for _ in range(4):
            stylizer.stylize(photo, blend=[(find_style(STYLES[0]), 1.0)], strength=1.0)
        return 4

    def tune() -> int:
        run = start_tuning(stylizer, artwork, photos, folder=bench.scratch, steps=250)
        return len(list(islice(run, count)))

    def optimize() -> int:
        kind = next(iter(KINDS.values()))
        run = start_optimization(stylizer, small, artwork, folder=bench.scratch, **kind)
        return len(list(islice(run, count)))

    return (
        {"stylize": stylize} if bench.is_small else {"stylize": stylize, "tune": tune, "optimize": optimize}
    )


def find_waits(bench: Bench) -> None:
    """List the lines of code at which Python waits for the device, with how often a step does."""
    if bench.device.type != "cuda":
        bench.report.skip("waits", why="only CUDA tells them")
        return
    for name, work in make_works(bench).items():
        work()
        synchronize(bench.device)
        torch.cuda.set_sync_debug_mode("warn")
        try:
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                steps = work()
        finally:
            torch.cuda.set_sync_debug_mode("default")
        places = Counter(f"{Path(each.filename).name}:{each.lineno}" for each in caught)
        for place, times in places.most_common(12):
            bench.report.add(work=name, place=place, **{"waits a step": times / steps})
        if not places:
            bench.report.add(work=name, place="none", **{"waits a step": 0.0})


def profile_works(bench: Bench) -> None:
    """Show where the time of each kind of work goes: how long the device is busy, and its longest kernels."""
    is_cuda = bench.device.type == "cuda"
    activities = [torch.profiler.ProfilerActivity.CPU]
    if is_cuda:
        activities.append(torch.profiler.ProfilerActivity.CUDA)
    texts = []
    for name, work in make_works(bench).items():
        if bench.report.seconds_left < 15:
            bench.report.skip(name, why="no time left")
            continue
        work()
        synchronize(bench.device)
        begun = time.monotonic()
        with torch.profiler.profile(activities=activities, acc_events=True) as profile:
            steps = work()
            synchronize(bench.device)
        seconds = time.monotonic() - begun
        events = profile.key_averages()
        own = "self_device_time_total" if is_cuda else "self_cpu_time_total"
        kernels = [each for each in events if each.device_type != torch.autograd.DeviceType.CPU]
        busy = sum(each.self_device_time_total for each in kernels) / 1e6
        bench.report.add(
            work=name,
            **{
                "ms/step": 1000 * seconds / steps,
                "device busy %": 100 * busy / seconds if is_cuda else None,
                "kernels a step": sum(each.count for each in kernels) / steps,
            },
        )
        longest = sorted(kernels, key=lambda each: -each.self_device_time_total)
        for each in longest[:6] if busy else []:
            bench.report.add(
                work=name,
                kernel=each.key[:70],
                **{"% of busy": each.self_device_time_total / 1e4 / busy, "a step": each.count / steps},
            )
        texts.append(_profile_python(work))
        texts.append(f"{name}, {steps} steps\n{events.table(sort_by=own, row_limit=40)}\n")
        if is_cuda:
            texts.append(f"{events.table(sort_by='self_cpu_time_total', row_limit=25)}\n")
    bench.report.folder.mkdir(parents=True, exist_ok=True)
    (bench.report.folder / "gpu-profile.txt").write_text("\n".join(texts))


def _profile_python(work: Callable[[], int]) -> str:
    """Return where Python spends its time, as cProfile tells it; Python waits for the device now and then."""
    profile, text = cProfile.Profile(), io.StringIO()
    profile.runcall(work)
    pstats.Stats(profile, stream=text).sort_stats("tottime").print_stats(25)
    return text.getvalue()
