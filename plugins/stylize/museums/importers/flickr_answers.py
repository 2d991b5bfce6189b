"""Answers of the Flickr API: JSON, or the XML that it sends by default, as one kind of view."""

from typing import Any
from xml.etree import ElementTree

from ..errors import KeyRefused, MuseumBroken, NoSuchItem, Refused, UnexpectedAnswer
from .answer import Answer, View

# https://www.flickr.com/services/api/flickr.photos.getInfo.html, "Error Codes"
_NOT_FOUND, _PRIVATE, _BAD_KEY, _BROKEN = (
    ("1",),
    ("2",),
    ("96", "97", "98", "99", "100"),
    ("10", "105", "106"),
)


def read_answer(answer: Answer) -> View:
    """Return the answer; raises the error that it tells: Flickr answers with status 200 and stat="fail"."""
    body = answer.body.lstrip(b"\xef\xbb\xbf \t\r\n")
    found = View(_read_xml(body)) if body.startswith((b"<?xml", b"<rsp")) else answer.json()
    if found.text("stat") != "fail":
        return found
    error = found.at("err") if found.at("err") else found
    code, words = error.text("code"), error.text("msg") or error.text("message")
    if code in _BAD_KEY:
        raise KeyRefused(f"Flickr does not accept the key: {words}")
    if code in _NOT_FOUND:
        raise NoSuchItem(f"Flickr says: {words}")
    if code in _PRIVATE:
        raise Refused(f"Flickr does not show it to everybody: {words}")
    if code in _BROKEN:
        raise MuseumBroken(f"Flickr says: {words}")
    raise UnexpectedAnswer(f"Flickr does not accept the question: {words} ({code})")


def _read_xml(body: bytes) -> dict[str, Any]:
    if b"<!DOCTYPE" in body or b"<!ENTITY" in body:  # Flickr sends none, and they can blow up
        raise UnexpectedAnswer("its XML declares entities, which Flickr does not do")
    try:
        return _convert(ElementTree.fromstring(body))
    except (ElementTree.ParseError, LookupError, ValueError, RecursionError) as error:
        raise UnexpectedAnswer(f"the answer is not XML, or breaks off: {error}") from None


def _convert(element: ElementTree.Element) -> dict[str, Any]:
    """Return an element as Flickr's JSON has it: attributes and children as members, text as _content."""
    found: dict[str, Any] = dict(element.attrib)
    for child in element:
        value = _convert(child)
        if child.tag in found:
            others = found[child.tag]
            found[child.tag] = [*(others if isinstance(others, list) else [others]), value]
        else:
            found[child.tag] = value
    if text := (element.text or "").strip():
        found["_content"] = text
    return found
