"""Collections that no program can ask, from evidence of 2026, and what serves instead."""

from ...model.command_name import command
from .interface import ClosedCollection


def list_closed_collections() -> tuple[ClosedCollection, ...]:
    """Return them; what to do instead names the command that a reader can type."""
    by_hand = command("museum.add --page saved.html --image saved.jpg")
    return (
        ClosedCollection(
            name="searchgov",
            title="U.S. government images (search.gov)",
            home="https://search.gov/",
            reason=(
                "its image search is gone: Bing's images were switched off on 2024-07-25, its own image"
                " service was removed on 2025-07-08 (commits of GSA/search-gov). What is left searches one"
                " agency's own site."
            ),
            instead=(
                "NASA, the Library of Congress, the National Archives, the CDC's library and Flickr's license"
                " 8 (U.S. government work): --at nasa,loc,nara,flickr"
            ),
        ),
        ClosedCollection(
            name="google",
            title="Google image search",
            home="https://developers.google.com/custom-search/v1/overview",
            reason=(
                "its Custom Search JSON API takes no new customers and ends on 2027-01-01 (its own page), and"
                " an answer states no rights: its filter says that some page claims a license."
            ),
            instead=(
                "search in a browser with the filter for Creative Commons, open the page that has the"
                f" picture, save page and picture there, and run {by_hand}. Where the page belongs to a"
                " museum of this list, give its address instead"
            ),
        ),
        ClosedCollection(
            name="zeller",
            title="Samuel Zeller's archive",
            home="https://unsplash.com/@samuelzeller",
            reason=(
                "no collection and no API of this name was found. He is a photographer in Geneva; his free"
                " photos are on Unsplash, whose license is its own and has to be read by a person."
            ),
            instead=f"save a photo's page on Unsplash and the photo, and run {by_hand}",
        ),
        ClosedCollection(
            name="pond5",
            title="Pond5 public domain",
            home="https://www.pond5.com/free",
            reason=(
                "it is now a part of pond5.com/free, which needs an account, and has no documented API. That"
                " its items are in the public domain is its belief, which it disclaims."
            ),
            instead=(
                "find the original: most items are of the National Archives, the Library of Congress, NASA or"
                f" Wikimedia Commons. Else save page and picture, and run {by_hand}"
            ),
        ),
    )
