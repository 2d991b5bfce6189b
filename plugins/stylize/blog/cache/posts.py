"""Caches the rendered posts of the last build, so that a build with nothing new reads and renders no post.

One file in the store: first a line with the fingerprint of all that every post depends on, then a line
for each post, with the digest of all that the post says to us. A cached post is used while the stamps of
the files behind it are the same and the store has its renditions. Each line begins with its checksum.
"""

import json
import logging
import os
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, fields
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

from markupsafe import Markup

from ...content.front_matter import FIELDS as OURS
from ...content.placeholders import RENAMED
from ...pipeline.publication import Publication
from ...provenance.record import make_document, read_document
from ...storage.atomic_files import display_path, is_settled, read_stamp, write_whole
from ...storage.store import Store
from ..rendered_post import CUT_SUMMARY, FIELDS, SOURCE, RenderedPost
from ..theme.figures import Figure

logger = logging.getLogger(__name__)


# Our front matter; Pelican keeps the name `content` for something else.
FRONT_MATTER = (*(RENAMED if name == "content" else name for name in OURS), "method")


def compute_post_digest(content: Any, source: str, marked: Mapping[str, str]) -> str:
    """Return the sha256 of all that a post says to us.

    source: its HTML with placeholders; marked: what `read_fields` returns for it.
    """
    said = content.metadata
    facts = (content.source_path, content.lang, *(repr(said.get(name)) for name in FRONT_MATTER))
    facts = (*facts, *(f"{name}={value}" for name, value in marked.items()))
    ours = {SOURCE, FIELDS, CUT_SUMMARY, "summary"} if CUT_SUMMARY in said else {SOURCE, FIELDS}
    names = (name for name in said if name not in ours)
    # Every name counts: a misspelled one is a mistake, and an author's own summary is left alone.
    return sha256("\0".join((*facts, *names, "", source)).encode(errors="replace")).hexdigest()


def compute_artwork_digest(slug: str) -> str:
    """Return the digest under which the artwork of a style is cached, like a post.

    What the style itself says is part of the fingerprint.
    """
    return sha256(f"artwork\0{slug}".encode()).hexdigest()


