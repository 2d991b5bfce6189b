"""Files with our metadata, read by ExifTool and exiv2, which share no code with us."""

import io
import json
import shutil
import subprocess
from pathlib import Path

import pytest
from fixtures.pier_record import BLEND, PLAIN, RECORD, SIDECAR, STATEMENT, with_texts
from pelican.plugins.stylize.images.metadata_embedding import embed
from pelican.plugins.stylize.provenance.exif import make_exif
from pelican.plugins.stylize.provenance.xmp import make_packet
from PIL import Image

needs_exiftool = pytest.mark.skipif(not shutil.which("exiftool"), reason="exiftool is not installed")
needs_exiv2 = pytest.mark.skipif(not shutil.which("exiv2"), reason="exiv2 is not installed")

SUFFIXES = {"JPEG": "jpg", "AVIF": "avif"}
LEAN = {
    "dc:Title": "Mont Saint-Michel, after The Harvesters",
    "dc:Creator": ["Ana Sol"],
    "dc:Rights": "© Ana Sol, CC BY 4.0",
    "dc:Source": "https://commons.example/wiki/File:Mont.jpg",
    "xmpRights:Marked": True,
    "xmpRights:WebStatement": "https://creativecommons.org/licenses/by/4.0/",
    "photoshop:Credit": (
        "Ana Sol / Ali Sabbagh, after Pieter Bruegel the Elder, Metropolitan Museum of Art, New York, NY"
    ),
    "plus:Licensor": [{"LicensorName": "Ana Sol", "LicensorURL": "https://ana.example"}],
    "iptcExt:DigitalSourceType": (
        "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia"
    ),
    "iptcExt:AISystemUsed": "pelican-stylize, feed-forward",
    "iptcExt:ArtworkOrObject": [
        {
            "AOCreator": ["Pieter Bruegel the Elder"],
            "AOSource": "Metropolitan Museum of Art, New York, NY",
            "AOSourceInvNo": 19.164,  # as ExifTool writes into JSON what looks like a number
            "AOSourceInvURL": "https://met.example/435809",
            "AOTitle": "The Harvesters",
        }
    ],
}
PHOTO = {"DocumentID": "sha256:" + "d" * 64, "FilePath": "https://commons.example/wiki/File:Mont.jpg"}
FULL = LEAN | {
    "dc:Description": STATEMENT,
    "iptcCore:AltTextAccessibility": "An island abbey at low tide",
    "xmpRights:UsageTerms": "CC BY 4.0",
    "cc:License": "https://creativecommons.org/licenses/by/4.0/",
    "photoshop:Source": "Ali Sabbagh, Wikimedia Commons",
    "iptcExt:AISystemVersionUsed": "feed-forward 1, sha256 cccccccccccccccc",
    "iptcExt:ArtworkOrObject": [
        LEAN["iptcExt:ArtworkOrObject"][0] | {"AOCircaDateCreated": 1565, "AOCopyrightNotice": "CC0 1.0"}
    ],
    "xmpMM:DerivedFrom": PHOTO,
    "xmpMM:Ingredients": [
        PHOTO | {"RenditionClass": "photo"},
        {
            "DocumentID": "sha256:" + "a" * 64,
            "FilePath": "https://met.example/435809",
            "RenditionClass": "style-reference",
        },
        {"DocumentID": "sha256:" + "c" * 64, "RenditionClass": "model"},
    ],
    "xmpMM:History": [
        {
            "Action": "edited",
            "Parameters": "redrawn by a neural network, at 70% strength",
            "SoftwareAgent": "pelican-stylize",
            "When": "2026:11:22 10:00:00+00:00",
        }
    ],
}
EXIF = {
    "ImageDescription": "Mont Saint-Michel, after The Harvesters. AI modified",
    "Artist": "Ana Sol",
    "Copyright": "Copyright Ana Sol, CC BY 4.0",
}


def published(folder: Path, kind: str, *, full: bool, record=RECORD) -> Path:
    file = io.BytesIO()
    options = {"progressive": True, "subsampling": "4:4:4"} if kind == "JPEG" else {}
    Image.effect_noise((64, 48), 40).convert("RGB").save(file, kind, **options)
    path = folder / f"{'full' if full else 'lean'}.{SUFFIXES[kind]}"
    xmp = make_packet(record, full=full, sidecar=SIDECAR)
    path.write_bytes(embed(file.getvalue(), xmp=xmp, exif=make_exif(record)))
    return path


