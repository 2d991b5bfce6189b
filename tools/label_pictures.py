"""Embeds the caption of each picture of README.md and docs/ in its file, so that it cannot get lost.

python tools/label_pictures.py        after a picture or its words have changed
"""

import re
from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import escape

from pelican.plugins.stylize.images.metadata_embedding import embed, read_segments
from pelican.plugins.stylize.provenance.record import SOURCE_TYPE_URL

ROOT = Path(__file__).parents[1]
PICTURE = re.compile(
    r"^!\[(?P<alt>[^\]]+)\]\((?P<file>[^)\s]+\.jpg)\)\n\*(?P<words>.+?)\*\n(?:\n|\Z)", re.M | re.S
)
LINK = re.compile(r"\[([^\]]+)\]\((\S+)\)")
APP1, SOS = 0xE1, 0xDA  # segments of a JPEG: EXIF and XMP, and the one that the pixels follow

PACKET = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
 Iptc4xmpExt:DigitalSourceType="{source}">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{words}</rdf:li></rdf:Alt></dc:description>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""


def main() -> None:
    """Label every picture that has a caption."""
    for page in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]:
        for picture, packet in labels_of(page):
            picture.write_bytes(embed(bare(picture.read_bytes()), xmp=packet))


def labels_of(page: Path) -> Iterator[tuple[Path, bytes]]:
    """Yield the pictures of a page, each with its packet."""
    for found in PICTURE.finditer(page.read_text(encoding="utf-8")):
        words = LINK.sub(r"\1 <\2>", found["words"]).replace("`", "")
        packet = PACKET.format(
            source=SOURCE_TYPE_URL, title=escape(found["alt"]), words=escape(" ".join(words.split()))
        )
        yield page.parent / found["file"], packet.encode()


def bare(data: bytes) -> bytes:
    """Return a JPEG without earlier metadata."""
    return data[:2] + b"".join(
        data[begin:] if marker == SOS else data[begin:end]
        for marker, begin, end in read_segments(data)
        if marker != APP1
    )


if __name__ == "__main__":
    main()
