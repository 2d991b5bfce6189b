"""What is requested of services of every level and version."""

import pytest
from fixtures.museum_answers import answer
from hypothesis import given
from hypothesis import strategies as st
from pelican.plugins.stylize.model.errors import UserError
from pelican.plugins.stylize.museums.iiif.image_info import ImageInfo, read_info
from pelican.plugins.stylize.museums.iiif.regions import Box, parse_region
from pelican.plugins.stylize.museums.iiif.size_choice import choose_size

SERVICE = "https://i.example/7"
CONTEXTS = {
    3: {"@context": "http://iiif.io/api/image/3/context.json"},
    2: {"@context": "http://iiif.io/api/image/2/context.json"},
    1: {"@context": "http://library.stanford.edu/iiif/image-api/1.1/context.json"},
}
TILES = [{"width": 1024, "scaleFactors": [1, 2, 4, 8]}]


def info(
    version: int, profile: object, *, width: int = 6000, height: int = 4000, **facts: object
) -> ImageInfo:
    content = {**CONTEXTS[version], "profile": profile, "width": width, "height": height, **facts}
    return read_info(answer(content, url=f"{SERVICE}/info.json"))


def paths(choice) -> list[str]:
    return [url.removeprefix(SERVICE) for url in choice.urls]


@pytest.mark.parametrize(
    ("service", "wish", "expected"),
    [
        (info(3, "level2"), {}, ["/full/max/0/default.jpg"]),
        (info(3, "level2"), {"long_edge": 6000}, ["/full/max/0/default.jpg"]),
        (info(3, "level2"), {"long_edge": 9000}, ["/full/max/0/default.jpg"]),  # never larger than it is
        (info(3, "level1"), {"long_edge": 1500}, ["/full/1500,/0/default.jpg", "/full/1500,1000/0/default.jpg"]),
        (info(2, "level2"), {}, ["/full/full/0/default.jpg", "/full/max/0/default.jpg"]),
        (info(2, ["level2", {"supports": ["regionSquare"]}]), {}, ["/full/max/0/default.jpg", "/full/full/0/default.jpg"]),
        (info(2, "level1"), {"long_edge": 1500}, ["/full/1500,/0/default.jpg"]),
        (info(1, "compliance.html#level1"), {}, ["/full/full/0/native.jpg"]),
        (info(1, "compliance.html#level1"), {"long_edge": 1500}, ["/full/1500,/0/native.jpg"]),
        (info(2, ["level0", {"supports": ["sizeByH"]}]), {"long_edge": 1500}, ["/full/,1000/0/default.jpg"]),
        (info(2, ["level0", {"supports": ["sizeByPct"]}]), {"long_edge": 1500}, ["/full/pct:25/0/default.jpg"]),
        (info(3, "level1", height=12000), {"long_edge": 3000}, ["/full/1500,/0/default.jpg", "/full/1500,3000/0/default.jpg"]),
        (info(1, None, formats=["png"]), {}, ["/full/full/0/native.png"]),
    ],
)  # fmt: skip
def test_a_whole_picture(service, wish, expected):
    choice = choose_size(service, **wish)
    assert (paths(choice), choice.tiles, choice.crop, choice.region) == (expected, (), None, "")


@pytest.mark.parametrize(
    ("service", "wish", "size", "first"),
    [
        (info(3, "level2", maxWidth=2000), {}, (2000, 1333), "/full/max/0/default.jpg"),
        (info(3, "level2", maxWidth=2000), {"long_edge": 3000}, (2000, 1333), "/full/max/0/default.jpg"),
        (info(3, "level2", maxWidth=2000), {"long_edge": 900}, (900, 600), "/full/900,/0/default.jpg"),
        (info(3, "level2", maxWidth=5000, maxHeight=1000), {}, (1500, 1000), "/full/max/0/default.jpg"),
        (info(3, "level2", maxArea=1_500_000), {}, (1500, 1000), "/full/max/0/default.jpg"),
        (info(2, ["level2", {"maxWidth": 2000}]), {}, (2000, 1333), "/full/max/0/default.jpg"),
    ],
)
def test_a_limit_of_the_service_is_kept(service, wish, size, first):
    choice = choose_size(service, **wish)
    assert ((choice.width, choice.height), paths(choice)[0]) == (size, first)


def test_a_limit_of_the_service_is_explained():
    assert choose_size(info(3, "level2", maxWidth=2000, maxHeight=3000)).note == (
        "The service sends at most 2,000 pixels in width, 3,000 pixels in height."
    )


