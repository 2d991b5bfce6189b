"""Asks museums on behalf of the importers, and downloads pictures; every failure is a MuseumError."""

import logging
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ...model.errors import UserError
from ...storage.atomic_files import explain_refusals, sha256_of
from ..errors import MuseumBroken, RateLimited, Refused, UnexpectedAnswer
from ..importers.answer import Answer
from ..importers.interface import Request
from .addresses import (
    ALLOW_LOOPBACK,
    BadRedirect,
    PrivateAddress,
    UnknownHost,
    Unreachable,
    UnusableAddress,
    is_forbidden,
    resolve,
)
from .answer_cache import ANSWERS, DOWNLOADS, FRESH, AnswerCache, CachedAnswer
from .bodies import FileBody, MemoryBody, read_length
from .budgets import BudgetKeeper
from .client import FollowedResponse, HostBusy, PoliteClient, explain_extra
from .keys import KeyRing, fill_in, redact
from .rate_limit import RateLimiter
from .verdicts import judge

MIRROR = (
    "PELICAN_STYLIZE_MUSEUM_MIRROR"  # an address that answers for all museums, for tests on this computer
)
LARGEST_ANSWER = 30_000_000  # bytes
LARGEST_FILE = 1_000_000_000  # bytes of a picture that is downloaded
LONGEST_ANSWER, LONGEST_DOWNLOAD = 60.0, 1800.0  # seconds, in all
FILE_PAUSE = 0.2  # of the pause between questions, between two files: a picture may come in 100 tiles
ATTEMPTS = 3  # at a request whose connection fails, or whose host fails


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """A file that was downloaded."""

    path: Path
    url: str  # where it came from in the end
    sha256: str
    size: int  # bytes
    media_type: str


