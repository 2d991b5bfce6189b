"""One task, step by step: read its inputs, compute, write the result. A worker does each step in a thread."""

import sys
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from ..images.decode import open_photo
from ..images.grain import add_grain
from ..images.renditions import write_png
from ..model.errors import UserError
from ..model.methods import IMPORTED, OPTIMIZE, check_method
from ..storage.atomic_files import DiskError, explain_refusals, sha256_of
from ..storage.store import Receipt
from .file_refs import FileChangedError, FileRef, open_file, read_file
from .finish_picture import compose_picture, finish_picture, read_masks, split_by_mask
from .interface import (
    Done,
    Failed,
    Note,
    PredictTask,
    Progress,
    StylizeTask,
    Task,
    TrainingStep,
    Tuned,
    TuneTask,
    make_note,
)
from .optimize_task import Optimizer, optimize_picture, read_artworks
from .series import MomentsMeter, measure_series, measure_series_tones
from .training_task import Tuner, tune_style

if TYPE_CHECKING:
    from PIL.Image import Image

Report = Callable[[Progress | TrainingStep | Note], None]


class Engine(Optimizer, Tuner, MomentsMeter, Protocol):
    """Runs the networks; implemented by `engine.stylizer.Stylizer` and by engines of tests."""

    def stylize(
        self,
        photo: "Image",
        *,
        blend: Sequence[tuple[Path, float]],
        strength: float,
        stroke: float,
        together: Any,
        warn: Callable[[str], None] = ...,
    ) -> "Image": ...

    def redraw(self, photo: "Image", *, network: Path, strength: float) -> "Image": ...

    def find_artifacts(
        self, picture: "Image", *, photo: "Image", artworks: Callable[[], Sequence["Image"]]
    ) -> tuple[str, ...]: ...

    def predict(self, artwork: "Image") -> Any: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkItem:
    """A task and the results of its steps so far."""

    task: Task
    source: "Image | None" = None  # the photo, or the artwork of a style
    artworks: tuple["Image", ...] = ()  # of a picture that is made from them
    masks: tuple["Image", ...] = ()  # of a picture that is composed of several
    result: Any = None  # a picture, predicted weights, or a TrainingResult
    receipt: Receipt | None = None
    seconds: float = 0.0  # of all steps, including earlier runs that were interrupted
    energy: float | None = None  # watt-hours while it was computed, if a meter could be read
    energy_source: str = ""  # "read from RAPL"


@cache
def load_engine(device: str, memory_limit: int | None = None) -> Engine:
    """Load the networks, once; this imports torch and takes seconds."""
    from ..engine.stylizer import Stylizer

    return Stylizer(device, memory_limit=memory_limit)


def perform(task: Task, engine: Engine, *, report: Report) -> Done | Tuned:
    """Do all steps of a task, one after the other; raises what they raise."""
    item, begun = WorkItem(task=task), time.monotonic()
    for step in (read_inputs, partial(compute, engine=engine, report=report), partial(write, engine=engine)):
        item = step(item)
    return make_outcome(replace(item, seconds=item.seconds + time.monotonic() - begun))


def read_inputs(item: WorkItem) -> WorkItem:
    """Read what a task needs; raises UserError if a file is not the one that the task names."""
    task = item.task
    if not isinstance(task, StylizeTask):
        return replace(item, source=read_file(task.artwork, open_photo))
    check_method(task.method)
    photo = read_file(task.photo, partial(open_photo, long_edge=task.parameters.long_edge))
    photo = add_grain(photo)
    item = replace(item, source=photo, masks=read_masks(task))
    if task.method.reads_artworks:
        if task.together:
            measure_series_tones(task.together)  # remembered until the picture is finished
        return replace(item, artworks=read_artworks(task))
    for part in task.blend:
        open_file(part.weights, Path)  # the engine loads it, by its path
    return item


def compute(item: WorkItem, *, engine: Engine, report: Report) -> WorkItem:
    """Run the network; a painted picture reports each of its steps."""
    task, source = item.task, item.source
    assert source is not None
    match task:
        case TuneTask():
            begun = time.monotonic()
            training = tune_style(task, source, engine, report=report, versions=_versions())
            earlier = max(0.0, training.seconds - (time.monotonic() - begun))
            return replace(item, result=training, seconds=item.seconds + earlier)
        case PredictTask():
            return replace(item, result=engine.predict(source))
    interrupted: list[float] = []  # seconds that earlier, interrupted runs have spent
    if task.method.reads_artworks:
        pictures = _paint(task, source, item.artworks, engine, report=report, interrupted=interrupted)
    else:
        pictures = (_draw(each, source, engine, report=report) for each in split_by_mask(task))
    if item.masks:
        finished = map(partial(finish_picture, task, photo=source, artworks=()), pictures)
        picture = compose_picture(task, finished, photo=source, masks=item.masks)
    else:
        picture = next(pictures)
    if not task.method.reads_artworks:
        for part in task.blend:
            open_file(part.weights, Path)  # the engine has loaded them since
    return replace(item, result=picture, seconds=item.seconds + sum(interrupted))


def _draw(task: StylizeTask, photo: "Image", engine: Engine, *, report: Report) -> "Image":
    strength, stroke = task.parameters.strength, task.parameters.stroke
    if task.method == IMPORTED:
        (part,) = task.blend
        return engine.redraw(photo, network=part.weights.path, strength=strength)
    blend = [(part.weights.path, part.part) for part in task.blend]
    together = measure_series(task, engine)
    return engine.stylize(
        photo,
        blend=blend,
        strength=strength,
        stroke=stroke,
        together=together,
        warn=lambda text: report(make_note(task, text)),
    )