class PostCache:
    """The posts of the last build, and those that this one adds."""

    def __init__(self, path: Path, *, store: Store, started: int) -> None:
        """started: nanoseconds since 1970; a file that changed later, or shortly before, is not trusted."""
        self._path = path
        self._store = store
        self._started = started
        self.fingerprint, self.templates, self._lines, self._is_whole = _read(path)
        self._current: dict[str, str] = {}  # digest -> line, without its checksum
        self._resolved: dict[str, str] = {}  # folder -> its real path

    def forget(self) -> None:
        """Use no post of the last build: what every post depends on has changed."""
        self._lines = {}

    def load(self, digest: str) -> RenderedPost | None:
        """Return the rendered post of this digest, or None if it has to be read."""
        rendered = self._unchanged.get(digest)
        if rendered:
            self._current[digest] = self._lines[digest]
        return rendered

    @cached_property
    def _unchanged(self) -> dict[str, RenderedPost]:
        """The posts whose files have not changed.

        Loading all of them in one loop takes a third of the time of loading each between the work on pages.
        """
        loaded = ((digest, self._load_line(line)) for digest, line in self._lines.items())
        return {digest: rendered for digest, rendered in loaded if rendered}

    def _load_line(self, line: str) -> RenderedPost | None:
        """Return the rendered post of a line, or None if a file behind it has changed."""
        try:
            _, files, folders, facts = json.loads(line)
            rendered = self._parse_post(facts)
            unchanged = (
                all(read_stamp(path) == stamp for path, stamp in files.items())
                and all(self._resolve(folder) == real for folder, real in folders.items())
                and all(self._is_stored(p) for p in rendered.publications)
            )
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            logger.debug("%s: a post is not used: %s", self._path, error)
            return None
        return rendered if unchanged else None

    def drop(self, digest: str) -> None:
        """Use the post of this digest no more: something behind it is damaged."""
        self._unchanged.pop(digest, None)
        self._current.pop(digest, None)

    def holds(self, digest: str) -> bool:
        """Tell whether a post of this digest was loaded or added in this build."""
        return digest in self._current

    def add(
        self, digest: str, rendered: RenderedPost, *, files: Iterable[str], photos: Iterable[str]
    ) -> None:
        """Add a post that was read in this build, unless a file behind it is too new to be trusted.

        files: all that it depends on, whether they exist or not; photos: those it shows, for their folders.
        """
        stamps = {path: read_stamp(path) for path in files}
        settled = all(is_settled(stamp, at=self._started) for stamp in stamps.values())
        whole = all(self._is_stored(p) for p in rendered.publications)
        linked = any(os.path.islink(photo) for photo in photos)  # noqa: PTH114
        if linked or not (settled and whole):
            return
        folders = {folder: self._resolve(folder) for folder in map(os.path.dirname, photos)}
        self._current[digest] = json.dumps([digest, stamps, folders, _facts(rendered)])

    def save(self, fingerprint: str, templates: Iterable[str]) -> None:
        """Save what this build loaded and added, if any of it is new.

        If the disk refuses, the next build reads the posts again; nothing else is lost.
        """
        if self._is_whole and fingerprint == self.fingerprint and self._current == self._lines:
            return
        head = json.dumps({"fingerprint": fingerprint, "templates": list(templates)})
        try:
            write_whole(self._path, b"".join(map(_seal, [head, *self._current.values()])))
        except OSError as error:
            logger.debug("%s could not be written: %s", self._path, error)

    def _is_stored(self, publication: Publication) -> bool:
        """Tell whether the store has everything that a picture is published from."""
        return self._store.has_renditions(publication.address) and self._store.has_record(publication.record)

    def _resolve(self, folder: str) -> str:
        real = self._resolved.get(folder)
        if real is None:
            real = self._resolved[folder] = os.path.realpath(folder)
        return real

    def _parse_post(self, facts: dict[str, Any]) -> RenderedPost:
        """Return the rendered post of these facts; facts of another form raise any of several errors."""
        cover, record = facts["cover"], facts["record"]
        if cover:
            cover["sources"] = tuple(map(tuple, cover["sources"]))
            cover["caption"] = Markup(cover["caption"])
        return RenderedPost(
            publications=tuple(
                Publication(**dict(zip(_PUBLISHED, map(_freeze, p), strict=True))) for p in facts["pictures"]
            ),
            before=tuple(facts["before"]),
            inline=tuple(facts["inline"]),
            after=tuple(facts["after"]),
            fields=tuple((name, tuple(figures)) for name, figures in facts["fields"]),
            warnings=tuple(facts["warnings"]),
            summary=facts["summary"],
            head=facts["head"],
            photos=tuple((line, tuple(slugs)) for line, slugs in facts["photos"]),
            cover=Figure(**cover) if cover else None,
            cover_record=read_document(record) if record else None,
            cover_credit=facts["credit"],
        )


_PUBLISHED = tuple(field.name for field in fields(Publication) if field.name != "source")


def _freeze(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _facts(rendered: RenderedPost) -> dict[str, Any]:
    """Return a post as plain values."""
    return {
        "pictures": [[getattr(p, name) for name in _PUBLISHED] for p in rendered.publications],
        "before": rendered.before,
        "inline": rendered.inline,
        "after": rendered.after,
        "fields": rendered.fields,
        "warnings": rendered.warnings,
        "summary": rendered.summary,
        "head": rendered.head,
        "photos": rendered.photos,
        "cover": asdict(rendered.cover) if rendered.cover else None,
        "record": make_document(rendered.cover_record) if rendered.cover_record else None,
        "credit": rendered.cover_credit,
    }


def _seal(line: str) -> bytes:
    data = line.encode("ascii")
    return b"%08x %b\n" % (zlib.crc32(data), data)


def _read(path: Path) -> tuple[str, list[str], dict[str, str], bool]:
    """Return the fingerprint, the templates it covers, the lines, and whether the file is whole.

    Damaged lines are left out with a warning, and so are all others if the first one is damaged.
    """
    try:
        *sealed, rest = path.read_bytes().split(b"\n")
    except OSError as error:
        logger.debug("%s is not used: %s", path, error)
        return "", [], {}, True
    whole = [_unseal(line) for line in sealed]
    if not whole or not whole[0]:
        place = display_path(path)
        logger.warning("%s: it is damaged, or of another version; every post is read again.", place)
        return "", [], {}, False
    head, *lines = whole
    is_whole = all(whole) and not rest
    if not is_whole:
        logger.warning("%s: a line is damaged; its post is read again.", display_path(path))
    facts, start = json.loads(head), len('["')
    by_digest = {line[start : start + 64]: line for line in lines if line}
    return facts["fingerprint"], facts["templates"], by_digest, is_whole


def _unseal(line: bytes) -> str:
    """Return a line without its checksum, or "" if it is damaged."""
    return line[9:].decode("ascii") if line[:9] == b"%08x " % zlib.crc32(line[9:]) else ""
