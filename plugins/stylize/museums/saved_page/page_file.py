"""Read a page that a person saved in a browser: HTML, or MHTML with its pictures in it.

Chrome and Edge save "Webpage, Single File" as MHTML (RFC 2557), and "Webpage, Complete" as HTML beside a
folder of files; Firefox has the second only. The extension SingleFile writes HTML with everything inside.
"""

import codecs
import email
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from pathlib import Path

from ...model.errors import UserError
from ...storage.atomic_files import display_path
from ...storage.ordinary_files import UnusualFileError, read_ordinary

LARGEST = 128 * 2**20  # bytes of a file; MHTML carries all pictures of its page
_MOST_PARTS = 2000  # of a MHTML file


@dataclass(frozen=True, slots=True, kw_only=True)
class PagePicture:
    """A picture inside a MHTML file."""

    address: str  # where the page had it from
    media_type: str  # "image/jpeg", as the file says
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedPage:
    """A page as a browser saved it."""

    html: str
    address: str = ""  # of the page, if the browser noted it
    noted_by: str = ""  # what notes the address: "Snapshot-Content-Location of the MHTML file"
    pictures: tuple[PagePicture, ...] = ()


def read_saved_page(path: Path) -> SavedPage:
    """Read a saved page; raises UserError for what is no page."""
    where = display_path(path)
    try:
        data = read_ordinary(path, limit=LARGEST)
    except FileNotFoundError:
        raise UserError(
            f"{where}: there is no such file. Save the page in the browser (Ctrl+S) and name that file."
        ) from None
    except (UnusualFileError, OSError) as error:
        raise UserError(f"{where}: {getattr(error, 'strerror', None) or error}") from None
    return parse_saved_page(data, where=where)


def parse_saved_page(data: bytes, *, where: str) -> SavedPage:
    """Parse the bytes of a saved page; raises UserError, which begins with `where`, for what is no page."""
    for begin, what, advice in _OTHERS:
        if data.startswith(begin):
            raise UserError(f"{where}: this is {what}, not a saved page. {advice}")
    if _is_mhtml(data):
        return _parse_mhtml(data, where=where)
    if not data.strip(b"\0 \r\n\t"):
        raise UserError(f"{where}: the file is empty. Save the page again.")
    html = decode_html(data)
    if not re.search(r"<[a-zA-Z!]", html):
        raise UserError(f"{where}: there is no HTML in this file. Save the page in the browser (Ctrl+S).")
    address, noted_by = _find_note(html)
    return SavedPage(html=html, address=address, noted_by=noted_by)


def decode_html(data: bytes, *, charset: str = "") -> str:
    """Return the text of HTML; charset: of its headers, "" if there are none.

    Order as in the HTML standard (section 13.2.3.2): byte order mark, header, meta element; then UTF-8 if the
    bytes are that, else Windows-1252. What does not fit becomes U+FFFD.
    """
    for mark, name in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(name, errors="replace")
    stated = charset or _find_stated_charset(data[:4096])
    if stated and (name := _find_codec(stated)):
        try:
            return data.decode(name)
        except UnicodeDecodeError:  # not true, or a page that was cut off
            stated = name
    else:
        stated = ""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        is_cut = error.reason == "unexpected end of data"  # in the middle of its last character
        return data.decode("utf-8" if is_cut else stated or "cp1252", errors="replace")


_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))

_OTHERS = (
    (b"%PDF", "a PDF", "Save the page as HTML (Ctrl+S) instead of printing it."),
    (b"bplist00", "a web archive of Safari", "Save it as 'Page Source', or in another browser."),
    (b"PK\x03\x04", "a ZIP archive", "Unpack it and name the HTML file in it."),
    (b"\x1f\x8b", "a compressed file", "Unpack it and name the HTML file."),
    (b"\xff\xd8\xff", "a JPEG", "Name it with --image, and the saved page with --page."),
    (b"\x89PNG", "a PNG", "Name it with --image, and the saved page with --page."),
    (b"RIFF", "a picture", "Name it with --image, and the saved page with --page."),
)


