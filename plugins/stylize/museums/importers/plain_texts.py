"""Turns the texts of museums into plain ones: no HTML, no control characters, no runs of spaces."""

import re
from html.parser import HTMLParser
from unicodedata import category, normalize
from urllib.parse import SplitResult, urlsplit

LONGEST = 10_000  # characters of a text; what is longer is cut, with an ellipsis
_BREAKS = {
    "address",
    "article",
    "br",
    "dd",
    "div",
    "dl",
    "dt",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "li",
    "ol",
    "p",
    "table",
    "td",
    "th",
    "tr",
    "ul",
}
_COMMENT = re.compile(r"<!--(?:(?!<!--).)*?-->", re.DOTALL)
_SILENT = {"script", "style", "template", "noscript", "svg", "math", "head"}


def clean_text(text: str) -> str:
    """Return a text in NFC, in one line, without control and invisible formatting characters."""
    kept = (
        " " if category(character) in ("Cc", "Zl", "Zp") else character
        for character in normalize("NFC", text[: 2 * LONGEST])
        if category(character) not in ("Cf", "Cs", "Co", "Cn") or character in "\u200c\u200d"
    )
    words = " ".join("".join(kept).split())
    return words if len(words) <= LONGEST else f"{words[: LONGEST - 1]}…"


def strip_html(text: str) -> str:
    """Return what a reader sees of HTML, or of a text without HTML, cleaned."""
    if "<" not in text and "&" not in text:
        return clean_text(text)
    parser = _parse(text)
    return clean_text("".join(parser.pieces))


def find_links(text: str) -> list[tuple[str, str]]:
    """Return the links of HTML: address and text; an address without a scheme gets https."""
    parser = _parse(text)
    return [
        (re.sub(r"^//", "https://", clean_text(address)), clean_text(words))
        for address, words in parser.links
    ]


def use_https(address: str) -> str:
    """Return an address with https in the place of http or of no scheme, and without spaces."""
    return re.sub(r"^(?:http:)?//", "https://", address.replace(" ", "%20"))


def hide_keys(address: str) -> str:
    """Return an address as a message may show it: without the keys of services that were copied with it."""
    return re.sub(r"(?i)([?&](?:api[_-]?key|wskey|key|(?:access_)?token)=)[^&#\s]+", r"\1[key]", address)


def split_address(address: str) -> SplitResult:
    """Return the parts of an address; empty ones for what is no address, as in http://[."""
    try:
        return urlsplit(address)
    except ValueError:
        return SplitResult("", "", "", "", "")


def first_sentence(text: str, *, most: int = 120) -> str:
    """Return the first sentence of a text, cut at a word if it is longer than so many characters."""
    # Neither an initial ("J. Doe", "U.S. Navy") nor a title ("Dr. Doe") ends a sentence.
    ends = r"(?<=[.!?])(?<!\b[A-Z]\.)(?<!\bDr\.|\bMr\.|\bSt\.|\bNo\.|\bca\.)(?<!\bMrs\.)\s"
    sentence = re.split(ends, text, maxsplit=1)[0].rstrip(".")
    return sentence if len(sentence) <= most else f"{sentence[:most].rpartition(' ')[0] or sentence[:most]}…"


def _parse(text: str) -> "_TextParser":
    """Parse HTML, at most 20 times the longest text of it.

    `html.parser` looks for the end of each tag, comment and section up to the end of the text. So the ones
    without an end are taken out before: thousands of them would take minutes.
    """
    html = _COMMENT.sub(" ", text[: 20 * LONGEST].replace("<![", " "))
    html = html.replace("<!--", " ")
    whole, end, rest = html.rpartition(">")
    if rest.count("<") > 1:
        rest = rest.replace("<", " ")
    parser = _TextParser()
    parser.feed(whole + end + rest)
    parser.close()
    return parser


class _TextParser(HTMLParser):
    """Collects the text of a page, and its links."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.links: list[tuple[str, str]] = []
        self._silent = 0
        self._link: tuple[str, int] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent += 1
        elif tag in _BREAKS:
            self.pieces.append(" ")
        elif tag == "a" and (address := dict(attrs).get("href")):
            self._link = address, len(self.pieces)

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag in _BREAKS:
            self.pieces.append(" ")
        elif tag == "a" and self._link:
            address, start = self._link
            self.links.append((address, "".join(self.pieces[start:])))
            self._link = None

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.pieces.append(data)
