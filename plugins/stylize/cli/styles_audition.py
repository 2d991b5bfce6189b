"""The command `style.audition`. Yields the lines to print while it runs."""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..blog.settings import Settings
from ..costs.estimates import PAINTING_SMALL, format_duration, learn_rates
from ..model.command_name import command
from ..model.entities import digest_of
from ..model.errors import PhotoError, UserError
from ..model.methods import CONTENT, NETWORK_FILES, OPTIMIZE_SMALL
from ..model.training_config import Hyperparameters
from ..museums.citation import describe_work
from ..museums.errors import MuseumError
from ..museums.importers import met
from ..museums.importers.answer import View
from ..storage.atomic_files import STORE, display_path, explain_refusals, lock, new_file, sha256_of
from ..storage.store import Store
from ..styles.audition.board import MOST_SHOWN, PAINTED, PICTURES, TUNED, BoardIntro, BoardRow, write_board
from ..styles.audition.candidates import Candidate, find_candidates, load_picture
from ..styles.audition.evaluation import EvaluatedArtwork, evaluate_artworks, save_scores
from ..styles.audition.ranking import add_tuned, make_ranking_model, rank_artworks
from ..styles.library import load_styles
from ..styles.panels import FOLDER
from ..styles.train import find_training_photos
from .artwork_source import add_source
from .blog_folder import read_site
from .console import StatusLine

if TYPE_CHECKING:
    from PIL.Image import Image

    from ..engine.evaluation.evaluate import Evaluation, Evaluator
    from ..executors.optimize_task import Optimizer

MOST_PHOTOS = 6  # of a folder, spread evenly over their names
MOST_TUNED = MOST_PAINTED = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditionRequest:
    """What was typed."""

    places: Sequence[str] = ()  # empty: the styles of the library
    photos: str = ""  # a folder; "" takes the panel
    strengths: Sequence[float] = (1.0,)
    tuned: int = 0  # how many of the best get a short tuning
    painted: int = 0  # how many of the best are painted too
    to: str = ""  # the page; "" puts it into the store
    category: str = ""  # of the styles that the board's commands make; "" for the first of the blog's


def audition(settings_file: str, request: AuditionRequest) -> Iterator[StatusLine]:
    """Draw photos in the style of artworks, score them, and write a board; yields the lines to print.

    Styles of the library get their scores.json. Raises UserError if there is nothing to audition, or if
    another audition is running in the same store.
    """
    _, settings = read_site(settings_file)
    _validate(request)
    with _exclusive_folder(settings.store / "audition") as workplace:
        yield from _audition(settings, request, workplace)


def read_met_record(found: Mapping[str, Any]) -> dict[str, str]:
    """Return a record of the Met in a package, by the names of ArtworkRecord, as its importer reads it.

    Raises ValueError that names a field of another form.
    """
    try:
        record = met.read_object(View(dict(found)))
    except MuseumError as error:
        raise ValueError(str(error)) from None
    words = describe_work(record)
    return {
        "title": record.title,
        "creator": words["creator"] if record.creators else "",
        "date": record.date,
        "institution": record.institution,
        "source_url": record.page,
        "license": "" if record.rights.license.family == "NONE" else record.rights.license.code,
    }


