"""The worker: torch's own process, which draws what it is told to (see `messages`).

Three photos are in work at a time, each in a thread of its own: one is read while another is on the
network and a third is written, so the network never waits for a disk.
"""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from importlib.metadata import version
from pathlib import Path
from queue import Queue
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol

from ..images.decode import open_photo
from ..images.png import write_png
from ..model.errors import PhotoError, UserError
from ..model.methods import IMPORTED, check_drawn
from ..model.training_config import TrainingConfig
from ..storage.atomic_files import explain_refusals, sha256_of
from ..storage.safetensors_header import digest_tensors
from ..storage.store import Receipt
from .energy_meters import EnergyMeters
from .error_replies import make_refusal
from .interface import Job
from .optimize_task import Optimizer, optimize_picture, read_artworks
from .training_task import tune_style
from .wire_protocol import (
    Answer,
    Drawing,
    File,
    Finished,
    Ready,
    Refused,
    Started,
    Task,
    Tuned,
    Tuning,
    encode_message,
    make_drawing,
    read_task,
)

if TYPE_CHECKING:
    from PIL.Image import Image


class Engine(Optimizer, Protocol):
    """What draws: `engine.stylizer.Stylizer`, or a test's own."""

    @property
    def device_name(self) -> str: ...

    def stylize(self, photo: "Image", *, blend: Sequence[tuple[Path, float]], strength: float) -> "Image": ...

    def redraw(self, photo: "Image", *, network: Path, strength: float) -> "Image": ...

    def artifacts(
        self, picture: "Image", *, photo: "Image", artworks: Callable[[], Sequence["Image"]]
    ) -> tuple[str, ...]: ...

    def predict(self, artwork: "Image") -> Any: ...

    def tune(
        self, artwork: "Image", photos: Any, *, course: TrainingConfig, sources: str, checkpoint: Path
    ) -> Iterator[Any]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A task on its way: first nothing, then its photo, then what was made of it."""

    task: Task
    photo: "Image | None" = None
    artworks: tuple["Image", ...] = ()  # where the picture is made from them
    result: Any = None  # a picture, or the style numbers
    receipt: Receipt | None = None
    seconds: float = 0.0
    energy: float | None = None  # watt-hours, while it was drawn

    @property
    def name(self) -> str:
        """The photo's or the artwork's name, for messages."""
        return source_of(self.task).path.name


@cache
def load_engine(device: str) -> Engine:
    """Load the networks, once; only here does torch come in, and it takes seconds."""
    from ..engine.stylizer import Stylizer

    return Stylizer(device)


def serve(lines: BinaryIO, answers: BinaryIO, *, load: Callable[[str], Engine], device: str) -> None:
    """Answer the tasks of `lines` until they end; the process ends with them."""
    tell = _teller(answers)
    try:
        engine = load(device)
    except UserError as error:
        tell(Refused(job=None, message=str(error), final=True))
        return
    versions = {name: version(name) for name in ("torch", "pillow")}
    meters = EnergyMeters(card=engine.device_name not in ("cpu", "mps"))
    told, read, drawn = Queue[Piece](), Queue[Piece](maxsize=1), Queue[Piece](maxsize=1)

    def tell_step(answer: Answer) -> None:
        meters.read()  # which begin anew within slow work
        tell(answer)

    def draw(piece: Piece) -> Piece:
        tell(Started(job=piece.task.job))
        if isinstance(piece.task, Tuning):
            task, artwork, begun = piece.task, piece.photo, time.monotonic()
            assert artwork is not None
            training, energy = meters.around(
                lambda: tune_style(task, artwork, engine, tell=tell_step, versions=versions),
                earlier=lambda training: training.seconds - (time.monotonic() - begun),
            )
            if energy is not None:
                training = replace(training, energy=round(energy, 3), energy_known=meters.known)
            return replace(piece, result=training)
        result, energy = meters.around(
            lambda: draw_piece(piece, engine, tell=tell_step),
            earlier=lambda drawn: drawn.seconds - piece.seconds,
        )
        return replace(result, energy=energy)

    def hand_over(piece: Piece) -> None:
        if isinstance(piece.task, Tuning):
            tell(Tuned(job=piece.task.job, training=piece.result))
            return
        assert piece.receipt is not None
        receipt = replace(piece.receipt, seconds=round(piece.seconds, 3))
        if piece.energy is not None:
            receipt = replace(receipt, energy=round(piece.energy, 6), energy_known=meters.known)
        tell(Finished(job=piece.task.job, receipt=receipt))

    tell(Ready())
    write = partial(write_piece, examine=engine.artifacts, device=engine.device_name, versions=versions)
    for work in (
        partial(_receive, lines, told.put, tell),
        partial(_keep_doing, read_piece, told.get, read.put, tell),
        partial(_keep_doing, write, drawn.get, hand_over, tell),
    ):
        Thread(target=work, daemon=True).start()
    _keep_doing(draw, read.get, drawn.put, tell)


def load_performer(device: str) -> Callable[[Job], "Image"]:
    """Return a function that draws a job in this process, for `InlineExecutor` and a debugger.

    The networks are loaded with its first job. It raises what `read_piece` and the engine raise.
    """

    def perform(job: Job) -> "Image":
        piece = read_piece(Piece(task=make_drawing(job, number=0)))
        picture: Image = draw_piece(piece, load_engine(device), tell=lambda answer: None).result
        return picture

    return perform


def load_examiner(device: str) -> Callable[[Job, "Image"], tuple[str, ...]]:
    """Return a function that names the faults of a picture drawn in this process, for `InlineExecutor`."""

    def examine(job: Job, picture: "Image") -> tuple[str, ...]:
        drawing = make_drawing(job, number=0)
        photo = read_piece(Piece(task=drawing)).photo
        assert photo is not None
        return load_engine(device).artifacts(picture, photo=photo, artworks=partial(read_artworks, drawing))

    return examine


def read_piece(piece: Piece) -> Piece:
    """Read a task's photo; raises UserError where it, or what it is drawn with, is not the one planned."""
    task, source = piece.task, source_of(piece.task)
    try:
        unchanged = sha256_of(source.path) == source.digest
    except FileNotFoundError:
        raise PhotoError("it was removed while the site was being built. Build again.") from None
    if not unchanged:
        raise PhotoError("it changed while the site was being built. Build again.")
    if not isinstance(task, Drawing):
        return replace(piece, photo=open_photo(source.path))
    check_drawn(task.method)
    photo = open_photo(source.path, long_edge=task.parameters.long_edge)
    if task.method.is_slow:
        return replace(piece, photo=photo, artworks=read_artworks(task))
    for numbers in (portion.numbers for portion in task.blend):
        if digest_tensors(numbers.path, shown=f"{numbers.path}") != numbers.digest:
            raise UserError(f"{numbers.path} changed while the site was being built. Build again.")
    return replace(piece, photo=photo)


