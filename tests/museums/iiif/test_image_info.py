"""Small answers in the shape that the Image API's specifications give them; none of them is recorded."""

import pytest
from fixtures.museum_answers import answer
from pelican.plugins.stylize.museums.errors import ChangedShape
from pelican.plugins.stylize.museums.iiif.image_info import Size, TileSet, info_address, read_info

ADDRESS = "https://i.example/iiif/7/info.json"
INFO_3 = {
    "@context": "http://iiif.io/api/image/3/context.json",
    "id": "https://inner.example/iiif/7",
    "type": "ImageService3",
    "protocol": "http://iiif.io/api/image",
    "profile": "level1",
    "width": 6000,
    "height": 4000,
    "maxWidth": 3000,
    "sizes": [{"width": 1500, "height": 1000}, {"width": 0, "height": 0}],
    "tiles": [{"width": 512, "scaleFactors": [4, 1, 2]}],
    "extraFormats": ["png"],
    "extraFeatures": ["sizeByPct"],
}
INFO_2 = {
    "@context": "http://iiif.io/api/image/2/context.json",
    "@id": "https://i.example/iiif/7",
    "protocol": "http://iiif.io/api/image",
    "profile": [
        "http://iiif.io/api/image/2/level2.json",
        {"formats": ["jpg", "tif"], "qualities": ["gray"], "maxArea": 1_000_000},
    ],
    "width": "6000",
    "height": 4000,
    "tiles": [{"width": 256, "height": 128, "scaleFactors": [1]}],
}
INFO_1 = {
    "@context": "http://library.stanford.edu/iiif/image-api/1.1/context.json",
    "@id": "https://i.example/iiif/7",
    "profile": "http://library.stanford.edu/iiif/image-api/1.1/compliance.html#level1",
    "width": 6000,
    "height": 4000,
    "scale_factors": [1, 2],
    "tile_width": 1024,
    "tile_height": 512,
    "formats": ["png", "jpg"],
    "qualities": ["native", "grey"],
}


def read(info: dict, **changes: object):
    return read_info(answer({**info, **changes}, url=ADDRESS))


def test_version_3():
    info = read(INFO_3)
    assert (info.version, info.level, info.width, info.height) == ((3, 0), 1, 6000, 4000)
    assert info.service == "https://i.example/iiif/7"
    assert info.features == {"regionByPx", "sizeByW", "sizeByH", "sizeByWh", "sizeByPct"}
    assert (info.sizes, info.tiles) == ((Size(1500, 1000),), (TileSet(512, 512, (1, 2, 4)),))
    assert (info.max_width, info.max_height, info.max_area) == (3000, 3000, 0)
    assert (info.formats, info.qualities) == (("jpg", "png"), ("default",))


def test_version_2():
    info = read(INFO_2)
    assert (info.version, info.level, info.width) == ((2, 1), 2, 6000)
    assert info.features == {"regionByPx", "regionByPct", "sizeByW", "sizeByH", "sizeByPct"}
    assert info.tiles == (TileSet(256, 128, (1,)),)
    assert (info.max_width, info.max_area, info.is_limited) == (0, 1_000_000, True)
    assert (info.formats, info.qualities) == (("jpg", "tif"), ("default", "gray"))


def test_version_1():
    info = read(INFO_1)
    assert (info.version, info.level, info.tiles) == ((1, 1), 1, (TileSet(1024, 512, (1, 2)),))
    assert (info.formats, info.qualities) == (("png", "jpg"), ("native", "grey"))


@pytest.mark.parametrize(
    ("profile", "level"),
    [
        ("level0", 0),
        ("level2", 2),
        ("http://iiif.io/api/image/3/level2.json", 2),
        ("http://iiif.io/api/image/2/level1.json", 1),
        (["https://iiif.io/api/image/2/profiles/level2.json"], 2),
        (["http://iiif.io/api/image/2/level0.json", {"supports": ["sizeByW"]}], 0),
        ("http://library.stanford.edu/iiif/image-api/compliance.html#level2", 2),
        ("http://library.stanford.edu/iiif/image-api/1.1/conformance.html#level1", 1),
        ([{"supports": ["sizeByW"]}], 0),
        (None, 0),
    ],
)
def test_levels_in_all_their_spellings(profile, level):
    assert read(INFO_2, profile=profile).level == level


@pytest.mark.parametrize(
    ("changes", "version"),
    [
        ({}, (2, 0)),
        ({"profile": ["level2", {"supports": ["regionSquare"]}]}, (2, 1)),
        ({"@context": "http://iiif.io/api/image/3/context.json"}, (3, 0)),
        ({"@context": None}, (2, 0)),
        ({"@context": None, "id": "https://i.example/iiif/7"}, (3, 0)),
    ],
)
def test_versions(changes, version):
    assert read({**INFO_2, "profile": "level2"}, **changes).version == version


def test_the_address_that_answered_is_the_services():
    assert read_info(answer(INFO_2, url=ADDRESS)).service == "https://i.example/iiif/7"
    assert read_info(answer(INFO_2, url="https://other.example/7")).service == "https://i.example/iiif/7"
    assert info_address("https://i.example/iiif/7/") == ADDRESS


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"width": None}, "the field width is missing"),
        ({"height": 0}, "the field height is 0, not a number of pixels"),
        ({"height": 10**12}, "the field height is 1000000000000, not a number of pixels"),
        ({"width": "wide"}, "the field width is text, not a number"),
    ],
)
def test_an_answer_without_a_size_names_the_field(changes, message):
    with pytest.raises(ChangedShape, match=message):
        read(INFO_3, **changes)