def test_a_picture_that_is_too_large_for_us_is_requested_smaller():
    choice = choose_size(info(3, "level2", width=40_000, height=20_000), most_pixels=20_000)
    assert paths(choice)[0] == "/full/200,/0/default.jpg"
    assert choice.note == "The picture has 40000 × 20000 pixels; 200 × 100 are loaded."


SIZES = [{"width": 750, "height": 500}, {"width": 3000, "height": 2000}, {"width": 6000, "height": 4000}]


@pytest.mark.parametrize(
    ("service", "wish", "expected"),
    [
        (info(3, "level0", sizes=SIZES), {"long_edge": 700}, ["/full/750,500/0/default.jpg", "/full/750,/0/default.jpg"]),
        (info(2, "level0", sizes=SIZES), {"long_edge": 751}, ["/full/3000,/0/default.jpg", "/full/3000,2000/0/default.jpg"]),
        (info(3, "level0", sizes=SIZES, tiles=TILES), {}, ["/full/max/0/default.jpg", "/full/6000,4000/0/default.jpg", "/full/6000,/0/default.jpg"]),
        (info(3, "level0", sizes=SIZES[:2]), {}, ["/full/max/0/default.jpg"]),
        (info(3, "level0"), {"long_edge": 700}, ["/full/max/0/default.jpg"]),
        (info(2, "level0"), {}, ["/full/full/0/default.jpg", "/full/max/0/default.jpg"]),
        (info(3, "level0", tiles=TILES), {"long_edge": 700}, ["/full/750,500/0/default.jpg"]),  # one tile is all
    ],
)  # fmt: skip
def test_a_service_of_level_0(service, wish, expected):
    assert paths(choose_size(service, **wish)) == expected


def test_tiles_of_version_3_have_both_lengths():
    choice = choose_size(info(3, "level0", tiles=TILES, sizes=SIZES[:1]), long_edge=1400)
    assert (choice.width, choice.height) == (1500, 1000)
    assert [tile.url.removeprefix(SERVICE) for tile in choice.tiles] == [
        "/0,0,4096,4000/1024,1000/0/default.jpg",
        "/4096,0,1904,4000/476,1000/0/default.jpg",
    ]
    assert [(tile.x, tile.y) for tile in choice.tiles] == [(0, 0), (1024, 0)]


def test_tiles_of_version_2_have_their_width():
    choice = choose_size(info(2, "level0", tiles=[{"width": 4000, "height": 2500}], width=5001))
    assert [tile.url.removeprefix(SERVICE) for tile in choice.tiles] == [
        "/0,0,4000,2500/4000,/0/default.jpg",
        "/4000,0,1001,2500/1001,/0/default.jpg",
        "/0,2500,4000,1500/4000,/0/default.jpg",
        "/4000,2500,1001,1500/1001,/0/default.jpg",
    ]


def test_tiles_are_no_way_around_a_limit():
    choice = choose_size(info(3, "level0", tiles=TILES, maxWidth=2000))
    assert (choice.width, choice.height) == (1500, 1000)


def test_a_picture_of_too_many_tiles_is_requested_smaller():
    choice = choose_size(info(3, "level0", tiles=[{"width": 16, "scaleFactors": [1, 2, 4, 8]}]))
    assert (choice.width, choice.height, len(choice.tiles)) == (750, 500, 1504)
    assert choice.note == "The service has no tiles larger than 750 × 500 in all."


def test_of_a_service_that_scales_no_tiles_are_loaded():
    assert paths(choose_size(info(3, "level1", tiles=TILES))) == ["/full/max/0/default.jpg"]


@pytest.mark.parametrize(
    ("region", "wish", "expected"),
    [
        ("pct:10,10,50,50", {}, "/600,400,3000,2000/max/0/default.jpg"),
        ("600,400,3000,2000", {"long_edge": 900}, "/600,400,3000,2000/900,/0/default.jpg"),
        ("square", {}, "/1000,0,4000,4000/max/0/default.jpg"),
        ("full", {}, "/full/max/0/default.jpg"),
        ("pct:0,0,100,100", {}, "/full/max/0/default.jpg"),
        ("5000,3000,9999,9999", {}, "/5000,3000,1000,1000/max/0/default.jpg"),
    ],
)
def test_a_region_is_cut_out_by_the_service(region, wish, expected):
    choice = choose_size(info(3, "level1"), region=region, **wish)
    assert (paths(choice)[0], choice.crop) == (expected, None)


