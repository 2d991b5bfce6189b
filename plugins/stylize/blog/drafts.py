"""Quick pictures in place of painted ones that are missing: in drafts, and beyond a budget."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from ..costs.estimates import format_duration
from ..model.command_name import command
from ..model.entities import Stylization
from ..model.methods import IMPORTED
from ..model.qualities import Quality
from ..pipeline.plan import PlannedPicture, make_stylization
from ..pipeline.publication import make_publication
from ..storage.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftQuick:
    """A picture that the budget did not reach."""

    post: str
    stylization: Stylization
    seconds: float  # that painting it would take

    def __str__(self) -> str:
        photo, quality = self.stylization.photo.path.name, self.stylization.method.quality
        return (
            f"{self.post}: {photo} in {self.stylization.in_styles!r} is quick; {quality} takes about"
            f" {format_duration(self.seconds)}"
        )


def make_draft_note(content: Any, *, draft: bool | None) -> str:
    """Return the note below a picture that replaces a painted one, or "" if the post is not a draft.

    draft: whether every post of this build counts as a draft; None uses the post's own status.
    """
    if draft is None:
        return (
            "Draft: the painted picture is made when the post is published."
            if content.status == "draft"
            else ""
        )
    return f"Draft: {command('build')} makes the painted picture." if draft else ""


def use_quick_picture(
    entry: PlannedPicture, *, store: Store, long_edge: int, offered: tuple[int, ...]
) -> PlannedPicture:
    """Return the entry with its quick twin if it asks for a painted picture that is missing.

    long_edge: of a quick picture, in pixels. offered: the widths of the site, in pixels, rising.
    """
    painted = entry.stylization
    if painted is None or not painted.method.has_quick_twin:
        return entry
    if store.has(painted.key) or store.has_renditions(make_publication(painted, offered=offered).address):
        return entry
    twin = make_stylization(
        painted.photo,
        painted.blend,
        quality=Quality.QUICK,
        parameters=replace(painted.parameters, long_edge=long_edge),
    )
    twin = replace(twin, together=() if twin.method == IMPORTED else painted.together)
    return replace(entry, stylization=twin, stands_for=painted)


def summarize_left_out(entries: Iterable[PlannedPicture], *, of_site: bool) -> str:
    """Say how many painted pictures are left out of drafts; "" if there are none.

    of_site: whether the whole build is a draft.
    """
    count = len({entry.stands_for.key for entry in entries if entry.stands_for})
    if not count:
        return ""
    pictures = "1 painted picture" if count == 1 else f"{count} painted pictures"
    if of_site:
        return f"{pictures} left out of this draft; {command('build')} makes what is missing, or add --paint."
    return f"{pictures} left out of draft posts; {command('livereload --paint')} makes what is missing."