def _audition(settings: Settings, request: AuditionRequest, workplace: Path) -> Iterator[StatusLine]:
    library = load_styles(settings.styles, display_path=settings.styles.name, categories=settings.categories)
    own = [str(style.weights.path.parent) for style in library.styles.values()]
    if not request.places and not own:
        raise UserError(
            *library.problems_of(library.problems),
            f"{settings.styles.name}: there are no styles to audition. Name pictures, or a folder of them:"
            f" {command('style.audition FOLDER')}",
        )
    found = find_candidates(
        request.places or own, categories=settings.categories, read_record=read_met_record
    )
    folder = Path(request.photos) if request.photos else settings.styles / FOLDER
    photos = find_training_photos(folder, most=MOST_PHOTOS)
    evaluator = _LazyEvaluator(photos, device=settings.device)
    made_with = {"photos": [sha256_of(photo) for photo in photos], "networks": dict(NETWORK_FILES)}

    def evaluate(
        candidates: Sequence[Candidate], folder: str
    ) -> Iterator[tuple[Candidate, EvaluatedArtwork]]:
        return evaluate_artworks(
            candidates,
            load=evaluator.load,
            workplace=workplace / folder,
            strengths=request.strengths if folder == PICTURES else (1.0,),
            made_with=made_with,
        )

    count = len(found.candidates)
    works, shots = (f"{n} {word}{'s' * (n != 1)}" for n, word in ((count, "artwork"), (len(photos), "photo")))
    yield StatusLine(text=f"{works}, {shots} of {display_path(folder)}; Ctrl-C keeps what is done.")
    evaluated = []
    for candidate, result in evaluate(found.candidates, PICTURES):
        evaluated.append((candidate, result))
        if result.problem:
            yield StatusLine(text=f"{candidate.display_path}: {result.problem}")
        if candidate.slug and save_scores(candidate, result):
            yield StatusLine(text=f"{candidate.display_path}/scores.json: written")
        yield StatusLine(text=candidate.display_path, transient=True, done=len(evaluated), total=count)
    owned = {one.slug: result.vector for one, result in evaluated if one.slug and result.vector}
    others = [place for place in own if Path(place).name not in owned]
    if others:
        styles = find_candidates(others, categories=settings.categories).candidates
        owned |= {style.slug: result.vector for style, result in evaluate(styles, "owned") if result.vector}
    model = make_ranking_model([result for _, result in evaluated], library.styles)
    rows = rank_artworks(evaluated, model, owned=owned)
    if request.tuned:
        yield StatusLine(text=f"The first {min(request.tuned, len(rows))} are tuned, some 30 s each.")
        tuned = workplace / "numbers" / digest_of(made_with | {"recipe": asdict(Hyperparameters())})[:24]
        rows = add_tuned(
            rows,
            request.tuned,
            tune=lambda candidate: evaluator.tune(candidate, tuned),
            evaluate=lambda candidate: next(evaluate([candidate], TUNED))[1],
        )
    if request.painted:
        count = min(request.painted, sum(row.rank > 0 for row in rows))
        a_photo = PAINTING_SMALL * learn_rates(Store(settings.store).receipts())[OPTIMIZE_SMALL.name]
        first = "first is" if count == 1 else f"first {count} are"
        yield StatusLine(text=f"The {first} painted, about {format_duration(a_photo * len(photos))} each.")
        for number, row in enumerate(rows[:count], start=1):
            rows[number - 1] = _paint(row, evaluator, made_with=made_with, workplace=workplace / PAINTED)
            yield StatusLine(
                text=f"painted {row.candidate.display_path}", transient=True, done=number, total=count
            )
    intro = BoardIntro(
        photos=[photo.stem for photo in photos],
        explanation=model.explanation,
        skipped=found.skipped,
        duplicates=found.duplicates,
        take=command(f"museum.add {{}} --as style --category {request.category or settings.categories[0]}"),
    )
    rows = [add_source(row, policy=settings.policy) for row in rows]
    target = Path(request.to) if request.to else workplace / "board.html"
    places = [Path(place) for place in (*request.places, *own)]
    as_json = write_board(rows, intro, workplace=workplace, target=target, places=places)
    yield StatusLine(text=model.explanation)
    for row in rows[:5]:
        if row.rank:
            title = row.candidate.record.get("title") or row.candidate.display_path
            yield StatusLine(text=f"  {row.rank}. {title}")
    if len(rows) > MOST_SHOWN:
        yield StatusLine(
            text=f"The page shows the first {MOST_SHOWN} of {len(rows)}; all are in {display_path(as_json)}."
        )
    yield StatusLine(
        text=f"Open {display_path(target)} in a browser. {display_path(as_json)} is the same for programs."
    )