def draw_piece(piece: Piece, engine: Engine, *, tell: Callable[[Answer], None]) -> Piece:
    """Send a photo through the network; a picture that is optimized tells each of its steps."""
    task, photo = piece.task, piece.photo
    assert photo is not None
    if isinstance(task, Drawing) and task.method.is_slow:
        picture, earlier = optimize_picture(task, photo, piece.artworks, engine, tell=tell)
        return replace(piece, result=picture, seconds=piece.seconds + earlier)
    if isinstance(task, Drawing) and task.method == IMPORTED:
        (portion,) = task.blend
        result = engine.redraw(photo, network=portion.numbers.path, strength=task.parameters.strength)
    elif isinstance(task, Drawing):
        blend = [(portion.numbers.path, portion.part) for portion in task.blend]
        result = engine.stylize(photo, blend=blend, strength=task.parameters.strength)
    else:
        result = engine.predict(photo)
    return replace(piece, result=result)


def write_piece(
    piece: Piece, *, examine: Callable[..., tuple[str, ...]], device: str, versions: dict[str, str]
) -> Piece:
    """Write what was made to the task's target.

    examine: names the faults of a picture, beside its photo, while the network draws the next.
    """
    if isinstance(piece.task, Tuning):
        return piece  # written when its last step was done
    task, photo, target = piece.task, piece.photo, piece.task.target
    assert photo is not None
    if isinstance(task, Drawing):
        digest = write_png(piece.result, target, photo=piece.name)
        width, height = piece.result.size
        artifacts = examine(piece.result, photo=photo, artworks=partial(read_artworks, task))
    else:
        from ..engine.networks.style_parameters import save_numbers

        with explain_refusals(target.parent, doing=f"storing the style of {piece.name}"):
            save_numbers(piece.result, target)
            digest = sha256_of(target)
        width, height = photo.size
        artifacts = ()
    receipt = Receipt(
        sha256=digest,
        width=width,
        height=height,
        seconds=0.0,
        device=device,
        versions=versions,
        artifacts=artifacts,
        method=task.method.name if isinstance(task, Drawing) else "predict",
    )
    return replace(piece, receipt=receipt)


def source_of(task: Task) -> File:
    """Return the picture that a task begins with."""
    return task.photo if isinstance(task, Drawing) else task.artwork


def _teller(answers: BinaryIO) -> Callable[[Answer], None]:
    """Return the function by which every thread answers, one whole line at a time."""
    turn = Lock()

    def tell(answer: Answer) -> None:
        with turn:
            try:
                answers.write(encode_message(answer))
                answers.flush()
            except OSError:
                os._exit(1)  # nobody listens any more

    return tell


def _receive(lines: BinaryIO, put: Callable[[Piece], None], tell: Callable[[Answer], None]) -> None:
    for line in lines:
        try:
            put(Piece(task=read_task(line)))
        except ValueError as error:
            tell(Refused(job=None, message=str(error), final=False))
    os._exit(0)  # the parent is done or gone; torch cannot be interrupted more kindly


def _keep_doing(
    work: Callable[[Piece], Piece],
    get: Callable[[], Piece],
    put: Callable[[Piece], None],
    tell: Callable[[Answer], None],
) -> None:
    """Do one step of the work on piece after piece; a piece that fails is told of, and the next one taken."""
    while True:
        piece = get()
        begun = time.monotonic()
        try:
            result = work(piece)
        except Exception as error:
            tell(make_refusal(piece.task, error, name=piece.name))
        else:
            put(replace(result, seconds=result.seconds + time.monotonic() - begun))
