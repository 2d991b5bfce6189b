"""A budget of time for painting: spent where it shows, on covers first and then on the newest posts.

A picture that the budget does not reach stays quick: its post shows the quick twin, whose record says so.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from ..costs.estimates import allot_budget, estimate_seconds, format_duration, learn_rates
from ..model.command_name import command
from ..model.entities import Stylization
from ..model.errors import UserError
from ..pipeline.plan import PlannedPicture
from . import progress
from .build import get_post_context, render_content
from .build_state import BuildState
from .drafts import LeftQuick, use_quick_picture
from .make_pictures import find_missing_pictures
from .posts import Post, describe_pictures


def read_budget(state: BuildState) -> float | None:
    """Return the seconds that may be spent on painting; None for no limit.

    A nested run has what the next outer one with pictures has left, since both show the same. Raises
    UserError if the setting is no number of minutes.
    """
    outer = state.outer
    while outer and not outer.is_active:
        outer = outer.outer
    if outer:
        return outer.budget_left
    minutes = state.site.get("STYLIZE_BUDGET")
    if minutes is None:
        return None
    if isinstance(minutes, bool) or not isinstance(minutes, int | float) or not 0 <= minutes < float("inf"):
        raise UserError(
            f"the budget is {minutes!r}, but must be a number of minutes, 0 or more, as in --budget 10"
        )
    return 60.0 * minutes


def spend_budget(state: BuildState) -> None:
    """Decide which of the missing pictures are painted; the others become quick, and are listed.

    Pictures that the store has cost nothing. The time of each is an estimate.
    """
    budget = state.budget_left = read_budget(state)
    if budget is None:
        return
    missing = find_missing_pictures(state)
    painted = {key: each for key, each in missing.items() if each.method.reads_artworks}
    if not painted:
        return
    rates = learn_rates(state.store.receipts())
    seconds = {key: estimate_seconds(stylization, rates) for key, stylization in painted.items()}
    posts = sorted(state.posts.values(), key=_order_of)
    reached, left = allot_budget(_sort_by_view(posts, painted), seconds, budget=budget)
    state.budget_left = left
    unreached = painted.keys() - reached
    if not unreached:
        return
    for post in posts:
        _use_quick_pictures(post, unreached, seconds, state)
    if reached:
        spent = sum(seconds[key] for key in reached)
        progress.print_line(
            f"The budget of {format_duration(budget)} paints {len(reached)} of {len(painted)} pictures, which"
            f" takes about {format_duration(spent)}. The others stay quick:"
        )
    else:
        progress.print_line(
            f"The budget of {format_duration(budget)} does not suffice for one picture: the shortest takes"
            f" about {format_duration(min(seconds.values()))}. All stay quick:"
        )
    _list(state)


def report_left_quick(state: BuildState) -> None:
    """List the pictures that stayed quick; raises UserError with the list if they may not be published."""
    if not state.left_quick:
        return
    seconds = {each.stylization.key: each.seconds for each in state.left_quick}
    if state.site.get("STYLIZE_PUBLISH") and not state.site.get("STYLIZE_ALLOW_QUICK"):
        raise UserError(
            *(f"{each}." for each in state.left_quick),
            "nothing was published. Publish without --budget to paint these as well, which takes about"
            f" {format_duration(sum(seconds.values()))}, or add --allow-quick.",
        )
    pictures = "1 picture is" if len(seconds) == 1 else f"{len(seconds)} pictures are"
    progress.print_line(
        f"{pictures} still quick, since the budget did not reach further; {command('build')} paints the rest:"
    )
    _list(state)


def _list(state: BuildState) -> None:
    for each in state.left_quick:
        progress.print_line(f"- {each}")


def _sort_by_view(posts: Sequence[Post], painted: Mapping[str, Stylization]) -> list[str]:
    """Return the keys of pictures in the order in which they show: the covers of posts, then the others."""
    covers = [key for post in posts for key in _keys(post.plan.entries[:1])]
    others = [key for post in posts for key in _keys(post.plan.entries)]
    return [key for key in dict.fromkeys([*covers, *others]) if key in painted]


def _keys(entries: Iterable[PlannedPicture]) -> Iterator[str]:
    return (entry.stylization.key for entry in entries if entry.stylization)


def _order_of(post: Post) -> tuple[float, str]:
    """Return what sorts posts: the newest first, and pages without a date last."""
    date = getattr(post.content, "date", None)
    return -date.timestamp() if isinstance(date, datetime) else 0.0, post.display_path


def _use_quick_pictures(
    post: Post, unreached: Iterable[str], seconds: Mapping[str, float], state: BuildState
) -> None:
    """Replace the pictures of a post that the budget does not reach, and render the post again."""
    unreached = set(unreached)
    entries = []
    for entry in post.plan.entries:
        painted = entry.stylization
        if painted and painted.key in unreached:
            entry = use_quick_picture(
                entry,
                store=state.store,
                long_edge=state.settings.long_edge,
                offered=state.settings.widths,
            )
            left = LeftQuick(post=post.display_path, stylization=painted, seconds=seconds[painted.key])
            if left not in state.left_quick:
                state.left_quick.append(left)
        entries.append(entry)
    if tuple(entries) != post.plan.entries:
        post.plan = replace(post.plan, entries=tuple(entries))
        describe_pictures(post, get_post_context(state))
        render_content(state, post)
