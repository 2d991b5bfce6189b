"""What reading a post needs, apart from the reading itself, which most builds have none of."""

from dataclasses import dataclass
from pathlib import Path

from ..content.photos import PhotoIndex
from ..model.entities import Style
from ..storage.store import Store
from .picture_records import SiteIdentity
from .settings import Settings
from .theme.words import Translations


@dataclass(frozen=True, slots=True, kw_only=True)
class PostContext:
    """The site's styles, photos and settings."""

    settings: Settings
    styles: dict[str, Style]
    broken: frozenset[str]  # slugs of styles that are there but cannot be read
    index: PhotoIndex
    content: Path  # the folder of the site's content
    store: Store
    imprint: SiteIdentity
    wordings: Translations
    draft: bool | None = None  # whether every post counts as a draft; None goes by its own status