def test_a_region_that_the_service_cannot_cut_is_left_to_the_caller():
    choice = choose_size(info(3, "level0", sizes=SIZES), region="pct:10,10,50,50", long_edge=1500)
    assert paths(choice)[0] == "/full/3000,2000/0/default.jpg"
    assert (choice.region, choice.crop) == ("600,400,3000,2000", Box(300, 200, 1500, 1000))
    assert choice.note == "The service cannot send this part alone, so it has to be cut out."
    assert choice.fit_crop(3000, 2000) == choice.crop
    assert choice.fit_crop(1500, 1000) == Box(150, 100, 750, 500)


def test_of_tiles_only_those_that_a_region_touches_are_loaded():
    choice = choose_size(info(3, "level0", tiles=TILES), region="1000,1100,200,300")
    assert [tile.url.removeprefix(SERVICE) for tile in choice.tiles] == [
        "/0,1024,1024,1024/1024,1024/0/default.jpg",
        "/1024,1024,1024,1024/1024,1024/0/default.jpg",
    ]
    assert (choice.width, choice.height, choice.crop) == (2048, 1024, Box(1000, 76, 200, 300))


@pytest.mark.parametrize(
    ("region", "message"),
    [
        ("10,10,50", "the region '10,10,50' cannot be read. Write pct:x,y,w,h in percent of the picture,"),
        ("pct:-1,0,5,5", "the region 'pct:-1,0,5,5' cannot be read."),
        (
            "6000,0,10,10",
            "the region '6000,0,10,10' lies outside of the picture, which has 6000 × 4000 pixels,",
        ),
        (
            "0,0,0,10",
            "the region '0,0,0,10' lies outside of the picture, which has 6000 × 4000 pixels, or is empty.",
        ),
    ],
)
def test_regions_that_are_none(region, message):
    with pytest.raises(UserError) as caught:
        parse_region(region, width=6000, height=4000)
    assert str(caught.value).startswith(message)


@given(
    st.integers(1, 20_000),
    st.integers(1, 20_000),
    st.one_of(st.none(), st.integers(1, 30_000)),
    st.integers(0, 5000),
    st.integers(0, 5000),
    st.integers(0, 30_000_000),
)
def test_nothing_is_larger_than_it_is_wanted_or_allowed(width, height, long_edge, wide, high, area):
    service = info(3, "level2", width=width, height=height, maxWidth=wide, maxHeight=high, maxArea=area)
    choice = choose_size(service, long_edge=long_edge, most_pixels=10_000_000)
    assert 1 <= choice.width <= width
    assert 1 <= choice.height <= height
    assert choice.width * choice.height <= 10_000_000
    if choice.width > 1:  # a picture one pixel wide cannot be made smaller by `w,`
        assert max(choice.width, choice.height) <= (long_edge or 20_000)
        assert service.allows(choice.width, choice.height)


@given(st.data(), st.sampled_from([2, 3]))
def test_tiles_cover_a_picture_exactly_once(data, version):
    width, height = data.draw(st.integers(1, 3000)), data.draw(st.integers(1, 3000))
    factors = [2**power for power in range(data.draw(st.integers(1, 5)))]
    tiles = [
        {
            "width": data.draw(st.integers(50, 700)),
            "height": data.draw(st.integers(50, 700)),
            "scaleFactors": factors,
        }
    ]
    service = info(version, "level0", width=width, height=height, tiles=tiles)
    choice = choose_size(service, long_edge=data.draw(st.one_of(st.none(), st.integers(1, 3000))))
    if not choice.tiles:
        return
    assert sum(tile.width * tile.height for tile in choice.tiles) == choice.width * choice.height
    corners = {(tile.x, tile.y) for tile in choice.tiles}
    assert len(corners) == len(choice.tiles)
    for tile in choice.tiles:  # each neighbor begins where the tile ends
        right, below = tile.x + tile.width, tile.y + tile.height
        assert right == choice.width or (right, tile.y) in corners
        assert below == choice.height or (tile.x, below) in corners
    regions = [[int(number) for number in tile.url.split("/")[-4].split(",")] for tile in choice.tiles]
    assert sum(region[2] * region[3] for region in regions) == width * height
    assert max(region[0] + region[2] for region in regions) == width
    assert max(region[1] + region[3] for region in regions) == height
