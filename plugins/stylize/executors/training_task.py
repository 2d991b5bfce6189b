"""A tuning as the worker does it: the photos are read, the steps told, and the style written."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from ..images.decode import open_photo
from ..model.entities import digest_of
from ..model.errors import PhotoError, UserError
from ..model.training_config import TrainingConfig, TrainingResult
from ..storage.atomic_files import STORE, explain_refusals
from .wire_protocol import Answer, Stepped, Tuning

if TYPE_CHECKING:
    from PIL.Image import Image

LONG_EDGE = 1024  # pixels; of a larger photo, crops would show a patch of wall
CHECKPOINT = "checkpoint.safetensors"


class Tuner(Protocol):
    """What tunes: `engine.stylizer.Stylizer`."""

    @property
    def device_name(self) -> str: ...

    def tune(
        self, artwork: "Image", photos: Any, *, course: TrainingConfig, sources: str, checkpoint: Path
    ) -> Iterator[Any]: ...


def tune_style(
    task: Tuning,
    artwork: "Image",
    tuner: Tuner,
    *,
    tell: Callable[[Answer], None],
    versions: Mapping[str, str],
) -> TrainingResult:
    """Tune a style, tell each step, write the style to the task's target and say how it came about.

    Raises UserError where the artwork teaches nothing, no photo can be read or the disk refuses.
    """
    from ..engine.networks.style_file import NETWORK, save_style
    from ..engine.networks.weight_files import DIGESTS
    from ..engine.training.train import TrainingProgress

    photos_digest = digest_of({"photos": [file.digest for file in task.photos]})
    run = tuner.tune(
        artwork,
        read_photos(task),
        course=task.course,
        sources=digest_of({"artwork": task.artwork.digest, "photos": photos_digest}),
        checkpoint=task.workplace / CHECKPOINT,
    )
    tuned: Any = None
    for tuned in run:
        if isinstance(tuned, TrainingProgress):
            tell(_stepped(task, tuned))
    precision = str(tuned.precision).removeprefix("torch.")
    training = TrainingResult(
        level=tuned.course.level,
        steps=tuned.steps,
        best=tuned.best,
        seed=tuned.course.seed,
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
        style_weight=tuned.course.style_weight,
        artwork_side=tuned.artwork_side,
    )
    with explain_refusals(task.target.parent, doing="storing the tuned style"):
        save_style(tuned.style, task.target, record=asdict(training))
    return training


def read_photos(task: Tuning) -> list["Image"]:
    """Return the photos that can be read; raises UserError where none can."""
    photos, problems = [], []
    for file in task.photos:
        try:
            photos.append(open_photo(file.path, long_edge=LONG_EDGE))
        except PhotoError as error:
            problems.append(f"{file.path.name}: {error}")
    if problems:
        raise UserError(*problems)
    return photos


def _stepped(task: Tuning, progress: Any) -> Stepped:
    name = ""
    if progress.panel is not None:
        name = f"panel-{progress.step:04}.png"
        with explain_refusals(task.workplace, doing="showing how the tuning goes", setting=STORE):
            progress.panel.save(task.workplace / name)
    return Stepped(
        job=task.job,
        step=progress.step,
        steps=progress.steps,
        seconds=round(progress.seconds, 2),
        content=round(progress.losses.content, 4),
        style=round(progress.losses.style, 4),
        panel=name,
    )
