"""The command `museum.read`: what an importer makes of answers in files. Yields the lines to print."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from ..model.errors import UserError
from ..museums.errors import MuseumError
from ..museums.importers.answer import Answer
from ..museums.importers.interface import Museum, Request
from ..museums.importers.registry import find_museum
from ..museums.record import MuseumRecord
from ..storage.atomic_files import display_path
from .museum_show import describe

MEDIA_TYPES = {
    ".json": "application/json",
    ".jsonld": "application/ld+json",
    ".xml": "application/xml",
    ".html": "text/html",
    ".htm": "text/html",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadRequest:
    """What was typed."""

    name: str  # of the museum
    files: Sequence[str]  # its answers, in their order
    urls: Sequence[str] = ()  # of the answers, for importers that read something from it
    is_search: bool = False
    as_json: bool = False


def read_answers(request: ReadRequest) -> Iterator[str]:
    """Read answers of a museum, without network; raises UserError that names file and field."""
    museum = find_museum(request.name)
    if request.is_search and museum.read_search is None:
        raise UserError(f"{museum.title} has no search here, so there is no answer of one to read.")
    answers = _load_answers(request, museum)
    try:
        if request.is_search:
            yield from _read_search(museum, answers, as_json=request.as_json)
            return
        found = museum.read_item(answers)
    except MuseumError as error:
        where = ", ".join(display_path(Path(file)) for file in request.files)
        raise UserError(f"{where}: {museum.title}: {error}.") from None
    if isinstance(found, Request):
        yield from _say_next(found, as_json=request.as_json)
    else:
        yield from _say_record(found, as_json=request.as_json)


def _read_search(museum: Museum, answers: Sequence[Answer], *, as_json: bool) -> Iterator[str]:
    assert museum.read_search
    for answer in answers:
        page = museum.read_search(answer)
        for record in page.records:
            yield from _say_record(record, as_json=as_json)
        for item in page.items:
            yield json.dumps({"key": f"{museum.name}:{item}"}) if as_json else f"{museum.name}:{item}"
        if page.next:
            yield from _say_next(page.next, as_json=as_json)


def _say_record(record: MuseumRecord, *, as_json: bool) -> Iterator[str]:
    yield json.dumps(asdict(record), ensure_ascii=False) if as_json else "\n".join(describe(record))


def _say_next(request: Request, *, as_json: bool) -> Iterator[str]:
    if as_json:
        yield json.dumps({"next": request.url, "accept": request.accept})
    else:
        key = ", with a key" if request.key else ""
        yield f"It asks next for {request.url} ({request.accept}{key})."


def _load_answers(request: ReadRequest, museum: Museum) -> list[Answer]:
    answers, problems = [], []
    for number, file in enumerate(request.files):
        path = Path(file)
        media_type = MEDIA_TYPES.get(path.suffix.lower())
        if media_type is None:
            problems.append(
                f"{display_path(path)}: its name ends with {path.suffix or 'no suffix'!r}, so its kind is"
                f" unknown. Name it {', '.join(MEDIA_TYPES)}."
            )
            continue
        try:
            body = path.read_bytes()
        except OSError as error:
            problems.append(f"{display_path(path)}: it cannot be read: {error.strerror}.")
            continue
        url = request.urls[number] if number < len(request.urls) else museum.home
        answers.append(Answer(url=url, body=body, media_type=media_type))
    if not request.files:
        problems.append("there is no file to read. Name the answers of the museum, in their order.")
    if problems:
        raise UserError(*problems)
    return answers
