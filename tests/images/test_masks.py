"""Masks say where a style goes; a mask that cannot be meant is refused with a reason."""

import weakref

import numpy as np
import pytest
from fixtures import images
from pelican.plugins.stylize.images.masks import composite, examine_mask, feather_mask, open_mask
from pelican.plugins.stylize.model.errors import PhotoError
from PIL import Image

RED, BLUE, GREEN = (200, 30, 30), (30, 30, 200), (30, 160, 40)


def halves(size: tuple[int, int] = (120, 80), mode: str = "L") -> Image.Image:
    """A mask whose left half is white."""
    mask = Image.new(mode, size, "black")
    mask.paste("white", (0, 0, size[0] // 2, size[1]))
    return mask


@pytest.mark.parametrize(
    ("mode", "name"), [("L", "sky.png"), ("RGB", "sky.jpg"), ("1", "sky.png"), ("L", "sky.tif")]
)
def test_a_mask_is_read_from_any_kind_of_file(tmp_path, mode, name):
    halves(mode=mode).save(tmp_path / name)
    mask = open_mask(tmp_path / name)
    assert mask.mode == "L"
    assert mask.getpixel((10, 40)) >= 250
    assert mask.getpixel((110, 40)) <= 5


def test_a_mask_is_upright(tmp_path):
    path = images.save_turned(halves(), tmp_path / "sky.png", orientation=6)
    assert (open_mask(path).getpixel((10, 10)), open_mask(path).getpixel((110, 10))) == (255, 0)


def test_what_is_transparent_in_a_mask_is_black(tmp_path):
    mask = Image.new("LA", (120, 80), (255, 0))
    mask.paste((255, 255), (0, 0, 60, 80))
    mask.save(tmp_path / "sky.png")
    assert (
        open_mask(tmp_path / "sky.png").getpixel((10, 10)),
        open_mask(tmp_path / "sky.png").getpixel((110, 10)),
    ) == (255, 0)


@pytest.mark.parametrize("size", [(120, 80), (240, 160), (600, 404), (1203, 800)])
def test_a_mask_may_have_another_size_of_the_same_shape(tmp_path, size):
    halves(size).save(tmp_path / "sky.png")
    photo = Image.new("RGB", (120, 80))
    assert feather_mask(open_mask(tmp_path / "sky.png"), photo).size == (120, 80)


@pytest.mark.parametrize(("level", "found"), [(0, (0, 0)), (6, (6, 6)), (255, (255, 255))])
def test_a_mask_is_examined_for_its_size_and_its_levels(tmp_path, level, found):
    Image.new("L", (120, 80), level).save(tmp_path / "sky.png")
    assert examine_mask(tmp_path / "sky.png") == (120, 80, *found)
    halves((240, 160)).save(tmp_path / "sky.png")
    assert examine_mask(tmp_path / "sky.png") == (240, 160, 0, 255)


def test_a_file_that_is_no_image_is_refused(tmp_path):
    (tmp_path / "sky.png").write_text("sky")
    with pytest.raises(PhotoError, match=r"^this is a text file, not a photo\."):
        examine_mask(tmp_path / "sky.png")


def test_a_mask_in_color_is_refused(tmp_path):
    images.gradient().save(tmp_path / "sky.png")
    with pytest.raises(PhotoError) as raised:
        examine_mask(tmp_path / "sky.png")
    assert str(raised.value) == (
        "it is in color, but a mask is gray: white where the style goes, black elsewhere. Save it in grayscale."
    )


def test_a_feathered_mask_follows_the_edge_of_the_photo():
    photo = Image.new("RGB", (400, 300), "white")
    photo.paste("black", (204, 0, 400, 300))  # four pixels from where the mask ends
    mask = feather_mask(halves((400, 300)), photo)
    row = [mask.getpixel((x, 150)) for x in range(400)]
    assert min(row[:190]) > 240
    assert row[203] > 80
    assert max(row[204:]) < 5


def test_a_mask_is_soft_where_the_photo_has_no_edge():
    mask = feather_mask(halves((400, 300)), Image.new("RGB", (400, 300), "gray"))
    row = np.array([mask.getpixel((x, 150)) for x in range(400)])
    assert (row[:186] == 255).all()
    assert (row[214:] == 0).all()
    assert 0 < (row[:-1] - row[1:]).max() < 30
    assert (np.diff(row) <= 0).all()


def test_a_large_photo_is_feathered_as_a_small_one_is():
    small, large = ((1024, 512), (4096, 2048))
    photo = images.gradient(*small)
    near = np.asarray(feather_mask(halves(small), photo), dtype=int)
    far = feather_mask(halves(large), photo.resize(large, Image.Resampling.BICUBIC))
    assert np.abs(near - np.asarray(far.resize(small, Image.Resampling.BOX), dtype=int)).max() < 12


def test_each_picture_is_itself_where_its_mask_is_white():
    left, right = images.quarters(), images.gradient()
    got = np.asarray(composite([(left, halves())], right))
    assert (got[:, :60] == np.asarray(left)[:, :60]).all()
    assert (got[:, 60:] == np.asarray(right)[:, 60:]).all()


def test_a_half_covered_pixel_is_half_of_both():
    size = (4, 4)
    got = composite(
        [(Image.new("RGB", size, "white"), Image.new("L", size, 128))], Image.new("RGB", size, "black")
    )
    assert got.getpixel((0, 0)) == (128, 128, 128)


def test_where_masks_overlap_the_later_one_is_on_top():
    size = (4, 4)
    white = Image.new("L", size, 255)
    red, blue, green = (Image.new("RGB", size, color) for color in (RED, BLUE, GREEN))
    assert composite([(blue, white), (red, white)], green).getpixel((0, 0)) == RED
    assert composite([(blue, white), (red, Image.new("L", size))], green).getpixel((0, 0)) == BLUE
    assert green.getpixel((0, 0)) == GREEN


def test_one_layer_is_in_memory_at_a_time():
    size, alive = (4, 4), []

    def draw():
        picture = Image.new("RGB", size, RED)
        alive.append(weakref.ref(picture))
        return picture, Image.new("L", size, 255)

    def layers():
        for _ in range(3):
            assert [each for each in alive if each() is not None] == []
            yield draw()

    composite(layers(), Image.new("RGB", size, GREEN))
    assert len(alive) == 3
