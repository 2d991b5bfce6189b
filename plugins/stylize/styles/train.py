"""From an artwork to a style: predicted in a second, or tuned in minutes."""

import shutil
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from ..executors.file_refs import make_file_ref
from ..executors.interface import Executor, Failed, TrainingStep, Tuned, TuneTask
from ..model.command_name import command
from ..model.entities import CATEGORIES
from ..model.errors import UserError
from ..model.methods import FEED_FORWARD, IMPORTED
from ..model.training_config import TrainingConfig, TrainingResult
from ..storage.atomic_files import STORE, display_path, explain_refusals, new_file, sha256_of
from ..storage.safetensors_header import digest_tensors
from .edit_toml import write_artwork_digest, write_model
from .style_toml import Origin, read_style_toml

WEIGHTS = "style.safetensors"  # in a style's folder
MOST_PHOTOS = 100  # of a folder; each is held in memory
PHOTO_SUFFIXES = frozenset((".jpg", ".jpeg", ".png", ".webp", ".avif", ".heic", ".tif", ".tiff"))


@dataclass(frozen=True, slots=True, kw_only=True)
class StyleToTrain:
    """A style that is to be tuned."""

    slug: str
    display_path: str  # its folder, as messages name it
    folder: Path
    workplace: Path  # for the checkpoint, the panels and the page


def predict_style(
    folder: Path, executor: Executor, *, display_path: str, categories: Collection[str] = CATEGORIES
) -> str:
    """Predict a style's weights from its artwork, save them with its record, and return their digest.

    The record gets the sha256 of the artwork that lies in the folder. display_path: how messages name the
    folder. Raises UserError if the record is incomplete.
    """
    prepare_folder(folder, display_path=display_path, categories=categories)
    with (
        explain_refusals(folder, doing="saving the weights of a style"),
        new_file(folder / WEIGHTS) as coming,
    ):
        executor.predict(make_file_ref(folder / "artwork.jpg"), coming)
        return _record_weights(folder, coming, model=_describe_model(None), display_path=display_path)


def record_network(folder: Path, coming: Path, *, origin: Origin, how: str, display_path: str) -> str:
    """Record that a style gets a network that was trained elsewhere, and return the network's digest.

    coming: the network's file, which will be the style's. how: a sentence for the style's page.
    """
    with explain_refusals(folder, doing="saving an imported style"):
        model = _Model(method=IMPORTED.name, how=how, origins={"imported": asdict(origin)})
        return _record_weights(folder, coming, model=model, display_path=display_path)


def tune_styles(
    styles: Sequence[StyleToTrain],
    photos: Sequence[Path],
    executor: Executor,
    *,
    config: TrainingConfig,
    resume: bool = False,
    categories: Collection[str] = CATEGORIES,
) -> Iterator[tuple[StyleToTrain, TrainingStep | Tuned | Failed]]:
    """Tune styles one after the other, and yield each event of the executor with its style.

    When `Tuned` is yielded, the style's new weights are saved. resume: continue from the checkpoint of a run
    that was interrupted. Raises UserError before the first tuning if a style's record is incomplete.
    """
    files = tuple(make_file_ref(photo) for photo in photos)
    by_slug = {style.slug: style for style in styles}
    tasks = []
    for style in styles:
        check_folder(style.folder, display_path=style.display_path, categories=categories)
        if not resume:
            shutil.rmtree(style.workplace, ignore_errors=True)
        with explain_refusals(style.workplace, doing="tuning a style", setting=STORE):
            style.workplace.mkdir(parents=True, exist_ok=True)
        tasks.append(
            TuneTask(
                job=style.slug,
                artwork=make_file_ref(style.folder / "artwork.jpg"),
                photos=files,
                config=config,
                workplace=style.workplace.absolute(),
                target=(style.workplace / WEIGHTS).absolute(),
            )
        )
    for event in executor.tune(tasks):
        style = by_slug[event.job]
        if isinstance(event, Tuned):
            _install_tuned(style, event.training)
        yield style, event


