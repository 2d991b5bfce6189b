"""The three qualities of a picture, in the words of its author."""

from enum import StrEnum

from .errors import UserError, suggestion


class Quality(StrEnum):
    """How much is spent on a picture."""

    QUICK = "quick"  # a network draws the photo once: a fraction of a second
    GOOD = "good"  # painted from the artwork at a small size, then enlarged with the photo's detail: seconds
    BEST = "best"  # painted from the artwork at full size: minutes


WORDS = tuple(quality.value for quality in Quality)  # as plain text, for messages
HOW = {
    Quality.QUICK: "drawn by the network",
    Quality.GOOD: "painted small, then restored",
    Quality.BEST: "painted at full size",
}

_OF_METHODS = {"optimize-small": Quality.GOOD, "optimize": Quality.BEST}  # by name; the others are quick
_OLD_VALUES = {"feed-forward": Quality.QUICK, "optimize": Quality.BEST}


def find_quality(word: str) -> Quality:
    """Return the quality that a word names; raises UserError with the nearest one."""
    try:
        return Quality(word)
    except ValueError:
        near = suggestion(word, WORDS, many="qualities")
        raise UserError(f"there is no quality {word!r}.{near}") from None


def quality_of(method: str) -> Quality:
    """Return the quality of the pictures that a method makes; method: its name."""
    return _OF_METHODS.get(method, Quality.QUICK)


def explain_old_word(old: str, value: str, *, write: str) -> str:
    """Return the message about a word that the qualities replace.

    write: what to write instead, with {} for the quality: "Quality: {}".
    """
    quality = _OLD_VALUES.get(value)
    instead = write.format(quality.value if quality else "WORD")
    choices = "" if quality else f", where WORD is one of {', '.join(WORDS)}"
    return f"there is no {old}; a picture has a quality instead. Write {instead}{choices}."
