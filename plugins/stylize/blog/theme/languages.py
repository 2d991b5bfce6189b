"""Languages as HTML and Pelican name them, and which of them are kinds of another."""

from collections.abc import Iterator

SOURCE = "en"  # what the plugin itself is written in


def normalize_tag(lang: str) -> str:
    """Return a language as our files are called: "pt-br" for "pt_BR"."""
    return lang.strip().lower().replace("_", "-")


def fallback_languages(lang: str) -> Iterator[str]:
    """Yield a language and those that it is a kind of: "de-at", "de"."""
    parts = normalize_tag(lang).split("-")
    for end in range(len(parts), 0, -1):
        yield "-".join(parts[:end])
