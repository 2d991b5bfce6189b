"""What a run of `gpu.py` found: printed line by line, saved as JSON and as tables in Markdown."""

import json
import time
from dataclasses import dataclass, field
from pathlib import Path

Value = str | int | float | bool | None
Row = dict[str, Value]


@dataclass
class Section:
    """The lines of one subject."""

    name: str
    note: str  # what the columns mean
    rows: list[Row] = field(default_factory=list)
    seconds: float = 0.0
    skipped: str = ""  # why it was not run
    error: str = ""  # the traceback, if it failed


@dataclass
class Report:
    """All sections of a run."""

    folder: Path
    machine: dict[str, Value]
    deadline: float  # of time.monotonic()
    sections: list[Section] = field(default_factory=list)

    @property
    def seconds_left(self) -> float:
        """Seconds until the run must end."""
        return self.deadline - time.monotonic()

    def add(self, **values: Value) -> None:
        """Print a line and add it to the current section."""
        section = self.sections[-1]
        section.rows.append(values)
        cells = "  ".join(f"{key}={show(value)}" for key, value in values.items() if value is not None)
        print(f"{section.name}: {cells}", flush=True)

    def skip(self, what: str, *, why: str) -> None:
        """Note a line that is not measured."""
        self.add(what=what, note=f"skipped: {why}")

    def save(self) -> None:
        """Write gpu.json and gpu.md; a run that is killed later loses nothing of them."""
        self.folder.mkdir(parents=True, exist_ok=True)
        facts = {"machine": self.machine, "sections": [vars(section) for section in self.sections]}
        for name, text in (("gpu.json", json.dumps(facts, indent=1)), ("gpu.md", self._to_markdown())):
            temporary = self.folder / f".{name}"
            temporary.write_text(text + "\n")
            temporary.replace(self.folder / name)

    def _to_markdown(self) -> str:
        parts = [", ".join(f"{key} {show(value)}" for key, value in self.machine.items()) + "."]
        for section in self.sections:
            parts.append(f"### {section.name}")
            parts.append(section.note)
            if section.skipped:
                parts.append(f"Skipped: {section.skipped}.")
            if section.rows:
                parts.append(_to_table(section.rows))
            if section.error:
                parts.append(f"Failed:\n\n```\n{section.error.strip()}\n```")
        return "\n\n".join(parts)


def show(value: Value) -> str:
    """Return a value as a cell of a table: numbers with three digits that count."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
    return str(value)


def _to_table(rows: list[Row]) -> str:
    columns = list(dict.fromkeys(key for row in rows for key in row))
    lines = [columns, ["---"] * len(columns)]
    lines += [[show(row.get(column)) for column in columns] for row in rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