def exiftool(*arguments: str | Path) -> str:
    ended = subprocess.run(["exiftool", *map(str, arguments)], capture_output=True, text=True, check=True)
    return ended.stdout


@needs_exiftool
@pytest.mark.parametrize("record", [RECORD, BLEND, PLAIN, with_texts(RECORD, "<שלום & 😀> " * 200)])
def test_exiftool_finds_nothing_wrong_in_any_format(record, tmp_path):
    paths = [
        published(tmp_path, kind, full=full, record=record) for kind in SUFFIXES for full in (True, False)
    ]
    read = json.loads(exiftool("-j", "-validate", "-warning", "-error", "-a", *paths))
    assert [{key: value for key, value in file.items() if key != "SourceFile"} for file in read] == (
        [{"Validate": "OK"}] * 4
    )


@needs_exiftool
@pytest.mark.parametrize("kind", SUFFIXES)
@pytest.mark.parametrize(("full", "expected"), [(True, FULL), (False, LEAN)])
def test_exiftool_reads_what_the_record_says(kind, full, expected, tmp_path):
    path = published(tmp_path, kind, full=full)
    read = json.loads(exiftool("-j", "-struct", "-G1", path))[0]
    assert {name: read.get(f"XMP-{name}") for name in expected} == expected
    assert read["XMP-wdrs:Describedby"] == SIDECAR
    assert read["XMP-dc:Description"].removesuffix("…") in STATEMENT
    assert {name: read[f"IFD0:{name}"] for name in EXIF} == EXIF


@needs_exiftool
def test_there_is_no_place_on_earth_in_any_file(tmp_path):
    paths = [published(tmp_path, kind, full=True) for kind in SUFFIXES]
    assert "GPS" not in exiftool("-a", "-G1", *paths)


@needs_exiv2
@pytest.mark.parametrize("kind", SUFFIXES)
@pytest.mark.parametrize("full", [True, False])
def test_exiv2_reads_the_same(kind, full, tmp_path):
    path = published(tmp_path, kind, full=full)
    ended = subprocess.run(["exiv2", "-PXkt", str(path)], capture_output=True, text=True, check=True)
    read = dict(line.split(None, 1) for line in ended.stdout.splitlines() if len(line.split(None, 1)) == 2)
    work = "Xmp.iptcExt.ArtworkOrObject[1]/Iptc4xmpExt:"
    expected = {
        "Xmp.dc.title": 'lang="x-default" Mont Saint-Michel, after The Harvesters',
        "Xmp.dc.creator": "Ana Sol",
        "Xmp.dc.rights": 'lang="x-default" © Ana Sol, CC BY 4.0',
        "Xmp.dc.source": "https://commons.example/wiki/File:Mont.jpg",
        "Xmp.xmpRights.Marked": "True",
        "Xmp.xmpRights.WebStatement": "https://creativecommons.org/licenses/by/4.0/",
        "Xmp.photoshop.Credit": LEAN["photoshop:Credit"],
        "Xmp.plus.Licensor[1]/plus:LicensorURL": "https://ana.example",
        "Xmp.iptcExt.DigitalSourceType": LEAN["iptcExt:DigitalSourceType"],
        "Xmp.iptcExt.AISystemUsed": "pelican-stylize, feed-forward",
        f"{work}AOTitle": 'lang="x-default" The Harvesters',
        f"{work}AOSourceInvNo": "19.164",
        f"{work}AOSourceInvURL": "https://met.example/435809",
    }
    if full:
        expected |= {
            "Xmp.dc.description": f'lang="x-default" {STATEMENT}',
            "Xmp.iptc.AltTextAccessibility": 'lang="x-default" An island abbey at low tide',
            "Xmp.cc.license": "https://creativecommons.org/licenses/by/4.0/",
            "Xmp.xmpMM.Ingredients[2]/stRef:renditionClass": "style-reference",
        }
    assert {name: read.get(name) for name in expected} == expected
