"""The picture of a record, from its image service or from its files."""

import io

import pytest
from fixtures.museum_answers import answer
from pelican.plugins.stylize.model.errors import UserError
from pelican.plugins.stylize.museums.errors import NoSuchItem, RateLimited, UnexpectedAnswer
from pelican.plugins.stylize.museums.iiif.pictures import load_picture_of
from pelican.plugins.stylize.museums.iiif.regions import Box
from pelican.plugins.stylize.museums.importers.statements import UNKNOWN
from pelican.plugins.stylize.museums.record import ImageFile, MuseumRecord, Rights
from PIL import Image

SERVICE = "https://i.example/7"
RECORD = MuseumRecord(
    museum="iiif",
    item="https://host.example/manifest",
    title="Nets",
    page="https://host.example/7",
    rights=Rights(license=UNKNOWN),
    images=(ImageFile(url="https://host.example/7.jpg?download=1"),),
    image_service=SERVICE,
)


def picture(width: int, height: int) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (width, height), "navy").save(file, "JPEG")
    return file.getvalue()


def load(tmp_path, *, info: object, answers: dict[str, bytes], record: MuseumRecord = RECORD, **wish: object):
    def ask(url: str):
        assert url == f"{SERVICE}/info.json"
        if isinstance(info, Exception):
            raise info
        return answer(info, url=url)

    def fetch(url: str) -> bytes:
        if url not in answers:
            raise UnexpectedAnswer("it answers 400")
        return answers[url]

    return load_picture_of(record, ask=ask, fetch=fetch, into=tmp_path / "original", **wish)


def facts(level: int, **more: object) -> dict:
    return {
        "@context": "http://iiif.io/api/image/3/context.json",
        "profile": f"level{level}",
        "width": 200,
        "height": 150,
        **more,
    }


def test_a_service_sends_the_part_that_is_wanted(tmp_path):
    url = f"{SERVICE}/20,15,100,75/80,/0/default.jpg"
    loaded = load(
        tmp_path, info=facts(1), answers={url: picture(80, 60)}, region="pct:10,10,50,50", long_edge=80
    )
    assert (loaded.path, loaded.url) == (tmp_path / "original.jpg", url)
    assert (loaded.region, loaded.crop, loaded.tiles, loaded.note) == ("20,15,100,75", None, 0, "")


def test_a_part_that_the_service_cannot_cut_is_left_to_do(tmp_path):
    loaded = load(
        tmp_path,
        info=facts(0),
        answers={f"{SERVICE}/full/max/0/default.jpg": picture(100, 75)},  # half of what it announced
        region="20,15,100,75",
    )
    assert (loaded.region, loaded.crop) == ("20,15,100,75", Box(10, 7, 50, 38))
    assert loaded.note == "The service cannot send this part alone, so it has to be cut out."


def test_tiles_become_a_png_of_the_part_that_is_wanted(tmp_path):
    tiles = {"tiles": [{"width": 100, "scaleFactors": [1]}]}
    answers = {
        f"{SERVICE}/0,0,100,100/100,100/0/default.jpg": picture(100, 100),
        f"{SERVICE}/100,0,100,100/100,100/0/default.jpg": picture(100, 100),
    }
    loaded = load(tmp_path, info=facts(0, **tiles), answers=answers, region="50,10,90,80")
    assert (loaded.path.name, loaded.tiles, loaded.crop, loaded.note) == ("original.png", 2, None, "")
    with Image.open(loaded.path) as found:
        assert found.size == (90, 80)


def test_without_info_json_the_files_of_the_record_are_tried(tmp_path):
    loaded = load(
        tmp_path,
        info=NoSuchItem("it has nothing at this address (404)"),
        answers={"https://host.example/7.jpg?download=1": picture(200, 150)},
        region="square",
    )
    assert (loaded.path.name, loaded.region, loaded.crop) == (
        "original.jpg",
        "25,0,150,150",
        Box(25, 0, 150, 150),
    )
    assert loaded.note == (
        "The image service could not be asked for its sizes: it has nothing at this address (404)."
    )


def test_a_museum_that_wants_no_more_requests_gets_none(tmp_path):
    with pytest.raises(RateLimited):
        load(tmp_path, info=RateLimited("later"), answers={})


def test_a_region_outside_of_the_picture_loads_nothing(tmp_path):
    with pytest.raises(UserError, match="lies outside of the picture, which has 200 × 150 pixels"):
        load(tmp_path, info=facts(1), answers={}, region="900,0,10,10")
    files = {"https://host.example/7.jpg?download=1": picture(200, 150)}
    with pytest.raises(UserError, match="lies outside of the picture, which has 200 × 150 pixels"):
        load(tmp_path, info=NoSuchItem("404"), answers=files, region="900,0,10,10")
    assert list(tmp_path.iterdir()) == []