def _paint(
    task: StylizeTask,
    photo: "Image",
    artworks: Sequence["Image"],
    engine: Engine,
    *,
    report: Report,
    interrupted: list[float],
) -> Iterator["Image"]:
    """Yield the picture of each part of a task; the seconds of interrupted runs are added to the list."""
    tasks = split_by_mask(task)
    if len(tasks) == 1:
        picture, earlier = optimize_picture(tasks[0], photo, artworks, engine, report=report)
        interrupted.append(earlier)
        yield picture
        return
    begun = time.monotonic()
    for index, (each, artwork) in enumerate(zip(tasks, reversed(artworks), strict=True)):
        workplace = task.workplace / f"{index}" if task.workplace else None
        if workplace:
            workplace.mkdir(exist_ok=True)
        before = time.monotonic() - begun + sum(interrupted)
        picture, earlier = optimize_picture(
            replace(each, workplace=workplace),
            photo,
            [artwork],
            engine,
            report=partial(_report_part, report, index=index, count=len(tasks), before=before),
        )
        interrupted.append(earlier)
        yield picture
        del picture  # while the next one is painted


def _report_part(report: Report, event: Progress | Note, *, index: int, count: int, before: float) -> None:
    """Report a step of one picture of several as a step of all; before: seconds of the earlier ones."""
    if isinstance(event, Note):
        report(event)
        return
    step, steps, seconds = event.step, event.steps, before + event.seconds
    report(replace(event, step=index * steps + step, steps=count * steps, seconds=round(seconds, 2)))


def write(item: WorkItem, *, engine: Engine) -> WorkItem:
    """Write the result to the task's target; finish a picture, unless masks did, and look for its faults."""
    task, source = item.task, item.source
    assert source is not None
    artifacts: tuple[str, ...] = ()
    match task:
        case TuneTask():
            return item  # `tune_style` has written it
        case PredictTask():
            from ..engine.networks.style_parameters import save_parameters

            with explain_refusals(task.target.parent, doing=f"storing the style of {task.artwork.name}"):
                save_parameters(item.result, task.target)
                digest = sha256_of(task.target)
            size = source.size
        case StylizeTask():
            picture = item.result
            if not item.masks:
                picture = finish_picture(task, picture, photo=source, artworks=item.artworks)
            digest = write_png(picture, task.target, photo=task.photo.name)
            size = picture.size
            artifacts = engine.find_artifacts(picture, photo=source, artworks=partial(read_artworks, task))
    receipt = Receipt(
        sha256=digest,
        width=size[0],
        height=size[1],
        seconds=0.0,
        device=engine.device_name,
        versions=_versions(),
        artifacts=artifacts,
        method=task.method.name if isinstance(task, StylizeTask) else "predict",
    )
    return replace(item, receipt=receipt)


def make_outcome(item: WorkItem) -> Done | Tuned:
    """Return the event that ends a task whose steps are all done."""
    if isinstance(item.task, TuneTask):
        training = item.result
        if item.energy is not None:
            training = replace(training, energy=round(item.energy, 3), energy_known=item.energy_source)
        return Tuned(job=item.task.job, training=training)
    assert item.receipt is not None
    receipt = replace(item.receipt, seconds=round(item.seconds, 3))
    if item.energy is not None:
        receipt = replace(receipt, energy=round(item.energy, 6), energy_known=item.energy_source)
    return Done(job=item.task.job, receipt=receipt)


def make_failure(task: Task, error: Exception) -> Failed:
    """Return the event that ends a task that failed; an unexpected error is printed to stderr as well."""
    name = _source_of(task).name
    if isinstance(error, DiskError):
        return Failed(job=task.job, message=str(error), final=True)
    if isinstance(task, TuneTask) and type(error) is UserError:
        message = str(error)  # it names what is wrong, which is seldom the artwork's file
    elif isinstance(error, UserError):
        message = f"{name}: {error}"
    elif _is_out_of_memory(error):
        message = f"{name}: {_describe_memory(task, error)}"
    else:
        traceback.print_exception(error, file=sys.stderr)
        lines = str(error).strip().splitlines() or [""]
        message = f"{name}: {type(error).__name__}: {lines[0]}"
    return Failed(job=task.job, message=message, changed=isinstance(error, FileChangedError))


def _source_of(task: Task) -> FileRef:
    return task.photo if isinstance(task, StylizeTask) else task.artwork


@cache
def _versions() -> dict[str, str]:
    return {name: version(name) for name in ("torch", "pillow")}


def _describe_memory(task: Task, error: Exception) -> str:
    """Return which memory is not enough for a task, and what to do."""
    on_device = "out of memory" in str(error).lower()  # no allocator of the processor says so
    lack = "the GPU has too little memory." if on_device else "there is not enough memory."
    others = f"Close other programs{' that use it' if on_device else ''}"
    if isinstance(task, TuneTask) and on_device:
        return f"{lack} {others} and continue with --resume, or set STYLIZE['device'] to 'cpu'."
    if not isinstance(task, StylizeTask):
        return f"{lack} {others} and try again."
    setting = "best_long_edge" if task.method == OPTIMIZE else "long_edge"
    return f"{lack} Lower STYLIZE['{setting}'] and build again."


def _is_out_of_memory(error: Exception) -> bool:
    # torch.OutOfMemoryError on CUDA, plain RuntimeErrors on MPS ("MPS backend out of memory") and
    # on the CPU ("DefaultCPUAllocator: can't allocate memory").
    text = str(error).lower()
    return isinstance(error, MemoryError) or "out of memory" in text or "can't allocate memory" in text
