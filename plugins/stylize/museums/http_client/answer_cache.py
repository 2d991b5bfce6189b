"""Answers of museums on disk, with what it takes to ask whether they have changed."""

import base64
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from ...storage.checked_files import DamagedError, read_facts, write_facts
from ..importers.answer import Answer

ANSWERS, DOWNLOADS = "answers", "downloads"  # folders of `museums` in the store
FRESH = 600.0  # seconds in which an answer is not asked for again, whatever the host says
OLDEST = 30 * 24 * 3600.0  # seconds after which an unused answer is removed


@dataclass(frozen=True, slots=True, kw_only=True)
class CachedAnswer:
    """An answer, and the validators of its host (RFC 9110, section 8.8)."""

    answer: Answer
    etag: str
    modified: str
    at: float  # seconds since 1970, when the host last said that it holds

    @property
    def conditions(self) -> dict[str, str]:
        """The headers that ask for the answer only if it has changed."""
        headers = {"If-None-Match": self.etag, "If-Modified-Since": self.modified}
        return {name: value for name, value in headers.items() if value}


class AnswerCache:
    """A folder of answers, by their addresses without keys."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def find(self, url: str) -> CachedAnswer | None:
        """Return the answer of an address, or None; a damaged one counts as missing."""
        try:
            facts = read_facts(self.find_file(url))
            answer = Answer(
                url=facts["url"],
                body=base64.b64decode(facts["body"]),
                media_type=facts["media_type"],
                fetched=facts["fetched"],
            )
            return CachedAnswer(answer=answer, etag=facts["etag"], modified=facts["modified"], at=facts["at"])
        except (OSError, DamagedError, KeyError, TypeError, ValueError):
            return None

    def keep(self, answer: Answer, headers: Mapping[str, str], *, at: float) -> None:
        """Save an answer; a full disk leaves it out."""
        facts = {
            "url": answer.url,
            "body": base64.b64encode(answer.body).decode("ascii"),
            "media_type": answer.media_type,
            "fetched": answer.fetched,
            "etag": headers.get("etag", ""),
            "modified": headers.get("last-modified", ""),
            "at": at,
        }
        place = self.find_file(answer.url)
        with suppress(OSError):
            place.parent.mkdir(parents=True, exist_ok=True)
            write_facts(place, facts)

    def sweep(self, *, now: float | None = None) -> None:
        """Remove answers that were not used for a month."""
        oldest = (time.time() if now is None else now) - OLDEST
        for path in self._folder.glob("*/*.json"):
            with suppress(OSError):
                if path.stat().st_mtime < oldest:
                    path.unlink()

    def find_file(self, url: str) -> Path:
        """Return where the answer of an address is, whether it is there or not."""
        digest = sha256(url.encode()).hexdigest()
        return self._folder / digest[:2] / f"{digest[2:34]}.json"
