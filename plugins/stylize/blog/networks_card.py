"""The model card of the networks that ship with the plugin, for the page of provenance and the post cache."""

from hashlib import sha256
from pathlib import Path

from .build import get_post_cache
from .build_state import BuildState
from .rendered_post import RenderedPost

CARD = Path(__file__).parents[1] / "engine" / "networks" / "weights" / "CARD.md"
NETWORKS = sha256(b"networks").hexdigest()  # its digest in the post cache, which stores it like a post


def get_networks_card(state: BuildState) -> RenderedPost:
    """Return the model card of the networks as HTML; loaded from the cache, or else rendered."""
    if state.networks_card is None:
        cache = get_post_cache(state)
        state.networks_card = (cache.load(NETWORKS) if cache else None) or render_networks_card()
    return state.networks_card


def render_networks_card() -> RenderedPost:
    """Return the card as HTML."""
    from markdown import markdown

    text = CARD.read_text("utf-8").partition("\n\n")[2]  # the page has a heading of its own
    html = markdown(text, extensions=["tables"]).replace("<h2>", "<h3>").replace("</h2>", "</h3>")
    return RenderedPost(publications=(), inline=(html,))
