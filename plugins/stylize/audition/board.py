"""The board of an audition: one page that needs no network and, as a plain table, no script; and the same as JSON."""

import json
from base64 import b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from ..disk import explain_refusals
from .candidates import Candidate
from .rehearsal import Entry, Likeness

ALIKE = 0.6  # of style vectors: from here on "you have this look"


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
    Column(name="effect", head="effect", says="how far the pictures are from the photos, in Oklab; 0.02 is just seen"),
    Column(name="palette gap", head="palette", says="how far colors are from the artwork's palette, in Oklab"),
    Column(name="repeatability", head="repeats", says="how alike the artwork's parts are; 1 is a wallpaper"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A candidate with its place on the board."""

    candidate: Candidate
    entry: Entry
    likeness: Likeness | None
    tuned: Entry | None = None  # after a short tuning
    rank: int = 0  # from 1; 0 where there is nothing to rank


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreword:
    """What stands above the table."""

    photos: Sequence[str]
    order: str  # how the rows are ordered, and why
    passed_over: int
    twins: Sequence[str]


def write_board(rows: Iterable[Row], foreword: Foreword, *, workplace: Path, target: Path) -> Path:
    """Write the page, and its JSON beside it; returns where the JSON lies.

    rows: in their order; read and written one by one, so that memory does not grow with their number.
    """
    as_json = target.with_suffix(".json")
    coming, coming_json = (path.with_name(f".{path.name}.coming") for path in (target, as_json))
    with explain_refusals(target.parent, doing="writing the board of an audition"):
        target.parent.mkdir(parents=True, exist_ok=True)
        with coming.open("w", encoding="utf-8") as page, coming_json.open("w", encoding="utf-8") as facts:
            page.write(_HEAD.format(style=_STYLE, foreword=_foreword(foreword), heads=_heads()))
            facts.write('{"format": 1, "order": ' + json.dumps(foreword.order) + ', "candidates": [\n')
            for number, row in enumerate(rows):
                page.write(_row(row, workplace))
                facts.write((",\n" if number else "") + json.dumps(facts_of(row), ensure_ascii=False))
            page.write(_FOOT.format(script=_SCRIPT))
            facts.write("\n]}\n")
        coming.replace(target)
        coming_json.replace(as_json)
    return as_json


def facts_of(row: Row) -> dict[str, object]:
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
        "like": {"style": row.likeness.slug, "amount": round(row.likeness.amount, 3)} if row.likeness else None,
        "seconds": entry.seconds,
    }
    if row.tuned:
        facts["tuned"] = {name: round(value, 4) for name, value in row.tuned.scores.items()}
    return facts


def _foreword(foreword: Foreword) -> str:
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
    work = f'<a href="{escape(source)}">{escape(title)}</a>' if source.startswith("http") else escape(title)
    by = " · ".join(escape(record[name]) for name in ("creator", "date", "institution") if record.get(name))
    rights = escape(record.get("license", "")) or "no license known"
    notes = [*candidate.lacks, *(f"It shows {fault}." for fault in entry.faults)]
    if entry.problem:
        notes.append(f"It cannot be auditioned: {entry.problem}")
    if row.likeness and row.likeness.amount >= ALIKE and row.likeness.slug != candidate.slug:
        notes.append(f"You have this look: {row.likeness.slug} ({row.likeness.amount:.2f} alike).")
    if candidate.slug:
        notes.append(f"A style of yours: {candidate.slug}.")
    image = _image(workplace, entry.portrait, alt=f"The artwork: {title}", width=220)
    sheets = dict(entry.sheets)
    pictures = "".join(
        f"<figure>{_image(workplace, sheet, alt=f'The photos in the style of {title}', width=620)}"
        f"<figcaption>strength {strength}</figcaption></figure>"
        for strength, sheet in sheets.items()
    )
    if row.tuned:
        (sheet,) = dict(row.tuned.sheets).values()
        pictures += (
            f"<figure>{_image(workplace, sheet, alt=f'The photos in {title}, tuned for a moment', width=620)}"
            "<figcaption>after a short tuning</figcaption></figure>"
        )
    cells = "".join(_number(entry, row.tuned, column.name) for column in COLUMNS)
    list_ = "".join(f"<li>{escape(note)}</li>" for note in notes)
    return (
        f'<tr tabindex="0" data-whole="{int(not candidate.lacks and not entry.problem)}">'
        f'<td class="number">{row.rank or "–"}</td>'
        f'<th scope="row">{image}<span>{work}</span><small>{by}<br>{rights}<br>{escape(candidate.shown)}</small>'
        f"<ul>{list_}</ul></th><td>{pictures}</td>{cells}</tr>\n"
    )


def _number(entry: Entry, tuned: Entry | None, name: str) -> str:
    if name not in entry.scores:
        return '<td class="number"></td>'
    after = f"<br><small>→ {tuned.scores[name]:.2f}</small>" if tuned and name in tuned.scores else ""
    return f'<td class="number" data-value="{entry.scores[name]:.6f}">{entry.scores[name]:.2f}{after}</td>'


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
<th scope="col"><button type="button">artwork</button></th><th scope="col">your photos</th>{heads}</tr></thead>
<tbody>
"""
_FOOT = """</tbody></table></div><script>{script}</script></body></html>
"""
_STYLE = """:root { color-scheme: light dark; font: 1rem/1.45 system-ui, sans-serif }
body { margin: 1.5rem } h1 { font-size: 1.6rem } p { max-width: 60rem }
.wide { overflow-x: auto } table { border-collapse: collapse }
th, td { text-align: left; vertical-align: top; padding: .6rem .7rem; border-top: 1px solid #8884; font-weight: 400 }
thead th { position: sticky; top: 0; background: Canvas } .number { text-align: right }
td.number { font-variant-numeric: tabular-nums } tbody th { width: 15rem }
tbody th span { display: block; font-weight: 600 } small { color: GrayText }
img { display: block; height: auto; max-width: 100% } td img { min-width: 22rem }
figure { margin: 0 0 .8rem } figcaption { font-size: .85rem; color: GrayText }
ul { margin: .5rem 0 0; padding-left: 1.1rem; font-size: .9rem } tr:focus { outline: 2px solid Highlight }
button { font: inherit; color: inherit; background: none; border: 0; padding: .3rem 0; cursor: pointer; text-decoration: underline dotted }
button:focus-visible, a:focus-visible, input:focus-visible { outline: 2px solid Highlight }
.tools label, .tools span { margin-right: 1.2rem }
@media (max-width: 40rem) { body { margin: .8rem } td img { min-width: 16rem } tbody th { width: 10rem } }
"""
_SCRIPT = """(() => {
const body = document.querySelector("tbody"), rows = [...body.rows];
const find = document.getElementById("find"), whole = document.getElementById("whole");
document.querySelector(".tools").hidden = false;
const value = (row, place) => {
  const cell = row.cells[place], number = cell.dataset.value ?? cell.textContent.trim();
  return number !== "" && isFinite(number) ? Number(number) : null;
};
const compare = (place, down) => (one, other) => {
  const a = value(one, place), b = value(other, place);
  if (a === null && b === null)
    return one.cells[place].innerText.localeCompare(other.cells[place].innerText) * (down ? -1 : 1);
  if (a === null || b === null) return a === null ? 1 : -1;
  return down ? b - a : a - b;
};
document.querySelectorAll("thead button").forEach(button => button.addEventListener("click", () => {
  const head = button.parentElement, place = head.cellIndex;
  const down = head.getAttribute("aria-sort") === "ascending";
  document.querySelectorAll("thead th").forEach(other => other.removeAttribute("aria-sort"));
  head.setAttribute("aria-sort", down ? "descending" : "ascending");
  body.append(...rows.sort(compare(place, down)));
}));
const filter = () => {
  const words = find.value.toLowerCase().split(/\\s+/);
  let count = 0;
  for (const row of rows) {
    const text = row.cells[1].textContent.toLowerCase();
    row.hidden = !words.every(word => text.includes(word)) || (whole.checked && row.dataset.whole === "0");
    count += !row.hidden;
  }
  document.getElementById("count").textContent = `${count} of ${rows.length}`;
};
find.addEventListener("input", filter);
whole.addEventListener("change", filter);
filter();
document.addEventListener("keydown", event => {
  if (event.target === find) { if (event.key === "Escape") find.blur(); return; }
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "/") { event.preventDefault(); find.focus(); return; }
  if (event.key !== "j" && event.key !== "k") return;
  const shown = [...body.rows].filter(row => !row.hidden);
  const here = shown.indexOf(document.activeElement.closest("tr"));
  const next = shown[Math.max(0, Math.min(shown.length - 1, here + (event.key === "j" ? 1 : -1)))];
  if (next) { next.focus({preventScroll: true}); next.scrollIntoView({block: "center"}); }
});
})();"""
