"""The command `ledger`: prints what pictures and tunings cost. Runs without Pelican."""

import json
from dataclasses import asdict

from ..costs.prices import BOUGHT, BOUGHT_IN, format_amount, format_total
from ..styles.library import load_styles
from .blog_folder import read_site
from .console import format_table
from .cost_report import CostReport, CostRow, make_cost_report, read_costs

HEAD = ("pictures", "tunings", "seconds", "Wh", "cost")


def ledger(settings_file: str, *, by: str = "style", as_json: bool = False) -> str:
    """Return the cost report as a table or as JSON; by: style, post or month."""
    _, settings = read_site(settings_file)
    library = load_styles(settings.styles, display_path=settings.styles.name, categories=settings.categories)
    entries = read_costs(
        settings.store, library.styles, tariff=settings.tariff, parallel_jobs=settings.parallel_jobs
    )
    report = make_cost_report(entries, by=by)
    if as_json:
        facts = asdict(report) | {"bought": {"each": BOUGHT, "currency": BOUGHT_IN}}
        return json.dumps(facts, indent=2, ensure_ascii=False)
    if not entries:
        return "There are no pictures and no tuned styles yet."
    return "\n".join([*_format_table(report), "", *_format_notes(report)])


def _format_table(report: CostReport) -> list[str]:
    bought = f"at {format_amount(BOUGHT, BOUGHT_IN).removesuffix('.00')}"
    is_by_style = report.by == "style"
    rows: list[tuple[str, ...]] = [(report.by, *HEAD, bought if is_by_style else "")]
    for row in report.rows:
        is_style = is_by_style and not row.name.startswith("(")
        rows.append(_format_row(row, bought=format_amount(BOUGHT, BOUGHT_IN) if is_style else ""))
    total = format_amount(BOUGHT * report.styles, BOUGHT_IN) if is_by_style else ""
    rows.append(_format_row(report.total, bought=total))
    return format_table(rows, right_from=1)


def _format_row(row: CostRow, *, bought: str) -> tuple[str, ...]:
    numbers = (str(row.pictures), str(row.tunings), f"{row.seconds:.1f}", f"{row.energy:.2f}")
    return (row.name, *numbers, format_total(row.cost), bought)


def _format_notes(report: CostReport) -> list[str]:
    styles = "1 style" if report.styles == 1 else f"{report.styles} styles"
    sources = sorted(report.energy_sources.items(), key=lambda source: -source[1])
    return [
        f"Bought at {format_amount(BOUGHT, BOUGHT_IN)} each, a price of 2016, {styles} would have cost"
        f" {format_amount(BOUGHT * report.styles, BOUGHT_IN)}.",
        f"Energy: {'; '.join(f'{count} {source}' for source, count in sources)}.",
    ]
