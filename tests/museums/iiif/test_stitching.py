"""Tiles put together: of pictures made here, and of a level 0 and a level 2 service on this computer."""

import io
import json
import urllib.error
import urllib.request
from pathlib import Path

import numpy as np
import pytest
from fixtures.http_server import Museum
from fixtures.museum_answers import answer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pelican.plugins.stylize.images.decode import open_photo
from pelican.plugins.stylize.museums.errors import NoSuchItem, RateLimited, UnexpectedAnswer
from pelican.plugins.stylize.museums.http_client.budgets import BudgetKeeper
from pelican.plugins.stylize.museums.http_client.keys import KeyRing
from pelican.plugins.stylize.museums.http_client.museum_client import MuseumClient
from pelican.plugins.stylize.museums.iiif.image_info import ImageInfo, read_info
from pelican.plugins.stylize.museums.iiif.size_choice import SizeChoice, choose_size
from pelican.plugins.stylize.museums.iiif.stitching import load_picture
from pelican.plugins.stylize.museums.importers import iiif, registry
from pelican.plugins.stylize.museums.lookup import look_up
from PIL import Image, ImageCms

SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
LEVEL_0 = {
    3: {"@context": "http://iiif.io/api/image/3/context.json", "profile": "level0"},
    2: {
        "@context": "http://iiif.io/api/image/2/context.json",
        "profile": ["http://iiif.io/api/image/2/level0.json"],
    },
}


def draw(width: int, height: int) -> Image.Image:
    """Return a picture in which no two places look alike."""
    across = np.linspace(0, 250, width)[None, :].repeat(height, axis=0)
    down = np.linspace(0, 250, height)[:, None].repeat(width, axis=1)
    return Image.fromarray(np.stack((across, down, (across + down) / 2), axis=2).astype(np.uint8))


def encode(picture: Image.Image, **options: object) -> bytes:
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=100, subsampling=0, **options)
    return file.getvalue()


def cut(picture: Image.Image, url: str) -> bytes:
    """Return what a service answers to the address of a tile."""
    region, size = url.split("/")[-4:-2]
    x, y, wide, high = map(int, region.split(",")) if region != "full" else (0, 0, *picture.size)
    part = picture.crop((x, y, x + wide, y + high))
    if size not in ("full", "max"):
        width, height = size.split(",")
        part = part.resize((int(width), int(height or round(int(width) * high / wide))), Image.Resampling.BOX)
    return encode(part)


def tiled(
    picture: Image.Image, *, version: int = 3, tile: int = 100, factors: tuple[int, ...] = (1, 2, 4)
) -> ImageInfo:
    facts = {
        **LEVEL_0[version],
        "width": picture.width,
        "height": picture.height,
        "tiles": [{"width": tile, "scaleFactors": factors}],
    }
    return read_info(answer(facts, url="https://i.example/7/info.json"))


def difference(path: Path, expected: Image.Image) -> int:
    found = open_photo(path)
    assert found.size == expected.size
    return int(np.abs(np.asarray(found).astype(int) - np.asarray(expected)).max())


@pytest.mark.parametrize("version", [2, 3])
def test_tiles_are_put_together(tmp_path, version):
    picture = draw(250, 170)
    choice = choose_size(tiled(picture, version=version))
    assert len(choice.tiles) == 6
    load_picture(choice, fetch=lambda url: cut(picture, url), into=tmp_path / "a.png")
    assert difference(tmp_path / "a.png", picture) <= 5  # of JPEG
    assert [path.name for path in tmp_path.iterdir()] == ["a.png"]


def test_a_png_keeps_the_tiles_pixels_and_their_color_profile(tmp_path):
    picture = draw(150, 90)
    tiles = {
        tile.url: encode(picture.crop((tile.x, 0, tile.x + tile.width, 90)), icc_profile=SRGB)
        for tile in choose_size(tiled(picture)).tiles
    }
    load_picture(choose_size(tiled(picture)), fetch=tiles.__getitem__, into=tmp_path / "a.png")
    with Image.open(tmp_path / "a.png") as found:
        assert (found.format, found.mode, found.info["icc_profile"]) == ("PNG", "RGB", SRGB)
        stitched = np.asarray(found)
    decoded = [np.asarray(Image.open(io.BytesIO(data))) for data in tiles.values()]
    assert np.array_equal(stitched, np.concatenate(decoded, axis=1))


