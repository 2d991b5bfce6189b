"""A built site of two pictures, with everything that a check looks at."""

import io
import json
from hashlib import sha256
from pathlib import Path

from pelican.plugins.stylize.images.embedding import embed
from pelican.plugins.stylize.provenance.exif import exif_of
from pelican.plugins.stylize.provenance.record import Record, document_of
from pelican.plugins.stylize.provenance.xmp import packet_of
from PIL import Image
from provenance.pier import PLAIN, RECORD

STYLIZED, PHOTO = "pictures/mont-harvesters-0123456789ab", "pictures/mont-ba9876543210"
FORMATS = {"avif": "AVIF", "jpg": "JPEG", "png": "PNG", "webp": "WEBP"}

FIGURE = """<figure><picture><source srcset="/{folder}/480.avif 480w{wide}">
<img src="/{folder}/480.jpg" alt="An abbey"></picture>{label}
<figcaption>Photo: <a href="https://commons.example/wiki/File:Mont.jpg">Mont Saint-Michel</a>
(<a rel="license" href="https://creativecommons.org/licenses/by/4.0/">CC BY 4.0</a>) {artwork}</figcaption></figure>"""
ARTWORK = """after <a href="https://met.example/435809">The Harvesters</a>
(<a rel="license" href="https://creativecommons.org/publicdomain/zero/1.0/">CC0 1.0</a>)"""
PAGE = """<!doctype html><html><head><title>Pier</title>
<meta property="og:image" content="https://pier.example/pictures/mont-harvesters-0123456789ab/480.jpg">
<meta property="og:image:alt" content="AI modified: an abbey">
<script type="application/ld+json">{{"@context": "https://schema.org", "@graph": [{{"@type": "ImageObject",
"contentUrl": "https://pier.example/pictures/mont-harvesters-0123456789ab/480.jpg",
"license": "https://creativecommons.org/licenses/by/4.0/",
"digitalSourceType": "https://schema.org/CompositeWithTrainedAlgorithmicMediaDigitalSource"}}]}}</script>
</head><body>{figures}</body></html>"""


def build(root: Path) -> Path:
    """Write the site into a folder."""
    pictures = [_picture(root, STYLIZED, RECORD, (480, 1200)), _picture(root, PHOTO, PLAIN, (480,))]
    index = root / "provenance" / "index.json"
    index.parent.mkdir(parents=True)
    index.write_text(json.dumps({"version": 1, "site": "https://pier.example", "pictures": pictures}))
    wide = f", /{STYLIZED}/1200.avif 1200w"
    figures = FIGURE.format(folder=STYLIZED, wide=wide, label="<p>AI modified</p>", artwork=ARTWORK)
    figures += FIGURE.format(folder=PHOTO, wide="", label="", artwork="")
    (root / "story").mkdir()
    (root / "story" / "index.html").write_text(PAGE.format(figures=figures))
    return root


def _picture(root: Path, folder: str, record: Record, widths: tuple[int, ...]) -> dict:
    (root / folder).mkdir(parents=True)
    sidecar = f"{folder}/provenance.jsonld"
    (root / sidecar).write_text(json.dumps({"@type": "ImageObject", "record": document_of(record)}))
    files = []
    for width in widths:
        for suffix, kind in FORMATS.items():
            file = io.BytesIO()
            Image.linear_gradient("L").resize((width, 20)).convert("RGB").save(file, kind)
            url = f"{record.site}/{sidecar}"
            xmp = packet_of(record, full=width >= 1200, sidecar=url)
            data = embed(file.getvalue(), xmp=xmp, exif=exif_of(record))
            (root / folder / f"{width}.{suffix}").write_bytes(data)
            files.append(
                {
                    "path": f"{folder}/{width}.{suffix}",
                    "width": width,
                    "format": f"image/{kind.lower()}",
                    "sha256": sha256(data).hexdigest(),
                    "signed": False,
                }
            )
    return {
        "folder": folder,
        "record": record.digest,
        "sidecar": sidecar,
        "key": record.key,
        "stylized": record.is_stylized,
        "files": files,
    }
