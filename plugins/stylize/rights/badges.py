"""What may be made of one work, in a few words, for lists of works to choose from."""

from dataclasses import dataclass

from ..model.entities import License
from .rules import SitePolicy, decide

OPEN, PERSON, CLOSED = "open", "person", "closed"  # kinds of badges


@dataclass(frozen=True, slots=True, kw_only=True)
class Badge:
    """Whether a site may adapt a work."""

    kind: str
    text: str  # "may be adapted"

    @property
    def is_open(self) -> bool:
        """Whether it may be adapted without anybody's decision."""
        return self.kind == OPEN


def make_badge(license: License, *, policy: SitePolicy) -> Badge:
    """Return what a site may make of a work; the rules decide again when a picture is planned."""
    terms = decide([license], policy=policy)
    if terms.license:
        return Badge(kind=OPEN, text="may be adapted" + (", with credit" if license.asks_for_credit else ""))
    if terms.needs_person:
        return Badge(kind=PERSON, text="a person has to read its terms and decide")
    return Badge(kind=CLOSED, text="may not be adapted")
