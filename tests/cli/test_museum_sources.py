"""The index is filled from museums: a search of several, and a IIIF collection; all over loopback."""

import json

import pytest
from fixtures.museum_index import jpeg
from fixtures.museum_mirror import add_met, add_nasa
from fixtures.program import run_program

COLLECTION = {
    "@context": "http://iiif.io/api/presentation/3/context.json",
    "id": "https://iiif.example/collection.json",
    "type": "Collection",
    "label": {"en": ["Harbors"]},
    "items": [
        {
            "id": f"https://iiif.example/{number}/manifest.json",
            "type": "Manifest",
            "label": {"en": [f"Harbor {number}"]},
        }
        for number in (1, 2)
    ],
}


@pytest.fixture
def filled(mirror):
    add_met(mirror, "nets", 12, 13, closed=True)
    for item in (12, 13):
        mirror.page(
            f"/images.metmuseum.org/web-large/{item}.jpg",
            body=jpeg("teal", seed=item),
            headers={"Content-Type": "image/jpeg"},
        )
    add_nasa(mirror, "nets", "iss-1", most=20, status=500)
    mirror.page(
        "/iiif.example/collection.json",
        body=json.dumps(COLLECTION).encode(),
        headers={"Content-Type": "application/json"},
    )
    body = {"id": "https://iiif.example/1.jpg", "type": "Image", "width": 120, "height": 90}
    manifest = {
        "@context": "http://iiif.io/api/presentation/3/context.json",
        "id": "https://iiif.example/1/manifest.json",
        "type": "Manifest",
        "label": {"en": ["Harbor 1"]},
        "rights": "http://creativecommons.org/publicdomain/zero/1.0/",
        "items": [{"id": "c", "type": "Canvas", "items": [{"items": [{"body": body}]}]}],
    }
    mirror.page(
        "/iiif.example/1/manifest.json",
        body=json.dumps(manifest).encode(),
        headers={"Content-Type": "application/json"},
    )
    mirror.page("/iiif.example/1.jpg", body=jpeg("maroon", seed=3), headers={"Content-Type": "image/jpeg"})
    return mirror


def test_a_search_fills_the_index_and_what_failed_is_told(filled, tmp_path):
    ended = run_program("museum.index", "--search", "nets", "--at", "met,nasa", "--most", "20", cwd=tmp_path)
    assert ended.code == 0, ended.err
    assert "2 pictures read in " in ended.out
    assert ".stylize/museums/index.sqlite has 2 items, 2 of them with a picture." in ended.out
    assert "nasa" in ended.out.splitlines()[-1]
    asked = len(filled.asked)
    again = run_program("museum.index", "--search", "nets", "--at", "met", "--most", "20", cwd=tmp_path)
    assert "2 were in the index already" in again.out
    assert len(filled.asked) == asked  # answers are fresh, and pictures are known
    found = run_program("museum.find", "--text", "plate", cwd=tmp_path)
    assert "met:12" in found.out and "met:13" in found.out


def test_a_collection_fills_the_index_with_what_can_be_read(filled, tmp_path):
    ended = run_program("museum.index", "https://iiif.example/collection.json", cwd=tmp_path)
    assert ended.code == 0, ended.err
    assert "has 1 items, 1 of them with a picture." in ended.out
    assert "https://iiif.example/2/manifest.json: it has nothing at this address (404)." in ended.out
