"""The table of the command `plan`: the pictures that posts ask for, made or missing, with time and cost."""

from collections.abc import Sequence
from dataclasses import dataclass

from ..costs.estimates import (
    SECONDS_TO_START,
    estimate_expense,
    estimate_seconds,
    format_duration,
    learn_experience,
)
from ..costs.prices import Tariff, format_amount, format_money
from ..model.qualities import Quality
from ..pipeline.make import describe_fault
from ..pipeline.plan import StopAfterPlanning
from ..storage.store import Store
from .console import format_table

STATES = ("cached", "missing", "draft")  # draft: painted when its post is published


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRow:
    """One picture of the plan."""

    post: str
    photo: str
    style: str  # as an author writes it: "harvesters 70%, hubble-m51 30%"
    quality: str
    strength: float
    stroke: float
    content: float | None  # None for a quick picture
    color: float  # of the photo, 0 to 1
    tone: float  # likewise
    together: int  # photos that are styled together with it, itself among them; 0 for alone
    key: str
    state: str  # of STATES
    estimated_seconds: float  # 0 if cached
    estimated_cost: float  # likewise
    currency: str
    artifacts: tuple[str, ...] = ()  # faults of a cached picture, in words


def make_plan_rows(
    planned: StopAfterPlanning, store: Store, *, tariff: Tariff, parallel_jobs: int
) -> list[PlanRow]:
    """Return a row for each stylized picture that the posts ask for.

    parallel_jobs: how many pictures are made at the same time.
    """
    lines = []
    experience = learn_experience(store.receipts())
    for entry in sorted(planned.entries, key=lambda entry: entry.request.post):
        stylization = entry.stands_for or entry.stylization
        if stylization is None:
            continue
        key = stylization.key
        state = "draft" if entry.stands_for else "missing" if key in planned.missing else "cached"
        estimate = 0.0 if state == "cached" else round(estimate_seconds(stylization, experience.rates), 1)
        expense = estimate_expense(estimate, experience, tariff, parallel_jobs=parallel_jobs)
        receipt = store.receipt(key) if state == "cached" else None
        lines.append(
            PlanRow(
                post=entry.request.post,
                photo=stylization.photo.path.name,
                style=stylization.in_styles,
                quality=stylization.method.quality.value,
                strength=stylization.parameters.strength,
                stroke=stylization.parameters.stroke,
                content=stylization.parameters.content,
                color=stylization.parameters.color,
                tone=stylization.parameters.tone,
                together=len(stylization.together),
                key=key,
                state=state,
                estimated_seconds=estimate,
                estimated_cost=round(expense.cost, 6),
                currency=expense.currency,
                artifacts=receipt.artifacts if receipt else (),
            )
        )
    return lines


def format_plan(lines: Sequence[PlanRow]) -> str:
    """Return the rows as a table, then the faults of pictures, then a summary."""
    if not lines:
        return "No post asks for a stylized picture."
    rows = [("post", "photo", "style", "quality", "strength", "key", "state", "seconds", "cost")]
    for line in lines:
        seconds = f"{line.estimated_seconds:.1f}" if line.state != "cached" else ""
        cost = format_amount(line.estimated_cost, line.currency) if line.state != "cached" else ""
        strength, key = f"{line.strength:g}", line.key[:12]
        state = f"{line.state} !" if line.artifacts else line.state
        rows.append((line.post, line.photo, line.style, line.quality, strength, key, state, seconds, cost))
    by_key = {line.key: line for line in lines}
    faults = [
        f"! {describe_fault(line.artifacts, photo=line.photo, style=line.style)}"
        for line in by_key.values()
        if line.artifacts
    ]
    return "\n".join([*format_table(rows), "", *faults, *_format_qualities(lines), _format_summary(lines)])


def _format_qualities(lines: Sequence[PlanRow]) -> list[str]:
    """Return a table of what is missing: how many pictures of each quality, with time and cost."""
    missing = {line.key: line for line in lines if line.state == "missing"}.values()
    if not missing:
        return []
    rows = [("to make", "pictures", "time", "cost")]
    for quality in Quality:
        of_quality = [line for line in missing if line.quality == quality]
        seconds = sum(line.estimated_seconds for line in of_quality)
        cost = sum(line.estimated_cost for line in of_quality)
        spent = (format_duration(seconds), format_money(cost, lines[0].currency)) if of_quality else ("", "")
        rows.append((quality.value, f"{len(of_quality)}", *spent))
    return [*format_table(rows, right_from=1), ""]


def _format_summary(lines: Sequence[PlanRow]) -> str:
    """Return the summary line; a picture that both a draft and a post ask for counts as missing."""
    keys = {state: {line.key for line in lines if line.state == state} for state in STATES}
    seconds = {line.key: line.estimated_seconds for line in lines}
    costs = {line.key: line.estimated_cost for line in lines}
    parts = [f"{len(keys['cached'])} from the store", f"{len(keys['missing'])} to make"]
    waiting = keys["draft"] - keys["missing"]
    if waiting:
        parts.append(f"{len(waiting)} to paint when no draft any more")
    if keys["missing"]:
        total = SECONDS_TO_START + sum(seconds[key] for key in keys["missing"])
        cost = sum(costs[key] for key in keys["missing"])
        parts.append(f"about {format_duration(total)}, {format_money(cost, lines[0].currency)}")
    return f"{len(seconds)} picture{'' if len(seconds) == 1 else 's'}: {', '.join(parts)}"
