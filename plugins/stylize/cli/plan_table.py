"""What the posts ask for, as `invoke plan` lists it: made or missing, how long, at what cost."""

from collections.abc import Sequence
from dataclasses import dataclass

from ..costs.estimates import SECONDS_TO_START, expense_of_picture, experience_of, seconds_of, spoken
from ..costs.prices import Tariff, money, spoken_money
from ..pipeline.make import complaint_of
from ..pipeline.plan import Planned
from ..storage.store import Store
from .table import in_columns

STATES = ("cached", "missing", "draft")  # draft: optimized when its post is no draft any more


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One picture of the plan."""

    post: str
    photo: str
    style: str  # as an author writes it: "harvesters 70%, hubble-m51 30%"
    method: str
    strength: float
    content: float | None  # None where the method knows none
    key: str
    state: str  # of STATES
    estimated_seconds: float  # 0 for what is cached
    estimated_cost: float  # likewise
    currency: str
    artifacts: tuple[str, ...] = ()  # faults of a cached picture, in words


def lines_of(planned: Planned, store: Store, *, tariff: Tariff, at_once: int) -> list[Line]:
    """Return a line for each stylized picture that the posts ask for.

    at_once: how many pictures are drawn at the same time.
    """
    lines = []
    experience = experience_of(store.receipts())
    for entry in sorted(planned.entries, key=lambda entry: entry.request.post):
        stylization = entry.stands_for or entry.stylization
        if stylization is None:
            continue
        key = stylization.key
        state = "draft" if entry.stands_for else "missing" if key in planned.missing else "cached"
        estimate = 0.0 if state == "cached" else round(seconds_of(stylization, experience.rates), 1)
        expense = expense_of_picture(estimate, experience, tariff, at_once=at_once)
        receipt = store.receipt(key) if state == "cached" else None
        lines.append(
            Line(
                post=entry.request.post,
                photo=stylization.photo.path.name,
                style=stylization.in_styles,
                method=stylization.method.name,
                strength=stylization.parameters.strength,
                content=stylization.parameters.content,
                key=key,
                state=state,
                estimated_seconds=estimate,
                estimated_cost=round(expense.cost, 6),
                currency=expense.currency,
                artifacts=receipt.artifacts if receipt else (),
            )
        )
    return lines


def table_of(lines: Sequence[Line]) -> str:
    """Return the lines as a table, the faults of pictures below it, and a summary."""
    if not lines:
        return "No post asks for a stylized picture."
    rows = [("post", "photo", "style", "method", "strength", "key", "state", "seconds", "cost")]
    for line in lines:
        seconds = f"{line.estimated_seconds:.1f}" if line.state != "cached" else ""
        cost = money(line.estimated_cost, line.currency) if line.state != "cached" else ""
        strength, key = f"{line.strength:g}", line.key[:12]
        state = f"{line.state} !" if line.artifacts else line.state
        rows.append((line.post, line.photo, line.style, line.method, strength, key, state, seconds, cost))
    by_key = {line.key: line for line in lines}
    faults = [
        f"! {complaint_of(line.artifacts, photo=line.photo, style=line.style)}"
        for line in by_key.values()
        if line.artifacts
    ]
    return "\n".join([*in_columns(rows), "", *faults, _summary(lines)])


def _summary(lines: Sequence[Line]) -> str:
    """Count the pictures; one that a draft waits for and a post shows is made for the post."""
    keys = {state: {line.key for line in lines if line.state == state} for state in STATES}
    seconds = {line.key: line.estimated_seconds for line in lines}
    costs = {line.key: line.estimated_cost for line in lines}
    parts = [f"{len(keys['cached'])} from the store", f"{len(keys['missing'])} to make"]
    waiting = keys["draft"] - keys["missing"]
    if waiting:
        parts.append(f"{len(waiting)} to optimize when no draft any more")
    if keys["missing"]:
        total = SECONDS_TO_START + sum(seconds[key] for key in keys["missing"])
        cost = sum(costs[key] for key in keys["missing"])
        parts.append(f"about {spoken(total)}, {spoken_money(cost, lines[0].currency)}")
    return f"{len(seconds)} picture{'' if len(seconds) == 1 else 's'}: {', '.join(parts)}"
