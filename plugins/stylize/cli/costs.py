"""What tasks.py asks for about what the pictures cost. Returns text to print; runs without Pelican."""

import json
from dataclasses import asdict

from ..costs.ledger import FILE
from ..costs.prices import BOUGHT, BOUGHT_IN, format_amount, format_total
from ..storage.atomic_files import display_path
from ..styles.library import read_styles
from .blog_folder import read_site
from .console import format_table
from .cost_report import CostReport, CostRow, make_cost_report, read_history

HEAD = ("pictures", "tunings", "seconds", "Wh", "cost")


def ledger(configuration: str, *, by: str = "style", as_json: bool = False) -> str:
    """Return what all pictures and tunings took and cost, by style, post or month, as a table or as JSON."""
    _, settings = read_site(configuration)
    styles = read_styles(settings.styles, shown=settings.styles.name, categories=settings.categories).styles
    history = read_history(settings.store, styles, tariff=settings.tariff, at_once=settings.at_once)
    accounts = make_cost_report(history, by=by)
    if as_json:
        facts = asdict(accounts) | {"bought": {"each": BOUGHT, "currency": BOUGHT_IN}}
        return json.dumps(facts, indent=2, ensure_ascii=False)
    if not history.all:
        return "Nothing was drawn or tuned yet."
    return "\n".join([*_table(accounts), "", *_notes(accounts, file=display_path(settings.store / FILE))])


def _table(accounts: CostReport) -> list[str]:
    bought = f"at {format_amount(BOUGHT, BOUGHT_IN).removesuffix('.00')}"
    is_by_style = accounts.by == "style"
    rows: list[tuple[str, ...]] = [(accounts.by, *HEAD, bought if is_by_style else "")]
    for row in accounts.rows:
        of_style = is_by_style and not row.name.startswith("(")
        rows.append(_cells(row, bought=format_amount(BOUGHT, BOUGHT_IN) if of_style else ""))
    total = format_amount(BOUGHT * accounts.styles, BOUGHT_IN) if is_by_style else ""
    rows.append(_cells(accounts.total, bought=total))
    return format_table(rows, right_from=1)


def _cells(row: CostRow, *, bought: str) -> tuple[str, ...]:
    numbers = (str(row.pictures), str(row.tunings), f"{row.seconds:.1f}", f"{row.energy:.2f}")
    return (row.name, *numbers, format_total(row.cost), bought)


def _notes(accounts: CostReport, *, file: str) -> list[str]:
    styles = "1 style" if accounts.styles == 1 else f"{accounts.styles} styles"
    notes = [
        f"{styles} at {format_amount(BOUGHT, BOUGHT_IN)} each, as they were once bought, would have been"
        f" {format_amount(BOUGHT * accounts.styles, BOUGHT_IN)}."
    ]
    ways = [f"{count} {known}" for known, count in sorted(accounts.known.items(), key=lambda way: -way[1])]
    notes.append(f"Energy: {'; '.join(ways)}.")
    pictures, tunings = accounts.before
    if pictures or tunings:
        parts = [f"{pictures} picture{'' if pictures == 1 else 's'}"] if pictures else []
        parts += [f"{tunings} tuning{'' if tunings == 1 else 's'}"] if tunings else []
        notes.append(f"{' and '.join(parts)} not in the ledger, from before it or made elsewhere.")
    if accounts.damaged:
        lines = "1 line is" if accounts.damaged == 1 else f"{accounts.damaged} lines are"
        notes.append(f"{file}: {lines} damaged and not counted.")
    return notes
