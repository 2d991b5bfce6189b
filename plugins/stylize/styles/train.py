"""From an artwork to a style: predicted in a second, or tuned in minutes."""

import re
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
from ..storage.atomic_files import STORE, detect_newline, explain_refusals, sha256_of, write_whole
from ..storage.atomic_files import display_path as display
from ..storage.safetensors_header import digest_tensors
from ..storage.toml_tables import as_toml
from .style_toml import Origin, read_record

MOST_PHOTOS = 100  # of a folder; each is held in memory
PHOTO_SUFFIXES = frozenset((".jpg", ".jpeg", ".png", ".webp", ".avif", ".heic", ".tif", ".tiff"))


@dataclass(frozen=True, slots=True, kw_only=True)
class StyleToTrain:
    """A style that is being tuned."""

    slug: str
    shown: str  # its folder as the author knows it
    folder: Path
    workplace: Path  # for the checkpoint, the panels and the page


def predict_style(
    folder: Path, executor: Executor, *, shown: str, categories: Collection[str] = CATEGORIES
) -> str:
    """Write a style's numbers and name them in its style.toml; returns their digest.

    The artwork that lies there is taken for the style's own: its sha256 goes into the record too.
    shown: the folder as the author knows it. Raises UserError where the record is not whole.
    """
    name_artwork(folder)
    check_folder(folder, shown=shown, categories=categories)
    artwork = folder / "artwork.jpg"
    coming = folder / ".style.safetensors"
    with explain_refusals(folder, doing="storing the numbers of a style"):
        try:
            executor.predict(make_file_ref(artwork), coming)
            return _put_in_place(folder, coming, model=_model_of(None), shown=shown)
        finally:
            coming.unlink(missing_ok=True)


def install_network(folder: Path, coming: Path, *, origin: Origin, how: str, shown: str) -> str:
    """Give a style a network that was trained elsewhere, in place of numbers; returns its digest.

    coming: the network's file, which is moved away. how: a sentence for the style's page.
    """
    with explain_refusals(folder, doing="storing an imported style"):
        model = _Model(method=IMPORTED.name, how=how, tables={"imported": asdict(origin)})
        return _put_in_place(folder, coming, model=model, shown=shown)


def tune_styles(
    adoptions: Sequence[StyleToTrain],
    photos: Sequence[Path],
    executor: Executor,
    *,
    course: TrainingConfig,
    resume: bool = False,
    categories: Collection[str] = CATEGORIES,
) -> Iterator[tuple[StyleToTrain, TrainingStep | Tuned | Failed]]:
    """Tune styles one after the other and yield what is heard of each; a tuned one is in its place by then.

    resume: go on from the checkpoint of a run that was interrupted. Raises UserError, before anything
    is tuned, where a style's record is not whole.
    """
    files = tuple(make_file_ref(photo) for photo in photos)
    tasks = {}
    by_slug = {adoption.slug: adoption for adoption in adoptions}
    for adoption in adoptions:
        check_folder(adoption.folder, shown=adoption.shown, categories=categories)
        if not resume:
            shutil.rmtree(adoption.workplace, ignore_errors=True)
        with explain_refusals(adoption.workplace, doing="tuning a style", setting=STORE):
            adoption.workplace.mkdir(parents=True, exist_ok=True)
        tasks[adoption.slug] = TuneTask(
            job=adoption.slug,
            artwork=make_file_ref(adoption.folder / "artwork.jpg"),
            photos=files,
            config=course,
            workplace=adoption.workplace.absolute(),
            target=(adoption.workplace / "style.safetensors").absolute(),
        )
    for event in executor.tune(list(tasks.values())):
        adoption = by_slug[event.job]
        if isinstance(event, Tuned):
            with explain_refusals(adoption.folder, doing="storing a tuned style"):
                coming = adoption.folder / ".style.safetensors"
                try:
                    shutil.copyfile(tasks[event.job].target, coming)
                    _put_in_place(
                        adoption.folder, coming, model=_model_of(event.training), shown=adoption.shown
                    )
                finally:
                    coming.unlink(missing_ok=True)
            (adoption.workplace / "checkpoint.safetensors").unlink(missing_ok=True)
        yield adoption, event


