"""The doors for what museums answer: importers, IIIF, saved pages, and the citations that are kept.

Every answer is read by every importer, as an item and as a page of hits. Where recorded answers lie beside
the project, they are samples too.
"""

import json
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
RECORDED = ROOT.parent / "shared" / "fixtures" / "museums"
LARGEST = 40_000  # bytes of a recorded answer that is used

_SERVICE = {"id": "https://a.example/iiif/1", "type": "ImageService3", "profile": "level2"}
_BODY = {"id": "https://a.example/1.jpg", "type": "Image", "width": 9, "height": 9, "service": [_SERVICE]}
_CANVAS = {"id": "c", "type": "Canvas", "items": [{"items": [{"body": _BODY}]}], "width": 9, "height": 9}
_TEXT = {"en": ["The <b>sea</b>"]}
_ANSWERS: tuple[Any, ...] = (
    {
        "objectID": 1,
        "title": "The sea",
        "isPublicDomain": True,
        "primaryImage": "https://a.example/1.jpg",
        "constituents": [{"name": "Ana Sol", "role": "Artist", "constituentULAN_URL": "https://b.example/1"}],
        "objectBeginDate": -450,
        "objectEndDate": -430,
    },
    {
        "collection": {
            "items": [
                {
                    "data": [{"nasa_id": "1", "title": "Sea", "date_created": "2010-01-01T00:00:00Z"}],
                    "links": [{"href": "http://a.example/1~orig.jpg", "rel": "canonical", "width": 9}],
                }
            ],
            "metadata": {"total_hits": 1},
        }
    },
    {
        "query": {
            "pages": [
                {
                    "pageid": 1,
                    "title": "File:Sea.jpg",
                    "imageinfo": [
                        {
                            "url": "https://a.example/1.jpg",
                            "width": 9,
                            "extmetadata": {
                                "Artist": {"value": '<a href="//a.example">Ana</a>'},
                                "License": {"value": "cc-by-sa-4.0"},
                            },
                        }
                    ],
                }
            ]
        }
    },
    {
        "@context": "http://iiif.io/api/presentation/3/context.json",
        "id": "https://a.example/manifest.json",
        "type": "Manifest",
        "label": _TEXT,
        "metadata": [{"label": {"en": ["Creator"]}, "value": _TEXT}],
        "rights": "http://rightsstatements.org/vocab/NoC-US/1.0/",
        "requiredStatement": {"label": _TEXT, "value": _TEXT},
        "items": [_CANVAS, _CANVAS],
    },
    {
        "@context": "http://iiif.io/api/presentation/2/context.json",
        "@id": "https://a.example/2/manifest.json",
        "@type": "sc:Manifest",
        "label": "The sea",
        "license": "https://creativecommons.org/publicdomain/mark/1.0/",
        "sequences": [{"canvases": [{"@id": "c", "images": [{"resource": {"@id": "https://a.example/1"}}]}]}],
    },
    {
        "@context": "http://iiif.io/api/image/3/context.json",
        "id": "https://a.example/iiif/1",
        "profile": "level0",
        "width": 900,
        "height": 700,
        "tiles": [{"width": 256, "scaleFactors": [1, 2, 4]}],
        "sizes": [{"width": 450, "height": 350}],
        "maxWidth": 500,
    },
    {
        "photo": {
            "id": "1",
            "title": {"_content": "The sea"},
            "owner": {"nsid": "1@N00", "username": "ana"},
            "dates": {"taken": "1890-01-01 00:00:00", "takengranularity": 6},
            "license": "7",
            "urls": {"url": [{"type": "photopage", "_content": "https://www.flickr.com/photos/1/1/"}]},
        },
        "stat": "ok",
    },
    {
        "data": {
            "id": 1,
            "title": "The sea",
            "is_public_domain": True,
            "image_id": "a-b",
            "accession_number": "1.2",
            "share_license_status": "CC0",
            "creators": [{"description": "Ana Sol (Portuguese, 1840-1901)"}],
            "images": {"print": {"url": "https://a.example/1.jpg", "width": "9", "height": "9"}},
        },
        "config": {"iiif_url": "https://a.example/iiif/2"},
    },
    {"metadata": {"identifier": "sea", "title": ["The sea"]}, "files": [{"name": "1.jpg", "size": "9"}]},
    {"object": {"aggregations": [{"edmRights": {"def": ["https://a.example"]}}], "proxies": [{}]}},
)
_PAGE = """<!-- saved from url=(0022)https://a.example/item/1 --><html><head><meta charset="utf-8">
<meta property="og:title" content="The sea"><meta name="DC.creator" content="Ana Sol">
<link rel="license" href="https://creativecommons.org/licenses/by/4.0/">
<script type="application/ld+json">{"@context": "https://schema.org", "@graph": [{"@type": "Painting",
"name": "The sea", "creator": {"name": "Ana Sol"}, "dateCreated": "1890",
"license": "https://creativecommons.org/publicdomain/zero/1.0/"}]}</script></head><body><p>Text</p></body></html>"""
_MHTML = (
    "From: <Saved by Blink>\r\nSnapshot-Content-Location: https://a.example/item/1\r\nSubject: The sea\r\n"
    'MIME-Version: 1.0\r\nContent-Type: multipart/related; type="text/html"; boundary="----b"\r\n\r\n'
    "------b\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    "<html><head><title>The sea=E2=80=99s</title></head></html>\r\n------b\r\nContent-Type: image/jpeg\r\n"
    "Content-Transfer-Encoding: base64\r\nContent-Location: https://a.example/1.jpg\r\n\r\n/9j/4AAQ\r\n------b--\r\n"
)