def _paint(
    row: BoardRow, evaluator: "_LazyEvaluator", *, made_with: Mapping[str, object], workplace: Path
) -> BoardRow:
    """Return a row with its photos painted; a style's weights do not matter for that."""
    results = evaluate_artworks(
        [replace(row.candidate, weights=None)],
        load=evaluator.load_painter,
        workplace=workplace,
        strengths=(1.0,),
        made_with={**made_with, "method": asdict(OPTIMIZE_SMALL)},
    )
    return replace(row, painted=next(results)[1])


class _LazyEvaluator:
    """The evaluator, loaded for the first artwork that needs it."""

    def __init__(self, photos: Sequence[Path], *, device: str) -> None:
        self._photos, self._device = photos, device
        self._evaluator: Evaluator | None = None
        self._painter: _Painter | None = None

    def load(self) -> "Evaluator":
        """Return the evaluator; raises UserError with every photo that cannot be read."""
        if self._evaluator is None:
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
            self._evaluator = Evaluator(photos, device=self._device)
        return self._evaluator

    def load_painter(self) -> "_Painter":
        """Return what paints the photos instead of drawing them; raises UserError as `load` does."""
        if self._painter is None:
            from ..engine.stylizer import Stylizer

            self._painter = _Painter(self.load(), Stylizer(self._device))
        return self._painter

    def tune(self, candidate: Candidate, folder: Path) -> Path:
        """Give a candidate a short tuning on the photos; returns the path of its weights."""
        from ..images.decode import open_photo

        target = folder / f"{candidate.digest[:24]}.safetensors"
        if not target.exists():
            with (
                load_picture(candidate) as path,
                explain_refusals(folder, doing="keeping a short tuning"),
                new_file(target) as coming,
            ):
                self.load().tune(open_photo(path), coming)
        return target


class _Painter:
    """Paints the photos in the style of an artwork as the quality good does, and scores the pictures."""

    def __init__(self, evaluator: "Evaluator", optimizer: "Optimizer") -> None:
        self._evaluator, self._optimizer = evaluator, optimizer

    def audition(self, artwork: "Image", *, strengths: Sequence[float], numbers: Path | None) -> "Evaluation":
        """Paint the photos at full strength; raises UserError if that fails."""
        return self._evaluator.evaluate(
            artwork, [self._paint(photo, artwork) for photo in self._evaluator.photos]
        )

    def _paint(self, photo: "Image", artwork: "Image") -> "Image":
        *_, picture = self._optimizer.optimize(
            photo,
            artworks=[(artwork, 1.0)],
            content=CONTENT,
            strength=1.0,
            stroke=1.0,
            checkpoint=None,
            small=True,
        )
        return picture


@contextmanager
def _exclusive_folder(workplace: Path) -> Iterator[Path]:
    """Lock a folder for one audition at a time, since each removes the results for other photos."""
    with explain_refusals(workplace, doing="keeping an audition", setting=STORE):
        workplace.mkdir(parents=True, exist_ok=True)
        try:
            held = lock(workplace)
        except BlockingIOError:
            raise UserError(
                f"{display_path(workplace)}: another audition is running here. Wait until it ends, "
                "or stop it."
            ) from None
    try:
        yield workplace
    finally:
        if held is not None:
            os.close(held)


def _validate(request: AuditionRequest) -> None:
    problems = [
        f"--strengths holds {strength:g}, but runs from above 0 to 1, as in --strengths 0.5,1"
        for strength in request.strengths
        if not 0 < strength <= 1
    ]
    if not 0 <= request.tuned <= MOST_TUNED:
        problems.append(f"--tuned is {request.tuned}, but runs from 0 to {MOST_TUNED}: each takes some 30 s.")
    if not 0 <= request.painted <= MOST_PAINTED:
        problems.append(
            f"--painted is {request.painted}, but runs from 0 to {MOST_PAINTED}: each takes up to a minute."
        )
    if request.to and Path(request.to).is_dir():
        problems.append(
            f"--to is {request.to!r}, which is a folder; name a page in it: {request.to}/board.html"
        )
    elif request.to and Path(request.to).suffix.lower() not in (".html", ".htm"):
        problems.append(f"--to is {request.to!r}, but must be a page such as board.html")
    if problems:
        raise UserError(*problems)
