"""The record: the provenance of one picture, from which every credit is written."""

from dataclasses import dataclass

from ..methods import OPTIMIZE
from ..model import Credit, Photo, Share, Stylization

LABEL = "AI modified"  # visible at first sight, on every stylized picture


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Where one picture comes from and what was done to it."""

    photo: Credit
    blend: tuple[Share, ...] = ()  # the styles, whose artworks are credited; none for a photo shown plain
    strength: float = 0.0
    method: str = ""
    key: str = ""  # the address of the stylized picture; "" for a photo shown plain

    @property
    def label(self) -> str:
        """The words beside the picture that say at first sight what it is."""
        return LABEL if self.blend else ""

    @property
    def change(self) -> str:
        """What was done to the photo, as a clause of the credit."""
        if not self.blend:
            return ""
        how_far = "" if self.strength == 1 else f", at {self.strength:.0%} strength"
        comma = "," if how_far or len(self.blend) > 1 else ""
        verb = "rebuilt step by step" if self.method == OPTIMIZE.name else "redrawn"
        return f"{verb} by a neural network{how_far}{comma}"

    @property
    def debts(self) -> list[tuple[str, Credit]]:
        """The words that lead from the change to each artwork, and the artwork."""
        words = "out of the forms of" if self.method == OPTIMIZE.name else "in the style of"
        return [
            (words if share.part == 1 else f"{100 * share.part:g}% {words}", share.style.artwork.credit)
            for share in self.blend
        ]


def record_of(stylization: Stylization) -> Record:
    """State the facts about a stylized picture."""
    return Record(
        photo=stylization.photo.credit,
        blend=stylization.blend,
        strength=stylization.parameters.strength,
        method=stylization.method.name,
        key=stylization.key,
    )


def record_of_plain(photo: Photo) -> Record:
    """State the facts about a photo that is shown as it is."""
    return Record(photo=photo.credit)
