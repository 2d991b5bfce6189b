"""Which characters the text of an author may contain, since it goes into pages, feeds and XMP."""

import re

# XML 1.0 (fifth edition), section 2.2, allows no others; a feed with one of them cannot be read at all.
_NOT_XML = "[^\\t\\n\\r\\u0020-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]"
# They turn around what follows, also behind the text's end: "gpj.exe" reads "exe.jpg". Hebrew and Arabic
# need marks and isolates, which stay.
_OVERRIDES = "[\u202d\u202e]"
_FORBIDDEN = f"{_NOT_XML}|{_OVERRIDES}"  # compiled when a text is checked; most builds check none


def describe_forbidden(text: str) -> str:
    """Return the first character of a text that cannot be published, in words; "" if there is none.

    Forbidden are what XML 1.0 does not allow, which are most control characters and halves of surrogate
    pairs, and overrides of the writing direction.
    """
    found = re.search(_FORBIDDEN, text)
    if not found:
        return ""
    character = found[0]
    if character < " ":
        return f"the control character U+{ord(character):04X}"
    from unicodedata import name

    word = name(character, "a character that is no text")
    return f"the character U+{ord(character):04X} ({word})"
