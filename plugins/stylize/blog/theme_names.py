"""The names under which templates of a theme find what this plugin offers. There are no others.

stylize            in all templates: the phrases and the pages of the plugin (`SiteForThemes`)
article.stylize    of a post or page with pictures: its cover and more (`rendered_post.PostForThemes`)
stylize_style, stylize_styles, stylize_credits
                   in the plugin's own pages, for their templates
STYLIZE, STYLIZE_BUILD
                   in all templates: the settings as written, and the state of the run

A post that asks for pictures also has entries in its metadata: `stylize_source` and `stylize_fields`, its
HTML before the pictures came in; `stylize_content`, our front matter `Content`; and, if the author wrote no
summary, `summary`, cut from the text without the pictures, and `stylize_cut_summary`.
"""

from typing import TYPE_CHECKING

from .page_urls import PageUrls

if TYPE_CHECKING:
    from .build_state import BuildState
    from .theme.translation import Translation


class SiteForThemes:
    """`stylize` in every template."""

    def __init__(self, state: "BuildState") -> None:
        self._state = state

    @property
    def words(self) -> "Translation | None":
        """The phrases in the site's language: `words.picture.label`; None if no post has a picture."""
        state = self._state
        return state.translations.of(state.translations.default) if state.is_active else None

    @property
    def urls(self) -> PageUrls:
        """Where the plugin's pages are: `urls.styles`, `urls.credits`, `urls.of_style(slug)`."""
        state = self._state
        return state.place.urls if state.is_active else _NO_PAGES


_NO_PAGES = PageUrls(styles="", credits="", provenance="", sitemap="", style_folder="")