def find_training_photos(folder: Path, *, spare: Path | None = None) -> list[Path]:
    """Return the photos of a folder, at most MOST_PHOTOS spread evenly over their names.

    spare: a folder whose photos are taken where the first has none. Raises UserError where none are found.
    """
    found = _photos_in(folder) or (_photos_in(spare) if spare else [])
    if not found and not folder.is_dir():
        raise UserError(f"{display(folder)}: there is no such folder. Name one with photos: --photos FOLDER")
    if not found:
        raise UserError(
            f"{display(folder)}: there are no photos in this folder."
            " Put some there, or name another: --photos FOLDER"
        )
    if len(found) <= MOST_PHOTOS:
        return found
    return [found[index * len(found) // MOST_PHOTOS] for index in range(MOST_PHOTOS)]


def check_config(course: TrainingConfig, *, budget_given: bool = False) -> None:
    """Raise UserError where a course cannot be gone."""
    problems = []
    if course.level not in (1, 2):
        problems.append(
            f"--level is {course.level}; write 1 for the style's numbers or 2 for the network too."
        )
    if course.steps < 1:
        problems.append(f"--steps is {course.steps}, but tuning takes at least one; 250 are usual.")
    if not 0.1 <= course.style_weight <= 1000:
        problems.append(
            f"--style-weight is {course.style_weight:g}; write a number from 0.1 to 1000. 10 is usual,"
            " 20 or 30 bring a faint style out, 5 keeps more of the photo."
        )
    if course.budget < 0 or (budget_given and course.budget == 0):
        problems.append(
            f"--budget is {course.budget / 60:g} minutes, in which nothing can be tuned; 4 are usual."
            f" To take what the artwork gives without training: {command('style.predict')}"
        )
    if problems:
        raise UserError(*problems)


def name_artwork(folder: Path) -> None:
    """Write the sha256 of artwork.jpg into [artwork], and [model] where there is none; the rest stays."""
    record, artwork = folder / "style.toml", folder / "artwork.jpg"
    if not (record.is_file() and artwork.is_file()):
        return
    text = record.read_text("utf-8-sig")
    head, table, rest = text.partition("[artwork]")
    next_table = re.search(r"^\[", rest, re.MULTILINE)
    end = next_table.start() if next_table else len(rest)
    part, behind = rest[:end], rest[end:]
    line = f"sha256 = {as_toml(sha256_of(artwork))}"
    part, found = re.subn(r"^sha256[ \t]*=.*$", line, part, count=1, flags=re.MULTILINE)
    if not found:
        part = f"{part.rstrip()}\n{line}\n\n"
    if not re.search(r"^\[model\]", behind, re.MULTILINE):
        whole = f"{part}{behind}".rstrip()
        part, behind = f"{whole}\n\n", '[model]\nmethod = "feed-forward"\nhow = ""\n'
    named = f"{head}{table}{part}{behind}"
    if table and named != text:
        coming = folder / ".style.toml"
        coming.write_text(named, "utf-8", newline=detect_newline(record))
        coming.replace(record)


def forget_tuning(folder: Path) -> None:
    """Take the record of a tuning out of a style.toml, whose numbers are about to be made anew."""
    record = folder / "style.toml"
    write_whole(record, _TABLES.sub("", record.read_text("utf-8-sig")), newline=detect_newline(record))


def check_folder(folder: Path, *, shown: str, categories: Collection[str] = CATEGORIES) -> None:
    """Raise UserError unless the folder holds a style's record and its artwork."""
    if not folder.is_dir():
        raise UserError(
            f"{shown}: there is no such style. Make it of an artwork: {command('style.add FILE')}"
        )
    read_record(folder, shown=shown, categories=categories)


def describe_origin(training: TrainingResult | None) -> str:
    """Say in a sentence how a style came about, for its page."""
    if training is None:
        return "Predicted from the artwork, without training."
    what = "the style's numbers" if training.level == 1 else "the network"
    photos = "one photo" if training.photos == 1 else f"{training.photos} photos"
    return f"Tuned on the artwork: {what}, in {training.best} steps over {photos}."


def _photos_in(folder: Path) -> list[Path]:
    there = folder.iterdir() if folder.is_dir() else ()
    return sorted(path for path in there if path.suffix.lower() in PHOTO_SUFFIXES and path.is_file())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Model:
    """What stands in [model] of a style.toml, beside the digest."""

    method: str = FEED_FORWARD.name
    level: int = 0
    how: str
    tables: Mapping[str, Mapping[str, object]]  # [model.training], [model.imported]


def _model_of(training: TrainingResult | None) -> _Model:
    if training is None:
        return _Model(how=describe_origin(None), tables={})
    facts = {name: value for name, value in asdict(training).items() if name != "level" and value is not None}
    return _Model(level=training.level, how=describe_origin(training), tables={"training": facts})


def _put_in_place(folder: Path, coming: Path, *, model: _Model, shown: str) -> str:
    """Give a style its new numbers and write them into its style.toml; return their digest."""
    digest = digest_tensors(coming, shown=f"{shown}/style.safetensors")
    record = folder / "style.toml"
    record_coming = folder / ".style.toml"
    text = _with_model(record.read_text("utf-8"), digest, model)
    record_coming.write_text(text, "utf-8", newline=detect_newline(record))
    coming.chmod(0o644)  # safetensors writes for its owner alone; a style is for everyone
    record_coming.replace(record)
    coming.replace(folder / "style.safetensors")
    return digest


def _with_model(text: str, digest: str, model: _Model) -> str:
    """Write what is known of the numbers into [model]; every other line, comments too, stays as it is."""
    head, _, rest = _TABLES.sub("", text).partition("[model]")
    facts = {"level": model.level, "digest": digest, "how": model.how, "method": model.method}
    for name, value in facts.items():
        before, after = _around(name, rest)
        rest = f"{before}\n{name} = {as_toml(value)}{after}"
    tables = "".join(
        f"\n[model.{name}]\n" + "".join(f"{key} = {as_toml(value)}\n" for key, value in table.items())
        for name, table in model.tables.items()
    )
    return f"{head}[model]{rest.rstrip()}\n{tables}"


def _around(name: str, table: str) -> tuple[str, str]:
    """Return what stands before and behind the line of a name; a new one goes to the top."""
    found = re.search(rf"\n{name}[ \t]*=.*$", table, re.MULTILINE)
    return (table[: found.start()], table[found.end() :]) if found else ("", table)


_TABLES = re.compile(r"^\[model\.(?:training|imported)\]\n(?:(?!\[).*\n?)*", re.MULTILINE)
