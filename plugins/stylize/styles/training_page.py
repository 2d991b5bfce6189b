"""A page that shows the progress of a tuning."""

from html import escape
from pathlib import Path

from ..executors.interface import TrainingStep
from ..storage.atomic_files import STORE, explain_refusals, write_whole


class TuningPage:
    """A page with the steps of a tuning so far; it reloads itself every few seconds."""

    def __init__(self, folder: Path, *, title: str) -> None:
        self.path = folder / "index.html"
        self._title = title
        self._steps: list[TrainingStep] = []

    def add(self, step: TrainingStep) -> None:
        """Add a step; write the page if there is a new picture, and every ten steps."""
        self._steps.append(step)
        if step.panel or step.step % 10 == 0:
            self._write(refresh=True)

    def close(self) -> None:
        """Write the page for the last time, without reloading."""
        self._write(refresh=False)

    def _write(self, *, refresh: bool) -> None:
        last = self._steps[-1]
        panels = [step for step in self._steps if step.panel]
        pictures = "".join(
            f'<figure><img src="{step.panel}" alt="The photos, and below them the pictures in this style">'
            f"<figcaption>step {step.step}: style {step.style:.3f}, content {step.content:.3f}</figcaption>"
            "</figure>"
            for step in reversed(panels)
        )
        state = f"step {last.step} of {last.steps}, {last.seconds:.0f} s" + ("" if refresh else ", done")
        text = _PAGE.format(
            refresh='<meta http-equiv="refresh" content="4">' if refresh else "",
            title=escape(self._title),
            state=state,
            line=_format_points([step.style for step in self._steps]),
            pictures=pictures,
        )
        with explain_refusals(self.path.parent, doing="writing the page of a tuning", setting=STORE):
            write_whole(self.path, text)


_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8">{refresh}<title>Tuning {title}</title>
<style>body {{ font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }}
img, svg {{ width: 100%; height: auto }} figure {{ margin: 1.5rem 0 }}</style></head>
<body><h1>Tuning {title}</h1><p>{state}</p>
<svg viewBox="0 0 600 120" role="img" aria-label="Style distance, step by step"><polyline fill="none"
 stroke="currentColor" stroke-width="1.5" points="{line}"/></svg>
<p>Style distance, step by step: lower is closer to the artwork. It varies between steps, because each
step uses other photos; compare the numbers below the pictures instead.</p>
{pictures}</body></html>
"""


def _format_points(values: list[float]) -> str:
    """Return values as the points of an SVG line, 600 wide and 120 high; 0 is at the bottom."""
    top, last = max(values) or 1.0, max(1, len(values) - 1)
    return " ".join(
        f"{600 * index / last:.1f},{120 - 118 * value / top:.1f}" for index, value in enumerate(values)
    )