def test_the_part_that_was_wanted_is_cut_out_of_its_tiles(tmp_path):
    picture = draw(400, 300)
    choice = choose_size(tiled(picture), region="150,80,130,140")
    load_picture(choice, fetch=lambda url: cut(picture, url), into=tmp_path / "a.png")
    assert difference(tmp_path / "a.png", picture.crop((150, 80, 280, 220))) <= 5


def test_gray_tiles_become_a_picture_in_color(tmp_path):
    picture = draw(150, 90).convert("L")
    load_picture(choose_size(tiled(picture)), fetch=lambda url: cut(picture, url), into=tmp_path / "a.png")
    assert difference(tmp_path / "a.png", picture.convert("RGB")) <= 5


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data(), st.sampled_from([2, 3]), st.sampled_from([1, 2]))
def test_any_grid_gives_the_picture_back(tmp_path, data, version, factor):
    picture = draw(data.draw(st.integers(130, 240)), data.draw(st.integers(130, 240)))
    size = (-(-picture.width // factor), -(-picture.height // factor))
    tile = data.draw(st.integers(30, 64))
    service = tiled(picture, version=version, tile=tile, factors=(factor,))
    sent = {}

    def fetch(url: str) -> bytes:
        sent[url] = cut(picture, url)
        return sent[url]

    load_picture(choose_size(service), fetch=fetch, into=tmp_path / "a.png")
    expected = Image.new("RGB", size)
    for url, content in sent.items():
        x, y, wide, high = map(int, url.split("/")[-4].split(","))
        part = Image.open(io.BytesIO(content))
        # Of a narrow tile at the edge, `w,` gives another height than the grid has for it.
        part = part.resize((-(-wide // factor), -(-high // factor)), Image.Resampling.LANCZOS)
        expected.paste(part, (x // factor, y // factor))
    assert difference(tmp_path / "a.png", expected) == 0


@pytest.mark.parametrize(
    ("wrong", "error", "message"),
    [
        (
            encode(draw(100, 60)),
            UnexpectedAnswer,
            "tile 2 of 4 has 100 × 60 pixels, not 50 × 100: https://i.example/7/100,0,50,100/50,100/0/default.jpg",
        ),
        (
            NoSuchItem("it has nothing at this address (404)"),
            NoSuchItem,
            "tile 2 of 4 is missing: https://i.example/7/100,0,50,100/50,100/0/default.jpg: it has nothing at this address (404)",
        ),
        (
            b"not found",
            UnexpectedAnswer,
            "tile 2 of 4 is not a whole JPEG: https://i.example/7/100,0,50,100/50,100/0/default.jpg: ",
        ),
        (
            encode(draw(50, 100))[:-300],
            UnexpectedAnswer,
            "tile 2 of 4 is not a whole JPEG: https://i.example/7/100,0,50,100/50,100/0/default.jpg: ",
        ),
    ],
)
def test_a_tile_that_is_missing_or_wrong_is_named_and_nothing_is_kept(tmp_path, wrong, error, message):
    picture = draw(150, 170)

    def fetch(url: str) -> bytes:
        if "/100,0," not in url:
            return cut(picture, url)
        if isinstance(wrong, Exception):
            raise wrong
        return wrong

    with pytest.raises(error) as caught:
        load_picture(choose_size(tiled(picture)), fetch=fetch, into=tmp_path / "a.png")
    assert str(caught.value).startswith(message)
    assert list(tmp_path.iterdir()) == []


def test_a_refused_spelling_is_followed_by_the_next(tmp_path):
    def fetch(url: str) -> Path:
        if url.endswith("a"):
            raise UnexpectedAnswer("it answers 400")
        file = tmp_path / "download"
        file.write_bytes(b"picture")
        return file

    choice = SizeChoice(width=1, height=1, urls=("https://i.example/a", "https://i.example/b"))
    assert load_picture(choice, fetch=fetch, into=tmp_path / "b.jpg") == "https://i.example/b"
    assert (tmp_path / "b.jpg").read_bytes() == b"picture"


def test_a_museum_that_wants_no_more_requests_gets_none(tmp_path):
    asked = []

    def fetch(url: str) -> bytes:
        asked.append(url)
        raise RateLimited("it wants no more requests for now (429)")

    choice = SizeChoice(width=1, height=1, urls=("https://i.example/a", "https://i.example/b"))
    with pytest.raises(RateLimited):
        load_picture(choice, fetch=fetch, into=tmp_path / "b.jpg")
    assert asked == ["https://i.example/a"]


def ask(url: str) -> bytes:
    try:
        with urllib.request.urlopen(url) as response:
            return response.read()
    except urllib.error.HTTPError as error:
        raise NoSuchItem(f"it has nothing at this address ({error.code})") from None


@pytest.mark.parametrize("version", [2, 3])
def test_from_a_manifest_to_the_picture_of_a_server_of_tiles(museum: Museum, tmp_path, version):
    picture = draw(300, 200)
    service = f"{museum.address}/iiif/7"
    facts = {"width": 300, "height": 200, "tiles": [{"width": 128, "scaleFactors": [1, 2]}]}
    museum.page("/iiif/7/info.json", body=json.dumps({**LEVEL_0[version], **facts}).encode())
    for x in range(0, 300, 128):
        for y in range(0, 200, 128):
            wide, high = min(128, 300 - x), min(128, 200 - y)
            path = f"/iiif/7/{x},{y},{wide},{high}/{f'{wide},{high}' if version == 3 else f'{wide},'}/0/default.jpg"
            museum.page(path, body=cut(picture, path))
    body = {"id": f"{service}/full/max/0/default.jpg", "type": "Image"}
    body["service"] = [{"@id": service, "profile": "level0", "type": f"ImageService{version}"}]
    page = {"items": [{"motivation": "painting", "body": body}]}
    manifest = {"type": "Manifest", "label": {"en": ["Nets"]}, "items": [{"type": "Canvas", "items": [page]}]}
    url = museum.page("/7/manifest.json", body=json.dumps(manifest).encode())
    record = iiif.read_item([answer(ask(iiif.ask_item(iiif.find_item(url)).url), url=url)])
    info_url = f"{record.image_service}/info.json"
    choice = choose_size(read_info(answer(ask(info_url), url=info_url)))
    assert load_picture(choice, fetch=ask, into=tmp_path / "a.png") == choice.tiles[0].url
    assert difference(tmp_path / "a.png", picture) <= 5


def test_the_second_canvas_of_a_manifest_through_the_client(museum: Museum, tmp_path, monkeypatch):
    monkeypatch.setenv("PELICAN_STYLIZE_ALLOW_LOOPBACK", "1")
    canvases = [{"type": "Canvas", "label": {"none": [name]}} for name in ("Recto", "Verso")]
    manifest = {"type": "Manifest", "label": {"en": ["Nets"]}, "items": canvases}
    headers = {"Content-Type": "application/ld+json"}
    url = museum.page("/7/manifest.json", body=json.dumps(manifest).encode(), headers=headers)
    client = MuseumClient(
        "tests/1 (+https://blog.example)",
        folder=tmp_path / "museums",
        keys=KeyRing({}),
        budgets=BudgetKeeper([]),
        interval=0.0,
    )
    found, item = registry.find_item(f"{url}#canvas=2")
    record = look_up(found, item, client.ask).record
    assert (record.key, record.title) == (f"iiif:{url} #2", "Nets, Verso")
    assert museum.asked == [("GET", "/7/manifest.json")]
    assert registry.find_item(record.key) == (found, item)


@pytest.mark.parametrize(
    ("version", "path"),
    [(3, "/iiif/7/full/max/0/default.jpg"), (2, "/iiif/7/full/200,/0/default.jpg")],
)
def test_a_server_with_a_limit_sends_the_largest_that_it_allows(museum: Museum, tmp_path, version, path):
    limit = {"profile": "level2", "maxWidth": 200}
    if version == 2:  # this server has no `max`, which no server of version 2.1 must have
        limit = {"profile": ["http://iiif.io/api/image/2/level2.json", {"maxWidth": 200}]}
    facts = {**LEVEL_0[version], "width": 600, "height": 300, **limit}
    info_url = museum.page("/iiif/7/info.json", body=json.dumps(facts).encode())
    data = encode(draw(200, 100))
    museum.page(path, body=data)
    choice = choose_size(read_info(answer(ask(info_url), url=info_url)), long_edge=500)
    assert (choice.width, choice.height) == (200, 100)
    assert load_picture(choice, fetch=ask, into=tmp_path / "a.jpg") == f"{museum.address}{path}"
    assert (tmp_path / "a.jpg").read_bytes() == data  # as it came
