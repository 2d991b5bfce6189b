"""Everything needed to read a post: settings, styles, photo index, store. Most builds read no post."""

from dataclasses import dataclass
from pathlib import Path

from ..content.photos import PhotoIndex
from ..model.entities import Style
from ..storage.store import Store
from .picture_records import SiteIdentity
from .settings import Settings
from .theme.translation import Translations


@dataclass(frozen=True, slots=True, kw_only=True)
class PostContext:
    """The site's settings, styles, photos and store."""

    settings: Settings
    styles: dict[str, Style]
    broken_styles: frozenset[str]  # slugs of styles that are there but cannot be read
    index: PhotoIndex
    content: Path  # the folder of the site's content
    store: Store
    identity: SiteIdentity
    translations: Translations
    draft: bool | None = None  # whether every post counts as a draft; None uses each post's own status