@cache
def make_answers() -> tuple[bytes, ...]:
    """Return small answers of several services, and the recorded ones."""
    recorded = [
        path.read_bytes()
        for path in sorted(RECORDED.rglob("*"))
        if path.suffix in (".json", ".xml", ".html") and path.stat().st_size < LARGEST
    ]
    return (*(json.dumps(answer).encode() for answer in _ANSWERS), *recorded)


def make_pages() -> Sequence[bytes]:
    """Return saved pages."""
    return (_PAGE.encode(), _MHTML.encode())


@cache
def make_citations() -> tuple[bytes, ...]:
    """Return a museum.json."""
    from pelican.plugins.stylize.museums.citation import Citation, KeptFile, format_citation
    from pelican.plugins.stylize.museums.importers import met
    from pelican.plugins.stylize.museums.importers.answer import Answer

    answer = Answer(url="https://a.example/1", body=json.dumps(_ANSWERS[0]).encode())
    kept = KeptFile(url="https://a.example/1.jpg", file="original.jpg", sha256="0" * 64, size=9)
    record = met.read_item([answer])
    return (format_citation(Citation(record=record, original=kept, answers=(answer,))),)


def read_answer(data: bytes, folder: Path) -> None:
    """Read a file as an answer of each museum: of an item, after another answer, and of a search."""
    from pelican.plugins.stylize.museums.citation import describe_work
    from pelican.plugins.stylize.museums.errors import MuseumError
    from pelican.plugins.stylize.museums.iiif.image_info import read_info
    from pelican.plugins.stylize.museums.importers.answer import Answer
    from pelican.plugins.stylize.museums.importers.registry import MUSEUMS
    from pelican.plugins.stylize.museums.record import MuseumRecord

    answer = Answer(url="https://a.example/1", body=data)
    for museum in MUSEUMS:
        for answers in ([answer], [answer, answer]):
            with suppress(MuseumError):
                found = museum.read_item(answers)
                if isinstance(found, MuseumRecord):
                    describe_work(found)
        if museum.read_search:
            with suppress(MuseumError):
                museum.read_search(answer)
    with suppress(MuseumError):
        read_info(answer)


def read_page(data: bytes, folder: Path) -> None:
    """Read a file as a page that was saved in a browser."""
    from pelican.plugins.stylize.museums.saved_page.page_file import read_saved_page
    from pelican.plugins.stylize.museums.saved_page.understanding import describe, understand

    path = folder / "saved.html"
    path.write_bytes(data)
    list(describe(understand(read_saved_page(path))))


def read_citation(data: bytes, folder: Path) -> None:
    """Read a file as a museum.json, also sealed again, as whoever changes one could do."""
    from pelican.plugins.stylize.model.errors import UserError
    from pelican.plugins.stylize.museums.citation import parse_citation
    from pelican.plugins.stylize.storage.sealed_text import JSON_END, seal

    for text in (data, seal(data, JSON_END)):
        with suppress(UserError):
            parse_citation(text)
