"""What each post came to in the last build, so that a build with nothing new draws no figure.

One file in the store's folder: a line with the fingerprint of all that every post depends on, then
one for each post, under the digest of all that it says to us. A post is remembered together with the
stamps of the files behind it and is believed while these, and its renditions, are as they were.
"""

import json
import logging
import os
from collections.abc import Iterable
from dataclasses import asdict, fields
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

from markupsafe import Markup

from ...pipeline.publication import Publication
from ...provenance.record import make_document, read_document
from ...storage.atomic_files import is_settled, read_stamp, write_whole
from ...storage.store import Store
from ..rendered_post import RenderedPost
from ..theme.figures import Figure

logger = logging.getLogger(__name__)


SAYING = ("style", "photos", "strength", "method", "stylize_content")  # front matter of ours


def digest_of_post(content: Any, source: str) -> str:
    """Return the sha256 of all that a post says to us; source: its HTML with marks."""
    said = content.metadata
    facts = (content.source_path, content.lang, *(repr(said.get(name)) for name in SAYING))
    # Every name counts: a misspelled one is a mistake, and a summary of the author's own is left alone.
    return sha256("\0".join((*facts, *said, "", source)).encode(errors="replace")).hexdigest()


def digest_of_artwork(slug: str) -> str:
    """Return the digest under which the artwork of a style is remembered, as a post is.

    All that a style says belongs to the fingerprint.
    """
    return sha256(f"artwork\0{slug}".encode()).hexdigest()


class PostCache:
    """The posts of the last build, and what this one learns of them."""

    def __init__(self, path: Path, *, store: Store, begun: int) -> None:
        """begun: nanoseconds since 1970; files that changed later, or shortly before, are not trusted."""
        self._path = path
        self._store = store
        self._begun = begun
        self.fingerprint, self.templates, self._lines = _read(path)
        self._kept: dict[str, str] = {}
        self._real: dict[str, str] = {}  # folders, and where they really are

    def forget(self) -> None:
        """Believe nothing of it: what every post depends on has changed."""
        self._lines = {}

    def recall(self, digest: str) -> RenderedPost | None:
        """Return what the post of this digest came to, or None where it has to be read anew."""
        drawn = self._believed.get(digest)
        if drawn:
            self._kept[digest] = self._lines[digest]
        return drawn

    @cached_property
    def _believed(self) -> dict[str, RenderedPost]:
        """The posts behind which nothing has changed.

        All in one go, which takes a third of the time that it would between the work on each page.
        """
        believed = ((digest, self._believe(line)) for digest, line in self._lines.items())
        return {digest: drawn for digest, drawn in believed if drawn}

    def _believe(self, line: str) -> RenderedPost | None:
        """Return what a line says a post came to, or None where something behind it has changed."""
        try:
            _, files, folders, facts = json.loads(line)
            drawn = self._drawn(facts)
            unchanged = (
                all(read_stamp(path) == stamp for path, stamp in files.items())
                and all(self._real_of(folder) == real for folder, real in folders.items())
                and all(self._is_kept(p) for p in drawn.publications)
            )
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            logger.debug("%s: a post is not used: %s", self._path, error)
            return None
        return drawn if unchanged else None

    def holds(self, digest: str) -> bool:
        """Tell whether a post of this digest was recalled or kept in this build."""
        return digest in self._kept

    def keep(self, digest: str, drawn: RenderedPost, *, files: Iterable[str], photos: Iterable[str]) -> None:
        """Remember a post that was read in this build, unless something behind it is too new to trust.

        files: all that it depends on, whether there or not; photos: those it shows, for their folders.
        """
        stamps = {path: read_stamp(path) for path in files}
        settled = all(is_settled(stamp, at=self._begun) for stamp in stamps.values())
        whole = all(self._is_kept(p) for p in drawn.publications)
        linked = any(os.path.islink(photo) for photo in photos)  # noqa: PTH114
        if linked or not (settled and whole):
            return
        folders = {folder: self._real_of(folder) for folder in map(os.path.dirname, photos)}
        self._kept[digest] = json.dumps([digest, stamps, folders, _facts(drawn)])

    def save(self, fingerprint: str, templates: Iterable[str]) -> None:
        """Write down, whole, what this build recalled and kept, if any of it is new.

        A disk that refuses it costs the next build time, nothing else.
        """
        if fingerprint == self.fingerprint and self._kept == self._lines:
            return
        head = json.dumps({"fingerprint": fingerprint, "templates": list(templates)})
        try:
            write_whole(self._path, "\n".join([head, *self._kept.values(), ""]))
        except OSError as error:
            logger.debug("%s could not be written: %s", self._path, error)

    def _is_kept(self, publication: Publication) -> bool:
        """Tell whether the store has all that a picture is published from."""
        return self._store.has_renditions(publication.address) and self._store.has_record(publication.record)

    def _real_of(self, folder: str) -> str:
        real = self._real.get(folder)
        if real is None:
            real = self._real[folder] = os.path.realpath(folder)
        return real

    def _drawn(self, facts: dict[str, Any]) -> RenderedPost:
        """Make a post's facts values again; raises what a table of another form leads to."""
        cover, record = facts["cover"], facts["record"]
        if cover:
            cover["sources"] = tuple(map(tuple, cover["sources"]))
            cover["caption"] = Markup(cover["caption"])
        return RenderedPost(
            publications=tuple(
                Publication(**dict(zip(_PUBLISHED, p, strict=True)) | {"styles": tuple(p[_STYLES])})
                for p in facts["pictures"]
            ),
            before=tuple(facts["before"]),
            inline=tuple(facts["inline"]),
            after=tuple(facts["after"]),
            warnings=tuple(facts["warnings"]),
            summary=facts["summary"],
            head=facts["head"],
            photos=tuple((line, tuple(slugs)) for line, slugs in facts["photos"]),
            cover=Figure(**cover) if cover else None,
            cover_record=read_document(record) if record else None,
            cover_credit=facts["credit"],
        )


_PUBLISHED = tuple(field.name for field in fields(Publication) if field.name != "source")
_STYLES = _PUBLISHED.index("styles")


def _facts(drawn: RenderedPost) -> dict[str, Any]:
    """Return a post as plain values."""
    return {
        "pictures": [[getattr(p, name) for name in _PUBLISHED] for p in drawn.publications],
        "before": drawn.before,
        "inline": drawn.inline,
        "after": drawn.after,
        "warnings": drawn.warnings,
        "summary": drawn.summary,
        "head": drawn.head,
        "photos": drawn.photos,
        "cover": asdict(drawn.cover) if drawn.cover else None,
        "record": make_document(drawn.cover_record) if drawn.cover_record else None,
        "credit": drawn.cover_credit,
    }


def _read(path: Path) -> tuple[str, list[str], dict[str, str]]:
    """Read the fingerprint, the templates it covers and the lines; a damaged file says nothing."""
    try:
        head, *lines = path.read_bytes().decode("ascii").split("\n")
        facts = json.loads(head)
        fingerprint, templates = facts["fingerprint"], facts["templates"]
        if isinstance(fingerprint, str) and all(isinstance(name, str) for name in templates):
            start = len('["')
            return fingerprint, templates, {line[start : start + 64]: line for line in lines if line}
    except (OSError, ValueError, KeyError, TypeError) as error:
        logger.debug("%s is not used: %s", path, error)
    return "", [], {}
