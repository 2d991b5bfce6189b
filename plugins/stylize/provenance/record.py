"""The record: the provenance of one picture, from which every credit is written."""

from dataclasses import dataclass

from ..model import Credit, Photo, Stylization

LABEL = "AI modified"  # visible at first sight, on every stylized picture


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Where one picture comes from and what was done to it."""

    photo: Credit
    artwork: Credit | None = None  # none for a photo shown plain
    style_slug: str = ""
    style_title: str = ""
    strength: float = 0.0
    method: str = ""
    key: str = ""  # the address of the stylized picture; "" for a photo shown plain

    @property
    def label(self) -> str:
        """The words beside the picture that say at first sight what it is."""
        return LABEL if self.artwork else ""

    @property
    def change(self) -> str:
        """What was done to the photo, as a clause of the credit."""
        if not self.artwork:
            return ""
        how_far = "" if self.strength == 1 else f", at {self.strength:.0%} strength"
        return f"redrawn by a neural network{how_far}"


def record_of(stylization: Stylization) -> Record:
    """State the facts about a stylized picture."""
    return Record(
        photo=stylization.photo.credit,
        artwork=stylization.style.artwork.credit,
        style_slug=stylization.style.slug,
        style_title=stylization.style.title,
        strength=stylization.parameters.strength,
        method=stylization.method.name,
        key=stylization.key,
    )


def record_of_plain(photo: Photo) -> Record:
    """State the facts about a photo that is shown as it is."""
    return Record(photo=photo.credit)
