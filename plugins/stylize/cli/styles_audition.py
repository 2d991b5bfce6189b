"""What tasks.py asks for about auditions. Yields what to print while it goes on."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..blog.settings import Settings
from ..model.command_name import command
from ..model.entities import digest_of
from ..model.errors import PhotoError, UserError
from ..model.methods import NETWORK_FILES
from ..model.training_config import Hyperparameters
from ..storage.atomic_files import STORE, display_path, explain_refusals, lock, sha256_of
from ..styles import visual_regression as panels
from ..styles.audition.board import MOST_SHOWN, PICTURES, TUNED, BoardIntro, write_board
from ..styles.audition.candidates import Candidate, gather, load_picture
from ..styles.audition.evaluation import EvaluatedArtwork, evaluate_artworks
from ..styles.audition.ranking import add_tuned, make_ranking, rank_artworks
from ..styles.audition.scores import write_scores
from ..styles.library import read_styles
from ..styles.train import find_training_photos
from .blog_folder import read_site
from .console import StatusLine

if TYPE_CHECKING:
    from ..engine.evaluation.evaluate import Evaluator

MOST_PHOTOS = 6  # of a folder, spread evenly over their names
MOST_TUNED = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditionRequest:
    """What was typed."""

    places: Sequence[str] = ()  # none: the styles of the library
    photos: str = ""  # a folder; "" takes the panel
    strengths: Sequence[float] = (1.0,)
    tuned: int = 0  # how many of the first are tuned for a moment
    to: str = ""  # the page; "" puts it into the store


def audition(configuration: str, wish: AuditionRequest) -> Iterator[StatusLine]:
    """Draw photos after artworks, measure, and write a board; yields what to print.

    Styles of the library get their scores.json. Raises UserError where there is nothing to audition, and
    where another audition is at work in the same store.
    """
    _, settings = read_site(configuration)
    _check(wish)
    with _alone_in(settings.store / "audition") as workplace:
        yield from _audition(settings, wish, workplace)


def _audition(settings: Settings, wish: AuditionRequest, workplace: Path) -> Iterator[StatusLine]:
    library = read_styles(settings.styles, shown=settings.styles.name, categories=settings.categories)
    own = [str(style.numbers.path.parent) for style in library.styles.values()]
    if not wish.places and not own:
        raise UserError(
            *library.problems,
            f"{settings.styles.name}: there are no styles to audition. Name pictures, or a folder of them:"
            f" {command('style.audition FOLDER')}",
        )
    gathered = gather(wish.places or own, categories=settings.categories)
    folder = Path(wish.photos) if wish.photos else settings.styles / panels.FOLDER
    photos = _spread(find_training_photos(folder))
    stage = _Stage(photos, device=settings.device)
    made_with = {"photos": [sha256_of(photo) for photo in photos], "networks": dict(NETWORK_FILES)}

    def rehearsed(
        candidates: Sequence[Candidate], folder: str
    ) -> Iterator[tuple[Candidate, EvaluatedArtwork]]:
        return evaluate_artworks(
            candidates,
            load=stage.load,
            workplace=workplace / folder,
            strengths=wish.strengths if folder == PICTURES else (1.0,),
            made_with=made_with,
        )

    count = len(gathered.candidates)
    works, shots = (f"{n} {word}{'s' * (n != 1)}" for n, word in ((count, "artwork"), (len(photos), "photo")))
    yield StatusLine(text=f"{works}, {shots} of {display_path(folder)}; Ctrl-C keeps what is done.")
    found = []
    for candidate, entry in rehearsed(gathered.candidates, PICTURES):
        found.append((candidate, entry))
        if entry.problem:
            yield StatusLine(text=f"{candidate.shown}: {entry.problem}")
        if candidate.slug and write_scores(candidate, entry):
            yield StatusLine(text=f"{candidate.shown}/scores.json: written")
        yield StatusLine(text=candidate.shown, transient=True, done=len(found), total=count)
    owned = {candidate.slug: entry.vector for candidate, entry in found if candidate.slug and entry.vector}
    others = [place for place in own if Path(place).name not in owned]
    if others:
        heard = rehearsed(gather(others, categories=settings.categories).candidates, "owned")
        owned |= {candidate.slug: entry.vector for candidate, entry in heard if entry.vector}
    order = make_ranking([entry for _, entry in found], library.styles)
    rows = rank_artworks(found, order, owned=owned)
    if wish.tuned:
        yield StatusLine(text=f"The first {min(wish.tuned, len(rows))} are tuned for some 30 s each.")
        numbers = workplace / "numbers" / digest_of(made_with | {"recipe": asdict(Hyperparameters())})[:24]
        rows = add_tuned(
            rows,
            wish.tuned,
            tune=lambda candidate: stage.tune(candidate, numbers),
            look=lambda candidate: next(rehearsed([candidate], TUNED))[1],
        )
    foreword = BoardIntro(
        photos=[photo.stem for photo in photos],
        order=order.words,
        passed_over=gathered.passed_over,
        twins=gathered.twins,
    )
    target = Path(wish.to) if wish.to else workplace / "board.html"
    as_json = write_board(rows, foreword, workplace=workplace, target=target)
    yield StatusLine(text=order.words)
    for row in rows[:5]:
        if row.rank:
            yield StatusLine(text=f"  {row.rank}. {row.candidate.record.get('title') or row.candidate.shown}")
    if len(rows) > MOST_SHOWN:
        yield StatusLine(
            text=f"The page shows the first {MOST_SHOWN} of {len(rows)}; all are in {display_path(as_json)}."
        )
    yield StatusLine(
        text=f"{display_path(target)}: look at it in a browser. {display_path(as_json)}: the same for "
        "programs."
    )


class _Stage:
    """The networks and the photos, loaded with the first artwork that needs them."""

    def __init__(self, photos: Sequence[Path], *, device: str) -> None:
        self._photos, self._device = photos, device
        self._auditioner: Evaluator | None = None

    def load(self) -> "Evaluator":
        """Return what draws and measures."""
        if self._auditioner is None:
            from ..engine.evaluation.evaluate import Evaluator
            from ..images.decode import open_photo

            photos, problems = [], []
            for path in self._photos:
                try:
                    photos.append(open_photo(path, long_edge=1024))
                except PhotoError as error:
                    problems += [f"{display_path(path)}: {problem}" for problem in error.problems]
            if problems:
                raise UserError(*problems)
            self._auditioner = Evaluator(photos, device=self._device)
        return self._auditioner

    def tune(self, candidate: Candidate, folder: Path) -> Path:
        """Tune a candidate for a moment on the photos; returns where its numbers are."""
        from ..images.decode import open_photo

        target = folder / f"{candidate.digest[:24]}.safetensors"
        coming = target.with_suffix(".coming")
        with explain_refusals(folder, doing="keeping a short tuning"):
            folder.mkdir(parents=True, exist_ok=True)
            if not target.exists():
                with load_picture(candidate) as path:
                    self.load().tune(open_photo(path), coming)
                coming.replace(target)
        return target


@contextmanager
def _alone_in(workplace: Path) -> Iterator[Path]:
    """Lend a workplace to one audition at a time: each begins anew what was made with other photos."""
    with explain_refusals(workplace, doing="keeping an audition", setting=STORE):
        workplace.mkdir(parents=True, exist_ok=True)
        try:
            held = lock(workplace)
        except BlockingIOError:
            raise UserError(
                f"{display_path(workplace)}: another audition is at work here. Wait until it has ended, "
                "or end it."
            ) from None
    try:
        yield workplace
    finally:
        if held is not None:
            os.close(held)


def _check(wish: AuditionRequest) -> None:
    problems = [
        f"--strengths holds {strength:g}, but runs from above 0 to 1, as in --strengths 0.5,1"
        for strength in wish.strengths
        if not 0 < strength <= 1
    ]
    if not 0 <= wish.tuned <= MOST_TUNED:
        problems.append(f"--tuned is {wish.tuned}, but runs from 0 to {MOST_TUNED}: each takes some 30 s.")
    if wish.to and Path(wish.to).is_dir():
        problems.append(f"--to is {wish.to!r}, which is a folder; name a page in it: {wish.to}/board.html")
    elif wish.to and Path(wish.to).suffix.lower() not in (".html", ".htm"):
        problems.append(f"--to is {wish.to!r}, but must be a page such as board.html")
    if problems:
        raise UserError(*problems)


def _spread(photos: list[Path]) -> list[Path]:
    if len(photos) <= MOST_PHOTOS:
        return photos
    return [photos[index * len(photos) // MOST_PHOTOS] for index in range(MOST_PHOTOS)]
