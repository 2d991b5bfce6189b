"""What tasks.py asks for beside building: the plan, and a style's numbers. Returns text to print."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

import pelican
from pelican.settings import read_settings as read_pelican_settings

from . import adoption
from .executors.local import LocalExecutor
from .plan import Planned
from .settings import read_settings
from .store import Store

# Until a picture of this site has been timed: bench/cold.py, 1024x1024 on two cores of an AMD EPYC.
SECONDS_PER_MEGAPIXEL = 1.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One picture of the plan."""

    post: str
    photo: str
    style: str
    strength: float
    key: str
    state: str  # "cached" or "missing"
    estimated_seconds: float  # 0 for what is cached


def plan(configuration: str, *, as_json: bool = False) -> str:
    """Return every stylized picture that the posts ask for, as a table or as JSON.

    Raises UserError with every problem of every post.
    """
    site = read_pelican_settings(
        configuration, override={"STYLIZE_PLAN_ONLY": True, "DELETE_OUTPUT_DIRECTORY": False}
    )
    try:
        pelican.Pelican(site).run()
    except Planned as planned:
        settings = read_settings(site.get("STYLIZE") or {}, base=Path.cwd(), where="STYLIZE")
        lines = _lines(planned, rate=seconds_per_megapixel(Store(settings.store)))
    else:
        lines = []
    if as_json:
        return json.dumps([asdict(line) for line in lines], indent=2, ensure_ascii=False)
    return _table(lines)


def predict(configuration: str, slug: str) -> str:
    """Make a style's numbers from its artwork."""
    site = read_pelican_settings(configuration)
    settings = read_settings(site.get("STYLIZE") or {}, base=Path.cwd(), where="STYLIZE")
    shown = f"{settings.styles.name}/{slug}"
    digest = adoption.predict_style(
        settings.styles / slug, LocalExecutor(device=settings.device), shown=shown
    )
    return f"{shown}/style.safetensors: the numbers of the artwork, digest {digest[:12]}…"


def _lines(planned: Planned, *, rate: float) -> list[Line]:
    lines = []
    missing = planned.missing
    for entry in planned.entries:
        stylization = entry.stylization
        if stylization is None:
            continue
        key = stylization.key
        megapixels = stylization.photo.width * stylization.photo.height / 1e6
        scale = stylization.parameters.long_edge / max(stylization.photo.width, stylization.photo.height)
        estimate = rate * megapixels * min(1.0, scale) ** 2
        lines.append(
            Line(
                post=entry.request.post,
                photo=stylization.photo.path.name,
                style=stylization.style.slug,
                strength=stylization.parameters.strength,
                key=key,
                state="missing" if key in missing else "cached",
                estimated_seconds=round(estimate, 1) if key in missing else 0.0,
            )
        )
    return lines


def seconds_per_megapixel(store: Store) -> float:
    """Return what a megapixel took here so far: the median over the store's pictures."""
    rates = [
        receipt.seconds / (receipt.width * receipt.height / 1e6)
        for receipt in store.receipts()
        if receipt.width and receipt.height
    ]
    return median(rates) if rates else SECONDS_PER_MEGAPIXEL


def _table(lines: list[Line]) -> str:
    if not lines:
        return "No post asks for a stylized picture."
    rows: list[tuple[Any, ...]] = [("post", "photo", "style", "strength", "key", "state", "seconds")]
    for line in lines:
        seconds = f"{line.estimated_seconds:.1f}" if line.state == "missing" else ""
        rows.append(
            (line.post, line.photo, line.style, f"{line.strength:g}", line.key[:12], line.state, seconds)
        )
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    text = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    ]
    by_key = {line.key: line for line in lines}
    to_make = [line for line in by_key.values() if line.state == "missing"]
    total = sum(line.estimated_seconds for line in to_make)
    summary = f"{len(by_key)} pictures: {len(by_key) - len(to_make)} from the store, {len(to_make)} to make"
    return "\n".join([*text, "", summary + (f", about {total:.0f} s" if to_make else "")])
