"""A tuning in a worker: the photos are read, the steps reported, and the style written."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from ..images.decode import open_photo
from ..model.entities import digest_of
from ..model.errors import PhotoError, UserError
from ..model.training_config import TrainingConfig, TrainingResult
from ..storage.atomic_files import STORE, explain_refusals
from .file_refs import FileChangedError, read_file
from .interface import TrainingStep, TuneTask

if TYPE_CHECKING:
    from PIL.Image import Image

LONG_EDGE = 1024  # pixels; of a larger photo, crops would show a patch of wall
CHECKPOINT = "checkpoint.safetensors"


class Tuner(Protocol):
    """Tunes styles; implemented by `engine.stylizer.Stylizer`."""

    @property
    def device_name(self) -> str: ...

    def tune(
        self, artwork: "Image", photos: Any, *, config: TrainingConfig, sources: str, checkpoint: Path
    ) -> Iterator[Any]: ...


def tune_style(
    task: TuneTask,
    artwork: "Image",
    tuner: Tuner,
    *,
    report: Callable[[TrainingStep], None],
    versions: Mapping[str, str],
) -> TrainingResult:
    """Tune a style, report each step, and write the style to the task's target.

    Raises UserError if nothing can be learned from the artwork, a photo cannot be read or the disk is full.
    """
    from ..engine.networks.style_file import NETWORK, save_style_file
    from ..engine.networks.weight_files import DIGESTS
    from ..engine.training.train import TrainingProgress

    photos_digest = digest_of({"photos": [file.digest for file in task.photos]})
    run = tuner.tune(
        artwork,
        read_photos(task),
        config=task.config,
        sources=digest_of({"artwork": task.artwork.digest, "photos": photos_digest}),
        checkpoint=task.workplace / CHECKPOINT,
    )
    tuned: Any = None
    for tuned in run:
        if isinstance(tuned, TrainingProgress):
            report(_make_step(task, tuned))
    precision = str(tuned.precision).removeprefix("torch.")
    training = TrainingResult(
        level=tuned.config.level,
        steps=tuned.steps,
        best=tuned.best,
        seed=tuned.config.seed,
        seconds=round(tuned.seconds, 1),
        device=tuner.device_name,
        style_before=round(tuned.before.style, 4),
        style_after=round(tuned.after.style, 4),
        content_before=round(tuned.before.content, 4),
        content_after=round(tuned.after.content, 4),
        network=NETWORK,
        loss_network=f"VGG-19 up to relu4_1 in {precision}, sha256 {DIGESTS['encoder.safetensors']}",
        photos=len(task.photos),
        photos_digest=photos_digest,
        versions=versions,
        stopped=tuned.stopped,
        style_weight=round(tuned.config.style_weight, 2),
        search_weight=tuned.searched,
        artwork_side=tuned.artwork_side,
        made=datetime.now(UTC).isoformat(timespec="seconds"),
    )
    with explain_refusals(task.target.parent, doing="storing the tuned style"):
        save_style_file(tuned.style, task.target, record=asdict(training))
    return training


def read_photos(task: TuneTask) -> list["Image"]:
    """Return the photos of a task; raises UserError with every photo that cannot be read."""
    photos, problems = [], []
    for ref in task.photos:
        try:
            photos.append(read_file(ref, partial(open_photo, long_edge=LONG_EDGE)))
        except (FileChangedError, PhotoError) as error:
            problems.append(f"{ref.name}: {error}")
    if problems:
        raise UserError(*problems)
    return photos


def _make_step(task: TuneTask, progress: Any) -> TrainingStep:
    name = ""
    if progress.panel is not None:
        name = f"panel-{progress.step:04}.png"
        with explain_refusals(task.workplace, doing="storing a panel of the tuning", setting=STORE):
            progress.panel.save(task.workplace / name)
    return TrainingStep(
        job=task.job,
        step=progress.step,
        steps=progress.steps,
        seconds=round(progress.seconds, 2),
        content=round(progress.losses.content, 4),
        style=round(progress.losses.style, 4),
        panel=name,
    )