def find_training_photos(folder: Path, *, spare: Path | None = None, most: int = MOST_PHOTOS) -> list[Path]:
    """Return the photos of a folder, at most so many, spread evenly over their names.

    spare: the folder to use if the first has no photos. Raises UserError if there are none.
    """
    found = _photos_in(folder) or (_photos_in(spare) if spare else [])
    if not found and not folder.is_dir():
        raise UserError(
            f"{display_path(folder)}: there is no such folder. Name one with photos: --photos FOLDER"
        )
    if not found:
        raise UserError(
            f"{display_path(folder)}: there are no photos in this folder."
            " Put some there, or name another: --photos FOLDER"
        )
    if len(found) <= most:
        return found
    return [found[index * len(found) // most] for index in range(most)]


def check_config(config: TrainingConfig, *, budget_given: bool = False) -> None:
    """Raise UserError if the training configuration is invalid."""
    problems = []
    if config.level not in (1, 2):
        problems.append(f"--level is {config.level}; write 1 to tune the weights, or 2 for the network too.")
    if config.steps < 1:
        problems.append(f"--steps is {config.steps}, but tuning takes at least one; 250 are usual.")
    if not 0.1 <= config.style_weight <= 1000:
        problems.append(
            f"--style-weight is {config.style_weight:g}; write a number from 0.1 to 1000: 30"
            " makes a faint style stronger, 5 keeps more of the photo. Without it, the weight is searched."
        )
    if config.budget < 0 or (budget_given and config.budget == 0):
        problems.append(
            f"--budget is {config.budget / 60:g} minutes, which is too short to tune anything; 4 are usual."
            f" To predict a style without training: {command('style.predict')}"
        )
    if problems:
        raise UserError(*problems)


def prepare_folder(folder: Path, *, display_path: str, categories: Collection[str] = CATEGORIES) -> None:
    """Write the sha256 of artwork.jpg into style.toml, then do what `check_folder` does."""
    record, artwork = folder / "style.toml", folder / "artwork.jpg"
    if record.is_file() and artwork.is_file():
        with explain_refusals(folder, doing="saving the record of a style"):
            write_artwork_digest(record, sha256_of(artwork), where=f"{display_path}/style.toml")
    check_folder(folder, display_path=display_path, categories=categories)


def check_folder(folder: Path, *, display_path: str, categories: Collection[str] = CATEGORIES) -> None:
    """Raise UserError if the folder does not hold a style's record and its artwork."""
    if not folder.is_dir():
        raise UserError(
            f"{display_path}: there is no such style. Make it of an artwork: {command('style.add FILE')}"
        )
    read_style_toml(folder, display_path=display_path, categories=categories)


def describe_origin(training: TrainingResult | None) -> str:
    """Say in a sentence how a style was made, for its page."""
    if training is None:
        return "Predicted from the artwork, without training."
    what = "the style's weights" if training.level == 1 else "the network"
    photos = "one photo" if training.photos == 1 else f"{training.photos} photos"
    return f"Tuned on the artwork: {what}, in {training.best} steps over {photos}."


def _photos_in(folder: Path) -> list[Path]:
    there = folder.iterdir() if folder.is_dir() else ()
    return sorted(path for path in there if path.suffix.lower() in PHOTO_SUFFIXES and path.is_file())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Model:
    """The table [model] of a style.toml, without the digest."""

    method: str = FEED_FORWARD.name
    level: int = 0
    how: str
    origins: Mapping[str, Mapping[str, object]]  # [model.training] or [model.imported]


def _describe_model(training: TrainingResult | None) -> _Model:
    if training is None:
        return _Model(how=describe_origin(None), origins={})
    facts = {name: value for name, value in asdict(training).items() if name != "level" and value is not None}
    return _Model(level=training.level, how=describe_origin(training), origins={"training": facts})


def _install_tuned(style: StyleToTrain, training: TrainingResult) -> None:
    """Copy tuned weights into their style's folder, and remove the checkpoint."""
    folder = style.folder
    with explain_refusals(folder, doing="saving a tuned style"), new_file(folder / WEIGHTS) as coming:
        shutil.copyfile(style.workplace / WEIGHTS, coming)
        _record_weights(folder, coming, model=_describe_model(training), display_path=style.display_path)
    (style.workplace / "checkpoint.safetensors").unlink(missing_ok=True)


def _record_weights(folder: Path, coming: Path, *, model: _Model, display_path: str) -> str:
    """Write new weights, which will be a style's, into its style.toml; return their digest."""
    digest = digest_tensors(coming, where=f"{display_path}/style.safetensors")
    values = {"method": model.method, "level": model.level, "digest": digest, "how": model.how}
    write_model(folder / "style.toml", values, model.origins, where=f"{display_path}/style.toml")
    coming.chmod(0o644)  # safetensors writes for its owner alone; a style is for everyone
    return digest