def _find_stated_charset(head: bytes) -> str:
    """Return the charset of a meta element or an XML declaration; UTF-16 cannot be true there."""
    found = re.search(rb"<meta\b[^>]*?charset\s*=\s*[\"']?\s*([\w.:-]+)", head, re.IGNORECASE) or re.match(
        rb"\s*<\?xml[^>]*?encoding\s*=\s*[\"']([\w.:-]+)", head
    )
    stated = found[1].decode("ascii", errors="replace") if found else ""
    return "utf-8" if stated.lower().startswith("utf-16") else stated


def _find_codec(charset: str) -> str:
    """Return Python's name of a charset of the web; "" if it knows none."""
    # The Encoding standard (section 4.2) reads both as Windows-1252, as all browsers do.
    if re.sub(r"[^a-z0-9]", "", charset.lower()) in ("iso88591", "latin1", "ascii", "usascii"):
        return "cp1252"
    try:
        name = codecs.lookup(charset).name
        b"<".decode(name)  # some codecs are not for text
        return name
    except (LookupError, ValueError, UnicodeError):
        return ""


def _find_note(html: str) -> tuple[str, str]:
    """Return the address that a browser noted in a comment, and what it is noted by; ("", "") if none is."""
    head = html[:8192]
    # Internet Explorer began it, and Chrome keeps it: the number counts the characters of the address.
    if found := re.search(r"<!--\s*saved from url=\(\d+\)(\S+)\s*-->", head):
        return found[1], "the comment 'saved from url'"
    if found := re.search(r"<!--\s*Page saved with SingleFile\s+url:\s*(\S+)", head):
        return found[1], "the comment of SingleFile"
    return "", ""


def _is_mhtml(data: bytes) -> bool:
    head = data[:4096].removeprefix(codecs.BOM_UTF8)
    return bool(
        re.match(rb"\s*[A-Za-z-]+:[ \t]", head)
        and re.search(rb"^(content-type:\s*multipart/|mime-version:)", head, re.IGNORECASE | re.MULTILINE)
    )


def _parse_mhtml(data: bytes, *, where: str) -> SavedPage:
    try:
        message = email.message_from_bytes(data.removeprefix(codecs.BOM_UTF8).lstrip())
        parts = list(_walk(message))
    except (RecursionError, ValueError, LookupError, AssertionError):  # what the parser raises for nonsense
        raise UserError(f"{where}: this MHTML file is damaged. Save the page again.") from None
    address = _header(message, "Snapshot-Content-Location") or _header(message, "Content-Location")
    pages = [part for part in parts if part.get_content_type() in ("text/html", "application/xhtml+xml")]
    if not pages:
        raise UserError(f"{where}: there is no HTML part in this MHTML file. Save the page again.")
    main = next(
        (page for page in pages if address and _header(page, "Content-Location") == address), pages[0]
    )
    location = _header(main, "Content-Location")
    return SavedPage(
        html=decode_html(_payload(main), charset=str(main.get_content_charset() or "")),
        address=address or (location if location.startswith("http") else ""),
        noted_by="Snapshot-Content-Location of the MHTML file" if address else "Content-Location of its page",
        pictures=tuple(
            PagePicture(address=_header(part, "Content-Location"), media_type=kind, data=content)
            for part in parts
            if (kind := part.get_content_type()).startswith("image/")
            and kind != "image/svg+xml"
            and (content := _payload(part))
        ),
    )


def _walk(message: Message) -> Iterator[Message]:
    """Yield the parts that are no containers, the first ones only of a file with very many."""
    for number, part in enumerate(message.walk()):
        if number >= _MOST_PARTS:
            return
        if not part.is_multipart():
            yield part


def _header(part: Message, name: str) -> str:
    """Return a header in one piece: long addresses are folded."""
    return re.sub(r"\s+", "", str(part.get(name, "")))


def _payload(part: Message) -> bytes:
    try:
        payload = part.get_payload(decode=True)
    except (ValueError, LookupError, AssertionError):
        return b""
    return payload if isinstance(payload, bytes) else b""
