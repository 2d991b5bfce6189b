"""Tell apart why a museum did not answer as it should, each kind in words of its own."""

import re
from collections.abc import Mapping

from ..errors import (
    BotChallenge,
    KeyRefused,
    MuseumBroken,
    MuseumError,
    NoSuchItem,
    RateLimited,
    Refused,
    UnexpectedAnswer,
)
from ..importers.interface import Request

BY_HAND = "Open it in a browser, save the page and the picture, and add them with --page and --image"
# Of Cloudflare, Imperva, DataDome, AWS WAF, Akamai, Anubis and of pages with a puzzle.
_CHALLENGES = re.compile(
    rb"just a moment|cf-chl|challenge-platform|captcha|are you a robot|not a robot|verify you are human"
    rb"|enable javascript and cookies|_incapsula_|datadome|aws-waf|px-captcha|proof of work|anubis",
    re.IGNORECASE,
)
_KEY_WORDS = re.compile(
    rb"(invalid|missing|expired|unknown|wrong|disabled|bad).{0,20}(\b|api|access|ws|[_-])key\b", re.I
)


def judge(status: int, headers: Mapping[str, str], body: bytes, *, request: Request) -> MuseumError | None:
    """Return what is wrong with an answer; None if it is of the kind that the request asked for."""
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    is_page = kind == "text/html" or body[:500].lstrip()[:14].lower().startswith(
        (b"<!doctype html", b"<html")
    )
    if (is_page or status in (403, 429, 503)) and _is_challenge(headers, body):
        return BotChallenge(f"it asks for proof that a person asks, which no program gives. {BY_HAND}")
    # A record of a work may have such words too: "Missing Key, an etching". It is longer than an error.
    is_error = status >= 400 or len(body) < 500
    if status in (401, 403) or (is_error and _KEY_WORDS.search(body[:2000])):
        if request.key:
            where = f" Get another at {request.key.get_one_at}" if request.key.get_one_at else ""
            return KeyRefused(f"it does not accept the key of {request.key.service!r}.{where}")
        if status in (401, 403):
            return Refused(f"it refuses programs ({status}). {BY_HAND}")
    if status in (404, 410):
        return NoSuchItem(f"it has nothing at this address ({status})")
    if status == 429:
        return RateLimited(f"it wants no more requests for now (429){_say_wait(headers)}")
    if status >= 500:
        return MuseumBroken(f"it fails on its side ({status}){_say_wait(headers)}. Try again later")
    if status != 200:
        return UnexpectedAnswer(f"it answers {status}")
    if is_page and request.accept != "text/html":
        return UnexpectedAnswer(f"it answers with a web page, where {request.accept} is promised")
    if not body.strip():
        return UnexpectedAnswer("its answer is empty")
    return None


def _is_challenge(headers: Mapping[str, str], body: bytes) -> bool:
    return (
        headers.get("cf-mitigated", "").lower() == "challenge"
        or "x-amzn-waf-action" in headers
        or bool(_CHALLENGES.search(body[:50_000]))
    )


def _say_wait(headers: Mapping[str, str]) -> str:
    wait = headers.get("retry-after", "").strip()
    return f"; it says: again after {wait} seconds" if wait.isdecimal() and len(wait) < 8 else ""