class MuseumClient:
    """Sends the requests of importers, one after the other. Each thread needs one of its own.

    user_agent: how we introduce ourselves, with an address to write to. folder: for answers and unfinished
    downloads, below the store. budgets: may be shared by several clients. wait: seconds before the second
    attempt. Raises UserError if the extra for museums is not installed.
    """

    def __init__(
        self,
        user_agent: str,
        *,
        folder: Path,
        keys: KeyRing,
        budgets: BudgetKeeper,
        interval: float = 1.0,
        wait: float = 1.0,
        refresh: bool = False,
        resolve: Callable[[str, int], list[str]] = resolve,
    ) -> None:
        mirror = os.environ.get(MIRROR, "") if os.environ.get(ALLOW_LOOPBACK) == "1" else ""
        self._is_mirrored = bool(mirror)
        self._client, self._file_client = (
            PoliteClient(
                user_agent,
                limiter=limiter,
                is_private=is_forbidden,
                trusts_author=False,
                mirror=mirror,
                resolve=resolve,
            )
            for limiter in (
                RateLimiter(0.0 if mirror else interval),
                RateLimiter(0.0 if mirror else FILE_PAUSE * interval, slower={}),
            )
        )
        try:
            import stamina
        except ModuleNotFoundError as error:
            raise UserError(explain_extra(error)) from None
        logging.getLogger("stamina").setLevel(logging.ERROR)  # it announces each new attempt
        logging.getLogger("httpx2").setLevel(logging.WARNING)  # it announces addresses, with the key in them
        self._stamina = stamina
        self._cache = AnswerCache(folder / ANSWERS)
        self._parts = folder / DOWNLOADS
        self._keys, self._budgets = keys, budgets
        self._wait = wait
        self._refresh = refresh

    def ask(self, request: Request) -> Answer:
        """Return the answer to a request; raises MuseumError.

        An answer that is younger than FRESH is not asked for again, and an older one only if it has changed.
        """
        known = self._cache.find(request.url)
        if known and not self._refresh and 0 <= time.time() - known.at < FRESH:  # clocks are set back
            return known.answer
        body = MemoryBody(LARGEST_ANSWER)
        headers = {"Accept": request.accept, **(known.conditions if known else {})}
        url, key = request.url, ""
        if request.key and (key := self._keys.find(request.key)):
            url, more = fill_in(url, request.key, key)
            headers |= more
        found = self._retry(lambda: self._send(url, headers, body))
        return self._understand(request, found, body, known=known, key=key)

    def download(
        self,
        url: str,
        target: Path,
        *,
        most: int = LARGEST_FILE,
        progress: Callable[[int, int], None] | None = None,
    ) -> Download:
        """Download a file, continuing an earlier try; raises MuseumError, and UserError for a full disk.

        most: bytes. progress: is told the bytes so far, and those of the whole file, or 0.
        """
        part = self._parts / name_part(url)
        with explain_refusals(target.parent, doing="downloading a picture"):
            part.parent.mkdir(parents=True, exist_ok=True)
            target.parent.mkdir(parents=True, exist_ok=True)
            found = self._retry(lambda: self._continue(url, part, most=most, progress=progress))
            try:
                digest, size = sha256_of(part), part.stat().st_size
                part.replace(target)
            except FileNotFoundError:
                raise MuseumBroken(
                    "another command downloads the same file. Try again when it has ended"
                ) from None
            _validator_of(part).unlink(missing_ok=True)
        media_type = found.response.headers.get("content-type", "")
        return Download(path=target, url=found.url, sha256=digest, size=size, media_type=media_type)

    def probe(self, url: str) -> int:
        """Return how many bytes a file has, without fetching it; 0 if the host does not say.

        Raises MuseumError if it is not there, or if the host cannot be asked.
        """
        if not self._is_mirrored:
            self._budgets.spend(urlsplit(url).hostname or "")
        try:
            response = self._file_client.fetch(url).response
        except HostBusy as error:
            raise RateLimited(f"it wants no more requests for now ({error.status})") from None
        except (BadRedirect, PrivateAddress, UnusableAddress) as error:
            raise Refused(str(error)) from None
        except Unreachable as error:
            raise MuseumBroken(str(error)) from None
        request = Request(url=url, accept="an image")
        if wrong := judge(response.status, response.headers, b"an image", request=request):
            raise wrong
        return read_length(response.headers)

    def _continue(
        self, url: str, part: Path, *, most: int, progress: Callable[[int, int], None] | None
    ) -> FollowedResponse:
        """Fetch what is missing of a file; raises Unreachable where another attempt makes sense."""
        offset, validator = _find_offset(part)
        headers = {"Range": f"bytes={offset}-", "If-Range": validator} if offset else {}
        try:
            with part.open("r+b" if part.exists() else "w+b") as file:
                body = FileBody(file, offset=offset, validator=validator, limit=most, progress=progress)
                found = self._send(url, headers, body, note=lambda kept: _validator_of(part).write_text(kept))
                size = file.seek(0, 2)
                file.seek(0)
                beginning = body.beginning or file.read(4096)
        except UnexpectedAnswer:
            part.unlink()  # the next try would fail in the same way
            raise
        status = found.response.status
        if status == 416:  # it was complete, or has changed
            part.unlink()
            raise Unreachable("the file has changed while it was downloaded")
        request = Request(url=url, accept="an image")
        if wrong := judge(
            200 if status == 206 else status, found.response.headers, beginning, request=request
        ):
            if status in (200, 206) or not part.stat().st_size:
                part.unlink()
            raise wrong
        if body.total and size < body.total:
            raise Unreachable(f"the file broke off after {size:,} of {body.total:,} bytes")
        return found

    def _understand(
        self,
        request: Request,
        found: FollowedResponse,
        body: MemoryBody,
        *,
        known: CachedAnswer | None,
        key: str,
    ) -> Answer:
        headers = found.response.headers
        if found.response.status == 304 and known:
            validators = {"etag": known.etag, "last-modified": known.modified}
            self._cache.keep(known.answer, validators, at=time.time())
            return known.answer
        data = redact(body.data, key) if key else body.data
        if wrong := judge(found.response.status, headers, data, request=request):
            raise wrong
        answer = Answer(
            url=request.url,
            body=data,
            media_type=headers.get("content-type", ""),
            fetched=datetime.now(UTC).isoformat(timespec="seconds"),
        )
        self._cache.keep(answer, headers, at=time.time())
        return answer

    def _retry(self, send: Callable[[], FollowedResponse]) -> FollowedResponse:
        """Send a request again if its connection fails; raises MuseumBroken if the last attempt fails too."""
        try:
            for attempt in self._stamina.retry_context(
                on=Unreachable,
                attempts=ATTEMPTS,
                timeout=None,
                wait_initial=self._wait,
                wait_jitter=self._wait,
            ):
                with attempt:
                    return send()
        except Unreachable as error:
            raise MuseumBroken(f"{error}, also at the third attempt. Try again later") from None
        raise AssertionError("the last attempt raises")

    def _send(
        self,
        url: str,
        headers: dict[str, str],
        body: MemoryBody | FileBody,
        *,
        note: Callable[[str], Any] | None = None,
    ) -> FollowedResponse:
        """Send a request; raises Unreachable where another attempt makes sense, else MuseumError.

        note: is told the validator of the file before its body comes.
        """
        if not self._is_mirrored:
            self._budgets.spend(urlsplit(url).hostname or "")
        taken = body if note is None else _NotingBody(body, note)
        try:
            seconds = LONGEST_ANSWER if isinstance(body, MemoryBody) else LONGEST_DOWNLOAD
            client = self._client if isinstance(body, MemoryBody) else self._file_client
            found = client.get(url, body=taken, headers=headers, seconds=seconds)
        except HostBusy as error:
            raise RateLimited(
                f"it wants no more requests for now ({error.status}). Try again later"
            ) from None
        except (BadRedirect, PrivateAddress, UnusableAddress) as error:
            raise Refused(str(error)) from None
        except UnknownHost as error:
            raise MuseumBroken(f"{error}. Is this computer online?") from None
        if found.response.status in (500, 502, 504):
            raise Unreachable(f"it fails on its side ({found.response.status})")
        return found


def name_part(url: str) -> str:
    """Return the name of an unfinished download."""
    return f"{sha256(url.encode()).hexdigest()[:32]}.part"


class _NotingBody:
    """Passes a body on, and notes the validator of its file first."""

    def __init__(self, body: MemoryBody | FileBody, note: Callable[[str], Any]) -> None:
        self._body, self._note = body, note
        self.add = body.add

    def start(self, status: int, headers: Mapping[str, str]) -> bool:
        wanted = self._body.start(status, headers)
        if status == 200:
            strong = headers.get("etag", "")
            self._note(strong if strong[:2] != "W/" and strong else headers.get("last-modified", ""))
        return wanted


def _find_offset(part: Path) -> tuple[int, str]:
    """Return how many bytes an earlier try has left, and their validator; 0 if none can be used."""
    try:
        size, validator = part.stat().st_size, _validator_of(part).read_text("utf-8")
        return (size, validator) if validator else (0, "")
    except (OSError, ValueError):
        return 0, ""


def _validator_of(part: Path) -> Path:
    return part.with_suffix(".validator")
